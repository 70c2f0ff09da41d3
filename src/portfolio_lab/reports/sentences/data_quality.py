"""Sentences of the data page: true for any data, with the numbers that the border counted."""

from datetime import date

import pandas as pd

from portfolio_lab.data.load import LoadReport
from portfolio_lab.data.load.words import column_in_words, table_in_words
from portfolio_lab.plots.style import format_date, format_money, format_number, format_share

A_CENT = 0.01


def headline(report: LoadReport, *, as_of: date, locale: str) -> str:
    """Return the answer: how much was read, how much could be used, what span it covers."""
    orders, summary = report.table("orders"), report.orders
    if orders is None or summary is None:
        return "This review works on a finished table and needs no order lines."
    kept = format_number(orders.n_kept, locale=locale)
    span = f"from {_as_day(summary.first_date, locale)} to {_as_day(summary.last_date, locale)}"
    if not orders.n_dropped:
        return f"All {kept} order lines could be used; they run {span}."
    share = format_share(orders.n_dropped / orders.n_read, locale=locale, digits=2)
    lines = "line" if orders.n_dropped == 1 else "lines"
    n = format_number(orders.n_dropped, locale=locale)
    return f"{kept} order lines could be used; {n} {lines} ({share}) could not. They run {span}."


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


def _as_day(text: str | None, locale: str) -> str:
    return format_date(date.fromisoformat(text), locale=locale) if text else "an unknown day"


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
