"""Invoices with their payments, and quotes with their outcomes."""

import numpy as np
import pandas as pd

from portfolio_lab.data.demo.past import Past

DEFAULT_REACH = 50  # working days before a default whose invoices stay unpaid
WON_SHARE, LOST_PER_WON = 0.05, 0.6
QUOTE_COLUMNS = ["row", "date", "amount", "outcome", "outcome_date"]


def receivables_table(past: Past, lines: pd.DataFrame) -> pd.DataFrame:
    """Return the source table ``receivables``: one invoice per order day, paid or not."""
    calendar = past.world.calendar
    bills = lines.groupby(["row", "t"], as_index=False, sort=True)["amount"].sum()
    bills = bills[bills["amount"] > 0].reset_index(drop=True)
    row, t, n = bills["row"].to_numpy(), bills["t"].to_numpy(), len(bills)
    due = calendar.days[t] + past.of("terms_days", row)
    late = past.of("late_payer", row) & (past.chance("bill late", n) < 0.8)
    chance = past.chance("bill days", n)
    delay = np.where(late, 8 + np.floor(50 * chance), np.floor(11 * chance**2) - 6).astype(int)
    paid = calendar.shift(np.maximum(due + delay, calendar.days[t] + 1), 0)
    held, release = _in_default(bills, past.ruptures)
    after = calendar.dates(np.where(held, release, 0) + 1)
    paid = np.where(
        held, np.maximum(np.where(release >= calendar.n_days, np.datetime64("2262-01-01"), after), paid), paid
    )
    return pd.DataFrame(
        {
            "customer_id": past.ids(row),
            "due_date": due,
            "amount": bills["amount"].round(2),
            "paid_date": np.where(paid <= calendar.end, paid, np.datetime64("NaT")),
        }
    )


def _in_default(bills: pd.DataFrame, ruptures: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Whether an invoice belongs to a default, and the position from which its customer buys and pays again."""
    held, release = np.zeros(len(bills), dtype=bool), np.zeros(len(bills), dtype=int)
    by_default = ruptures[ruptures["cause"] == "default"]
    order = np.lexsort((bills["t"], bills["row"]))
    key = bills["row"].to_numpy()[order] * 100_000 + bills["t"].to_numpy()[order]
    for rupture in by_default.itertuples():
        first, last = np.searchsorted(
            key, [rupture.row * 100_000 + rupture.t - DEFAULT_REACH, rupture.row * 100_000 + rupture.t]
        )
        held[order[first:last]], release[order[first:last]] = True, rupture.end_t
    return held, release


def draw_quotes(past: Past, orders: pd.DataFrame) -> pd.DataFrame:
    """Return one row per quote: won ones lead to an order on the day they are won, lost and open ones to none."""
    parts = [_won(past, orders), _others(past), _priced_out(past)]
    frame = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return frame.sort_values(["row", "date", "outcome", "amount"], kind="stable", ignore_index=True)


def quotes_table(past: Past, quotes: pd.DataFrame) -> pd.DataFrame:
    """Return the source table ``quotes``."""
    return pd.DataFrame(
        {
            "customer_id": past.ids(quotes["row"]),
            "quote_date": quotes["date"],
            "amount": quotes["amount"].round(2),
            "outcome": quotes["outcome"],
            "outcome_date": quotes["outcome_date"],
        }
    )


def _won(past: Past, orders: pd.DataFrame) -> pd.DataFrame:
    """Quotes before some orders, first orders above all; the quote is never older than the customer."""
    n, calendar = len(orders), past.world.calendar
    first = orders["t"].to_numpy() == past.of("converted_t", orders["row"])
    wait = 3 + np.floor(20 * past.chance("quote wait", n)).astype(int)
    t = orders["t"].to_numpy()
    asked = np.maximum(t - wait, past.of("created_t", orders["row"]))
    chosen = (past.chance("quote won", n) < np.where(first, 0.4, WON_SHARE)) & (asked >= 0) & (asked < t)
    row = orders["row"].to_numpy()[chosen]
    amount = (
        orders["order_amount"].to_numpy()[chosen] * past.draws.stream("quote amount").uniform(0.95, 1.15, n)[chosen]
    )
    values = (row, calendar.days[asked[chosen]], amount, "won", calendar.days[t[chosen]])
    return pd.DataFrame(dict(zip(QUOTE_COLUMNS, values, strict=True)))


def _others(past: Past) -> pd.DataFrame:
    """Quotes that were lost, and those that are still open because they are recent."""
    calendar, customers, state = past.world.calendar, past.customers, past.state
    since = np.maximum(customers["created_t"].to_numpy() + 1, 0)
    until = np.minimum(state.gone_t, calendar.n_days)
    mean = np.maximum(until - since, 0) * np.minimum(customers["rate"].to_numpy(), 0.1) * WON_SHARE * LOST_PER_WON
    number = past.draws.stream("quote number").poisson(mean)
    row = np.repeat(np.arange(len(customers)), number)
    chance = past.draws.stream("quote others").random((len(row), 3))
    t = since[row] + np.floor(chance[:, 0] * (until - since)[row]).astype(int)
    decided = np.minimum(t + 5 + np.floor(40 * chance[:, 1]).astype(int), state.closed_t[row])
    is_open = decided >= calendar.n_days
    amount = customers["order_amount"].to_numpy()[row] * (0.7 + 1.2 * chance[:, 2])
    outcome = np.where(is_open, "open", "lost")
    dates = np.where(is_open, np.datetime64("NaT"), calendar.days[np.minimum(decided, calendar.n_days - 1)])
    return pd.DataFrame(dict(zip(QUOTE_COLUMNS, (row, calendar.days[t], amount, outcome, dates), strict=True)))


def _priced_out(past: Past) -> pd.DataFrame:
    """Who stops for the price has lost us a quote a few days before."""
    calendar = past.world.calendar
    chosen = past.ruptures[past.ruptures["cause"] == "price"]
    row, t = chosen["row"].to_numpy(), chosen["t"].to_numpy()
    amount = past.of("order_amount", row) * past.draws.stream("quote price").uniform(1.0, 2.0, len(row))
    values = (row, calendar.days[t - 10], amount, "lost", calendar.days[t - 2])
    return pd.DataFrame(dict(zip(QUOTE_COLUMNS, values, strict=True)))
