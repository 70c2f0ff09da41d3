"""Chances to move within a month: counts by hand, and intervals that hold the planted chance as often as they say."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.monitor.chances import estimate_monthly_chances
from portfolio_lab.analysis.monitor.states import N_FREQUENCY, N_SILENCE, UNKNOWN, StatePanel
from portfolio_lab.analysis.stages import STAGES

WIDTH = N_SILENCE * N_FREQUENCY


def _panel(*months):
    codes = [[UNKNOWN if one is None else STAGES.index(one) * WIDTH for one in month] for month in months]
    return StatePanel((), pd.Index(range(len(codes[0]))), np.array(codes))


def test_counts_and_shares_by_hand():
    table = estimate_monthly_chances(
        _panel(["active", "active", None], ["active", "pre_inactive", "active"], ["pre_inactive", "active", "active"])
    ).set_index(["stage_before", "stage"])
    assert table.loc[("active", "active"), ["n_before", "n_moved"]].tolist() == [4, 2]
    assert table.loc[("active", "pre_inactive"), "share"] == 0.5
    assert table.loc[("pre_inactive", "active"), "share"] == 1.0
    assert set(table.index.get_level_values(0)) == {"active", "pre_inactive"}
    assert table.groupby(level=0)["share"].sum().tolist() == pytest.approx([1, 1])


def test_only_the_last_months_count():
    months = [["active"]] * 3 + [["inactive"]] * 3
    table = estimate_monthly_chances(_panel(*months), window=2)
    assert set(table["stage_before"]) == {"inactive"}
    assert estimate_monthly_chances(_panel(*months[:1])).empty


def test_intervals_hold_the_planted_chance():
    """120 repetitions of 200 customers who leave with a chance of 10 %: a 95 % interval misses in 5 % of them."""
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(120):
        left = np.where(rng.random(200) < 0.1, "pre_inactive", "active")
        table = estimate_monthly_chances(_panel(["active"] * 200, left)).set_index("stage")
        low, high = table.loc["pre_inactive", ["low_share", "high_share"]]
        held += low <= 0.1 <= high
    assert 0.89 <= held / 120 <= 0.995
