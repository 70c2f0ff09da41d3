import pandas as pd
import pytest

from portfolio_lab.analysis.twr.attribution import compute_attribution, link_attribution
from portfolio_lab.analysis.twr.positions import regroup_positions
from portfolio_lab.analysis.twr.returns import compute_returns
from portfolio_lab.analysis.twr.segments import attribute_portfolios, build_segment_returns, fill_segments
from portfolio_lab.analysis.twr.statement import build_statement, build_valuations
from portfolio_lab.errors import AnalysisError

EFFECTS = ["allocation", "selection", "interaction"]


def _segments(positions):
    """A segment that is known at each day: two halves of the customers."""
    half = positions["customer_id"].astype(int) % 2
    return positions[["valuation_date", "customer_id"]].assign(segment=half.map({0: "even", 1: "odd"}))


def _twr(positions, portfolio):
    returns = compute_returns(build_valuations(build_statement(positions, discount_rate=0.1)))
    return returns[returns["portfolio_id"] == portfolio]["twr"].iloc[-1]


def test_the_effects_of_all_segments_are_the_difference_to_the_company(positions):
    live = positions[positions["customer_id"].astype(int) < 240]
    table = build_segment_returns(live, _segments(live), portfolio_id=0)
    linked = link_attribution(compute_attribution(table))[EFFECTS].to_numpy().sum()
    company = regroup_positions(live, dict.fromkeys(range(6), "company"))
    assert linked == pytest.approx(_twr(live, 0) - _twr(company, "company"), abs=1e-9)


def test_weights_are_those_of_the_periods_start_by_hand():
    days = pd.to_datetime(["2025-01-01", "2026-01-01"])
    positions = pd.DataFrame(
        {
            "valuation_date": [days[0]] * 3 + [days[1]] * 3,
            "customer_id": ["a", "b", "c"] * 2,
            "value_amount": [100.0, 300.0, 600.0, 110.0, 0.0, 660.0],
            "margin_amount": [0.0, 0, 0, 10, 30, 60],
            "portfolio_before": ["s", "s", "t"] * 2,
            "portfolio_after": ["s", "s", "t"] * 2,
        }
    )
    segments = pd.DataFrame(
        {"valuation_date": days[0], "customer_id": ["a", "b", "c"], "segment": ["active", "inactive", "active"]}
    )
    table = build_segment_returns(positions, segments, portfolio_id="s").set_index("segment")
    assert table["portfolio_weight"].to_dict() == pytest.approx({"active": 0.25, "inactive": 0.75})
    assert table["benchmark_weight"].to_dict() == pytest.approx({"active": 0.7, "inactive": 0.3})
    assert table["portfolio_return"].to_dict() == pytest.approx({"active": 0.2, "inactive": -0.9})
    assert table["benchmark_return"].to_dict() == pytest.approx({"active": 0.2, "inactive": -0.9})


def test_a_held_customer_without_a_segment_is_refused(positions):
    with pytest.raises(AnalysisError, match="no segment"):
        build_segment_returns(positions, _segments(positions).iloc[5:], portfolio_id=0)


def test_small_holdings_have_no_selection_and_the_sum_stays(positions):
    """Portfolio 0 against the company: the parts add up to the difference of the linked returns."""
    known = positions[["valuation_date", "customer_id"]].assign(
        segment=(positions["customer_id"].astype(int) % 3).astype(str)
    )
    table = attribute_portfolios(positions, known, [0, 1])
    assert set(table["portfolio_id"]) == {0, 1}
    returns = compute_returns(build_valuations(build_statement(positions, discount_rate=0.1)))
    twr = returns.groupby("portfolio_id")["twr"].last()
    whole = regroup_positions(positions, dict.fromkeys(range(6), "all"))
    company = compute_returns(build_valuations(build_statement(whole, discount_rate=0.1)))["twr"].iloc[-1]
    sums = table.groupby("portfolio_id")[["allocation", "selection", "interaction"]].sum().sum(axis=1)
    assert sums[0] == pytest.approx(twr[0] - company, abs=1e-9)
    strict = attribute_portfolios(positions, known, [0], min_share=0.9)
    assert strict["selection"].abs().max() == 0 or set(strict["segment"]) == {"others"}
    assert strict[["allocation", "selection", "interaction"]].to_numpy().sum() == pytest.approx(sums[0], abs=1e-9)


def test_segments_are_those_of_the_last_month_end():
    known = pd.DataFrame(
        {"month_end": pd.to_datetime(["2026-01-31", "2026-02-28"]), "customer_id": "a", "segment": ["A", "B"]}
    )
    days = pd.to_datetime(["2026-01-31", "2026-02-27", "2026-02-28", "2026-03-15"])
    asked = pd.DataFrame({"valuation_date": days, "customer_id": ["a", "a", "a", "b"]})
    assert fill_segments(known, asked, newcomer="new")["segment"].tolist() == ["A", "A", "B", "new"]
