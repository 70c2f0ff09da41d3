"""Does an effect stay the same over time? The test, the size of the change, and what to do about it, in order."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import chi2

from portfolio_lab.analysis.survival.cox import CoxDesign, CoxModel, fit_cox, lay_out
from portfolio_lab.analysis.survival.episodes import derive_period_effects
from portfolio_lab.analysis.survival.lifetimes import build_lifetimes, count_risk_sets
from portfolio_lab.analysis.survival.partial_likelihood import compute_schoenfeld

LARGE_SAMPLE = 10_000
LARGE_CHANGE = 0.1


def check_proportionality(lifetimes: pd.DataFrame, model: CoxModel, *, alpha: float = 0.05) -> pd.DataFrame:
    """Return for each term whether its effect drifts with time.

    Grain: term: chi2, p, change, ph_ok. ``change`` is the drift of the log hazard ratio from the 10th to the 90th
    percentile of the event times, for a flag between its two values, for a number per standard deviation.
    Above 10,000 events everything is significant, so the size decides there (0.1).
    Time runs on the Kaplan-Meier scale. Source: Grambsch and Therneau (1994).
    """
    rows = build_lifetimes(lifetimes)
    X = rows[list(model.design.covariates)].to_numpy(dtype=float) - model.means.to_numpy()
    grid = lay_out(rows, X, design=model.design)
    covariance = model.model_covariance.to_numpy()
    scaled = compute_schoenfeld(grid, model.coefficients.to_numpy()) @ covariance * model.n_events
    clock = _event_clock(rows)
    centred = clock - clock.mean()
    spread = float((centred**2).sum())
    statistic = (centred @ scaled) ** 2 / (model.n_events * np.diag(covariance) * spread)
    change = centred @ scaled / spread * np.diff(np.quantile(clock, [0.1, 0.9]))[0] * _typical_steps(X)
    p = chi2.sf(statistic, 1)
    holds = np.abs(change) <= LARGE_CHANGE if model.n_events > LARGE_SAMPLE else p >= alpha
    terms = list(model.design.covariates)
    return pd.DataFrame({"term": terms, "chi2": statistic, "p": p, "change": change, "ph_ok": holds})


def _typical_steps(X: np.ndarray) -> np.ndarray:
    return np.array([np.ptp(values) if len(np.unique(values)) == 2 else values.std() for values in X.T])


def _event_clock(rows: pd.DataFrame) -> np.ndarray:
    """For each event row 1 - S(t): time measured in customers who have gone."""
    counts = count_risk_sets(rows)
    gone = 1 - np.cumprod(1 - counts["n_events"].to_numpy() / counts["n_at_risk"].to_numpy())
    stop = rows.loc[rows["event_observed"], "duration"].to_numpy()
    return gone[np.searchsorted(counts["time"].to_numpy(), stop)]


def choose_remedies(tested: pd.DataFrame, terms: pd.DataFrame, *, questions: tuple[str, ...] = ()) -> dict[str, str]:
    """Return for each column whose effect drifts what to do: ``strata`` or ``periods``.

    ``terms``: term, column, kind (of ``encode_covariates``). The order of remedies: a group that is not itself the
    question becomes a stratum, with a baseline of its own; what is asked about, and every number, gets one effect per
    period. (A covariate that itself changes must enter with time-varying rows, and a group for which no single ratio
    makes sense is compared by restricted means: both are decided before a model, not after it.)
    """
    drifting = tested.loc[~tested["ph_ok"], ["term"]].merge(terms, on="term")
    return {
        column: "strata" if kind == "group" and column not in questions else "periods"
        for column, kind in zip(drifting["column"], drifting["kind"], strict=True)
    }


def fit_with_remedies(
    lifetimes: pd.DataFrame,
    design: CoxDesign,
    terms: pd.DataFrame,
    *,
    cuts: tuple[float, ...],
    questions: tuple[str, ...] = (),
) -> tuple[CoxModel, pd.DataFrame, dict[str, str]]:
    """Return the model after one round of remedies, its test of proportionality, and what was done to which column.

    ``cuts``: where periods end, in the unit of ``duration``. Terms by period are named ``term [from, to)``.
    Raises AnalysisError as ``fit_cox`` does.
    """
    model = fit_cox(lifetimes, design)
    tested = check_proportionality(lifetimes, model)
    remedies = choose_remedies(tested, terms, questions=questions)
    if not remedies:
        return model, tested, remedies
    rows, remedied = _apply(lifetimes, design, terms, remedies=remedies, cuts=cuts)
    model = fit_cox(rows, remedied)
    return model, check_proportionality(rows, model), remedies


def _apply(
    lifetimes: pd.DataFrame,
    design: CoxDesign,
    terms: pd.DataFrame,
    *,
    remedies: dict[str, str],
    cuts: tuple[float, ...],
) -> tuple[pd.DataFrame, CoxDesign]:
    stratified = [column for column, remedy in remedies.items() if remedy == "strata"]
    column_of = terms.set_index("term")["column"]
    by_period = [term for term in design.covariates if remedies.get(column_of[term]) == "periods"]
    kept = [term for term in design.covariates if column_of[term] not in remedies]
    rows, new_terms = derive_period_effects(lifetimes, by_period, cuts=cuts)
    covariates = (*kept, *new_terms)
    return rows, replace(design, covariates=covariates, strata=(*design.strata, *stratified))
