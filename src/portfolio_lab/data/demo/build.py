"""Builds the demo company block by block and writes its tables and, beside them, the truth."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from portfolio_lab.data.demo import board, finance, orders, relations, service
from portfolio_lab.data.demo.assortment import products_table
from portfolio_lab.data.demo.attributes import attributes_table
from portfolio_lab.data.demo.customers import Block
from portfolio_lab.data.demo.files import Format, Shelf, append
from portfolio_lab.data.demo.past import Past, live_block
from portfolio_lab.data.demo.people import salespeople_table
from portfolio_lab.data.demo.truth import block_truth, realised_truth, world_truth, write_parameters
from portfolio_lab.data.demo.world import World, build_world
from portfolio_lab.errors import DataError, Fault

BLOCK_SIZE = 8000
LIMITS = {"n_customers": (200, 5_000_000), "n_months": (24, 120)}


@dataclass(frozen=True)
class Scope:
    """How large a demo company, how long its history, until when, and in which format."""

    n_customers: int = 3000
    n_months: int = 42
    seed: int = 1
    format: Format = "csv"
    end: date = date(2026, 9, 30)


def write_company(folder: Path, scope: Scope, *, progress: Callable[[int, int], None] | None = None) -> dict[str, int]:
    """Write all tables to ``folder`` and the truth to ``<folder>_truth``; return rows per table.

    ``progress`` is called after each block with the customers done and their total. Earlier files of the same tables
    are replaced. Raises DataError when the scope is out of range.
    """
    _check(scope)
    world = build_world(scope.n_customers, scope.n_months, seed=scope.seed, end=scope.end)
    shelf, truth = Shelf(Path(folder), scope.format), Shelf(Path(f"{folder}_truth"), scope.format)
    for place in (shelf, truth):
        _clear(place)
    _write(shelf, world_tables(world), 0)
    _write(truth, world_truth(world), 0)
    sales, sums = np.zeros((world.people.n_owners, scope.n_months)), {}
    for block in blocks(scope.n_customers):
        past = live_block(world, block)
        _write(shelf, block_tables(past, sales), block.number)
        _write(truth, block_truth(past), block.number)
        sums = {topic: sums.get(topic, 0.0) + values for topic, values in past.log.sums.items()}
        if progress is not None:
            progress(block.first + block.n, scope.n_customers)
    _write(shelf, {"targets": board.targets_table(world, sales)}, 0)
    _write(truth, realised_truth(world, sums), 0)
    write_parameters(world, truth.folder, n_months=scope.n_months)
    return shelf.n_rows


def blocks(n_customers: int) -> list[Block]:
    """The runs of customers that are drawn together; memory holds one at a time."""
    n_blocks = -(-n_customers // BLOCK_SIZE)
    edges = np.linspace(0, n_customers, n_blocks + 1).astype(int)
    return [Block(number, int(a), int(b - a)) for number, (a, b) in enumerate(pairwise(edges))]


def world_tables(world: World) -> dict[str, pd.DataFrame]:
    """Tables that do not depend on the customers."""
    return {
        "salespeople": salespeople_table(world.people),
        "absences": board.absences_table(world.people),
        "plans": board.plans_table(world),
        "products": products_table(world.assortment),
        "stock": board.stock_table(world),
        "benchmarks": board.benchmarks_table(world),
    }


def block_tables(past: Past, sales: np.ndarray) -> dict[str, pd.DataFrame]:
    """Return the tables of a block; its net sales are added to ``sales`` (owner x month)."""
    ordered = orders.draw_orders(past)
    lines = orders.draw_lines(past, ordered)
    returns = orders.draw_returns(past, lines)
    _add_sales(past.world, pd.concat([lines, returns]), sales)
    by_order = lines.groupby("order")["amount"].sum()
    ordered = ordered.assign(order_amount=by_order.reindex(np.arange(len(ordered))).to_numpy())
    quotes = finance.draw_quotes(past, ordered)
    has_deal = np.isin(np.arange(len(past.customers)), quotes.loc[quotes["outcome"] == "open", "row"])
    return {
        "customers": relations.customers_table(past, has_deal),
        "orders": orders.orders_table(past, lines, returns),
        "assignments": relations.assignments_table(past),
        "contacts": relations.contacts_table(past),
        "plan_tasks": relations.tasks_table(past),
        "plan_arms": relations.arms_table(past),
        "service_events": service.events_table(past),
        "satisfaction": service.satisfaction_table(past),
        "receivables": finance.receivables_table(past, lines),
        "quotes": finance.quotes_table(past, quotes),
        "attributes": attributes_table(past),
    }


def _add_sales(world: World, lines: pd.DataFrame, sales: np.ndarray) -> None:
    months = world.calendar.days.astype("datetime64[M]").astype(int)
    np.add.at(sales, (lines["owner"].to_numpy(), (months - months[0])[lines["t"]]), lines["amount"].to_numpy())


def _write(shelf: Shelf, tables: dict[str, pd.DataFrame], block: int) -> None:
    for table, frame in tables.items():
        append(shelf, table, frame, block=block)


def _clear(shelf: Shelf) -> None:
    """Remove what an earlier run left of any table, in either format."""
    if not shelf.folder.is_dir():
        return
    for path in shelf.folder.iterdir():
        if path.suffix == ".csv":
            path.unlink()
        elif path.is_dir() and any(path.glob("part-*.parquet")):
            shutil.rmtree(path)


def _check(scope: Scope) -> None:
    """Refuse a scope for which the planted effects would not fit."""
    faults = [
        Fault(f"{name} is out of range", f"choose {low} to {high}", key=name, value=str(getattr(scope, name)))
        for name, (low, high) in LIMITS.items()
        if not low <= getattr(scope, name) <= high
    ]
    if scope.format not in ("csv", "parquet"):
        faults.append(Fault("unknown format", "choose csv or parquet", key="format", value=str(scope.format)))
    if faults:
        raise DataError(faults)
