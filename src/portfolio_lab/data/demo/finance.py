"""Invoices with their payments, and quotes with their outcomes."""

import numpy as np
import pandas as pd

from portfolio_lab.data.demo.customers import Draws
from portfolio_lab.data.demo.world import World

DEFAULT_REACH = 50  # working days before a default whose invoices stay unpaid
WON_SHARE, LOST_PER_WON, OPEN_DAYS = 0.06, 1.6, 40
QUOTE_COLUMNS = ["row", "date", "amount", "outcome", "outcome_date"]


def receivables_table(
    world: World, customers: pd.DataFrame, lines: pd.DataFrame, ruptures: pd.DataFrame, draws: Draws
) -> pd.DataFrame:
    """Return the source table ``receivables``: one invoice per order day, paid or not."""
    calendar = world.calendar
    bills = lines.groupby(["row", "t"], as_index=False, sort=True)["amount"].sum()
    bills = bills[bills["amount"] > 0].reset_index(drop=True)
    row, t, n = bills["row"].to_numpy(), bills["t"].to_numpy(), len(bills)
    due = calendar.days[t] + customers["terms_days"].to_numpy()[row]
    late = customers["late_payer"].to_numpy()[row] & (draws.stream("bill late").random(n) < 0.8)
    chance = draws.stream("bill days").random(n)
    delay = np.where(late, 8 + np.floor(50 * chance), np.floor(11 * chance**2) - 6).astype(int)
    paid = calendar.shift(np.maximum(due + delay, calendar.days[t] + 1), 0)
    held, release = _in_default(bills, ruptures)
    after = calendar.dates(np.where(held, release, 0) + 1)
    paid = np.where(
        held, np.maximum(np.where(release >= calendar.n_days, np.datetime64("2262-01-01"), after), paid), paid
    )
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"].to_numpy()[row],
            "due_date": due,
            "amount": bills["amount"].round(2),
            "paid_date": np.where(paid <= calendar.end, paid, np.datetime64("NaT")),
        }
    )


def _in_default(bills: pd.DataFrame, ruptures: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Whether an invoice belongs to a default, and the position from which its customer buys and pays again."""
    held, release = np.zeros(len(bills), dtype=bool), np.zeros(len(bills), dtype=int)
    by_default = ruptures[ruptures["cause"] == "default"] if len(ruptures) else ruptures
    order = np.lexsort((bills["t"], bills["row"]))
    key = bills["row"].to_numpy()[order] * 100_000 + bills["t"].to_numpy()[order]
    for rupture in by_default.itertuples():
        first, last = np.searchsorted(
            key, [rupture.row * 100_000 + rupture.t - DEFAULT_REACH, rupture.row * 100_000 + rupture.t]
        )
        held[order[first:last]], release[order[first:last]] = True, rupture.end_t
    return held, release


def draw_quotes(
    world: World,
    customers: pd.DataFrame,
    orders: pd.DataFrame,
    ruptures: pd.DataFrame,
    gone_t: np.ndarray,
    draws: Draws,
) -> pd.DataFrame:
    """Return one row per quote: won ones lead to an order on the day they are won, lost and open ones to none."""
    parts = [
        _won(world, customers, orders, draws),
        _others(world, customers, gone_t, draws),
        _priced_out(world, customers, ruptures, draws),
    ]
    frame = pd.concat([part for part in parts if len(part)], ignore_index=True)
    return frame.sort_values(["row", "date", "outcome", "amount"], kind="stable", ignore_index=True)


def quotes_table(customers: pd.DataFrame, quotes: pd.DataFrame) -> pd.DataFrame:
    """Return the source table ``quotes``."""
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"].to_numpy()[quotes["row"]],
            "quote_date": quotes["date"],
            "amount": quotes["amount"].round(2),
            "outcome": quotes["outcome"],
            "outcome_date": quotes["outcome_date"],
        }
    )


def _won(world: World, customers: pd.DataFrame, orders: pd.DataFrame, draws: Draws) -> pd.DataFrame:
    """Quotes before some orders, first orders above all; the quote is never older than the customer."""
    n, calendar = len(orders), world.calendar
    first = orders["t"].to_numpy() == customers["converted_t"].to_numpy()[orders["row"]]
    wait = 3 + np.floor(20 * draws.stream("quote wait").random(n)).astype(int)
    t = orders["t"].to_numpy()
    asked = np.maximum(t - wait, customers["created_t"].to_numpy()[orders["row"]])
    chosen = (draws.stream("quote won").random(n) < np.where(first, 0.4, WON_SHARE)) & (asked >= 0) & (asked < t)
    row = orders["row"].to_numpy()[chosen]
    amount = orders["order_amount"].to_numpy()[chosen] * draws.stream("quote amount").uniform(0.95, 1.15, n)[chosen]
    values = (row, calendar.days[asked[chosen]], amount, "won", calendar.days[t[chosen]])
    return pd.DataFrame(dict(zip(QUOTE_COLUMNS, values, strict=True)))


def _others(world: World, customers: pd.DataFrame, gone_t: np.ndarray, draws: Draws) -> pd.DataFrame:
    """Quotes that were lost, and those that are still open because they are recent."""
    calendar, n = world.calendar, len(customers)
    since = np.maximum(customers["created_t"].to_numpy() + 1, 0)
    until = np.minimum(gone_t, calendar.n_days)
    mean = np.maximum(until - since, 0) * np.minimum(customers["rate"].to_numpy(), 0.1) * WON_SHARE * LOST_PER_WON
    number = draws.stream("quote number").poisson(mean)
    row = np.repeat(np.arange(n), number)
    rng = draws.stream("quote others")
    chance = rng.random((len(row), 3))
    t = since[row] + np.floor(chance[:, 0] * (until - since)[row]).astype(int)
    decided = t + 5 + np.floor(40 * chance[:, 1]).astype(int)
    is_open = decided >= calendar.n_days
    amount = customers["order_amount"].to_numpy()[row] * (0.7 + 1.2 * chance[:, 2])
    outcome = np.where(is_open, "open", "lost")
    dates = np.where(is_open, np.datetime64("NaT"), calendar.days[np.minimum(decided, calendar.n_days - 1)])
    return pd.DataFrame(dict(zip(QUOTE_COLUMNS, (row, calendar.days[t], amount, outcome, dates), strict=True)))


def _priced_out(world: World, customers: pd.DataFrame, ruptures: pd.DataFrame, draws: Draws) -> pd.DataFrame:
    """Who stops for the price has lost us a quote a few days before."""
    calendar = world.calendar
    chosen = ruptures[ruptures["cause"] == "price"] if len(ruptures) else ruptures
    row, t = chosen["row"].to_numpy(), chosen["t"].to_numpy()
    amount = customers["order_amount"].to_numpy()[row] * draws.stream("quote price").uniform(1.0, 2.0, len(row))
    values = (row, calendar.days[t - 10], amount, "lost", calendar.days[t - 2])
    return pd.DataFrame(dict(zip(QUOTE_COLUMNS, values, strict=True)))
