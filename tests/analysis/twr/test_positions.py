from datetime import date

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.twr.positions import (
    derive_owners,
    derive_valuation_dates,
    keep_closed_with_holder,
    prepare_positions,
)
from portfolio_lab.errors import AnalysisError

STAYS = pd.DataFrame(
    {
        "customer_id": ["a", "a", "b", "c"],
        "salesperson_id": ["s1", "s2", "s1", "s2"],
        "start_date": pd.to_datetime(["2025-01-01", "2026-02-11", "2025-01-01", "2026-02-20"]),
        "end_date": pd.to_datetime(["2026-02-11", None, "2026-03-01", None]),
    }
)


def test_valued_at_month_ends_and_on_the_eve_of_every_transfer():
    dates = derive_valuation_dates(date(2026, 1, 31), date(2026, 3, 15), STAYS)
    assert dates == [date(2026, 1, 31), date(2026, 2, 10), date(2026, 2, 19), date(2026, 2, 28), date(2026, 3, 15)]


def test_holders_before_and_after_the_close_of_the_day():
    days = pd.to_datetime(["2026-01-31", "2026-02-10", "2026-02-19", "2026-02-28"])
    values = pd.DataFrame(
        [(day, customer) for day in days for customer in "abc"], columns=["valuation_date", "customer_id"]
    )
    values = values[~((values["customer_id"] == "c") & (values["valuation_date"] < days[2]))]
    table = derive_owners(values, STAYS).set_index(["customer_id", "valuation_date"])
    a = table.loc["a"]
    assert a["portfolio_before"].tolist() == ["s1", "s1", "s2", "s2"]
    assert a["portfolio_after"].tolist() == ["s1", "s2", "s2", "s2"]
    assert table.loc["b"]["portfolio_after"].tolist() == ["s1", "s1", "s1", "unassigned"]
    c = table.loc["c"]
    assert c["portfolio_before"].isna().tolist() == [True, False]
    assert c["portfolio_after"].tolist() == ["s2", "s2"]


def _small():
    days = pd.to_datetime(["2026-01-31", "2026-02-28"])
    return pd.DataFrame(
        {
            "valuation_date": days.repeat(2),
            "customer_id": ["a", "b"] * 2,
            "value_amount": [100.0, 50.0, 90.0, 0.0],
            "margin_amount": [0.0, 0.0, 12.0, 3.0],
            "portfolio_before": ["s1"] * 4,
            "portfolio_after": ["s1"] * 4,
        }
    )


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda t: t.drop(index=3), "a customer vanishes.*keep lost customers at value 0"),
        (lambda t: t.assign(portfolio_before=["s1", "s1", "s2", "s1"]), "customer a changed hands before 2026-02-28"),
        (lambda t: t.assign(value_amount=[100.0, np.nan, 90.0, 0.0]), "lacks a value"),
        (lambda t: t.assign(portfolio_after=["s1", "s1", None, "s1"]), "lacks a value, a margin or a holder"),
        (lambda t: pd.concat([t, t.tail(1)]), "stands twice on one day"),
        (lambda t: t.assign(basis_id=["x", "y", "x", "x"]), "values of two bases"),
    ],
)
def test_positions_that_would_mislead_are_refused(spoil, message):
    with pytest.raises(AnalysisError, match=message):
        prepare_positions(spoil(_small()))


def test_amounts_become_integer_cents():
    table = prepare_positions(_small().assign(value_amount=[100.004, 50.006, 90.0, 0.0]))
    assert table.loc[table["step"] == 0, "value_cents"].tolist() == [10000, 5001]
    assert table["value_cents"].dtype == np.int64


CLOSED = pd.DataFrame({"customer_id": ["b"], "closed_date": pd.to_datetime(["2026-03-01"])})


def test_the_loss_of_a_closed_customer_stays_with_its_last_holder():
    kept = keep_closed_with_holder(STAYS, CLOSED).set_index("customer_id")
    assert pd.isna(kept.loc["b", "end_date"])
    assert kept.loc["a", "end_date"].tolist() == STAYS.loc[:1, "end_date"].tolist()
    shortly_before = CLOSED.assign(closed_date=pd.Timestamp("2026-04-01"))
    assert pd.isna(keep_closed_with_holder(STAYS, shortly_before).set_index("customer_id").loc["b", "end_date"])
    later = CLOSED.assign(closed_date=pd.Timestamp("2026-04-02"))
    assert keep_closed_with_holder(STAYS, later)["end_date"].tolist() == STAYS["end_date"].tolist()
    moved = CLOSED.assign(customer_id="a", closed_date=pd.Timestamp("2026-02-11"))
    assert keep_closed_with_holder(STAYS, moved)["end_date"].tolist() == STAYS["end_date"].tolist()


def test_a_change_before_the_first_purchase_needs_no_valuation():
    known = pd.Series(pd.to_datetime(["2025-06-01", "2026-03-01", "2026-02-19"]), index=list("abc"))
    dates = derive_valuation_dates(date(2026, 1, 31), date(2026, 3, 15), STAYS, known_since=known)
    assert dates == [date(2026, 1, 31), date(2026, 2, 10), date(2026, 2, 19), date(2026, 2, 28), date(2026, 3, 15)]
    on_the_day = known.where(known.index != "c", pd.Timestamp("2026-02-20"))
    dates = derive_valuation_dates(date(2026, 1, 31), date(2026, 3, 15), STAYS, known_since=on_the_day)
    assert date(2026, 2, 19) not in dates
