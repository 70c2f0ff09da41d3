"""A small company in which everything happens that makes engines disagree, and all measures there are."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from datetime import date
from itertools import product
from types import MappingProxyType

import ibis
import pandas as pd
import pytest
from ibis.backends import BaseBackend

import portfolio_lab.measures

# What a measure asks for besides tables and as_of; a measure with a parameter of its own adds it here.
KEYWORDS = MappingProxyType(
    {
        "window_months": (12, None),
        "start": (date(2024, 1, 1),),
        "base_start": (date(2023, 7, 1),),
        "base_end": (date(2024, 1, 1),),
    }
)
Call = tuple[str, Callable[..., pd.DataFrame], dict[str, object]]

AS_OF = date(2024, 12, 31)

ORDERS = """
customer_id order_date  order_id amount   margin_amount cost_amount salesperson_id
00123       2023-12-31  o1        100.00   40.0         .           ana
00123       2024-01-31  o2         50.00   20.0         .           ana
00123       2024-01-31  o3         25.10    5.0         .           bob
00123       2024-02-29  o4         -50.00  -20.0        .           ana
00123       2024-03-31  .          10.00    1.0         .           .
00123       2024-03-31  .          -4.00    1.0         .           .
00123       2024-12-31  o9          0.10    .           0.05        Žoë
00123       2024-12-31  o9          0.20    .           0.05        zed
00123       2024-12-31  o9          0.20    .           0.05        Ann
123         2024-02-28  o1         33.333333 3.3        .           bob
123         2024-03-01  o1         33.333333 3.3        .           bob
123         2024-12-30  o1         33.333333 3.3        .           bob
año-Ñ       2024-07-01  .           0.00    0.0         .           .
año-Ñ       2024-07-02  x1         70.00   10.0         .           zed
año-Ñ       2024-07-02  x2        -90.00  -10.0         .           zed
Zoé         2024-05-05  r1        -12.345   .           .           .
Zoé         2024-05-06  r2        -0.005    .           .           .
zoé         2022-06-30  a1        999999999.99 1.0      .           ana
zoé         2022-07-01  a2          0.01    .           .           ana
zoé         2022-07-01  a2          0.01    .           .           ana
zoé         2022-07-04  a3          1.00    0.5         .           ana
stranger    2024-10-31  s1          5.005   1.005       .           .
stranger    2024-11-30  s2          5.00    1.0         .           .
stranger    2024-12-31  s3          5.00    1.0         .           .
"""
# the same lines, further to the right
DETAILS = """
product_id quantity promised_date delivered_date
p1         10       2024-01-03    2024-01-03
p1         4        2024-02-02    2024-02-01
p2         3        2024-02-02    2024-02-03
p1         -4       .             .
.          .        .             .
.          .        .             .
p2         1        2024-12-31    .
p3         2        2024-12-31    2024-12-31
p9         0.5      2025-01-04    .
p1         3        2024-03-01    2024-03-01
p1         3        2024-03-01    2024-03-02
p1         3        2025-01-01    .
p3         0        .             .
p3         7        2024-07-02    2024-07-02
p3         -9       .             .
.          -1       .             .
p2         -1       .             .
p1         999      .             .
p1         1        .             .
p1         1        .             .
p2         1        2022-07-05    2022-07-05
p3         3        .             .
p3         3        .             .
p3         1        2024-12-31    2024-12-31
"""
PRODUCTS = """
product_id family
p1         cleaning
p2         paper
p3         cleaning
"""
CUSTOMERS = """
customer_id name          created_date closed_date closed_reason is_locked region   segment latitude colour
00123       Łódź          2020-01-01   .           .             True      north    retail  51.75    red
123         Dupont        2024-01-31   2024-12-31  moved         False     south    .       .        .
año-Ñ       Muñoz         .            .           .             .         .        b2b     -33.5    Red
Zoé         Zoe           2024-05-05   2023-01-01  unpaid        False     north    b2b     .        blue
zoé         zoe           2022-06-30   .           .             True      ß-west   retail  0.0      .
prospect    Prospect      2024-12-31   .           .             False     south    retail  10.0     green
"""
ASSIGNMENTS = """
customer_id salesperson_id start_date  end_date
00123       ana            2020-01-01  2024-06-30
00123       eve            2024-06-30  .
123         bob            2024-01-01  2024-12-31
año-Ñ       ana            2024-12-31  .
prospect    eve            2024-12-01  2024-12-31
prospect    bob            2024-12-31  .
"""
CONTACTS = """
customer_id contact_date channel
00123       2023-12-31   call
00123       2024-01-01   visit
00123       2024-12-31   email
prospect    2024-12-31   call
nobody      2024-12-31   call
zoé         2022-07-04   call
"""
ATTRIBUTES = """
customer_id attribute  value   valid_from
00123       segment    b2b     2024-06-30
00123       segment    retail  2024-01-31
00123       Colour     RED     2024-01-01
00123       latitude   52.25   2024-02-29
123         segment    b2b     2024-12-31
prospect    is_locked  yes     2024-12-31
zoé         colour     violet  2020-02-29
stranger    loyalty    gold    2024-11-30
"""
DATES = ("order_date", "created_date", "closed_date", "start_date", "end_date", "contact_date", "valid_from",
         "promised_date", "delivered_date")  # fmt: skip
NUMBERS = ("amount", "margin_amount", "cost_amount", "latitude", "quantity")


def _read(text: str) -> pd.DataFrame:
    """A frame of a table written out above; a dot is an empty cell."""
    header, *rows = (line.split() for line in text.strip().splitlines())
    frame = pd.DataFrame(rows, columns=header).replace({".": None})
    for name in frame.columns.intersection(DATES):
        frame[name] = pd.to_datetime(frame[name])
    for name in frame.columns.intersection(NUMBERS):
        frame[name] = frame[name].astype("float64")
    for name in frame.columns.intersection(["is_locked"]):
        frame[name] = frame[name].map({"True": True, "False": False}).astype("boolean")
    return frame


@pytest.fixture(scope="session")
def as_of() -> date:
    return AS_OF


@pytest.fixture(scope="session")
def company() -> dict[str, pd.DataFrame]:
    """The tables of the small company, as frames in the types of the source contracts."""
    texts = {
        "orders": ORDERS,
        "customers": CUSTOMERS,
        "assignments": ASSIGNMENTS,
        "contacts": CONTACTS,
        "attributes": ATTRIBUTES,
        "products": PRODUCTS,
    }
    tables = {name: _read(text) for name, text in texts.items()}
    return tables | {"orders": tables["orders"].join(_read(DETAILS))}


def _upload(engine: BaseBackend, frames: Mapping[str, pd.DataFrame]) -> dict[str, ibis.Table]:
    tables = {}
    for name, frame in frames.items():
        make = engine.create_view if engine.name == "pyspark" else engine.create_table
        texts = frame.columns[frame.dtypes == "object"]
        typed = ibis.memtable(frame.astype(dict.fromkeys(texts, "string")))  # a column without any text is text too
        table = make(f"small_{name}", typed, overwrite=True)
        tables[name] = table.cast({day: "date" for day in DATES if day in table.columns})
    return tables


@pytest.fixture(scope="session")
def upload() -> Callable[[BaseBackend, Mapping[str, pd.DataFrame]], dict[str, ibis.Table]]:
    """Put frames into an engine: ``upload(engine, frames)`` returns its tables, days as days."""
    return _upload


@pytest.fixture
def on_duckdb() -> Callable[..., dict[str, ibis.Table]]:
    """Put frames into a DuckDB of their own: ``on_duckdb(orders=frame, customers=frame)``."""
    return lambda **frames: _upload(ibis.duckdb.connect(), frames)


@pytest.fixture(scope="session")
def measures() -> dict[str, Callable[..., pd.DataFrame]]:
    """All public functions ``build_*(tables, *, as_of, …)`` of the package, also those written after this line."""
    functions = {}
    for module in pkgutil.walk_packages(portfolio_lab.measures.__path__, "portfolio_lab.measures."):
        members = inspect.getmembers(importlib.import_module(module.name), inspect.isfunction)
        functions |= {n: f for n, f in members if n.startswith("build_") and f.__module__ == module.name}
    return functions


@pytest.fixture(scope="session")
def calls(measures: dict[str, Callable[..., pd.DataFrame]]) -> list[Call]:
    """Every measure with every value of its own parameters: (name, function, keywords)."""
    found: list[Call] = []
    for name, build in measures.items():
        own = [key for key in inspect.signature(build).parameters if key not in ("tables", "as_of")]
        chosen = product(*(KEYWORDS[key] for key in own))
        found += [(name, build, dict(zip(own, values, strict=True))) for values in chosen]
    return found
