from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lab.analysis.twr.money_weighted import (
    compute_money_weighted_return,
    compute_portfolio_mwr,
    mark_disagreement,
)
from portfolio_lab.analysis.twr.returns import compute_returns
from portfolio_lab.errors import AnalysisError


def _rate(pairs, **options):
    return compute_money_weighted_return([d for d, _ in pairs], [a for _, a in pairs], **options)


@pytest.mark.parametrize(
    ("pairs", "rate", "tolerance"),
    [
        ([(date(2010, 1, 1), -200), (date(2010, 12, 31), 210)], 0.050140747, 5e-9),
        ([(date(2002, 11, 30), -4398), (date(2007, 6, 11), 200), (date(2008, 5, 11), 270), (date(2009, 5, 1), 280),
          (date(2010, 6, 1), 280), (date(2011, 5, 2), 300), (date(2012, 4, 30), 330), (date(2012, 12, 6), 14508)],
         0.14443899, 5e-9),
        ([(date(2019, 5, 24), -1560.94), (date(2020, 1, 13), -1160), (date(2020, 6, 29), 42.80)], -0.999251643, 1e-9),
    ],
)  # fmt: skip
def test_published_rates(pairs, rate, tolerance):
    found = _rate(pairs)
    assert found.rate == pytest.approx(rate, abs=tolerance)
    assert (found.status, found.n_sign_changes, len(found.roots)) == ("ok", 1, 1)


@pytest.mark.parametrize(
    ("flows", "rate"),
    [([-100, -118, 264], 0.138612), ([-200, 100, 170], 0.2052), ([-100, -50, 300], 0.5)],
)
def test_published_yearly_flows(flows, rate):
    found = _rate([(date(2021 + k, 1, 1), flow) for k, flow in enumerate(flows)], day_count="NL/365")
    assert found.rate == pytest.approx(rate, abs=5e-5)
    assert found.period_rate == pytest.approx((1 + found.rate) ** 2 - 1)


@pytest.mark.parametrize(
    ("day_count", "rate"),
    [("NL/365", 6.4020), ("ACT/365F", 6.3960), ("ACT/365.25", 6.4005), ("ACT/ACT", 6.4035), ("ACT/360", 6.3057),
     ("ACT/364", 6.3780), ("NL/360", 6.3116), ("30/360", 6.3963), ("30E/360", 6.4073)],
)  # fmt: skip
def test_the_reference_table_under_every_convention(reference, day_count, rate):
    table = compute_portfolio_mwr(compute_returns(reference, day_count=day_count), day_count=day_count)
    assert table["mwr"].iloc[0] * 100 == pytest.approx(rate, abs=6e-5)
    assert table["n_roots"].tolist() == [1]


def test_several_rates_are_counted_and_none_is_the_headline():
    found = _rate([(date(2021, 1, 1), -100), (date(2021, 5, 27), 230), (date(2022, 1, 1), -132)])
    assert (found.status, found.n_sign_changes, len(found.roots)) == ("several_roots", 2, 2)
    assert np.isnan(found.rate) and np.isnan(found.headline)
    for root in found.roots:
        present = -100 + 230 * (1 + root) ** -0.4 - 132 / (1 + root)
        assert present == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("amounts", [[-100.0, -20.0, -3.0], [0.0, 0.0, 0.0], [5.0, 0.0, 5.0]])
def test_flows_in_one_direction_have_no_rate(amounts):
    found = _rate([(date(2021 + k, 1, 1), amount) for k, amount in enumerate(amounts)])
    assert (found.status, found.roots) == ("no_root", ())
    assert np.isnan(found.rate)


def test_under_a_year_the_period_rate_is_the_headline():
    found = _rate([(date(2021, 1, 1), -100), (date(2021, 2, 1), 102)])
    assert found.headline == pytest.approx(0.02)
    assert found.rate == pytest.approx(0.2626, abs=5e-5)


def test_the_worked_customer_example_and_its_timing_effect():
    table = pd.DataFrame(
        {"portfolio_id": "p", "valuation_date": pd.to_datetime(["2021-01-01", "2022-01-01", "2023-01-01"]),
         "nav_before": [80_000.0, 68_000, 44_800], "cash_flow": [0.0, -12_000, 0], "income": [0.0, 25_500, 16_800]}
    )  # fmt: skip
    found = compute_portfolio_mwr(compute_returns(table, day_count="NL/365"), day_count="NL/365")
    assert found["mwr"].iloc[0] == pytest.approx(0.142632, abs=5e-7)
    assert found["timing_effect"].iloc[0] == pytest.approx(0.142632 - 0.133854, abs=1e-6)


@given(
    spans=st.lists(st.tuples(st.floats(10, 1e6), st.floats(10, 1e6), st.integers(366, 4000)), min_size=20, max_size=20)
)
@settings(max_examples=5, deadline=None)
def test_without_flows_it_equals_the_annual_time_weighted_rate(spans):
    rows = [
        {"portfolio_id": k, "valuation_date": pd.Timestamp("2001-01-01") + pd.Timedelta(days=at), "nav_before": nav}
        for k, (start, end, days) in enumerate(spans)
        for at, nav in ((0, start), (days, end))
    ]
    returns = compute_returns(pd.DataFrame(rows))
    annual = returns.groupby("portfolio_id")["ear"].last()
    assert compute_portfolio_mwr(returns)["mwr"].to_numpy() == pytest.approx(annual.to_numpy(), rel=1e-7, abs=1e-9)


def _portfolio(*rows):
    table = pd.DataFrame(rows, columns=["valuation_date", "nav_before", "cash_flow"])
    table["valuation_date"] = pd.to_datetime(table["valuation_date"])
    return compute_returns(table.assign(portfolio_id="p"))


def test_under_a_year_there_is_no_yearly_rate_unless_asked_for():
    returns = _portfolio(("2026-01-01", 100.0, 0.0), ("2026-04-01", 110.0, 0.0))
    row = compute_portfolio_mwr(returns).iloc[0]
    assert np.isnan(row["mwr"]) and row["period_rate"] == pytest.approx(0.1)
    assert compute_portfolio_mwr(returns, annualise_short=True)["mwr"].iloc[0] == pytest.approx(1.1 ** (365 / 90) - 1)


def test_one_valuation_has_no_period_and_no_rate():
    row = compute_portfolio_mwr(_portfolio(("2026-01-01", 50.0, 0.0))).iloc[0]
    assert (row["mwr_status"], row["n_roots"]) == ("no_period", 0)
    assert np.isnan(row["period_rate"])


def test_after_a_break_the_two_rates_cover_other_times_and_are_not_subtracted():
    returns = _portfolio(("2020-01-01", 100.0, 0.0), ("2021-01-01", 120.0, -120.0), ("2022-01-01", 0.0, 100.0),
                         ("2024-01-01", 110.0, 0.0))  # fmt: skip
    row = compute_portfolio_mwr(returns).iloc[0]
    assert row["mwr"] > 0 and np.isnan(row["timing_effect"])


def test_disagreement_is_between_opposite_sides_of_what_is_required():
    league = pd.DataFrame({"portfolio_id": list("abcd"), "verdict": ["above", "below", "above", "total_loss"]})
    mwr = pd.DataFrame({"portfolio_id": list("abcd"), "period_rate": [0.05, 0.2, 0.2, 0.2], "years": 1.0})
    found = mark_disagreement(league, mwr, discount_rate=0.1)
    assert found["money_weighted_gap"].tolist() == pytest.approx([-0.05, 0.1, 0.1, 0.1])
    assert found["is_mixed"].tolist() == [True, True, False, False]
    assert not mark_disagreement(league, mwr.assign(period_rate=np.nan), discount_rate=0.1)["is_mixed"].any()


def test_empty_and_infinite_flows_are_refused():
    with pytest.raises(AnalysisError, match="finite numbers"):
        compute_money_weighted_return([], [])
    with pytest.raises(AnalysisError, match="finite numbers"):
        _rate([(date(2021, 1, 1), -1.0), (date(2022, 1, 1), np.inf)])


def test_a_flow_between_valuations_counts_on_its_own_day_and_no_flow_counts_twice():
    values = pd.DataFrame({"portfolio_id": ["p", "p", "q", "q"], "nav_before": [100.0, 176.0, 50.0, 60.0],
                           "valuation_date": pd.to_datetime(["2024-01-01", "2024-12-31"] * 2)})  # fmt: skip
    flows = pd.DataFrame({"portfolio_id": ["p", "p"], "cash_flow": [100.0, 30.0],
                          "flow_date": pd.to_datetime(["2024-07-01", "2024-12-31"])})  # fmt: skip
    found = compute_portfolio_mwr(compute_returns(values, flows), flows).set_index("portfolio_id")
    days = [date(2024, 1, 1), date(2024, 7, 1), date(2024, 12, 31)]
    by_hand = compute_money_weighted_return(days, [-100.0, -100.0, 176.0])
    assert found.loc["p", "mwr"] == pytest.approx(by_hand.rate, rel=1e-12)
    assert -0.20 < found.loc["p", "mwr"] < -0.10
    assert found.loc["q", "mwr"] == pytest.approx(0.2, rel=1e-9)
