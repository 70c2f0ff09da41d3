"""Builds the demo company block by block and writes its tables and, beside them, the truth."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from portfolio_lab.data.demo import board, finance, orders, relations, service
from portfolio_lab.data.demo.assortment import products_table
from portfolio_lab.data.demo.codes import make_codes
from portfolio_lab.data.demo.customers import Block, Draws, draw_customers
from portfolio_lab.data.demo.files import Format, Shelf, append
from portfolio_lab.data.demo.life import live
from portfolio_lab.data.demo.people import salespeople_table
from portfolio_lab.data.demo.state import Log, State
from portfolio_lab.data.demo.truth import block_truth, world_truth, write_parameters
from portfolio_lab.data.demo.world import World, build_world
from portfolio_lab.errors import DataError, Fault

BLOCK_SIZE = 4000
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
    sales = np.zeros((world.people.n_owners, scope.n_months))
    for block in blocks(scope.n_customers):
        tables, facts = build_block(world, block, sales)
        _write(shelf, tables, block.number)
        _write(truth, facts, block.number)
        if progress is not None:
            progress(block.first + block.n, scope.n_customers)
    _write(shelf, {"targets": board.targets_table(world, sales)}, 0)
    write_parameters(world, truth.folder, n_months=scope.n_months)
    return shelf.n_rows


def blocks(n_customers: int) -> list[Block]:
    """The runs of customers that are drawn together; memory holds one at a time."""
    firsts = range(0, n_customers, BLOCK_SIZE)
    return [Block(number, first, min(BLOCK_SIZE, n_customers - first)) for number, first in enumerate(firsts)]


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


def build_block(
    world: World, block: Block, sales: np.ndarray
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """Return the tables and the truth of a block; its net sales are added to ``sales`` (owner x month)."""
    draws = Draws(world.seed, block)
    customers = draw_customers(world, block)
    customers["customer_id"] = make_codes("C", customers["i"] + 1, world.customer_width)
    state, log, ruptures = live(world, customers, draws)
    customers = customers.assign(last_owner=state.owner, is_locked=_locked(world, customers, ruptures))
    parts = {
        topic: _kept(world, customers, log.frame(topic)) for topic in ("orders", "contacts", "tasks", "events", "arms")
    }
    tables, lines = _tables(world, customers, draws, state, log, parts, ruptures)
    _add_sales(world, lines, sales)
    return tables, block_truth(world, customers, state, log, ruptures, parts)


def _tables(
    world: World, customers: pd.DataFrame, draws: Draws, state: State, log: Log, parts: dict, ruptures: pd.DataFrame
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    ordered = orders.draw_orders(world, customers, parts["orders"], draws)
    lines = orders.draw_lines(world, customers, ordered, draws)
    returns = orders.draw_returns(world, lines, state.gone_t, draws)
    by_order = lines.groupby("order")["amount"].sum()
    ordered = ordered.assign(order_amount=by_order.reindex(np.arange(len(ordered))).to_numpy())
    quotes = finance.draw_quotes(world, customers, ordered, ruptures, state.gone_t, draws)
    has_deal = np.isin(np.arange(len(customers)), quotes.loc[quotes["outcome"] == "open", "row"])
    tables = {
        "customers": relations.customers_table(world, customers, state, draws, has_deal),
        "orders": orders.orders_table(world, customers, lines, returns),
        "assignments": relations.assignments_table(world, customers, state, log.frame("handovers")),
        "contacts": relations.contacts_table(world, customers, parts["contacts"], draws),
        "plan_tasks": relations.tasks_table(world, customers, parts["tasks"]),
        "plan_arms": relations.arms_table(world, customers, parts["arms"]),
        "service_events": service.events_table(world, customers, parts["events"], draws),
        "satisfaction": service.satisfaction_table(
            world, customers, parts["orders"], parts["events"], state.gone_t, draws
        ),
        "receivables": finance.receivables_table(world, customers, lines, ruptures, draws),
        "quotes": finance.quotes_table(customers, quotes),
        "attributes": relations.attributes_table(world, customers, state, log, ruptures, draws),
    }
    return tables, pd.concat([lines, returns], ignore_index=True)


def _kept(world: World, customers: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """What the present system knows: of customers of the old one, nothing from before the cut-over."""
    lost = customers["legacy"].to_numpy()[frame["row"]] & (frame["t"].to_numpy() < world.cut_over)
    return frame[~lost].reset_index(drop=True)


def _locked(world: World, customers: pd.DataFrame, ruptures: pd.DataFrame) -> np.ndarray:
    """Who is in default on the last day."""
    now = (
        ruptures[(ruptures["cause"] == "default") & (ruptures["end_t"] >= world.calendar.n_days)]
        if len(ruptures)
        else ruptures
    )
    return np.isin(np.arange(len(customers)), now["row"])


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
