"""The judged origins by customer: what the intervals of honest metrics and of paired differences are drawn from."""

from dataclasses import dataclass

import numpy as np

from portfolio_lab.analysis.stage_tuning.backtest import raise_alarms
from portfolio_lab.analysis.stage_tuning.bootstrap import resample_sums
from portfolio_lab.analysis.stage_tuning.candidates import Candidate, compute_candidate_lines
from portfolio_lab.analysis.stage_tuning.metrics import compute_metrics
from portfolio_lab.analysis.stage_tuning.nested import Nested, compute_primary
from portfolio_lab.analysis.stage_tuning.panel import Panel, keep_origins
from portfolio_lab.analysis.stage_tuning.settings import TuningSettings

METRICS = ("precision", "recall", "specificity", "f1", "youden_j", "balanced_accuracy", "accuracy")


@dataclass(frozen=True)
class OuterCounts:
    """Counts on the judged origins, names × customers, and the members of each outcome per customer."""

    names: tuple[str, ...]
    hits: np.ndarray
    false_alarms: np.ndarray
    margin: np.ndarray
    lapses: np.ndarray
    returns: np.ndarray


def count_outer_alarms(
    panel: Panel, candidates: tuple[Candidate, ...], nested: Nested, *, fixed_lines: dict[str, np.ndarray]
) -> OuterCounts:
    """Return the alarms of each name's choice at each judged origin.

    ``fixed_lines``: further names with one line for all origins (pre-inactive days per purchase row), such as the
    definition in force.
    """
    names = (*nested.chosen, *fixed_lines)
    judged = keep_origins(panel, nested.outer)
    lapse, back = judged.is_member & judged.lapses, judged.is_member & ~judged.lapses
    shape = (len(names), panel.n_customers)
    hits, false, margin = np.zeros(shape, np.uint8), np.zeros(shape, np.uint8), np.zeros(shape, np.float32)
    wanted = sorted({pick for picks in nested.chosen.values() for pick in picks})
    lines = compute_candidate_lines(panel.histories, tuple(candidates[pick] for pick in wanted))
    where = [(pick, _positions(names, nested, pick)) for pick in wanted]
    jobs = [(where[index][1], pre) for index, pre, _ in lines]
    jobs += [([(names.index(name), slice(None))], line) for name, line in fixed_lines.items()]
    for places, pre in jobs:
        alarm = raise_alarms(judged, pre)
        for row, origins in places:
            hit = alarm[origins] & lapse[origins]
            hits[row] += hit.sum(axis=0, dtype=np.uint8)
            false[row] += (alarm[origins] & back[origins]).sum(axis=0, dtype=np.uint8)
            if judged.margin is not None:
                margin[row] += np.where(hit, judged.margin[origins], np.float32(0)).sum(axis=0)
    return OuterCounts(names, hits, false, margin, lapse.sum(axis=0, dtype=np.uint8), back.sum(axis=0, dtype=np.uint8))


def summarise_outer(counts: OuterCounts) -> dict[str, dict[str, float]]:
    """Return the metrics of each name on the judged origins taken together."""
    values = compute_metrics(
        counts.hits.sum(axis=1), counts.false_alarms.sum(axis=1), counts.lapses.sum(), counts.returns.sum()
    )
    return {name: {m: float(values[m][row]) for m in METRICS} for row, name in enumerate(counts.names)}


def resample_outer(
    counts: OuterCounts, *, n_origins: int, settings: TuningSettings
) -> dict[str, dict[str, np.ndarray]]:
    """Return resampled metrics of each name, ``primary`` among them; the same customers for every name (paired)."""
    sums = resample_sums(
        {
            "hits": counts.hits, "false_alarms": counts.false_alarms, "margin": counts.margin,
            "lapses": counts.lapses, "returns": counts.returns,
        },
        n_bootstrap=settings.n_bootstrap, seed=settings.seed,
    )  # fmt: skip
    metrics = compute_metrics(sums["hits"], sums["false_alarms"], sums["lapses"], sums["returns"])
    primary = compute_primary(*sums.values(), settings=settings)
    metrics["primary"] = primary if settings.contact_cost is None else primary / n_origins
    return {name: {m: values[:, row] for m, values in metrics.items()} for row, name in enumerate(counts.names)}


def _positions(names: tuple[str, ...], nested: Nested, pick: int) -> list[tuple[int, list[int]]]:
    """(row of the name, judged origins) at which this candidate was the name's choice."""
    out = []
    for row, name in enumerate(names):
        origins = [position for position, choice in enumerate(nested.chosen.get(name, ())) if choice == pick]
        if origins:
            out.append((row, origins))
    return out
