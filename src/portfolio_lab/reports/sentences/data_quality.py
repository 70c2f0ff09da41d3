"""Sentences of the data page: true for any data, with the numbers that the border counted."""

from datetime import date

import pandas as pd

from portfolio_lab.data.load import LoadReport
from portfolio_lab.data.load.words import column_in_words, table_in_words
from portfolio_lab.plots.style import format_date, format_money, format_number, format_share

A_CENT = 0.01


def headline(report: LoadReport, days: pd.DataFrame, *, as_of: date, locale: str) -> str:
    """Return the answer: how much is used, what span it covers, what could not be used, is later or was set aside.

    ``days``: one row per customer and day with an order up to as_of, with order_date and n_lines.
    """
    orders, summary = report.table("orders"), report.orders
    if orders is None or summary is None:
        return "This review works on a finished table and needs no order lines."
    used = int(days["n_lines"].sum())
    parts = [_used(used, days, as_of=as_of, locale=locale, is_all=used == orders.n_found)]
    if orders.n_dropped:
        share = format_share(orders.n_dropped / orders.n_read, locale=locale, digits=2)
        parts.append(f"{_lines(orders.n_dropped, locale)} ({share}) could not be used")
    if orders.n_kept > used:
        is_one = orders.n_kept - used == 1
        parts.append(f"{_lines(orders.n_kept - used, locale)} {'is' if is_one else 'are'} of a later day")
    if orders.n_set_aside:
        verb = "was" if orders.n_set_aside == 1 else "were"
        parts.append(f"{_lines(orders.n_set_aside, locale)} {verb} set aside by the run file's own condition")
    return "; ".join(parts) + "."


def _used(n: int, days: pd.DataFrame, *, as_of: date, locale: str, is_all: bool) -> str:
    if not n:
        return f"No order line is dated up to {format_date(as_of, locale=locale)}, the last day of this review"
    first, last = (pd.Timestamp(day).date() for day in (days["order_date"].min(), days["order_date"].max()))
    span = f"from {format_date(first, locale=locale)} to {format_date(last, locale=locale)}"
    shown = f"{format_number(n, locale=locale)} order {'line' if n == 1 else 'lines'}"
    return f"All {shown} could be used; they run {span}" if is_all else f"{shown} {span} could be used"


def _lines(n: int, locale: str) -> str:
    return f"{format_number(n, locale=locale)} {'line' if n == 1 else 'lines'}"


def set_aside(report: LoadReport, *, currency: str, locale: str) -> str:
    """Return how many order lines the run file's own condition leaves out, and what they hold; empty without any."""
    orders = report.table("orders")
    if orders is None or not orders.n_set_aside:
        return ""
    n, n_found = (format_number(value, locale=locale) for value in (orders.n_set_aside, orders.n_found))
    verb = "was" if orders.n_set_aside == 1 else "were"
    said = f"{n} of {n_found} order lines {verb} set aside by the run file's own condition"
    amount = orders.set_aside_amount
    if amount is None:
        return f"{said}."
    holds = "it holds" if orders.n_set_aside == 1 else "they hold"
    money = format_money(amount, currency=currency, locale=locale)
    return f"{said}; {holds} {money}{_of_sales(amount, report, locale)}."


def _of_sales(amount: float, report: LoadReport, locale: str) -> str:
    """Say the share of all amounts; nothing where credits make a share that means nothing."""
    kept = sum(month["amount"] for month in report.orders.months) if report.orders else 0.0
    is_share = amount >= 0 and kept >= 0 and amount + kept > 0
    return f", {format_share(amount / (amount + kept), locale=locale)} of sales" if is_share else ""


def decision(
    report: LoadReport, months: pd.DataFrame, control: pd.DataFrame, *, ask_from_share: float, ask_from_gap_share: float
) -> str:
    """Return what is asked of the reader: the first thing that puts the figures in doubt, or nothing.

    Rows left out are worth a decision from ``ask_from_share`` of a table's rows on, a difference from the ledger from
    ``ask_from_gap_share`` of a month's total on (0..1).
    """
    n_missing = int(months["is_missing"].sum())
    if n_missing:
        name = f"{months.loc[months['is_missing'], 'month'].iloc[0]:%B %Y}"
        more = f" and {_n_more(n_missing - 1)}" if n_missing > 1 else ""
        return f"Find out why {name}{more} has no orders at all: was it not exported, or was nothing sold?"
    if len(control) and (control["gap"].abs() > ask_from_gap_share * control["ledger"].abs() + A_CENT / 2).any():
        return "Explain the difference between these data and the ledger before the figures are used."
    dropped = [item for item in report.findings if item.severity == "dropped"]
    serious = [item for item in dropped if _is_serious(report, item.table, ask_from_share)]
    if serious:
        most = max(serious, key=lambda item: item.n)
        what = f": {column_in_words(most.column)} {most.problem}" if most.column else ""
        return f"Have the rows that were left out corrected at the source, {table_in_words(most.table)} first{what}."
    return ""


def _n_more(n: int) -> str:
    return "one more month" if n == 1 else f"{n} more months"


def _is_serious(report: LoadReport, name: str, ask_from_share: float) -> bool:
    table = report.table(name)
    return table is not None and bool(table.n_read) and table.n_dropped / table.n_read >= ask_from_share


def after_as_of(report: LoadReport, n_lines_used: int, *, as_of: date, locale: str) -> str:
    """Return how many lines are dated after as_of and so left aside, in one sentence."""
    orders = report.table("orders")
    n_later = orders.n_kept - n_lines_used if orders is not None else 0
    day = format_date(as_of, locale=locale)
    if not n_later:
        return f"No line is dated after {day}, the last day of this review."
    return f"{format_number(n_later, locale=locale)} lines are dated after {day}; this review does not look at them."


def known_customers(report: LoadReport, *, locale: str) -> str:
    """Return how many order lines belong to a customer of the customer table."""
    summary = report.orders
    if summary is None or summary.known_customer_share is None:
        return "There is no table of customers, so every customer is known by its orders alone."
    if not summary.n_of_unknown_customers:
        return "Every order line belongs to a customer of the customer table."
    n = format_number(summary.n_of_unknown_customers, locale=locale)
    share = format_share(summary.known_customer_share, locale=locale)
    return f"{share} of the order lines belong to a customer of the customer table; {n} do not, and are kept."


def identical_lines(report: LoadReport, *, locale: str) -> str:
    """Return how many order lines repeat another one in every column."""
    n = report.orders.n_identical_lines if report.orders else 0
    if not n:
        return "No two order lines are alike in every column."
    lines = "line repeats" if n == 1 else "lines repeat"
    return (
        f"{format_number(n, locale=locale)} order {lines} another one in every column. They are kept, since two equal "
        "purchases on one day are possible; if a file was loaded twice, remove one."
    )


def months_covered(months: pd.DataFrame) -> str:
    """Return whether every month between the first and the last order has orders."""
    n = int(months["is_missing"].sum())
    if not len(months):
        return "There are no orders up to this day."
    if not n:
        return f"Each of the {len(months)} months from the first order on has orders."
    names = [f"{month:%B %Y}" for month in months.loc[months["is_missing"], "month"]]
    listed = ", ".join(names[:6]) + (f" and {n - 6} more" if n > 6 else "")
    return f"{n} of {len(months)} months {'has' if n == 1 else 'have'} no order line at all: {listed}."


def ledger(control: pd.DataFrame, *, currency: str, locale: str) -> str:
    """Return how the amounts read compare with the ledger."""
    if not len(control):
        return "No totals of the ledger were given, so the amounts were not checked against it."
    off = control[control["gap"].abs() > A_CENT / 2]
    if off.empty:
        return f"In all {len(control)} months with a total of the ledger, the amounts read agree with it to the cent."
    worst = off.loc[off["gap"].abs().idxmax()]
    gap = format_money(abs(float(worst["gap"])), currency=currency, locale=locale, digits=2)
    side = "more" if worst["gap"] > 0 else "less"
    where = f"In {len(off)} of {len(control)} months the amounts differ from the ledger"
    return f"{where}, most in {pd.Timestamp(worst['month']):%B %Y}: {gap} {side}."


def alt_months(months: pd.DataFrame, *, locale: str) -> str:
    """Return what the chart of months shows, in words."""
    if not len(months):
        return "No months to show."
    top = months.loc[months["n_lines"].idxmax()]
    n = format_number(int(top["n_lines"]), locale=locale)
    return f"Order lines by month. {months_covered(months)} The month with most lines is {top['month']:%B %Y} with {n}."


def findings(reasons: pd.DataFrame, *, locale: str) -> str:
    """Return how many kinds of findings there are and what the most frequent one is."""
    if reasons.empty:
        return "Nothing had to be left out, and nothing unusual was found."
    first = reasons.iloc[0]
    n = format_number(int(first["n_rows"]), locale=locale)
    kinds = "one kind of finding" if len(reasons) == 1 else f"{len(reasons)} kinds of findings"
    rows = "row" if int(first["n_rows"]) == 1 else "rows"
    return (
        f"There {'is' if len(reasons) == 1 else 'are'} {kinds}. The most frequent one, in {n} {rows}: "
        f"{first['value']} of {first['where']} {first['problem']} ({first['treatment']})."
    )


def missing(tables: pd.DataFrame) -> str:
    """Return how many tables were not brought."""
    if tables.empty:
        return "Every table that the reports can use was brought."
    if len(tables) == 1:
        return f"One table was not brought: {tables['what'].iloc[0]}. Parts of reports that need it say so."
    return f"{len(tables)} tables were not brought. Parts of reports that need them say so in one sentence."
