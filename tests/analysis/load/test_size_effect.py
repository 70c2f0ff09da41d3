import numpy as np
import pandas as pd
import pytest
from simulators.portfolio_sizes import simulate_sizes

from portfolio_lab.analysis.load.size_effect import find_break, list_candidates, summarise_sizes
from portfolio_lab.errors import AnalysisError


def effects(n, **planted):
    return [find_break(*simulate_sizes(seed=seed, **planted), n_permutations=199, seed=1) for seed in range(n)]


def test_a_planted_break_is_found_where_it_is():
    found = effects(60)
    assert np.mean([effect.is_visible for effect in found]) >= 0.95
    assert np.median([effect.break_at for effect in found]) == pytest.approx(180, abs=12)
    assert np.median([effect.slope for effect in found]) == pytest.approx(-0.0018, rel=0.25)
    assert np.mean([effect.low <= 180 <= effect.high for effect in found]) >= 0.8


@pytest.mark.parametrize("n_people", [12, 24])
def test_without_a_break_nothing_is_visible_in_nine_of_ten_companies(n_people):
    found = effects(200, slope=0.0, n_people=n_people)
    assert np.mean([not effect.is_visible for effect in found]) >= 0.9


@pytest.mark.full
def test_the_interval_holds_the_break_about_as_often_as_it_says():
    found = effects(600)
    assert np.mean([effect.low <= 180 <= effect.high for effect in found]) >= 0.88


def test_results_that_rise_with_size_show_no_fall():
    sizes = np.arange(10, 30.0)
    effect = find_break(sizes, sizes / 100, n_permutations=99, seed=1)
    assert not effect.is_visible
    assert np.isnan(effect.break_at)


def test_a_clean_break_is_placed_exactly():
    sizes = np.arange(10, 110, 5.0)
    effect = find_break(sizes, 0.8 - 0.004 * np.maximum(sizes - 60, 0), n_permutations=199, seed=1)
    assert effect.is_visible
    assert effect.break_at == pytest.approx(60, abs=1.5)
    assert effect.slope == pytest.approx(-0.004, rel=0.05)


def test_equal_results_and_equal_sizes_show_nothing():
    assert not find_break(np.arange(10.0), np.ones(10), n_permutations=99, seed=1).is_visible
    assert not find_break(np.ones(10), np.arange(10.0), n_permutations=99, seed=1).is_visible


def test_breaks_are_looked_for_between_the_fourth_smallest_and_the_second_largest():
    candidates = list_candidates(np.array([5.0, 1, 2, 3, 4, 6, 7, 8, 9]))
    assert (candidates.min(), candidates.max()) == (4, 8)


def test_too_few_people_are_refused():
    with pytest.raises(AnalysisError, match="too few people to see what size does"):
        find_break(np.arange(7.0), np.arange(7.0), n_permutations=99, seed=1)


def test_people_are_summed_over_periods_and_small_portfolios_left_out():
    panel = pd.DataFrame(
        {
            "salesperson_id": ["ana", "ana", "bob"],
            "n_customers": [30, 50, 5], "n_bought": [15, 35, 5], "n_live": [20, 20, 5], "n_stayed": [10, 20, 5],
            "score_sum": [16.0, 0.0, 9.0], "n_scores": [2, 0, 1],
        }
    )  # fmt: skip
    found = summarise_sizes(panel)
    assert found["salesperson_id"].tolist() == ["ana"]
    assert found.iloc[0, 1:].tolist() == [2, 40.0, 50 / 80, 30 / 40, 8.0]
    assert len(summarise_sizes(panel, min_customers=5)) == 2
