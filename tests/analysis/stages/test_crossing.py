import numpy as np
import pytest

from portfolio_lab.analysis.stages.crossing import LONGEST_DAYS, compute_crossing_days


@pytest.mark.parametrize("first_below", [1, 2, 3, 47, 48, 49, 365, 5000])
def test_first_day_below_the_level_is_found_to_the_day(first_below):
    crossed = compute_crossing_days(lambda days: (days < first_below).astype(float), [0.5], n=3)
    assert crossed.tolist() == [[first_below] * 3]


def test_a_chance_equal_to_the_level_has_not_crossed_it():
    crossed = compute_crossing_days(lambda days: np.where(days <= 10, 0.5, 0.4), [0.5], n=1)
    assert crossed.item() == 11


def test_the_last_of_several_crossings_counts():
    def regular_buyer(days):
        return np.where((days > 20) & (days < 90), 0.8, 0.1)

    assert compute_crossing_days(regular_buyer, [0.5], n=1).item() == 90


def test_each_level_and_customer_has_its_own_day():
    scales = np.array([10.0, 100.0])
    crossed = compute_crossing_days(lambda days: np.exp(-days / scales), [0.5, 0.1], n=2)
    expected = np.floor(-np.log([[0.5], [0.1]]) * scales).astype(int) + 1
    np.testing.assert_array_equal(crossed, expected)


def test_whoever_never_crosses_gets_the_longest_silence():
    assert compute_crossing_days(lambda days: np.ones(len(days)), [0.5], n=1).item() == LONGEST_DAYS
