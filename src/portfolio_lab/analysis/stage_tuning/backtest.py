"""The back-test: how often each candidate raised its alarm on customers who lapsed and on customers who returned."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from portfolio_lab.analysis.stage_tuning.panel import Panel
from portfolio_lab.analysis.stages.histories import as_day

Lines = tuple[int, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Counts:
    """Sufficient counts of C candidates; ``..._by_origin``: C × origins, ``..._by_customer``: C × customers.

    ``hits``: alarms on members who lapse, ``false_alarms``: on members who return, ``margin``: margin of the hits
    (zeros without money). ``lapses`` and ``returns``: the members of each outcome. ``stage_share``: share of the
    pre-inactive stage among all customers known at the origin; ``stage``, ``known``: at how many origins.
    """

    hits_by_origin: np.ndarray
    false_alarms_by_origin: np.ndarray
    margin_by_origin: np.ndarray
    stage_share_by_origin: np.ndarray
    lapses_by_origin: np.ndarray
    returns_by_origin: np.ndarray
    hits_by_customer: np.ndarray
    false_alarms_by_customer: np.ndarray
    margin_by_customer: np.ndarray | None
    lapses_by_customer: np.ndarray
    returns_by_customer: np.ndarray
    stage_by_customer: np.ndarray
    known_by_customer: np.ndarray


def count_alarms(panel: Panel, lines: Iterable[Lines], *, n_candidates: int) -> Counts:
    """Return the counts of every candidate. ``lines``: (position, pre-inactive days, inactive days) per purchase row.

    An alarm is up from the pre-inactive line on. Each candidate costs one look-up per member and origin.
    """
    lapse, back = panel.is_member & panel.lapses, panel.is_member & ~panel.lapses
    counts = _empty_counts(panel, lapse, back, n_candidates)
    cells = _member_cells(panel)
    n_known = np.maximum(panel.is_known.sum(axis=1), 1)
    for position, pre, inactive in lines:
        alarms = np.flatnonzero(pre[cells.row] <= cells.silent)
        _store(counts, position, cells, alarms)
        in_stage, counts.stage_by_customer[position] = count_in_stage(panel, pre, inactive)
        counts.stage_share_by_origin[position] = in_stage / n_known
    return counts


@dataclass(frozen=True)
class Cells:
    """The members of all origins in one row each: ``origin_code`` and ``customer_code`` are even for who lapses."""

    row: np.ndarray
    silent: np.ndarray
    origin_code: np.ndarray
    customer_code: np.ndarray
    margin: np.ndarray | None


def _member_cells(panel: Panel) -> Cells:
    origin, customer = np.nonzero(panel.is_member)
    returns = ~panel.lapses[origin, customer]
    return Cells(
        panel.row[origin, customer],
        panel.silent[origin, customer].astype(np.int16),
        (2 * origin + returns).astype(np.int32),
        (2 * customer + returns).astype(np.int32),
        None if panel.margin is None else panel.margin[origin, customer],
    )


def count_in_stage(panel: Panel, pre: np.ndarray, inactive: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how many customers are pre-inactive at each origin, and each customer at how many origins.

    ``pre``, ``inactive``: days per purchase row. Each silence is pre-inactive over one stretch of days: its first and
    last origin are looked up by day.
    """
    origins = np.array([as_day(origin) for origin in panel.origins])
    base, top = int(origins[0]), int(origins[-1]) + 1
    first_origin = np.searchsorted(origins, np.arange(base, top + 1)).astype(np.int16)
    day = panel.histories.day
    opens = first_origin[np.clip(day + pre, base, top) - base]
    closes = first_origin[np.clip(np.minimum(day + inactive, panel.until), base, top) - base]
    stays = np.flatnonzero(opens < closes)
    opens, closes = opens[stays], closes[stays]
    n = len(origins) + 1
    by_origin = np.cumsum(np.bincount(opens, minlength=n) - np.bincount(closes, minlength=n))[:-1]
    return by_origin, np.bincount(panel.histories.customer[stays], closes - opens, panel.n_customers)


def raise_alarms(panel: Panel, pre: np.ndarray) -> np.ndarray:
    """Return for each origin and customer whether the alarm is up; ``pre``: pre-inactive days per purchase row."""
    return panel.is_member & (pre[panel.row] <= panel.silent)


def _empty_counts(panel: Panel, lapse: np.ndarray, back: np.ndarray, n_candidates: int) -> Counts:
    by_origin, by_customer = (n_candidates, len(panel.origins)), (n_candidates, panel.n_customers)
    return Counts(
        hits_by_origin=np.zeros(by_origin),
        false_alarms_by_origin=np.zeros(by_origin),
        margin_by_origin=np.zeros(by_origin),
        stage_share_by_origin=np.zeros(by_origin),
        lapses_by_origin=lapse.sum(axis=1).astype(float),
        returns_by_origin=back.sum(axis=1).astype(float),
        hits_by_customer=np.zeros(by_customer, np.uint8),
        false_alarms_by_customer=np.zeros(by_customer, np.uint8),
        margin_by_customer=None if panel.margin is None else np.zeros(by_customer, np.float32),
        lapses_by_customer=lapse.sum(axis=0, dtype=np.uint8),
        returns_by_customer=back.sum(axis=0, dtype=np.uint8),
        stage_by_customer=np.zeros(by_customer, np.uint8),
        known_by_customer=panel.is_known.sum(axis=0, dtype=np.uint8),
    )


def _store(counts: Counts, position: int, cells: Cells, alarms: np.ndarray) -> None:
    """Count hits (even codes) and false alarms (odd codes) by origin and by customer."""
    n_origins, n_customers = counts.hits_by_origin.shape[1], counts.hits_by_customer.shape[1]
    by_origin = np.bincount(cells.origin_code[alarms], minlength=2 * n_origins)
    by_customer = np.bincount(cells.customer_code[alarms], minlength=2 * n_customers)
    counts.hits_by_origin[position], counts.false_alarms_by_origin[position] = by_origin[::2], by_origin[1::2]
    counts.hits_by_customer[position], counts.false_alarms_by_customer[position] = by_customer[::2], by_customer[1::2]
    if cells.margin is not None:
        value = cells.margin[alarms]
        counts.margin_by_origin[position] = np.bincount(cells.origin_code[alarms], value, 2 * n_origins)[::2]
        counts.margin_by_customer[position] = np.bincount(cells.customer_code[alarms], value, 2 * n_customers)[::2]
