"""Nested tuning: earlier origins choose a rule's line, a later origin judges it."""

from dataclasses import dataclass

import numpy as np

from portfolio_lab.analysis.stage_tuning.backtest import Counts
from portfolio_lab.analysis.stage_tuning.metrics import compute_metrics, compute_utility
from portfolio_lab.analysis.stage_tuning.origins import training_positions
from portfolio_lab.analysis.stage_tuning.panel import Panel
from portfolio_lab.analysis.stage_tuning.settings import TuningSettings
from portfolio_lab.errors import AnalysisError


@dataclass(frozen=True)
class Nested:
    """``chosen``: name -> candidate per judged origin; ``inner`` and ``outer``: the primary metric while learning
    (mean over the judged origins) and on the judged origins taken together."""

    outer: list[int]
    chosen: dict[str, list[int]]
    inner_primary: dict[str, float]
    outer_primary: dict[str, float]


def compute_primary(
    hits: np.ndarray, false_alarms: np.ndarray, margin: np.ndarray, lapses: np.ndarray, returns: np.ndarray, *,
    settings: TuningSettings,
) -> np.ndarray:  # fmt: skip
    """Return the metric that is maximised: money where a contact has a cost, balanced accuracy otherwise."""
    if settings.contact_cost is None:
        return compute_metrics(hits, false_alarms, lapses, returns)["balanced_accuracy"]
    return compute_utility(hits, false_alarms, margin, settings)


def primary_on_origins(counts: Counts, positions: list[int], settings: TuningSettings) -> np.ndarray:
    """Return the primary metric of every candidate on some origins taken together; money per origin."""
    values = compute_primary(
        counts.hits_by_origin[:, positions].sum(axis=1),
        counts.false_alarms_by_origin[:, positions].sum(axis=1),
        counts.margin_by_origin[:, positions].sum(axis=1),
        counts.lapses_by_origin[positions].sum(),
        counts.returns_by_origin[positions].sum(),
        settings=settings,
    )
    return values if settings.contact_cost is None else values / len(positions)


def feasible_candidates(counts: Counts, positions: list[int], settings: TuningSettings) -> np.ndarray:
    """Return which candidates keep the share of pre-inactive customers within the wanted bounds."""
    share = counts.stage_share_by_origin[:, positions].mean(axis=1)
    return (share >= settings.share_bounds[0]) & (share <= settings.share_bounds[1])


def choose_best(primary: np.ndarray, feasible: np.ndarray, members: np.ndarray) -> int:
    """Return the position of the best of ``members``; among the feasible ones where there is one."""
    allowed = members[feasible[members]] if feasible[members].any() else members
    values = np.nan_to_num(primary[allowed], nan=-np.inf)
    return int(allowed[np.argmax(values)])


def run_nested(
    panel: Panel, counts: Counts, names: np.ndarray, *, outer: list[int], settings: TuningSettings
) -> Nested:
    """Return what each name (family or model) would have chosen before each judged origin, and how that fared.

    ``names``: of each candidate. Raises AnalysisError if an origin would learn from labels not known by then.
    """
    chosen: dict[str, list[int]] = {name: [] for name in dict.fromkeys(names)}
    inner: dict[str, list[float]] = {name: [] for name in chosen}
    for test in outer:
        train = training_positions(panel.origins, test, horizon_days=panel.horizon_days)
        _assert_embargo(panel, train, test)
        primary, feasible = primary_on_origins(counts, train, settings), feasible_candidates(counts, train, settings)
        for name in chosen:
            best = choose_best(primary, feasible, np.flatnonzero(names == name))
            chosen[name].append(best)
            inner[name].append(float(primary[best]))
    judged = {name: _judge(counts, picks, outer, settings) for name, picks in chosen.items()}
    return Nested(outer, chosen, {name: float(np.mean(values)) for name, values in inner.items()}, judged)


def _assert_embargo(panel: Panel, train: list[int], test: int) -> None:
    last = panel.origins[train].max() if train else None
    if last is None or (panel.origins[test] - last).days < panel.horizon_days:
        raise AnalysisError(
            "an origin would be judged by a rule that knew its future",
            remedy="judge only origins that lie the whole horizon after the last one learned from",
            value=str(panel.origins[test].date()),
        )


def _judge(counts: Counts, picks: list[int], outer: list[int], settings: TuningSettings) -> float:
    value = compute_primary(
        counts.hits_by_origin[picks, outer].sum(),
        counts.false_alarms_by_origin[picks, outer].sum(),
        counts.margin_by_origin[picks, outer].sum(),
        counts.lapses_by_origin[outer].sum(),
        counts.returns_by_origin[outer].sum(),
        settings=settings,
    )
    return float(value) if settings.contact_cost is None else float(value) / len(outer)
