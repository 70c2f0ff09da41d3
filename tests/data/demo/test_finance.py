import numpy as np
import pytest

from portfolio_lab.data.demo.finance import draw_quotes, receivables_table
from portfolio_lab.data.demo.orders import draw_lines, draw_orders


@pytest.fixture(scope="module")
def lines(past):
    return draw_lines(past, draw_orders(past))


def test_late_payers_pay_later(past, lines):
    bills = receivables_table(past, lines).merge(past.customers[["customer_id", "late_payer"]])
    delay = (bills["paid_date"] - bills["due_date"]).dt.days
    assert delay[bills["late_payer"]].median() > 20
    assert -7 <= delay[~bills["late_payer"]].median() <= 5


def test_a_default_keeps_its_invoices_open_until_it_ends(past, lines):
    bills = receivables_table(past, lines)
    days = past.world.calendar.days
    held = past.ruptures[past.ruptures["cause"] == "default"]
    assert len(held)
    for rupture in held.itertuples():
        own = bills[bills["customer_id"] == past.ids(rupture.row)]
        until = days[rupture.end_t] if rupture.end_t < len(days) else np.datetime64("2100-01-01")
        ordered = own["due_date"] - np.timedelta64(int(past.of("terms_days", rupture.row)), "D")
        shortly = own[(ordered >= days[rupture.t - 40]) & (ordered < days[rupture.t])]
        assert not (shortly["paid_date"] <= until).any()


def test_quotes_have_an_amount_and_one_of_three_outcomes(past, lines):
    orders = draw_orders(past)
    amounts = lines.groupby("order")["amount"].sum().reindex(np.arange(len(orders))).to_numpy()
    quotes = draw_quotes(past, orders.assign(order_amount=amounts))
    assert set(quotes["outcome"]) == {"won", "lost", "open"}
    assert (quotes["amount"] > 0).all()
