import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.stage_tuning.checks import (
    compare_disjoint_customers,
    compute_save_rate_sensitivity,
    is_seasonal,
    summarise_seasons,
)


def test_seasons_split_the_counts_by_quarter(with_money):
    tuning = with_money
    seasons = summarise_seasons(tuning.panel, tuning.counts, tuning.choice.position)
    assert seasons["n_origins"].sum() == len(tuning.panel.origins)
    assert seasons["lapses"].sum() == tuning.counts.lapses_by_origin.sum()
    second = tuning.panel.origins.quarter == 2
    hits = tuning.counts.hits_by_origin[tuning.choice.position, second].sum()
    assert seasons.set_index("quarter").loc[2, "recall"] == pytest.approx(
        hits / tuning.counts.lapses_by_origin[second].sum()
    )


@pytest.mark.parametrize(
    ("recall", "lapses", "expected"),
    [([0.5, 0.59], [30, 30], False), ([0.5, 0.61], [30, 30], True), ([0.5, 0.9], [30, 29], False)],
)
def test_ten_points_between_quarters_with_thirty_lapses_are_a_season(recall, lapses, expected):
    assert is_seasonal(pd.DataFrame({"recall": recall, "lapses": lapses})) is expected


def test_a_rule_learned_on_some_customers_holds_on_others(regular_timing):
    tuning = regular_timing
    members = np.flatnonzero(tuning.table["name"].to_numpy() == "own_cycle")
    feasible = tuning.table["is_feasible"].to_numpy()
    seen, unseen = compare_disjoint_customers(tuning.panel, tuning.counts, members, feasible, settings=tuning.settings)
    assert seen == pytest.approx(tuning.table["primary"].to_numpy()[members].max(), abs=0.003)
    assert 0 <= seen - unseen < 0.01


def test_each_save_rate_moves_the_money_by_the_margin_of_the_hits(with_money):
    tuning = with_money
    position = tuning.choice.position
    table = compute_save_rate_sensitivity(tuning.counts, {"chosen": position}, tuning.settings).set_index("save_rate")
    assert table.index.tolist() == [0.05, 0.10, 0.20]
    step = table["utility_amount"].diff().iloc[1:]
    margin = tuning.counts.margin_by_origin[position].mean()
    np.testing.assert_allclose(step, [0.05 * margin, 0.10 * margin])
    assert table.loc[0.20, "utility_amount"] == pytest.approx(tuning.table.loc[position, "primary"])
