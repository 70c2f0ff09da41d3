"""What a rule would have meant for the people who work with it: lead time, entries, short alarms, backward moves."""

from dataclasses import dataclass

import numpy as np

from portfolio_lab.analysis.stage_tuning.panel import Panel
from portfolio_lab.analysis.stages.histories import Histories

SHORT_DAYS = 7


@dataclass(frozen=True)
class Silences:
    """Every silence: ``longest`` whole days without a purchase, and the rows whose silence is still running.

    ``customer_years``: observed time of all customers together.
    """

    longest: np.ndarray
    running: np.ndarray
    customer_years: float


def measure_silences(histories: Histories, *, as_of_day: int) -> Silences:
    """Return how long each purchase was followed by silence, per purchase row; the last runs up to ``as_of_day``."""
    following = np.append(histories.day[1:], 0)
    longest = np.where(histories.is_last, as_of_day, following - 1) - histories.day
    years = float((longest + 1).sum() / 365.25)
    return Silences(longest.astype(np.int16), np.flatnonzero(histories.is_last), years)


def summarise_steadiness(
    silences: Silences, pre: np.ndarray, inactive: np.ndarray, *, reaction_days: int
) -> dict[str, float]:
    """Return lead days, alarms and the typical lines of one rule; ``pre`` and ``inactive``: days per purchase row.

    Lead days: from the alarm to inactivity, over the silences that became inactive (NaN without one).
    ``entries_per_year``: alarms per customer and year; ``alarms_per_week``: at today's number of active customers.
    ``short_share``: of the alarms, the share ended by a purchase or by inactivity within seven days.
    ``pre_inactive_days``, ``inactive_days``: medians over the customers who are active now.
    """
    entered = np.flatnonzero(silences.longest >= pre)
    lasted = np.minimum(silences.longest[entered] + 1, inactive[entered]) - pre[entered]
    lapsed = entered[silences.longest[entered] >= inactive[entered]]
    lead = np.bincount(inactive[lapsed] - pre[lapsed])
    now = silences.running
    active = now[silences.longest[now] < pre[now]]
    active = active if len(active) else now
    per_year = len(entered) / max(silences.customer_years, 1e-9)
    return {
        "lead_days_median": _quantile(lead, 0.5),
        "lead_days_p10": _quantile(lead, 0.1),
        "in_time_share": float(lead[reaction_days:].sum() / lead.sum()) if lead.sum() else np.nan,
        "entries_per_year": float(per_year),
        "alarms_per_week": float(per_year * len(active) / 52),
        "short_share": float((lasted < SHORT_DAYS).mean()) if len(lasted) else np.nan,
        "pre_inactive_days": _quantile(np.bincount(pre[active]), 0.5),
        "inactive_days": _quantile(np.bincount(inactive[active]), 0.5),
    }


def _quantile(counts: np.ndarray, share: float) -> float:
    """Smallest whole number of days that at least this share does not exceed; ``counts`` per day."""
    if not counts.sum():
        return float("nan")
    return float(np.searchsorted(np.cumsum(counts), share * counts.sum() - 1e-9))


def compute_stage_steps(panel: Panel, pre: np.ndarray, inactive: np.ndarray) -> np.ndarray:
    """Return 0 active, 1 pre-inactive, 2 inactive or later, -1 not a customer yet: origins × customers."""
    steps = (pre[panel.row] <= panel.silent).astype(np.int8) + (inactive[panel.row] <= panel.silent)
    return np.where(panel.row >= 0, steps, -1).astype(np.int8)


def count_backward_moves(panel: Panel, steps: np.ndarray) -> float:
    """Return moves back towards active without a purchase, per 100 customer-months; 0 = the rule never flickers."""
    same = (panel.row[1:] == panel.row[:-1]) & (panel.row[1:] >= 0)
    return float(100 * (same & (steps[1:] < steps[:-1])).sum() / max(same.sum(), 1))


def compute_share_drift(panel: Panel, steps: np.ndarray) -> float:
    """Return the mean population stability index of the stage shares from one origin to the next (0.1 = notable).

    PSI = sum of (share - share before) × log(share / share before), with half a customer added to each stage.
    """
    shares = []
    for step, known in zip(steps, panel.is_known, strict=True):
        counts = np.bincount(step[known].clip(0), minlength=3) + 0.5
        shares.append(counts / counts.sum())
    pairs = zip(shares[1:], shares[:-1], strict=True)
    return float(np.mean([np.sum((now - before) * np.log(now / before)) for now, before in pairs]))


def compute_rates_by_step(panel: Panel, steps: np.ndarray, *, positions: list[int]) -> list[dict[str, float]]:
    """Return for each step the customers at the origins of ``positions`` and the share that bought in the horizon."""
    known, returns = panel.is_known[positions], ~panel.lapses[positions]
    out = []
    for step in range(3):
        here = (steps[positions] == step) & known
        n = int(here.sum())
        out.append({"step": step, "n": n, "return_share": float((here & returns).sum() / n) if n else np.nan})
    return out
