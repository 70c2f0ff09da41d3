import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.survival.group_summary import (
    build_curves,
    compare_groupings,
    compare_members,
    summarise_groups,
)
from portfolio_lab.analysis.survival.lifetimes import build_lifetimes


def _rows():
    """N: 40, all leave on days 1 to 40; S: 40, nobody leaves; E: 29, too few to show."""
    days = np.arange(1.0, 41.0)
    parts = [
        pd.DataFrame({"duration": days, "event_observed": True, "team": "N"}),
        pd.DataFrame({"duration": days, "event_observed": False, "team": "S"}),
        pd.DataFrame({"duration": days[:29], "event_observed": True, "team": "E"}),
    ]
    return build_lifetimes(pd.concat(parts, ignore_index=True))


def test_groups_by_hand():
    table = summarise_groups(_rows(), "team", limit=100).set_index("group")
    assert table.loc["N", ["n", "n_events", "median"]].tolist() == [40, 40, 20]
    assert table.loc["N", "rmst"] == pytest.approx(20.5)
    assert (table["rmst_limit"] == 40).all()
    assert table.loc[["S", "E"], ["median", "rmst"]].isna().all(axis=None)
    assert table["n_events"].to_dict() == {"E": 29, "N": 40, "S": 0}


def test_an_empty_group_of_a_category_has_a_row_and_no_number():
    rows = _rows()
    rows["team"] = pd.Categorical(rows["team"], categories=["N", "S", "E", "W"])
    table = summarise_groups(rows, "team", limit=100).set_index("group")
    assert table.loc["W", "n"] == 0
    assert np.isnan(table.loc["W", "median"])


def test_curves_are_emptied_below_thirty_at_risk():
    curves = build_curves(_rows(), "team")
    north = curves[curves["group"] == "N"]
    assert north.loc[north["survival"].notna(), "n_at_risk"].min() == 30
    assert curves.loc[curves["group"] == "E", "survival"].isna().all()
    everybody = build_curves(_rows())
    assert set(everybody["grouping"]) == {"all"}
    assert everybody.columns.tolist() == ["grouping", "group", "t", "survival", "low", "high", "n_at_risk"]


def test_groups_without_enough_events_are_left_out_of_the_test():
    rows = _rows().assign(half=lambda r: np.where(r.index % 2, "a", "b"), one="x")
    table = compare_groupings(rows, ["team", "half", "one"]).set_index("grouping")
    assert table.index.tolist() == ["team", "half"]
    assert table.loc["team", "df"] == 1


def test_a_group_that_entered_late_as_a_whole_gets_no_number():
    rows = _rows()
    rows.loc[rows["team"] == "N", "entry"] = 0.5
    assert np.isnan(summarise_groups(rows, "team", limit=100).set_index("group").loc["N", "rmst"])
    rows.loc[0, "entry"] = 0.0
    assert summarise_groups(rows, "team", limit=100).set_index("group").loc["N", "rmst"] > 0


def test_pairs_put_the_one_that_stays_longer_first():
    days = np.arange(1.0, 41.0)
    slow = pd.DataFrame({"duration": 2 * days, "event_observed": True, "team": "A-slow"})
    fast = pd.DataFrame({"duration": days, "event_observed": True, "team": "fast"})
    small = fast.head(20).assign(team="small")
    rows = build_lifetimes(pd.concat([fast, slow, small], ignore_index=True))
    pairs = compare_members(rows, summarise_groups(rows, "team", limit=40))
    assert pairs[["grouping", "group_1", "group_2"]].to_numpy().tolist() == [["team", "A-slow", "fast"]]
    # means up to 40: slow 20 × mean(2, 4, …, 40) = 21 for half, 40 for the other half; fast 20.5
    assert pairs["difference"].iloc[0] == pytest.approx((21 + 40) / 2 - 20.5)
    assert bool(pairs["is_clear"].iloc[0])
    renamed = rows.assign(team=rows["team"].replace("A-slow", "z-slow"))
    turned = compare_members(renamed, summarise_groups(renamed, "team", limit=40))
    assert turned["group_1"].tolist() == ["z-slow"]
    columns = ["difference", "low", "high", "p_holm"]
    assert turned[columns].iloc[0].tolist() == pytest.approx(pairs[columns].iloc[0].tolist())


def test_too_many_or_too_few_groups_have_no_pairs():
    rows = _rows()
    many = build_lifetimes(pd.concat([rows[rows["team"] == "N"].assign(team=f"t{i}") for i in range(7)]))
    assert compare_members(many, summarise_groups(many, "team", limit=40)).empty
    assert compare_members(rows, summarise_groups(rows, "team", limit=40)).empty


def test_without_a_limit_means_run_as_far_as_ten_of_each_group_were_followed():
    rows = pd.DataFrame({"duration": np.arange(1.0, 201), "event_observed": True, "entry": 0.0})
    rows["team"] = np.where(rows["duration"] <= 50, "a", "b")
    rows = pd.concat([rows, rows.head(3).assign(team="c")])
    table = summarise_groups(rows, "team", limit=None).set_index("group")
    assert table["rmst_limit"].unique().tolist() == [41.0]
    assert table.loc["b", "rmst"] == 41
    assert np.isnan(table.loc["c", "rmst"])
