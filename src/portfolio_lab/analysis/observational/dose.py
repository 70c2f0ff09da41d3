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
from portfolio_lab.analysis.observational.overlap import allow_gap
from portfolio_lab.analysis.observational.sample import MIN_PER_ARM, build_sample
from portfolio_lab.errors import AnalysisError

MAX_DOSE = 3
# of each number: the first of them among whom the customers of each are alike
MIN_CHANCES = (0.01, 0.02, 0.05, 0.07, 0.10)
MAX_LOOKS = 6
NEARLY_ALL = 0.95  # share of rows kept from which on the chances need no further look
MODELS = ("logit", None, "logit")  # of each dose its chance and what follows it; what follows the others is not asked


def assert_known_by(dates: pd.Series, limit: pd.Timestamp | pd.Series, *, what: str) -> None:
    """Raise AnalysisError when something that enters the comparison happened after the contact window closed."""
    late = int((dates > limit).sum())
    if late:
        remedy = "count only what was known when the contact window closed"
        raise AnalysisError(f"{what} lies after the contact window", remedy=remedy, value=late)


@dataclass(frozen=True)
class DoseCurve:
    """``levels``: dose, n, mean, low, high (units of the outcome); ``best`` in contacts, with all that are as good.

    Of the ``n_rows`` that had a realistic chance of every dose; ``n_left_out`` had not.
    """

    levels: pd.DataFrame
    best: int
    as_good: tuple[int, ...]
    n_rows: int
    n_left_out: int


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

    ``rows``: those still without an order at the landmark, with customer_id, ``dose`` (contacts before it, 3 = three or
    more), outcome and covariates; a dose with fewer than 30 customers, or whose customers are worth fewer than 30 of
    all or differ from them in what is known even once weighted, joins the one below; where none is left, customers
    need a greater chance of each dose to be counted (up to one in ten). ``as_good``: doses whose net value cannot
    be told from the best. Raises AnalysisError where only one dose is left.
    """
    kept, doses, scores = _find_comparable(rows, outcome=outcome, covariates=covariates, seed=seed)
    net = scores * margin_amount - cost_amount * np.array(doses)
    best = int(np.argmax(net.mean(axis=0)))
    cluster = pd.factorize(kept["customer_id"])[0]
    reach, means = norm.ppf(0.975), scores.mean(axis=0)
    errors = np.array([compute_error(column - column.mean(), cluster) for column in scores.T])
    gaps = [(net[:, best] - column).mean() for column in net.T]
    doubt = [compute_error(net[:, best] - column - gap, cluster) for column, gap in zip(net.T, gaps, strict=True)]
    n = [int((kept["dose"] == k).sum()) for k in doses]
    low, high = means - reach * errors, means + reach * errors
    levels = pd.DataFrame({"dose": doses, "n": n, "mean": means, "low": low, "high": high})
    as_good = tuple(int(k) for k, gap, error in zip(doses, gaps, doubt, strict=True) if gap <= reach * error)
    return DoseCurve(levels, int(doses[best]), as_good, len(kept), len(rows) - len(kept))


def _find_comparable(
    rows: pd.DataFrame, *, outcome: str, covariates: tuple[str, ...], seed: int
) -> tuple[pd.DataFrame, list[int], np.ndarray]:
    """The rows with a realistic chance of every dose, the doses that hold, and each row's part in their means."""
    asked = {"outcome": outcome, "covariates": covariates, "seed": seed}
    for least in MIN_CHANCES:
        for top in range(MAX_DOSE, 0, -1):
            joined = rows.assign(dose=rows["dose"].clip(upper=top)).reset_index(drop=True)
            found = _try(joined, least=least, **asked)
            if found is not None:
                return found
    raise AnalysisError("only one dose has enough customers", remedy="no best number of contacts can be found")


def _try(rows: pd.DataFrame, *, least: float, **asked: object) -> tuple[pd.DataFrame, list[int], np.ndarray] | None:
    """The doses as they are, among customers who could have had each; None where one has too few."""
    for _ in range(MAX_LOOKS):
        counts = rows["dose"].value_counts().sort_index()
        if len(counts) < 2 or counts.min() < MIN_PER_ARM:
            return None
        doses = [int(k) for k in counts.index]
        tried = _score(rows, doses, **asked)
        is_able = (np.column_stack([each.chance for each in tried]) >= least).all(axis=1)
        if is_able.mean() > NEARLY_ALL:
            break
        rows = rows[is_able].reset_index(drop=True)
    else:
        return None
    holds = all(each.effective >= MIN_PER_ARM and each.is_alike for each in tried)
    return (rows, doses, np.column_stack([each.score for each in tried])) if holds else None


@dataclass(frozen=True)
class _Dosed:
    """One dose: its chance, each row's part in the mean outcome if all had it, what its customers are worth of all.

    ``is_alike``: weighted, they differ from all by no more than luck does.
    """

    chance: np.ndarray
    score: np.ndarray
    effective: float
    is_alike: bool


def _score(
    rows: pd.DataFrame, doses: list[int], *, outcome: str, covariates: tuple[str, ...], seed: int
) -> list[_Dosed]:
    """Each dose, by models fitted on other customers; none expects what nobody with the dose has done."""
    recipe = Recipe("logit", n_folds=3, n_splits=1)
    plain = build_sample(rows.assign(is_treated=rows["dose"] == doses[0]), outcome=outcome, covariates=covariates)
    fold = draw_folds(plain.cluster, n_folds=recipe.n_folds, seed=seed)
    scored = []
    for dose in doses:
        sample = replace(plain, treated=(rows["dose"] == dose).to_numpy())
        found = predict_all(sample, fold, recipe, MODELS)
        weight = sample.treated / np.clip(found.chance, recipe.clip, 1.0)
        weight = weight / weight.mean()
        effective = float(weight.sum() ** 2 / (weight**2).sum())
        seen = sample.outcome[sample.treated]
        expected = np.clip(found.with_it, seen.min(), seen.max())
        score = expected + weight * (sample.outcome - expected)
        known = sample.terms[:, sample.is_plain]
        gaps = np.abs((weight[:, None] * known).mean(axis=0)) / known.std(axis=0)  # all customers have a mean of 0
        is_alike = bool(gaps.max(initial=0.0) <= allow_gap(len(gaps), effective, sample.n))
        scored.append(_Dosed(found.chance, score, effective, is_alike))
    return scored
