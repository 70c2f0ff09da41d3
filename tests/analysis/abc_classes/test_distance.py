"""The distance to a better class is exact: with it the customer rises, with a cent less it does not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lab.analysis.abc_classes.cuts import assign_classes, compute_limits
from portfolio_lab.analysis.abc_classes.distance import compute_distances
from portfolio_lab.analysis.abc_classes.phases import classify_customers


def _distances(cents, cuts):
    limits = compute_limits(cents, cuts=cuts)
    codes = assign_classes(cents, limits)
    return codes, compute_distances(cents, codes, cuts=cuts, limits=limits)


def test_by_hand_one_customer_below_the_first_cut(totals):
    # 20 has 80 of 100 before it: one cent more and 80 is below 80 % of 100.01
    classes = classify_customers(totals([50, 30, 20, -10, -5, 0])).set_index("customer_id")
    expected = {"c0002": 0.01, "c0003": 10.0, "c0004": 5.0, "c0005": 0.01}
    assert classes["distance_to_next_cut"].dropna().to_dict() == expected


def test_by_hand_the_base_grows_with_the_customer(totals):
    # a 1 beside 96 1 1 1 becomes B when 96 is below 95 % of 99 + v: from v = 2.06 on
    classes = classify_customers(totals([96, 1, 1, 1, 1]))
    assert classes["distance_to_next_cut"].tolist()[1:] == [1.06] * 4


def test_computed_limits_are_held_where_they_stand():
    codes, distances = _distances(np.array([300, 200, 100, 0, -50]), "computed")
    assert codes.tolist() == [0, 1, 2, 3, 4]
    assert distances.tolist()[1:] == [1.0, 1.0, 0.01, 0.5]


def test_without_a_computed_b_the_distance_leads_to_a():
    codes, distances = _distances(np.array([9600, 100, 100]), "computed")
    assert codes.tolist() == [0, 2, 2]
    assert distances.tolist()[1:] == [95.0, 95.0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(-1000, 10**5), min_size=2, max_size=25).filter(lambda values: max(values) > 0),
    st.sampled_from([(80, 95), (79.5, 95.25), (33.333333, 66.666667)]),
)
def test_exact_to_the_cent(values, cuts):
    cents = np.array(values, dtype=np.int64)
    codes, distances = _distances(cents, cuts)
    assert (np.isnan(distances) == (codes == 0)).all()
    for i in np.flatnonzero(codes > 0):
        needed = round(distances[i] * 100)
        rises, stays = cents.copy(), cents.copy()
        rises[i] += needed
        stays[i] += needed - 1
        assert assign_classes(rises, compute_limits(rises, cuts=cuts))[i] < codes[i]
        assert assign_classes(stays, compute_limits(stays, cuts=cuts))[i] == codes[i]


@pytest.mark.parametrize("cuts", [(80, 95), "computed"])
def test_one_row_per_value_in_its_order(cuts):
    cents = np.random.default_rng(1).integers(-50, 5000, size=200)
    shuffled = np.random.default_rng(2).permutation(200)
    pd.testing.assert_series_equal(
        pd.Series(_distances(cents, cuts)[1][shuffled]), pd.Series(_distances(cents[shuffled], cuts)[1])
    )
