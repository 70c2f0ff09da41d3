from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from simulators.value import review_of_portfolios

from portfolio_lab.analysis.twr.statement import compute_closing_gap
from portfolio_lab.analysis.twr.valuations import NegativeNAV, Reconciliation
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import Policy
from portfolio_lab.reports.catalog import Twr
from portfolio_lab.reports.topics.twr_inputs import (
    Portfolios,
    as_company,
    choose_start,
    read_names,
    read_portfolios,
    read_teams,
)

COLUMNS = ["portfolio_id", "valuation_date", "nav_before", "cash_flow", "income"]


def brought(*rows, **options):
    """A review that brings only the table of valuations."""
    table = pd.DataFrame(rows, columns=COLUMNS)
    table["valuation_date"] = pd.to_datetime(table["valuation_date"])
    return SimpleNamespace(
        params=Twr(**options), policy=Policy(), has=lambda name: name == "valuations", table=lambda name: table
    )


TWO = (
    ("A", "2024-01-01", np.nan, 100.0, np.nan), ("A", "2025-01-01", 110.0, 50.0, 10.0), ("A", "2026-01-01", 152, 0, 0),
    ("B", "2024-01-01", 300.0, 0.0, 0.0), ("B", "2025-01-01", 330.0, -30.0, 0.0), ("B", "2026-01-01", 270.0, 0, 0),
)  # fmt: skip


def test_brought_portfolios_by_hand():
    found = read_portfolios(brought(*TWO))
    assert found.is_brought and found.problem == ""
    twr = found.league.set_index("portfolio_id")["twr"]
    assert twr["A"] == pytest.approx(1.2 * 152 / 160 - 1)
    assert twr["B"] == pytest.approx(1.1 * 0.9 - 1)
    assert found.whole.judged["twr"].iloc[0] == pytest.approx((110 + 10 + 330) / 400 * (152 + 270) / 460 - 1)
    years = 731 / 365
    assert found.league["required_return"].tolist() == pytest.approx([1.1**years - 1] * 2)
    assert found.league["verdict"].tolist() == ["below", "below"]
    assert found.league["low"].isna().all()


def test_portfolios_valued_on_different_days_have_no_company_and_say_why():
    found = read_portfolios(brought(*TWO[:3], *TWO[3::2]))
    assert found.whole is None
    assert "portfolio B is not valued on every day" in found.problem and "2025-01-01" in found.problem
    assert len(found.league) == 2


@pytest.mark.parametrize(
    ("rows", "options", "error", "message"),
    [
        ((TWO[1], TWO[0], TWO[2]), {}, AnalysisError, "do not rise in row 2 .*sort_rows: true"),
        ((TWO[0], ("A", "2025-01-01", -1.0, 0.0, 0.0)), {}, NegativeNAV, "below zero in row 2, header not counted"),
        ((TWO[0], ("A", "2025-01-01", np.nan, 0.0, 0.0), TWO[2]), {}, AnalysisError, "neither a value nor a flow"),
        ((TWO[0], ("A", "2025-01-01", np.inf, 0.0, 0.0)), {}, AnalysisError, "infinite in row 2"),
    ],
)
def test_what_has_no_return_is_refused_by_row(rows, options, error, message):
    with pytest.raises(error, match=message):
        read_portfolios(brought(*rows, **options))


def test_given_values_after_the_flow_are_reconciled():
    review = brought(*TWO)
    table = review.table("valuations").assign(nav_after=[100.0, 160, 152, 300, 301, 270])
    with pytest.raises(Reconciliation, match=r"row 5.*given 301\.00, from the other columns 300\.00"):
        read_portfolios(SimpleNamespace(**{**vars(review), "table": lambda name: table}))


def test_switches_allow_what_is_refused_by_default():
    found = read_portfolios(brought(TWO[1], TWO[2], ("A", "2024-01-01", np.nan, 100.0, 0.0), sort_rows=True))
    assert found.league["twr"].iloc[0] == pytest.approx(1.2 * 152 / 160 - 1)
    below = read_portfolios(brought(TWO[0], ("A", "2025-06-01", -1.0, 5.0, 0.0), allow_negative=True))
    assert below.returns["status"].iloc[-1] == "leveraged" and np.isnan(below.returns["ear"].iloc[-1])


@pytest.mark.parametrize(("timing", "r"), [("at_valuation", 1.2 - 1), ("start", 20 / 150), ("end", 0.2)])
def test_the_timing_of_flows_is_a_parameter(timing, r):
    found = read_portfolios(brought(*TWO[:3], timing=timing))
    assert found.returns["r"].iloc[1] == pytest.approx(r)
    assert set(found.returns["timing"]) == {timing}


LOST = (
    ("B", "2026-01-01", 1000.0, 0.0, 0.0), ("B", "2026-02-01", 0.0, 0.0, 0.0),
    ("B", "2026-03-01", 0.0, 500.0, 0.0), ("B", "2026-04-01", 550.0, 0.0, 0.0),
)  # fmt: skip
HANDED_OUT = (
    ("C", "2026-01-01", 200.0, 0.0, 0.0), ("C", "2026-02-01", 260.0, -260.0, 0.0),
    ("C", "2026-03-01", 0.0, 100.0, 0.0), ("C", "2026-04-01", 90.0, 0.0, 0.0),
)  # fmt: skip


def test_what_came_after_a_total_loss_beats_nothing():
    found = read_portfolios(brought(*LOST))
    row = found.league.iloc[0]
    assert (row["verdict"], row["twr"]) == ("total_loss", -1.0)
    assert row["required_return"] == pytest.approx(1.1 ** (90 / 365) - 1)
    assert np.isnan(row["ear"]) and not row["is_mixed"]
    assert found.returns["r"].tolist()[1::2] == pytest.approx([-1.0, 0.1])


def test_a_value_paid_out_in_full_is_no_loss():
    paid = (LOST[0], ("B", "2026-02-01", 0.0, 0.0, 1100.0), *LOST[2:])
    assert read_portfolios(brought(*paid)).league["verdict"].tolist() == ["above"]


def test_a_total_loss_at_the_end_is_below():
    assert read_portfolios(brought(*LOST[:2])).league["verdict"].tolist() == ["below"]


def test_opposite_verdicts_of_the_two_returns_are_marked():
    row = read_portfolios(brought(*HANDED_OUT)).league.iloc[0]
    assert row["verdict"] == "below" and row["is_mixed"]
    assert row["money_weighted_gap"] == pytest.approx(0.677029 - (1.1 ** (90 / 365) - 1), abs=1e-6)


def test_a_single_valuation_has_no_return_and_no_verdict():
    found = read_portfolios(brought(("A", "2025-01-01", 100.0, 0.0, 0.0)))
    assert found.league["verdict"].tolist() == ["undefined"]
    assert found.whole.judged["twr"].isna().all()


def test_under_a_year_nothing_is_annualised_unless_asked_for():
    rows = (("A", "2025-01-01", 100.0, 0.0, 0.0), ("A", "2025-07-01", 105.0, 0.0, 0.0))
    assert np.isnan(read_portfolios(brought(*rows)).league["ear"].iloc[0])
    asked = read_portfolios(brought(*rows, annualise_short=True)).league.iloc[0]
    assert asked["ear"] == pytest.approx(1.05 ** (365 / 181) - 1) and asked["is_short"]


@pytest.fixture(scope="module")
def company():
    return review_of_portfolios(Twr(months=6, n_bootstrap=100))


@pytest.fixture(scope="module")
def found(company):
    return read_portfolios(company)


def test_portfolios_of_customers_close_and_transfers_cancel(found):
    assert isinstance(found, Portfolios) and not found.is_brought
    assert compute_closing_gap(found.statement).abs().max() < 1e-6
    assert found.statement["transfer_in"].sum() == found.statement["transfer_out"].sum() > 0
    assert found.company_statement[["transfer_in", "transfer_out"]].to_numpy().sum() == 0
    assert found.names == {"S1": "Ana", "S2": "Ben"}
    assert set(found.league["portfolio_id"]) == {"S1", "S2"}
    assert pd.Timestamp("2023-10-09") in set(found.returns["valuation_date"])


def test_the_basis_changes_on_the_last_day_only_and_in_no_return(found):
    by_day = found.company_statement.set_index("valuation_date")["basis_change"]
    assert (by_day.iloc[:-1] == 0).all() and by_day.iloc[-1] != 0
    row = found.company_statement.iloc[-1]
    r = found.whole.returns["r"].iloc[-1]
    assert r == pytest.approx((row["unwind"] + row["experience"]) / row["opening"], abs=1e-6)


def test_the_company_is_one_portfolio(found):
    whole = as_company(found.positions)
    assert set(whole["portfolio_after"]) == {"company"}
    assert whole["portfolio_before"].isna().equals(found.positions["portfolio_before"].isna())


@pytest.mark.parametrize(
    ("first", "as_of", "months", "start"),
    [
        ("2021-12-31", date(2023, 12, 31), 12, date(2022, 12, 31)),
        ("2021-12-31", date(2023, 12, 31), 24, date(2022, 12, 31)),
        ("2022-01-10", date(2023, 4, 30), 24, date(2023, 1, 31)),
        ("2022-02-10", date(2023, 4, 30), 24, None),
        ("2020-01-01", date(2023, 6, 15), 6, date(2022, 12, 15)),
    ],
)
def test_the_span_begins_after_a_year_to_learn_from(first, as_of, months, start):
    days = pd.DataFrame({"order_date": pd.to_datetime([first])})
    assert choose_start(days, as_of=as_of, months=months) == start


def test_too_short_a_history_or_horizon_is_said(company):
    early = SimpleNamespace(**{**vars(company), "as_of": date(2023, 1, 31)})
    assert "15 months of orders" in read_portfolios(early)
    short = Policy.model_validate({"value": {"horizon_months": 6}})
    assert "set fewer months" in read_portfolios(SimpleNamespace(**{**vars(company), "policy": short}))


def test_names_that_two_people_share_stay_numbers():
    people = pd.DataFrame({"salesperson_id": ["1", "2", "3"], "name": ["Ana", "Ana", "Ben"], "team": ["N", None, "S"]})
    review = SimpleNamespace(has=lambda name: True, table=lambda name: people)
    assert read_names(review, pd.Series(["1", "2", "3", "unassigned"])) == {
        "1": "1", "2": "2", "3": "Ben", "unassigned": "unassigned",
    }  # fmt: skip
    assert read_teams(review) == {"1": "N", "3": "S"}
    nobody = SimpleNamespace(has=lambda name: False)
    assert read_names(nobody, pd.Series(["1"])) == {"1": "1"} and read_teams(nobody) == {}
