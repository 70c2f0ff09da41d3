"""Cox's partial likelihood on counting-process rows, in one pass over the rows per iteration.

Rows are placed once on the grid of (stratum, event time) slots; a row is at risk on the slots first <= slot < last, so
every sum over risk sets is a cumulative sum. Late entry, strata and time-varying rows cost nothing extra.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RiskGrid:
    """Where each row stands on the grid of event times: computed once, read at every iteration."""

    X: np.ndarray  # rows × covariates
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
class TieTerms:
    """Efron's terms: the l-th of d tied events sees the risk set less l/d of the tied rows."""

    slot: np.ndarray
    share: np.ndarray  # l / d
    total: np.ndarray  # sum of risk scores seen by the term
    mean: np.ndarray  # terms × covariates: weighted mean of X seen by the term
    risk: np.ndarray  # per row


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
        X=X,
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


def compute_terms(grid: RiskGrid, beta: np.ndarray) -> TieTerms:
    """Return Efron's terms at ``beta``. Source: Efron (1977)."""
    risk = grid.weight * np.exp(grid.X @ beta)
    tied_risk, tied_X = risk[grid.is_event], grid.X[grid.is_event]
    slot = np.repeat(np.arange(len(grid.n_ties)), grid.n_ties)
    starts = np.cumsum(grid.n_ties) - grid.n_ties
    share = (np.arange(len(slot)) - starts[slot]) / grid.n_ties[slot]
    total = sum_at_risk(grid, risk)[slot] - share * sum_by_slot(grid, tied_risk)[slot]
    mean = np.empty((len(slot), grid.X.shape[1]))
    for column in range(grid.X.shape[1]):
        everybody = sum_at_risk(grid, risk * grid.X[:, column])[slot]
        mean[:, column] = (everybody - share * sum_by_slot(grid, tied_risk * tied_X[:, column])[slot]) / total
    return TieTerms(slot=slot, share=share, total=total, mean=mean, risk=risk)


def sum_terms(grid: RiskGrid, terms: TieTerms, values: np.ndarray) -> np.ndarray:
    """Return for each slot the sum of ``values`` (per term)."""
    return np.bincount(terms.slot, values, minlength=len(grid.n_ties))


def evaluate(grid: RiskGrid, beta: np.ndarray) -> Evaluation:
    """Return log-likelihood, gradient and information at ``beta``."""
    terms = compute_terms(grid, beta)
    weight = grid.tie_weight[terms.slot]
    hazard = sum_terms(grid, terms, weight / terms.total)
    tied_hazard = sum_terms(grid, terms, weight * terms.share / terms.total)
    exposure = terms.risk * sum_while_at_risk(grid, hazard)
    tied_exposure = terms.risk[grid.is_event] * tied_hazard[grid.tie]
    tied_X, tied_weight = grid.X[grid.is_event], grid.weight[grid.is_event]
    second = (grid.X * exposure[:, None]).T @ grid.X - (tied_X * tied_exposure[:, None]).T @ tied_X
    return Evaluation(
        log_likelihood=float(tied_weight @ (tied_X @ beta) - weight @ np.log(terms.total)),
        gradient=tied_weight @ tied_X - weight @ terms.mean,
        information=second - (terms.mean * weight[:, None]).T @ terms.mean,
    )


def compute_score_residuals(grid: RiskGrid, beta: np.ndarray) -> np.ndarray:
    """Return each row's share of the gradient (rows × covariates); they sum to it.

    Rows at risk pay for every event they were exposed to, tied ones for the share that Efron leaves them.
    Source: Lin and Wei (1989); Therneau and Grambsch (2000), section 7.3, with Efron's weights.
    """
    terms = compute_terms(grid, beta)
    step = grid.tie_weight[terms.slot] / terms.total
    hazard, tied_hazard = (sum_terms(grid, terms, step * factor) for factor in (1.0, terms.share))
    tied_risk = terms.risk[grid.is_event]
    exposure = terms.risk * sum_while_at_risk(grid, hazard)
    exposure[grid.is_event] -= tied_risk * tied_hazard[grid.tie]
    residuals = -grid.X * exposure[:, None]
    for column in range(grid.X.shape[1]):
        mean = terms.mean[:, column]
        drift, tied_drift = (sum_terms(grid, terms, step * factor * mean) for factor in (1.0, terms.share))
        average = sum_terms(grid, terms, mean) / grid.n_ties
        residuals[:, column] += terms.risk * sum_while_at_risk(grid, drift)
        residuals[grid.is_event, column] += (
            grid.weight[grid.is_event] * (grid.X[grid.is_event, column] - average[grid.tie])
            - tied_risk * tied_drift[grid.tie]
        )
    return residuals


def compute_schoenfeld(grid: RiskGrid, beta: np.ndarray) -> np.ndarray:
    """Return for each event row its X less the mean X of the risk set (event rows × covariates).

    Source: Schoenfeld (1982), with the average of Efron's terms for ties.
    """
    terms = compute_terms(grid, beta)
    average = np.column_stack(
        [sum_terms(grid, terms, terms.mean[:, column]) / grid.n_ties for column in range(grid.X.shape[1])]
    )
    return grid.X[grid.is_event] - average[grid.tie]
