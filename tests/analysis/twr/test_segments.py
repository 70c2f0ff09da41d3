import pandas as pd
import pytest

from portfolio_lab.analysis.twr.attribution import compute_attribution, link_attribution
from portfolio_lab.analysis.twr.positions import regroup_positions
from portfolio_lab.analysis.twr.returns import compute_returns
from portfolio_lab.analysis.twr.segments import build_segment_returns
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
