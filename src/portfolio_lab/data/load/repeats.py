"""Order lines that stand there twice: counted by day, days that were loaded twice found, a second load left out."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from portfolio_lab.data.load.report import Finding
from portfolio_lab.data.load.rows import PROBLEM, TECHNICAL
from portfolio_lab.data.source import FILE, ROW, hash_rows

REPEATED_SHARE = 1.9
FEWEST_LINES = 20
SECOND_LOAD = "order_id|second_load"


def count_repeated(con: Any, orders: ir.Table) -> pd.DataFrame:
    """Return how many lines each day has, and how many of them are distinct: day, n_lines, n_distinct.

    One row per day with an order line, in order. Hashes keep this small for millions of lines.
    """
    lines = orders.select(line=hash_rows(orders), day=orders.order_date)
    distinct = lines.group_by("line", "day").aggregate(n=lines.count())
    days = distinct.group_by("day").aggregate(n_lines=distinct.n.sum(), n_distinct=distinct.count())
    return con.execute(days.order_by("day"))


def doubled_days(repeated: pd.DataFrame) -> list[date]:
    """Return the days of which nearly every line stands there twice, and which together have enough lines to be sure.

    Looked at are whole months, and days of trade that follow one another. ``repeated`` as of ``count_repeated``.
    """
    days = pd.to_datetime(repeated["day"])
    frame = repeated.assign(is_twice=_is_twice(repeated), month=days.dt.strftime("%Y-%m"))
    months = frame.groupby("month")[["n_lines", "n_distinct"]].transform("sum")
    in_month = _is_twice(months) & (months["n_lines"] >= FEWEST_LINES)
    row = (frame["is_twice"] != frame["is_twice"].shift()).cumsum()
    in_row = frame["is_twice"] & (frame.groupby(row)["n_lines"].transform("sum") >= FEWEST_LINES)
    return [day.date() for day in days[in_month | in_row]]


def loaded_twice(repeated: pd.DataFrame) -> list[Finding]:
    """Return the finding that refuses days which were loaded twice; certain only if orders have numbers."""
    days = doubled_days(repeated)
    if not days:
        return []
    frame = repeated[pd.to_datetime(repeated["day"]).isin(pd.to_datetime(days))]
    problem = f"every line stands there twice {_named(days, repeated)}: loaded twice"
    remedy = "remove the second load from the source, or count each line once: data.tables.orders.loaded_twice: once"
    n = int((frame["n_lines"] - frame["n_distinct"]).sum())
    return [Finding("orders", None, problem, remedy, "refused", n)]


def mark_second_load(checked: ir.Table, days: Sequence[date]) -> ir.Table:
    """Return a checked table of orders in which, on these days, the second half of each set of equal lines is marked.

    Of lines that stand there four times two are kept: they were two before they were loaded again.
    """
    values = [name for name in checked.columns if name not in TECHNICAL]
    group = [checked[name] for name in (*values, PROBLEM)]
    before = ibis.row_number().over(ibis.window(group_by=group, order_by=[checked[FILE], checked[ROW]]))
    is_second = before * 2 >= checked.count().over(ibis.window(group_by=group))
    hit = checked[PROBLEM].isnull() & checked.order_date.isin(list(days)) & is_second
    return checked.mutate(**{PROBLEM: ibis.ifelse(hit, SECOND_LOAD, checked[PROBLEM])})


def _is_twice(frame: pd.DataFrame) -> pd.Series:
    return frame["n_lines"] >= REPEATED_SHARE * frame["n_distinct"]


def _named(days: list[date], repeated: pd.DataFrame) -> str:
    """Return the days in words: as months where these are whole, else as their number, the first and the last."""
    there = pd.to_datetime(repeated["day"])
    months = sorted({f"{day:%Y-%m}" for day in days})
    if set(there[there.dt.strftime("%Y-%m").isin(months)].dt.date) == set(days):
        return f"in {len(months)} months ({', '.join(months[:6])})"
    if len(days) == 1:
        return f"on {days[0]}"
    return f"on {len(days)} days ({days[0]} to {days[-1]})"
