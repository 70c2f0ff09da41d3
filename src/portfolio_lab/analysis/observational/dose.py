"""How often to contact: the effect of the number of contacts in the first weeks, among those still silent after them.

Contacts until the order may never be a dose: they stop at the order, so those who buy at once have the fewest.
The curve averages, per dose, what all customers would do (doubly robust; Imai and van Dyk, 2004; Robins et al., 1994).
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.observational.effect import compute_error
from portfolio_lab.analysis.observational.nuisances import Recipe, draw_folds, predict_all
from portfolio_lab.analysis.observational.sample import MIN_PER_ARM, Sample, build_sample
from portfolio_lab.errors import AnalysisError

MAX_DOSE = 3
LOGIT = ("logit", "logit", "logit")


def count_dose(rows: pd.DataFrame, contacts: pd.DataFrame, *, landmark_days: float) -> pd.DataFrame:
    """Return the rows still without an order at the landmark, with ``dose``: contacts before it, 3 = three or more.

    ``rows``: customer_id, order_day (days from the start, infinite = none); ``contacts``: customer_id, contact_day.
    Contacts from the landmark on never count. Raises AnalysisError when nobody is left.
    """
    silent = rows[rows["order_day"] > landmark_days]
    if silent.empty:
        raise AnalysisError("nobody is without an order at the landmark", remedy="choose an earlier one")
    early = contacts[contacts["contact_day"] < landmark_days].groupby("customer_id").size()
    dose = silent["customer_id"].map(early).fillna(0).astype(int).clip(upper=MAX_DOSE)
    return silent.assign(dose=dose)


def assert_known_by(dates: pd.Series, limit: pd.Timestamp | pd.Series, *, what: str) -> None:
    """Raise AnalysisError when something that enters the comparison happened after the contact window closed."""
    late = int((dates > limit).sum())
    if late:
        remedy = "count only what was known when the contact window closed"
        raise AnalysisError(f"{what} lies after the contact window", remedy=remedy, value=late)


@dataclass(frozen=True)
class DoseCurve:
    """``levels``: dose, n, mean, low, high (units of the outcome); ``best`` in contacts, with all that are as good."""

    levels: pd.DataFrame
    best: int
    as_good: tuple[int, ...]


def fit_dose_curve(
    rows: pd.DataFrame,
    *,
    outcome: str,
    covariates: tuple[str, ...],
    cost_amount: float = 0.0,
    margin_amount: float = 1.0,
    seed: int = 0,
) -> DoseCurve:
    """Return what customers would do after 0, 1, 2 or 3+ contacts, and the best number net of cost.

    ``rows`` from ``count_dose`` with outcome and covariates; doses with fewer than 30 customers join the one below.
    ``as_good``: doses whose net value cannot be told from the best.
    """
    rows = rows.assign(dose=_join_thin(rows["dose"]))
    doses = sorted(rows["dose"].unique())
    if len(doses) < 2:
        raise AnalysisError("only one dose has enough customers", remedy="no best number of contacts can be found")
    samples = {k: build_sample(rows.assign(is_treated=rows["dose"] == k), outcome=outcome, covariates=covariates)
               for k in doses}  # fmt: skip
    recipe = Recipe("logit", n_splits=1)
    scores = np.column_stack([_score(samples[k], recipe, seed=seed) for k in doses])
    net = scores * margin_amount - cost_amount * np.array(doses)
    best = int(np.argmax(net.mean(axis=0)))
    cluster = samples[doses[0]].cluster
    reach = norm.ppf(0.975)
    errors = [compute_error(column - column.mean(), cluster) for column in scores.T]
    gaps = [(net[:, best] - column).mean() for column in net.T]
    doubt = [compute_error(net[:, best] - column - gap, cluster) for column, gap in zip(net.T, gaps, strict=True)]
    means = scores.mean(axis=0)
    levels = pd.DataFrame(
        {
            "dose": doses,
            "n": [int(samples[k].treated.sum()) for k in doses],
            "mean": means,
            "low": means - reach * np.array(errors),
            "high": means + reach * np.array(errors),
        }
    )
    as_good = tuple(int(k) for k, gap, error in zip(doses, gaps, doubt, strict=True) if gap <= reach * error)
    return DoseCurve(levels, int(doses[best]), as_good)


def _join_thin(dose: pd.Series) -> pd.Series:
    dose = dose.copy()
    for k in range(MAX_DOSE, 0, -1):
        if 0 < (dose == k).sum() < MIN_PER_ARM:
            dose[dose == k] = k - 1
    return dose


def _score(sample: Sample, recipe: Recipe, *, seed: int) -> np.ndarray:
    """Each row's contribution to the mean outcome if all had this dose."""
    fold = draw_folds(sample.cluster, n_folds=recipe.n_folds, seed=seed)
    found = predict_all(replace(sample), fold, recipe, LOGIT)
    e = np.clip(found.chance, recipe.clip, 1.0)
    return found.with_it + sample.treated * (sample.outcome - found.with_it) / e
