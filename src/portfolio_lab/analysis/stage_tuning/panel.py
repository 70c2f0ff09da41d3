"""The panel of the back-test: what was known of each customer at each origin, and what happened next."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from portfolio_lab.analysis.stages.histories import Histories, as_day

NEVER = np.iinfo(np.int64).max // 4


@dataclass(frozen=True)
class Panel:
    """Arrays of origins × customers over all customers with a purchase in ``histories``.

    ``row``: row of the last purchase up to the origin (-1 = none yet); ``silent``: days since then; ``lapses``: no
    purchase within the horizon; ``is_known``: had bought, not closed, label known; ``is_member``: known and silent
    for less than the population's limit: the customers on whom rules are judged; ``margin``: what the customer brought
    in the 365 days before (None without money). ``until``: per purchase row the day (since 1970) on which its silence
    ended, by a purchase or a closure.
    """

    histories: Histories
    origins: pd.DatetimeIndex
    horizon_days: int
    row: np.ndarray
    silent: np.ndarray
    lapses: np.ndarray
    is_known: np.ndarray
    is_member: np.ndarray
    until: np.ndarray
    margin: np.ndarray | None = None

    @property
    def n_customers(self) -> int:
        """Number of customers in the histories."""
        return len(self.histories.customer_ids)


def build_panel(
    histories: Histories,
    origins: pd.DatetimeIndex,
    *,
    horizon_days: int,
    population_days: int | None = None,
    closed: pd.Series | None = None,
) -> Panel:
    """Return the panel: features from rows up to each origin, labels from the horizon after it.

    ``closed``: closing dates, index customer_id; a customer closed before or within the horizon is left out there (an
    account that ends is no silence). ``population_days=None`` keeps everybody who ever bought.
    """
    days = [as_day(origin) for origin in origins]
    row = np.stack([_last_rows(histories, day) for day in days])
    there = row >= 0
    last = np.where(there, histories.day[row], 0)
    silent = np.where(there, np.asarray(days)[:, None] - last, -1).astype(np.int32)
    following = np.where(histories.is_last, NEVER, np.append(histories.day[1:], NEVER)[: len(histories.day)])
    closing = _closing_days(histories, closed)
    lapses = there & (following[row] > np.asarray(days)[:, None] + horizon_days)
    known = there & ~((closing <= np.asarray(days)[:, None] + horizon_days) & (closing >= last))
    member = known if population_days is None else known & (silent < population_days)
    closes = np.where(closing[histories.customer] >= histories.day, closing[histories.customer], NEVER)
    until = np.minimum(following, closes)
    return Panel(histories, origins, horizon_days, row.astype(np.int32), silent, lapses, known, member, until)


def with_margin(panel: Panel, order_days: pd.DataFrame, *, column: str, rate: float = 1.0) -> Panel:
    """Return the panel with each customer's margin of the 365 days up to each origin, never below zero.

    ``column`` of ``order_days`` (margin_amount, or amount with the margin ``rate``) in currency units.
    """
    ids = panel.histories.customer_ids
    customer = ids.get_indexer(order_days["customer_id"])
    day = order_days["order_date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    value = np.nan_to_num(order_days[column].to_numpy(float)) * rate
    out = np.zeros(panel.row.shape, np.float32)
    for position, origin in enumerate(panel.origins):
        end = as_day(origin)
        chosen = (customer >= 0) & (day <= end) & (day > end - 365)
        out[position] = np.bincount(customer[chosen], value[chosen], minlength=len(ids))
    return replace(panel, margin=np.maximum(out, 0))


def shuffle_labels(panel: Panel, *, seed: int) -> Panel:
    """Return the panel with the labels of the members dealt anew within each origin: nothing can be foretold there."""
    rng = np.random.default_rng(seed)
    lapses = panel.lapses.copy()
    for position in range(len(panel.origins)):
        members = np.flatnonzero(panel.is_member[position])
        lapses[position, members] = rng.permutation(lapses[position, members])
    return replace(panel, lapses=lapses)


def keep_origins(panel: Panel, positions: list[int]) -> Panel:
    """Return the panel of some origins only."""
    return replace(
        panel,
        origins=panel.origins[positions],
        row=panel.row[positions],
        silent=panel.silent[positions],
        lapses=panel.lapses[positions],
        is_known=panel.is_known[positions],
        is_member=panel.is_member[positions],
        margin=None if panel.margin is None else panel.margin[positions],
    )


def _last_rows(histories: Histories, day: int) -> np.ndarray:
    """Row of each customer's last purchase up to the day, -1 before the first one."""
    n = len(histories.customer_ids)
    count = np.bincount(histories.customer[histories.day <= day], minlength=n)
    first = np.flatnonzero(histories.n_repeats == 0)
    return np.where(count > 0, first + count - 1, -1)


def _closing_days(histories: Histories, closed: pd.Series | None) -> np.ndarray:
    """Day of each customer's closure since 1970; far in the future where there is none."""
    if closed is None:
        return np.full(len(histories.customer_ids), NEVER)
    dates = pd.to_datetime(closed).reindex(histories.customer_ids)
    return np.where(dates.notna(), dates.to_numpy().astype("datetime64[D]").astype(np.int64), NEVER)
