"""The state of a block of customers on a working day, and the log of what happened to them."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from portfolio_lab.data.demo.customers import NEVER, Draws
from portfolio_lab.data.schema import CHANNELS

N_GAPS = 512
TASK_SLOTS = 4
BLANK = (
    (True, ("alive",)),
    (False, ("is_dip", "promise_kept", "is_member")),
    (0, ("n_orders", "task_channel", "task_role", "task_stage")),
    (-1, ("gone_cause", "plan_code")),
    (0.0, ("wear",)),
    (1.0, ("boost", "late_multiplier", "handover_multiplier")),
    (NEVER, ("closed_t", "gone_t")),
    (-NEVER, ("paused_to", "quiet_to", "boost_until", "claim_until", "claim_open_until", "claim_next", "late_from",
              "late_until", "handover_until", "last_handover", "promise_t", "plan_run")),
)  # fmt: skip


@dataclass
class State:
    """Arrays with one entry per customer; ``_until`` and ``_to`` are the first day that is no longer meant.

    ``contact_until`` (channel x customer) and ``task_run`` (slot x customer) have the customers in columns.
    """

    owner: np.ndarray
    alive: np.ndarray
    closed_t: np.ndarray
    gone_t: np.ndarray
    gone_cause: np.ndarray
    clock: np.ndarray
    gap: np.ndarray
    n_orders: np.ndarray
    last_order: np.ndarray
    wear: np.ndarray
    is_dip: np.ndarray
    paused_to: np.ndarray
    quiet_to: np.ndarray
    contact_until: np.ndarray
    last_contact: np.ndarray
    boost: np.ndarray
    boost_until: np.ndarray
    claim_until: np.ndarray
    claim_open_until: np.ndarray
    claim_next: np.ndarray
    late_from: np.ndarray
    late_until: np.ndarray
    late_multiplier: np.ndarray
    handover_until: np.ndarray
    handover_multiplier: np.ndarray
    last_handover: np.ndarray
    task_run: np.ndarray
    task_channel: np.ndarray
    task_role: np.ndarray
    task_stage: np.ndarray
    promise_t: np.ndarray
    promise_kept: np.ndarray
    plan_run: np.ndarray
    plan_code: np.ndarray
    is_member: np.ndarray


@dataclass(frozen=True)
class Log:
    """What happened, in pieces of arrays per topic, and running sums."""

    pieces: dict[str, list[dict[str, np.ndarray]]] = field(default_factory=dict)
    sums: dict[str, np.ndarray] = field(default_factory=dict)

    def add(self, topic: str, values: np.ndarray) -> None:
        """Add values to the running sum of a topic."""
        self.sums[topic] = self.sums.get(topic, 0.0) + values

    def note(self, topic: str, row: np.ndarray, t: int, **more: object) -> None:
        """Remember that something happened to some rows on day t; a single value holds for all of them."""
        if len(row):
            values = {name: value if np.ndim(value) else np.full(len(row), value) for name, value in more.items()}
            self.pieces.setdefault(topic, []).append({"row": row, "t": np.full(len(row), t), **values})

    def frame(self, topic: str) -> pd.DataFrame:
        """All of a topic in the order of customer and day; empty when nothing happened."""
        pieces = self.pieces.get(topic)
        if not pieces:
            return pd.DataFrame({"row": np.zeros(0, dtype=int), "t": np.zeros(0, dtype=int)})
        frame = pd.DataFrame({name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]})
        return frame.sort_values(["row", "t"], kind="stable", ignore_index=True)


def draw_gaps(customers: pd.DataFrame, draws: Draws) -> np.ndarray:
    """Return customer x order: intensity to be gathered until the next order, mean 1, more even the more regular."""
    shape = customers["regularity"].to_numpy()[:, None]
    return (draws.stream("gaps").standard_gamma(shape, (len(customers), N_GAPS)) / shape).astype(np.float32)


def first_state(customers: pd.DataFrame, gaps: np.ndarray, draws: Draws) -> State:
    """Return the state on the day before the period: old customers are somewhere between two orders."""
    n, old = len(customers), customers["is_old"].to_numpy()
    since_order = np.minimum(draws.uniform("since last order") / customers["rate"].to_numpy(), 60)
    since_contact = np.floor(40 * draws.uniform("since last contact"))
    blank = {name: np.full(n, value) for value, names in BLANK for name in names}
    return State(
        **blank,
        owner=customers["owner"].to_numpy().copy(),
        clock=np.where(old, gaps[:, 0] * draws.uniform("clock"), 0.0),
        gap=np.where(old, gaps[:, 0], 0.0),
        last_order=np.where(old, -1 - since_order, -NEVER),
        last_contact=np.where(old, -since_contact, customers["created_t"]),
        contact_until=np.full((len(CHANNELS), n), -NEVER),
        task_run=np.full((TASK_SLOTS, n), -1),
    )
