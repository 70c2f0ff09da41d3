import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.twr.composite import (
    build_aggregate,
    compute_composite,
    compute_dispersion,
    select_members,
)
from portfolio_lab.analysis.twr.returns import compute_returns
from portfolio_lab.analysis.twr.statement import build_statement, build_valuations
from portfolio_lab.errors import AnalysisError

MEMBERS = pd.DataFrame(
    {
        "period": 2026,
        "portfolio_id": list("abcdef"),
        "nav_initial": [80_000.0, 50_000, 120_000, 30_000, 60_000, 10_000],
        "r": [0.16875, 0.10, 0.05, -0.20, 0.12, 0.30],
    }
)


def test_composite_and_dispersion_of_the_worked_example():
    row = compute_composite(MEMBERS).iloc[0]
    assert row["r"] == pytest.approx(0.082, abs=1e-9)
    assert row["equal_weighted"] == pytest.approx(0.0897917, abs=1e-7)
    spread = compute_dispersion(MEMBERS)
    assert spread["asset_weighted"] == pytest.approx(0.1026607, abs=1e-7)
    assert spread["population"] == pytest.approx(0.1511077, abs=1e-7)
    assert spread["sample"] == pytest.approx(0.1655302, abs=1e-7)


def test_dispersion_of_fewer_than_six_is_suppressed_and_the_number_given():
    spread = compute_dispersion(MEMBERS.head(5))
    assert spread["n_members"] == 5
    assert np.isnan([spread[name] for name in ("asset_weighted", "population", "sample")]).all()
    with pytest.raises(AnalysisError, match="present the whole time"):
        compute_dispersion(MEMBERS.assign(r=np.nan))


def test_undefined_members_are_left_out_and_periods_linked():
    two = pd.concat([MEMBERS, MEMBERS.assign(period=2027, r=[np.nan, 0.1, 0.1, 0.1, 0.1, 0.1])])
    table = compute_composite(two)
    assert table["n_members"].tolist() == [6, 5]
    assert table["twr"].iloc[-1] == pytest.approx(1.082 * 1.1 - 1)


def test_the_aggregate_equals_the_composite_when_transfers_fall_on_period_ends(positions):
    statement = build_statement(positions, discount_rate=0.1, day_count="NL/365")
    valuations = build_valuations(statement)
    members = compute_returns(valuations).rename(columns={"valuation_date": "period"})
    whole = compute_returns(build_aggregate(valuations, portfolio_id="company"))
    assert whole["twr"].iloc[-1] == pytest.approx(compute_composite(members)["twr"].iloc[-1], abs=1e-12)


def test_a_member_not_valued_with_the_others_is_refused(positions):
    valuations = build_valuations(build_statement(positions, discount_rate=0.1))
    with pytest.raises(AnalysisError, match="not valued on every day"):
        build_aggregate(valuations.drop(index=1), portfolio_id="company")


def test_a_member_that_joins_or_ends_is_a_flow_and_no_return():
    days = pd.to_datetime(["2025-12-31", "2026-06-30", "2026-12-31"])
    rows = [
        ("stays", days[0], 100.0, 0.0, 0.0), ("stays", days[1], 110.0, 0.0, 5.0), ("stays", days[2], 121.0, 0.0, 0.0),
        ("joins", days[1], 400.0, 50.0, 7.0), ("joins", days[2], 495.0, 0.0, 0.0),
        ("ends", days[0], 50.0, 10.0, 0.0), ("ends", days[1], 66.0, -60.0, 0.0),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["portfolio_id", "valuation_date", "nav_before", "cash_flow", "income"])
    whole = build_aggregate(table, portfolio_id="company")
    assert whole["nav_before"].tolist() == [150.0, 176.0, 616.0]
    assert whole["cash_flow"].tolist() == [10.0, 384.0, 0.0]
    assert whole["income"].tolist() == [0.0, 5.0, 0.0]
    assert compute_returns(whole)["r"].tolist()[1:] == pytest.approx([181 / 160 - 1, 616 / 560 - 1])
    single = build_aggregate(table[table["portfolio_id"] != "ends"].drop(index=4), portfolio_id="company")
    assert single["nav_before"].tolist() == [100.0, 110.0, 121.0]
    assert single["cash_flow"].tolist() == [0.0, 0.0, 0.0]


def test_members_are_those_held_the_whole_time_without_a_break():
    days = pd.to_datetime(["2021-01-01", "2022-01-01", "2023-01-01"])
    held = {"whole": [100.0, 110.0, 121.0], "broken": [100.0, 0.0, 50.0], "zero": [0.0, 0.0, 0.0]}
    rows = [
        {"portfolio_id": name, "valuation_date": day, "nav_before": value}
        for name, values in held.items()
        for day, value in zip(days, values, strict=True)
    ]
    late = [{"portfolio_id": "late", "valuation_date": day, "nav_before": 80.0} for day in days[1:]]
    early = [{"portfolio_id": "early", "valuation_date": day, "nav_before": 80.0} for day in days[:2]]
    table = pd.DataFrame([*rows, *late, *early]).assign(cash_flow=0.0)
    table.loc[(table["portfolio_id"] == "broken") & (table["valuation_date"] == days[1]), "cash_flow"] = 50.0
    members = select_members(compute_returns(table))
    assert members["portfolio_id"].tolist() == ["whole"]
    assert members["nav_initial"].tolist() == [100.0] and members["r"].tolist() == pytest.approx([0.21])
    assert np.isnan(compute_dispersion(members.head(0))["asset_weighted"])
