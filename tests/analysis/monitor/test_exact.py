"""Money that adds up: halves, negatives, and parts that make their whole whatever they are."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lab.analysis.monitor.exact import CENT, round_parts, round_to_cents, to_millionths


@pytest.mark.parametrize(
    ("millionths", "cents"),
    [(0, 0), (4999, 0), (5000, 1), (-4999, 0), (-5000, -1), (14999, 1), (15000, 2), (-15000, -2)],
)
def test_half_a_cent_goes_away_from_zero(millionths, cents):
    assert round_to_cents(millionths) == cents


def test_amounts_become_whole_millionths():
    assert to_millionths(pd.Series([0.1, 33.333333, -0.005, 999999999.99])).tolist() == [
        100_000, 33_333_333, -5_000, 999_999_999_990_000,
    ]  # fmt: skip


def test_the_largest_remainder_is_raised_first():
    assert round_parts(pd.Series([14_000, 17_000, 19_000]), total_cents=5).tolist() == [1, 2, 2]
    assert round_parts(pd.Series([-14_000, 20_000]), total_cents=1).tolist() == [-1, 2]


@given(parts=st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=8), base=st.integers(-(10**12), 10**12))
def test_parts_add_up_and_stay_within_a_cent(parts, base):
    """The whole is a difference of two rounded sums, as that of a bridge."""
    total = round_to_cents(base + sum(parts)) - round_to_cents(base)
    rounded = round_parts(pd.Series(parts), total_cents=total)
    assert rounded.sum() == total
    assert all(abs(found * CENT - part) < CENT for found, part in zip(rounded, parts, strict=True))
    assert all(found * CENT == part for found, part in zip(rounded, parts, strict=True) if part % CENT == 0)
