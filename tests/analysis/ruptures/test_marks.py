from datetime import date

import pandas as pd
import pytest

from portfolio_lab.analysis.periods import period_containing
from portfolio_lab.analysis.ruptures import marks
from portfolio_lab.errors import AnalysisError

PERIOD = period_containing(date(2026, 9, 30), "quarter")  # 1 July to 30 September, 92 days


def frame(rows, columns):
    made = pd.DataFrame(rows, columns=columns)
    dates = [name for name in columns if name.endswith("_date")]
    return made.assign(**{name: pd.to_datetime(made[name]) for name in dates})


def test_default_is_an_invoice_sixty_days_overdue_on_a_day_of_the_period():
    bills = frame(
        [
            ("open", "2026-08-01", 5.0, None),  # 60 days late on 30 September
            ("young", "2026-08-02", 5.0, None),
            ("paid_before", "2026-01-01", 5.0, "2026-06-30"),
            ("paid_within", "2026-01-01", 5.0, "2026-07-01"),
            ("paid_in_time", "2026-06-01", 5.0, "2026-07-30"),  # 59 days late
            ("paid_late", "2026-06-01", 5.0, "2026-07-31"),  # 60 days late
            ("credit", "2026-01-01", -5.0, None),
        ],
        ["customer_id", "due_date", "amount", "paid_date"],
    )
    found = marks.find_in_default(bills, period=PERIOD, default_days=60)
    assert found.tolist() == ["open", "paid_late", "paid_within"]


def test_not_attended_follows_the_standard_of_the_plan():
    planned = pd.DataFrame(
        {"customer_id": ["a", "b", "c", "d", "e", "f"], "contacts_per_period": [4, 4, 1, 1, 0, 1]}
    )  # standards: 23 and 92 days
    contacts = frame(
        [
            ("a", "2026-06-07", "out"),  # 24 days before: too early
            ("b", "2026-06-08", "out"),
            ("c", "2026-03-31", "out"),  # 92 days before
            ("d", "2026-08-01", "in"),  # the customer called, not we
            ("f", "2026-10-01", "out"),  # after the period
        ],
        ["customer_id", "contact_date", "direction"],
    )
    found = marks.find_not_attended(planned, contacts, period=PERIOD)
    assert found.tolist() == ["a", "d", "f"]
    without = contacts.drop(columns="direction")
    assert marks.find_not_attended(planned, without, period=PERIOD).tolist() == ["a", "f"]


def test_a_claim_must_be_open_for_thirty_days_of_the_period():
    events = frame(
        [
            ("long", "claim", "2026-05-01", "2026-07-31"),  # 30 days within
            ("short", "claim", "2026-05-01", "2026-07-30"),
            ("open", "claim", "2026-09-01", None),  # 30 days to the end
            ("late", "claim", "2026-09-02", None),
            ("other", "after_sales", "2026-05-01", None),
        ],
        ["customer_id", "kind", "opened_date", "closed_date"],
    )
    assert marks.find_claims_open(events, period=PERIOD, open_claim_days=30).tolist() == ["long", "open"]


def test_the_usual_product_is_that_of_most_days():
    counts = pd.DataFrame(
        {"customer_id": ["a", "a", "b", "b"], "product_id": ["p", "q", "q", "p"], "n_purchase_days": [1, 3, 2, 2]}
    )
    assert marks.find_usual_products(counts).to_numpy().tolist() == [["a", "q"], ["b", "p"]]


def test_out_of_stock_counts_the_days_of_the_period_between_counts():
    usual = pd.DataFrame({"customer_id": ["a", "b", "c", "d"], "product_id": ["p", "q", "r", "none"]})
    stock = frame(
        [
            ("p", "2026-06-01", 0.0), ("p", "2026-07-15", 9.0),  # 14 days within
            ("q", "2026-06-01", 0.0), ("q", "2026-07-14", 9.0),  # 13 days within
            ("r", "2026-08-01", 0.0), ("r", "2026-08-01", 3.0),  # a second lot was there
        ],
        ["product_id", "stock_date", "quantity"],
    )  # fmt: skip
    assert marks.find_out_of_stock(usual, stock, period=PERIOD, out_of_stock_days=14).tolist() == ["a"]
    assert marks.find_out_of_stock(usual, stock, period=PERIOD, out_of_stock_days=13).tolist() == ["a", "b"]
    with pytest.raises(AnalysisError, match="a stock-out needs a length"):
        marks.find_out_of_stock(usual, stock, period=PERIOD, out_of_stock_days=0)


def test_a_quote_lost_around_the_start_counts():
    quotes = frame(
        [
            ("before", "lost", "2026-06-17"), ("early", "lost", "2026-06-16"), ("after", "lost", "2026-07-15"),
            ("late", "lost", "2026-07-16"), ("won", "won", "2026-07-01"), ("open", "open", None),
        ],
        ["customer_id", "outcome", "outcome_date"],
    )  # fmt: skip
    assert marks.find_lost_quotes(quotes, period=PERIOD, lost_quote_days=14).tolist() == ["after", "before"]
