"""Cox's partial likelihood on counting-process rows, in one pass over the rows per iteration.

Rows are placed once on the grid of (stratum, event time) slots; a row is at risk on the slots first <= slot < last, so
every sum over risk sets is a cumulative sum. Late entry, strata and time-varying rows cost nothing extra.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RiskGrid:
    """Where each row stands on the grid of event times: computed once, read at every iteration."""

    X: np.ndarray  # rows × covariates, stored by column: sums run down columns
    tied_x: np.ndarray  # event rows × covariates
    weight: np.ndarray  # per row
    is_event: np.ndarray  # per row
    first: np.ndarray  # per row: first slot at risk
    last: np.ndarray  # per row: first slot no longer at risk
    tie: np.ndarray  # per event row: its slot
    n_ties: np.ndarray  # per slot: events that share it
    tie_weight: np.ndarray  # per slot: mean weight of its events
    slot_stratum: np.ndarray
    slot_time: np.ndarray


@dataclass(frozen=True)
class Evaluation:
    """Log partial likelihood with its slope and curvature at one coefficient vector."""

    log_likelihood: float
    gradient: np.ndarray
    information: np.ndarray


@dataclass(frozen=True)
class TieSums:
    """Efron's terms summed by slot: the l-th of d tied events sees the risk set less l/d of the tied rows.

    With w the tie weight and T the risk that a term sees: ``hazard``[k] sums w (l/d)^k / T, ``square``[k] sums
    w (l/d)^k / T², ``plain``[k] sums (l/d)^k / T. ``everybody`` and ``tied`` are risk-weighted sums of X per slot, so a
    term's mean X is (everybody - l/d · tied) / T.
    """

    log_total: float
    hazard: np.ndarray
    square: np.ndarray
    plain: np.ndarray
    everybody: np.ndarray
    tied: np.ndarray
    risk: np.ndarray

    @property
    def drift(self) -> np.ndarray:
        """Slots × covariates: sum of w / T times the mean X."""
        return self.square[0][:, None] * self.everybody - self.square[1][:, None] * self.tied

    @property
    def tied_drift(self) -> np.ndarray:
        """The same with l/d, the share that a tied row is spared."""
        return self.square[1][:, None] * self.everybody - self.square[2][:, None] * self.tied

    @property
    def mean_sum(self) -> np.ndarray:
        """Slots × covariates: sum of the mean X of a slot's terms."""
        return self.plain[0][:, None] * self.everybody - self.plain[1][:, None] * self.tied


def build_grid(
    X: np.ndarray,
    *,
    entry: np.ndarray,
    stop: np.ndarray,
    is_event: np.ndarray,
    stratum: np.ndarray,
    weight: np.ndarray,
) -> RiskGrid:
    """Return the grid of the rows; ``stratum`` counts from 0, rows are at risk on (entry, stop]."""
    times = np.unique(stop[is_event])
    width = len(times) + 1
    event_key = stratum[is_event] * width + np.searchsorted(times, stop[is_event], "left")
    keys, tie, n_ties = np.unique(event_key, return_inverse=True, return_counts=True)
    place = [np.searchsorted(keys, stratum * width + np.searchsorted(times, t, "right"), "left") for t in (entry, stop)]
    return RiskGrid(
        X=np.asfortranarray(X),
        tied_x=np.asfortranarray(X[is_event]),
        weight=weight,
        is_event=is_event,
        first=place[0],
        last=place[1],
        tie=tie,
        n_ties=n_ties,
        tie_weight=np.bincount(tie, weight[is_event]) / n_ties,
        slot_stratum=keys // width,
        slot_time=times[keys % width],
    )


def sum_at_risk(grid: RiskGrid, values: np.ndarray) -> np.ndarray:
    """Return for each slot the sum of ``values`` (per row) over the rows at risk there."""
    n = len(grid.n_ties) + 1
    leaving = np.bincount(grid.last, values, minlength=n) - np.bincount(grid.first, values, minlength=n)
    # summed from the end, where the sets are small, so that small sets keep their digits
    return np.cumsum(leaving[::-1])[::-1][1:]


def sum_while_at_risk(grid: RiskGrid, values: np.ndarray) -> np.ndarray:
    """Return for each row the sum of ``values`` (per slot, one or more columns) over the slots it was at risk on."""
    running = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
    return running[grid.last] - running[grid.first]


def sum_by_slot(grid: RiskGrid, values: np.ndarray) -> np.ndarray:
    """Return for each slot the sum of ``values`` (per event row)."""
    return np.bincount(grid.tie, values, minlength=len(grid.n_ties))


def compute_sums(grid: RiskGrid, beta: np.ndarray) -> TieSums:
    """Return Efron's sums at ``beta``. Source: Efron (1977)."""
    risk = grid.weight * np.exp(grid.X @ beta)
    tied_risk = risk[grid.is_event]
    slot = np.repeat(np.arange(len(grid.n_ties)), grid.n_ties)
    share = (np.arange(len(slot)) - (np.cumsum(grid.n_ties) - grid.n_ties)[slot]) / grid.n_ties[slot]
    total = sum_at_risk(grid, risk)[slot] - share * sum_by_slot(grid, tied_risk)[slot]
    step = grid.tie_weight[slot] / total
    powers = (1.0, share, share**2)
    return TieSums(
        log_total=float(grid.tie_weight[slot] @ np.log(total)),
        hazard=_by_slot(slot, [step * power for power in powers[:2]]),
        square=_by_slot(slot, [step / total * power for power in powers]),
        plain=_by_slot(slot, [power / total for power in powers[:2]]),
        everybody=np.column_stack([sum_at_risk(grid, risk * values) for values in grid.X.T]),
        tied=np.column_stack([sum_by_slot(grid, tied_risk * values) for values in grid.tied_x.T]),
        risk=risk,
    )


def _by_slot(slot: np.ndarray, terms: list[np.ndarray]) -> np.ndarray:
    return np.vstack([np.bincount(slot, values) for values in terms])


def evaluate(grid: RiskGrid, beta: np.ndarray) -> Evaluation:
    """Return log-likelihood, gradient and information at ``beta``."""
    sums = compute_sums(grid, beta)
    exposure = sums.risk * sum_while_at_risk(grid, sums.hazard[0])
    exposure[grid.is_event] -= sums.risk[grid.is_event] * sums.hazard[1][grid.tie]
    tied_weight = grid.weight[grid.is_event]
    first = sums.everybody.T @ sums.hazard[0] - sums.tied.T @ sums.hazard[1]
    outer = sums.everybody.T @ sums.drift - sums.tied.T @ sums.tied_drift
    return Evaluation(
        log_likelihood=float(tied_weight @ (grid.tied_x @ beta) - sums.log_total),
        gradient=tied_weight @ grid.tied_x - first,
        information=(grid.X * exposure[:, None]).T @ grid.X - outer,
    )


def compute_score_residuals(grid: RiskGrid, beta: np.ndarray) -> np.ndarray:
    """Return each row's share of the gradient (rows × covariates); they sum to it.

    Rows at risk pay for every event they were exposed to, tied ones for the share that Efron leaves them.
    Source: Lin and Wei (1989); Therneau and Grambsch (2000), section 7.3, with Efron's weights.
    """
    sums = compute_sums(grid, beta)
    tied_risk, tied_weight = sums.risk[grid.is_event], grid.weight[grid.is_event]
    exposure = sums.risk * sum_while_at_risk(grid, sums.hazard[0])
    exposure[grid.is_event] -= tied_risk * sums.hazard[1][grid.tie]
    residuals = sums.risk[:, None] * sum_while_at_risk(grid, sums.drift) - grid.X * exposure[:, None]
    residuals[grid.is_event] += tied_weight[:, None] * compute_schoenfeld(grid, beta)
    residuals[grid.is_event] -= tied_risk[:, None] * sums.tied_drift[grid.tie]
    return residuals


def compute_schoenfeld(grid: RiskGrid, beta: np.ndarray) -> np.ndarray:
    """Return for each event row its X less the mean X of the risk set (event rows × covariates).

    Source: Schoenfeld (1982), with the average of Efron's terms for ties.
    """
    average = compute_sums(grid, beta).mean_sum / grid.n_ties[:, None]
    return grid.tied_x - average[grid.tie]
