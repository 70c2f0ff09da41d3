"""Sums of the order lines that are made once and kept, and from which the measures of every day are made."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import ibis.expr.types as ir
import pyarrow.parquet as pq

from portfolio_lab.data.load import ORDER_DAYS, ORDER_SHARES
from portfolio_lab.data.source import keep_table
from portfolio_lab.measures.cache import MeasureCache
from portfolio_lab.measures.orders import find_days, sum_order_shares

Tables = Mapping[str, ir.Table]


def make_shares(tables: Tables) -> ir.Table:
    """Return what each salesperson has of each order of the tables, as an expression; rows of a customer together."""
    return sum_order_shares(tables["orders"]).order_by("customer_id", "order_date")


def make_days(tables: Tables) -> ir.Table:
    """Return the order days of the tables as an expression, in the order in which the measures have them."""
    return find_days(tables).order_by("customer_id", "order_date")


# Every row of both stands for one day: a cut at any day leaves whole rows.
KEPT: dict[str, Callable[[Tables], ir.Table]] = {ORDER_SHARES: make_shares, ORDER_DAYS: make_days}


def add_order_sums(tables: Tables, *, cache: MeasureCache) -> dict[str, ir.Table]:
    """Return the tables, not cut yet, with order shares and order days; each made and kept in the cache once.

    Tables on a server come back as they are: its own sums are near its lines. What cannot be kept is not added.
    """
    found = dict(tables)
    if "orders" not in tables or tables["orders"].get_backend().name != "duckdb":
        return found
    for name, make in KEPT.items():
        path = cache.folder / f"{name}_{cache.key(make, as_of=date.max, options={})}.parquet"
        if not (_is_whole(path) or keep_table(make(found), path)):
            break
        found[name] = tables["orders"].get_backend().read_parquet(str(path), table_name=name)
    return found


def _is_whole(path: Path) -> bool:
    try:
        pq.read_metadata(path)
    except (OSError, ValueError):
        return False
    return True
