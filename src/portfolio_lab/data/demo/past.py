"""The past of a block of customers: who they are and all that happened to them, from which every table is drawn."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.data.demo.codes import make_codes
from portfolio_lab.data.demo.customers import Block, Draws, draw_customers
from portfolio_lab.data.demo.life import live
from portfolio_lab.data.demo.state import Log, State
from portfolio_lab.data.demo.world import World

TOPICS = ("orders", "contacts", "tasks", "events", "arms")


@dataclass(frozen=True)
class Past:
    """One block's customers (one row each), their last state, and what the present system knows of what happened.

    The frames of ``known`` (orders, contacts, tasks, events, arms) have ``row``, the position of the customer, and
    ``t``, the position of the working day.
    """

    world: World
    customers: pd.DataFrame
    draws: Draws
    state: State
    log: Log
    ruptures: pd.DataFrame
    known: dict[str, pd.DataFrame]

    def ids(self, row: np.ndarray) -> np.ndarray:
        """Identifiers of the customers at these positions."""
        return self.customers["customer_id"].to_numpy()[row]

    def of(self, column: str, row: np.ndarray) -> np.ndarray:
        """Values of a column for the customers at these positions."""
        return self.customers[column].to_numpy()[row]

    def chance(self, topic: str, n: int) -> np.ndarray:
        """``n`` numbers between 0 and 1 from the stream of a topic."""
        return self.draws.stream(topic).random(n)


def live_block(world: World, block: Block) -> Past:
    """Return the past of a block of customers."""
    draws = Draws(world.seed, block)
    customers = draw_customers(world, block)
    customers["customer_id"] = make_codes("C", customers["i"] + 1, world.customer_width)
    state, log, ruptures = live(world, customers, draws)
    customers = customers.assign(
        last_owner=state.owner,
        is_locked=_locked(world, state, ruptures),
        legacy=customers["legacy"].to_numpy() & (state.gone_t >= world.cut_over),
    )
    known = {topic: _kept(world, customers, log.frame(topic)) for topic in TOPICS}
    return Past(world, customers, draws, state, log, ruptures, known)


def known_date(world: World, t: np.ndarray) -> np.ndarray:
    """Dates of positions; empty for those outside the period, which nobody can know yet."""
    inside = (t >= 0) & (t < world.calendar.n_days)
    return np.where(inside, world.calendar.days[np.where(inside, t, 0)], np.datetime64("NaT"))


def _kept(world: World, customers: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """What the present system knows: of customers of the old one, nothing from before the cut-over."""
    lost = customers["legacy"].to_numpy()[frame["row"]] & (frame["t"].to_numpy() < world.cut_over)
    return frame[~lost].reset_index(drop=True)


def _locked(world: World, state: State, ruptures: pd.DataFrame) -> np.ndarray:
    """Who is in default on the last day, or was when the account was closed."""
    last = np.minimum(state.closed_t, world.calendar.n_days)[ruptures["row"]]
    now = (ruptures["cause"] == "default") & (ruptures["end_t"] >= last)
    return np.isin(np.arange(len(state.owner)), ruptures.loc[now, "row"])
