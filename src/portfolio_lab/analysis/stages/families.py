"""Rule families: after how many silent days a customer crosses a line, given its history at its last purchase.

Every family gives whole days that depend on the history up to the last purchase only. So a stage is a matter of
counting days, without a purchase a customer only moves towards inactivity, and the day of the next move is known.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from portfolio_lab.analysis.stages.chances import compute_hazard_chance, compute_return_chance
from portfolio_lab.analysis.stages.crossing import LONGEST_DAYS, compute_crossing_days
from portfolio_lab.analysis.stages.cycles import compute_cycle_days
from portfolio_lab.analysis.stages.histories import Histories
from portfolio_lab.policy import StageRule

DAYS_PER_MONTH = 365.25 / 12
Rows = np.ndarray

# Below three gaps a customer has no frequency of its own that could fall.
FEWEST_GAPS = 3


def compute_line_days(histories: Histories, rows: Rows, rule: StageRule, levels: Sequence[float]) -> np.ndarray:
    """Return for each level and row the day of silence on which the row's customer crosses that level.

    Shape: levels × rows, whole days from 1 (16 bit). ``levels`` are on the family's own scale (days, cycles, shares,
    chances). Not for `purchases_in_months`, whose line is no level but a number of purchases.
    """
    return LEVEL_FAMILIES[rule.family](histories, rows, rule, levels)


def compute_ladder_days(histories: Histories, rows: Rows, rule: StageRule) -> tuple[np.ndarray, np.ndarray]:
    """Return the days of silence on which each row's customer becomes pre-inactive and inactive.

    Shape of ``rows``; whole days from 1, the first never above the second.
    """
    if rule.family == "fixed_days":
        pre, inactive = compute_line_days(histories, rows, rule, (rule.pre_inactive_days, rule.inactive_days))
    elif rule.family == "purchases_in_months":
        pre, inactive = _wanted_purchases(histories, rows, rule), np.full(len(rows), rule.inactive_days, np.int16)
    elif rule.family == "falling_frequency":
        pre = np.minimum(compute_line_days(histories, rows, rule, (rule.pre_inactive_at,))[0], rule.pre_inactive_days)
        inactive = np.full(len(rows), rule.inactive_days, np.int16)
    else:
        pre, inactive = compute_line_days(histories, rows, rule, (rule.pre_inactive_at, rule.inactive_at))
    return np.minimum(pre, inactive), inactive


def _fixed_days(histories: Histories, rows: Rows, rule: StageRule, levels: Sequence[float]) -> np.ndarray:
    return np.repeat(_whole_days(np.asarray(levels, float))[:, None], len(rows), axis=1)


def _own_cycle(histories: Histories, rows: Rows, rule: StageRule, levels: Sequence[float]) -> np.ndarray:
    def lines(x: np.ndarray, age: np.ndarray) -> np.ndarray:
        return _whole_days(np.asarray(levels)[:, None] * compute_cycle_days(x, age, rule))

    return _on_distinct(histories, rows, lines)


def _gap_tail(histories: Histories, rows: Rows, rule: StageRule, levels: Sequence[float]) -> np.ndarray:
    """Own gaps follow a gamma law: in cycles, the level is one and the same quantile for everybody."""
    cycles = stats.gamma.isf(np.asarray(levels), rule.regularity) / rule.regularity
    return _own_cycle(histories, rows, rule, cycles)


def _falling_frequency(histories: Histories, rows: Rows, rule: StageRule, levels: Sequence[float]) -> np.ndarray:
    """Fewer purchases within the window than the level's share of the own mean, and gaps less even than usual.

    Source: partial defection (Buckinx and Van den Poel, 2005). The customer crosses when the n-th latest purchase
    leaves the window, n being the purchases that the level asks for.
    """
    window = rule.window_months * DAYS_PER_MONTH
    irregular = histories.gap_variation[rows] >= rule.typical_gap_variation
    speaks = np.flatnonzero(irregular & (histories.n_repeats[rows] >= FEWEST_GAPS))
    expected = window / histories.mean_gap_days[rows[speaks]]
    out = np.full((len(levels), len(rows)), LONGEST_DAYS, dtype=np.int16)
    for line, level in enumerate(levels):
        wanted = np.maximum(np.ceil(level * expected - 1e-9), 1).astype(np.int64)
        out[line, speaks] = _days_until_fewer(histories, rows[speaks], wanted, window)
    return out


def _wanted_purchases(histories: Histories, rows: Rows, rule: StageRule) -> np.ndarray:
    """Fewer purchase days than wanted within the window; whoever has not yet had so many gets the whole window."""
    wanted = np.full(len(rows), rule.min_purchase_days)
    return _days_until_fewer(histories, rows, wanted, rule.window_months * DAYS_PER_MONTH)


def _days_until_fewer(histories: Histories, rows: Rows, wanted: np.ndarray, window: float) -> np.ndarray:
    """Days of silence until the ``wanted``-th latest purchase (else the first one) has left the window."""
    nth_latest = np.maximum(rows - wanted + 1, histories.first_row[rows])
    return _whole_days(histories.day[nth_latest] + window - histories.day[rows])


def _hazard(histories: Histories, rows: Rows, rule: StageRule, levels: Sequence[float]) -> np.ndarray:
    return _chance_family(histories, rows, levels, lambda x, age, days: compute_hazard_chance(x, age, days, rule))


def _return_probability(histories: Histories, rows: Rows, rule: StageRule, levels: Sequence[float]) -> np.ndarray:
    return _chance_family(histories, rows, levels, lambda x, age, days: compute_return_chance(x, age, days, rule))


def _chance_family(
    histories: Histories, rows: Rows, levels: Sequence[float], chance: Callable[..., np.ndarray]
) -> np.ndarray:
    def lines(x: np.ndarray, age: np.ndarray) -> np.ndarray:
        return compute_crossing_days(lambda days: chance(x, age, days), levels, n=len(x)).astype(np.int16)

    return _on_distinct(histories, rows, lines)


def _on_distinct(histories: Histories, rows: Rows, lines: Callable[..., np.ndarray]) -> np.ndarray:
    """Compute each distinct pair of repeats and age at the last purchase once; customers share them by the thousand."""
    key = histories.n_repeats[rows].astype(np.int64) * (1 << 32) + histories.age_days[rows]
    position, distinct = pd.factorize(key)
    found = lines((distinct >> 32).astype(float), (distinct & ((1 << 32) - 1)).astype(float))
    return found[:, position]


def _whole_days(days: np.ndarray) -> np.ndarray:
    """Silence is counted in whole days; a rounding error of the last digit must not cost a day."""
    return np.clip(np.ceil(days - 1e-9), 1, LONGEST_DAYS).astype(np.int16)


LEVEL_FAMILIES: dict[str, Callable[..., np.ndarray]] = {
    "fixed_days": _fixed_days,
    "own_cycle": _own_cycle,
    "gap_tail": _gap_tail,
    "falling_frequency": _falling_frequency,
    "hazard": _hazard,
    "return_probability": _return_probability,
}
