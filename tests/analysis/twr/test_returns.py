import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lab.analysis.twr.returns import PortfolioReturns, compute_returns, recount_years, summarise_returns
from portfolio_lab.analysis.twr.valuations import NegativeNAV
from portfolio_lab.errors import AnalysisError

MANY = settings(max_examples=10, deadline=None)
MONEY = st.floats(1.0, 1e6)
RATES = st.lists(st.floats(-0.9, 3.0), min_size=1, max_size=6)


def _table(nav_before, cash_flow=0.0, income=0.0, dates=None):
    n = len(nav_before)
    days = pd.to_datetime(dates) if dates else pd.date_range("2021-01-01", periods=n, freq="YS")
    return pd.DataFrame({"portfolio_id": "p", "valuation_date": days, "nav_before": np.array(nav_before, float),
                         "cash_flow": cash_flow, "income": income})  # fmt: skip


def _from_rates(rates, flows, start=1000.0):
    """Exact valuations of a portfolio with these returns and flows at the end of each period (as shares of value)."""
    before, cash, nav = [0.0], [start], start
    for rate, share in zip(rates, flows, strict=True):
        before.append(nav * (1 + rate))
        cash.append(before[-1] * share)
        nav = before[-1] + cash[-1]
    return _table(before, cash)


def _twr(table, **options):
    return compute_returns(table, **options)["twr"].iloc[-1]


def test_every_cell_of_the_reference_table_to_its_printed_digits(reference):
    table = PortfolioReturns.validate(compute_returns(reference, day_count="NL/365", annualise_short=True))
    assert np.isnan(table["r"].iloc[0])
    assert (table["r"].iloc[1:] * 100).round(2).tolist() == [5.0, 3.23, 2.70, 2.50]
    assert ((1 + table["r"].iloc[1:]) * 100).round(2).tolist() == [105.0, 103.23, 102.70, 102.50]
    assert (table["growth"] * 1000).round(0).tolist() == [1000, 1050, 1084, 1113, 1141]
    assert (table["twr"] * 100).round(1).tolist() == [0.0, 5.0, 8.4, 11.3, 14.1]
    assert (table["ear"].iloc[1:] * 100).round(1).tolist() == [10.4, 8.4, 7.4, 6.8]
    assert table["days"].tolist() == [0, 180, 365, 545, 729]
    assert table["years"].round(3).tolist() == [0, 0.493, 1, 1.493, 1.997]
    assert table["nav_after"].tolist() == [100_000, 155_000, 185_000, 200_000, 205_000]
    assert table["nav_initial"].iloc[1:].tolist() == [100_000, 155_000, 185_000, 200_000]


@pytest.mark.parametrize(
    ("day_count", "ear"),
    [
        ("NL/365", [10.3995, 8.3871, 7.4440, 6.8270]),
        ("ACT/365F", [10.339, 8.363, 7.430, 6.817]),
        ("ACT/365.25", [10.347, 8.369, 7.435, 6.822]),
        ("ACT/ACT", [10.369, 8.387, 7.444, 6.827]),
        ("ACT/360", [10.191, 8.244, 7.324, 6.721]),
        ("ACT/364", [10.309, 8.339, 7.409, 6.798]),
        ("NL/360", [10.250, 8.268, 7.338, 6.730]),
        ("30/360", [10.310, 8.387, 7.423, 6.817]),
        ("30U/360", [10.310, 8.387, 7.423, 6.817]),
        ("30E/360", [10.310, 8.387, 7.423, 6.827]),
    ],
)
def test_the_reference_table_under_every_convention(reference, day_count, ear):
    table = compute_returns(reference, day_count=day_count, annualise_short=True)
    assert (table["ear"].iloc[1:] * 100).tolist() == pytest.approx(ear, abs=6e-4)


def test_linking_keeps_full_precision(reference):
    assert _twr(reference) == pytest.approx(0.140994, abs=5e-7)
    assert pytest.approx(0.141010, abs=5e-7) == (1.05 * 1.0323 * 1.0270 * 1.0250 - 1)


@pytest.mark.parametrize(
    ("returns", "twr"),
    [
        ((0.04, 0.09, 0.05, 0.11), 0.321211),
        ((0.0174, -0.0468, 0.0192, -0.0069, 0.0202), 0.001414),
    ],
)
def test_published_chains(returns, twr):
    assert _twr(_from_rates(returns, [0.3] * len(returns))) == pytest.approx(twr, abs=5e-7)


def test_published_examples_with_flows_and_income():
    fincal = compute_returns(_table([0, 120, 260], [100, 120, 0], [0, 2, 4]), day_count="NL/365")
    assert fincal["ear"].iloc[-1] == pytest.approx(0.1584472, abs=5e-8)
    halved = compute_returns(_table([0, 200, 170], [200, -100, 0]), day_count="NL/365")
    assert halved["ear"].iloc[-1] == pytest.approx(0.3038, abs=5e-5)
    avatto = compute_returns(_table([0, 24, 27.5, 24], [20, -2, -2.5, 0]), day_count="NL/365")
    assert avatto["ear"].iloc[-1] == pytest.approx(0.129243, abs=5e-7)


def test_inflows_at_the_start_and_outflows_at_the_end_of_their_day():
    """Portfolio Performance's manual, second to fourth holding period; it prints 6.43 %, 18.18 % is right."""
    second = compute_returns(_table([160.26, 287.49 - 83], [0, 83]), timing="in_start_out_end")["r"].iloc[1]
    third = compute_returns(_table([287.49 - 30, 339.0]))["r"].iloc[1]
    fourth = compute_returns(_table([339.0 - 107, 190.06]))["r"].iloc[1]
    assert second == pytest.approx(0.1818, abs=5e-5)
    assert 1.148010 / ((1 + second) * (1 + third) * (1 + fourth)) == pytest.approx(0.900645, abs=5e-6)


def test_the_day_of_an_inflow_under_two_conventions():
    day = _table([1_023_000, 1_043_000], [0, 20_000], dates=["2012-01-02", "2012-01-03"])
    assert compute_returns(day)["r"].iloc[1] == pytest.approx(0.019550, abs=5e-7)
    assert compute_returns(day, timing="in_start_out_end")["r"].iloc[1] == pytest.approx(0.019175, abs=5e-7)
    assert compute_returns(day, timing="start")["r"].iloc[1] == pytest.approx(0.019175, abs=5e-7)
    assert compute_returns(day, timing="end")["r"].iloc[1] == pytest.approx(0.019550, abs=5e-7)
    out = day.assign(cash_flow=[0, -20_000])
    assert compute_returns(out, timing="in_start_out_end")["r"].iloc[1] == pytest.approx(0.019550, abs=5e-7)
    assert compute_returns(out, timing="start")["r"].iloc[1] == pytest.approx(1_023_000 / 1_003_000 - 1)


def test_published_transfers_do_not_change_the_performance():
    """The series of Portfolio Performance's own test: the same growth with and without flows."""
    growth = np.array([1, 1.023, 1.043, 1.02, 1.05, 1.08, 1.1, 1.04, 0.95])
    rates, start = growth[1:] / growth[:-1] - 1, 1_000_000
    busy = np.array([0, 20_000, -40_000, 0, 0, 540_000, -369_704, 0.0])
    nav, before = start, [0.0]
    for rate, flow in zip(rates, busy, strict=True):
        before.append(nav * (1 + rate))
        nav = before[-1] + flow
    moved = compute_returns(_table(before, [start, *busy]))
    assert moved["growth"].tolist() == pytest.approx(growth.tolist(), rel=1e-12)


def test_annual_rates_of_the_manual_and_the_switch_for_short_spans():
    two_years = compute_returns(_table([100, 130], dates=["2021-01-01", "2023-01-01"]))
    assert two_years["ear"].iloc[-1] == pytest.approx(0.1402, abs=5e-5)
    month = _table([100, 102], dates=["2021-01-01", "2021-02-01"])
    assert np.isnan(compute_returns(month)["ear"].iloc[-1])
    switched = compute_returns(month, annualise_short=True)
    assert switched["ear"].iloc[-1] == pytest.approx(0.2626, abs=5e-5)
    assert switched["is_short"].iloc[-1]
    assert not two_years["is_short"].iloc[-1]


def test_customers_as_a_fund_the_worked_example():
    table = compute_returns(_table([80_000, 68_000, 44_800], [0, -12_000, 0], [0, 25_500, 16_800]), day_count="NL/365")
    assert table["r"].iloc[1:].tolist() == pytest.approx([0.16875, 0.10], abs=1e-12)
    assert table["twr"].iloc[-1] == pytest.approx(0.285625, abs=1e-12)
    assert table["ear"].iloc[-1] == pytest.approx(0.1338540, abs=5e-8)


# edge cases: each row of the page gives its status or its error, and never a made-up 0 % or -100 %


def test_nothing_held_ends_a_segment_and_funding_opens_the_next():
    table = compute_returns(_table([0, 110, 0, 0, 120], [100, -110, 0, 200, 0]))
    assert table["status"].tolist() == ["opening", "ok", "no_base", "no_base", "ok"]
    assert table["segment"].tolist() == [1, 1, 1, 2, 2]
    assert table["r"].isna().tolist() == [True, False, True, True, False]
    assert table["twr"].isna().tolist() == [False, False, True, True, False]
    assert table["twr"].iloc[-1] == pytest.approx(-0.4)
    summary = summarise_returns(table)
    assert summary[["segment", "twr"]].to_numpy().tolist() == [[1, pytest.approx(0.1)], [2, pytest.approx(-0.4)]]


def test_everything_lost_is_minus_one_and_later_money_a_new_segment():
    table = compute_returns(_table([0, 0, 60], [100, 50, 0]))
    assert table["status"].tolist() == ["opening", "closed", "ok"]
    assert table["r"].iloc[1] == -1
    assert table["growth"].iloc[1] == 0
    assert table["segment"].tolist() == [1, 1, 2]
    assert table["twr"].iloc[2] == pytest.approx(0.2)


def test_a_value_below_zero_is_an_error_or_leveraged_and_never_annualised():
    table = _table([100, -20, 30, 40], [0, 60, 0, 0])
    with pytest.raises(NegativeNAV):
        compute_returns(table)
    allowed = compute_returns(table, allow_negative=True)
    assert allowed["status"].tolist() == ["opening", "leveraged", "ok", "ok"]
    assert allowed["r"].iloc[1] == pytest.approx(-1.2)
    assert allowed["ear"].isna().all()
    assert summarise_returns(allowed)["status"].tolist() == ["leveraged"]


def test_income_on_nothing_is_reported_and_not_a_return():
    table = compute_returns(_table([0, 0, 0], [0, 0, 100], [0, 100, 0]))
    assert table["status"].tolist() == ["opening", "income_without_base", "no_base"]
    assert table["r"].isna().all()
    assert table["income_without_base"].tolist() == [0, 100, 0]
    assert table["twr"].isna().all()


def test_two_deposits_with_income_all_withdrawn_earned_something():
    table = compute_returns(_table([0, 100, 208, 0], [100, 100, -208, 0], [0, 8, 8, 0]))
    assert summarise_returns(table)["twr"].iloc[0] > 0
    assert table["status"].iloc[-1] == "no_base"
    assert np.isnan(table["r"].iloc[-1])


def test_flows_without_growth_return_exactly_nothing():
    table = compute_returns(_table([0, 100, 400, 150.3], [100, 300, -249.7, 0]))
    assert table["twr"].iloc[-1] == 0
    assert (table["r"].dropna() == 0).all()


def test_a_single_valuation_has_no_return():
    table = compute_returns(_table([0], [100]))
    assert table["status"].tolist() == ["opening"]
    assert np.isnan(table["r"].iloc[0])
    summary = summarise_returns(table)
    assert summary["status"].tolist() == ["no_return"]
    assert summary["twr"].isna().all()


def test_portfolios_do_not_touch_each_other(reference):
    other = _table([50, 60, 30], [0, 0, 0]).assign(portfolio_id="a")
    both = compute_returns(pd.concat([reference.assign(income=0.0), other]))
    alone = compute_returns(reference).reset_index(drop=True)
    own = both[both["portfolio_id"] == "reference"].reset_index(drop=True)
    pd.testing.assert_frame_equal(own, alone)


def test_an_unvalued_flow_makes_its_period_approximate_and_a_large_one_says_so():
    table = _table([100, 176], dates=["2021-01-01", "2021-01-31"])
    flow = pd.DataFrame({"portfolio_id": "p", "flow_date": pd.to_datetime(["2021-01-16"]), "cash_flow": [100.0]})
    large = compute_returns(table, flow)
    assert large["status"].iloc[1] == "approx_large_flow"
    assert large["r"].iloc[1] == pytest.approx(-0.16)
    valued = compute_returns(_table([100, 120, 176], [0, 100, 0]))
    assert valued["twr"].iloc[-1] == pytest.approx(-0.04)
    small = compute_returns(table, flow.assign(cash_flow=10.0))
    assert small["status"].iloc[1] == "approx"
    assert compute_returns(table, flow, large_flow_share=1.0)["status"].iloc[1] == "approx"


def test_another_day_count_moves_years_and_rates_and_nothing_else(reference):
    flow = pd.DataFrame({"portfolio_id": "reference", "flow_date": pd.to_datetime(["2021-03-01"]), "cash_flow": 90.0})
    asked = {"annualise_short": True}
    found = recount_years(compute_returns(reference, flow, **asked), day_count="NL/365", **asked)
    pd.testing.assert_frame_equal(found, compute_returns(reference, flow, day_count="NL/365", **asked))
    assert found["status"].iloc[3] == "approx"


def test_unknown_timing_is_refused(reference):
    with pytest.raises(AnalysisError, match="unknown flow timing"):
        compute_returns(reference, timing="noon")


# invariants: 10 examples of 20 portfolios each, so that one call answers for all of them


def _stack(tables):
    return pd.concat([table.assign(portfolio_id=f"{k:02d}") for k, table in enumerate(tables)])


def _last(tables, flows=None):
    """The last TWR of each table, computed together."""
    return compute_returns(_stack(tables), flows).groupby("portfolio_id")["twr"].last().to_numpy()


@st.composite
def _cases(draw, n=20):
    """Twenty portfolios: their returns, two sets of flows as shares of value, and an amount."""
    cases = []
    for _ in range(n):
        rates = draw(RATES)
        shares = st.lists(st.floats(-0.9, 5), min_size=len(rates), max_size=len(rates))
        cases.append((rates, draw(shares), draw(shares), draw(MONEY)))
    return cases


@given(cases=_cases(), scale=st.floats(1e-3, 1e4))
@MANY
def test_scaling_everything_leaves_every_return(cases, scale):
    table = _stack([_from_rates(rates, flows).assign(income=1.5) for rates, flows, _, _ in cases])
    scaled = table.assign(**{name: table[name] * scale for name in ("nav_before", "cash_flow", "income")})
    left, right = compute_returns(table)["r"], compute_returns(scaled)["r"]
    assert right.to_numpy() == pytest.approx(left.to_numpy(), rel=1e-9, abs=1e-9, nan_ok=True)


@given(cases=_cases())
@MANY
def test_the_size_of_the_flows_does_not_matter(cases):
    first = _last([_from_rates(rates, flows) for rates, flows, _, _ in cases])
    second = _last([_from_rates(rates, flows) for rates, _, flows, _ in cases])
    exact = [np.prod(1 + np.array(rates)) - 1 for rates, _, _, _ in cases]
    assert first == pytest.approx(second, rel=1e-9, abs=1e-9)
    assert first == pytest.approx(np.array(exact), rel=1e-9, abs=1e-9)


@given(values=st.lists(st.tuples(MONEY, MONEY, MONEY), min_size=20, max_size=20))
@MANY
def test_a_valuation_without_a_flow_changes_nothing(values):
    dates = ["2021-01-01", "2022-05-05", "2023-01-01"]
    split = _last([_table(three, dates=dates) for three in values])
    whole = _last([_table([first, last], dates=[dates[0], dates[2]]) for first, _, last in values])
    assert split == pytest.approx(whole, rel=1e-12, abs=1e-12)


@given(cases=_cases())
@MANY
def test_money_in_and_out_at_one_instant_changes_nothing(cases):
    tables = [_from_rates(rates, flows) for rates, flows, _, _ in cases]
    trips = [
        {"portfolio_id": f"{k:02d}", "flow_date": table["valuation_date"].iloc[-2], "cash_flow": sign * amount}
        for k, (table, (*_, amount)) in enumerate(zip(tables, cases, strict=True))
        for sign in (1, -1)
    ]
    flows = pd.DataFrame(trips)
    there_and_back, back_and_there = _last(tables, flows), _last(tables, flows.iloc[::-1])
    assert there_and_back == pytest.approx(_last(tables), rel=1e-9, abs=1e-9)
    assert there_and_back == pytest.approx(back_and_there, rel=1e-15)


@given(values=st.lists(st.tuples(MONEY, st.floats(0, 1e5)), min_size=20, max_size=20))
@MANY
def test_income_counts_like_value_not_yet_taken_out(values):
    kept = _last([_table([amount, amount + income]) for amount, income in values])
    paid = _last([_table([amount, amount], income=[0.0, income]) for amount, income in values])
    assert paid == pytest.approx(kept, rel=1e-9, abs=1e-12)
