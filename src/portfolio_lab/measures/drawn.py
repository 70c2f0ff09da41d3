"""A part of a large company's customers, drawn by chance: with them alone a report fits into memory."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from portfolio_lab.measures.orders import find_named_orders

KEY = "customer_id"


@dataclass(frozen=True)
class Drawn:
    """The customers that were drawn, in the order of their ids, and of how many they were drawn."""

    customers: tuple[str, ...]
    n_everybody: int


def draw_customers(tables: Mapping[str, ir.Table], *, n_customers: int) -> Drawn | None:
    """Return ``n_customers`` drawn by chance from everybody with an order or in ``customers``; None = not so many.

    Who is drawn follows from a hash of the id alone: no engine, no order of rows and no newcomer changes the
    place of anybody, so one quarter's draw is nearly that of the next (bottom-k sample; Cohen and Kaplan 2007).
    """
    named = find_named_orders(tables).select(KEY)
    if "customers" in tables:
        named = named.union(tables["customers"].select(KEY))
    everybody = named.distinct().to_pyarrow()[KEY].to_pandas()
    if len(everybody) <= n_customers:
        return None
    hashes = pd.util.hash_array(everybody.to_numpy(dtype=object), categorize=False)
    chosen = everybody.to_numpy()[np.argsort(hashes, kind="stable")[:n_customers]]
    return Drawn(tuple(sorted(chosen)), len(everybody))


def keep_customers(tables: Mapping[str, ir.Table], customers: Iterable[str]) -> dict[str, ir.Table]:
    """Return the tables with the rows of some customers only; tables that name no customer as they are."""
    kept = ibis.memtable(pd.DataFrame({KEY: list(customers)}))
    return {name: table.semi_join(kept, KEY) if KEY in table.columns else table for name, table in tables.items()}
