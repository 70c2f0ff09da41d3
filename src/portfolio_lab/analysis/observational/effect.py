"""The adjusted effect: contacted customers against others like them, right if either of two models is.

Augmented inverse-probability weighting with cross-fitting; for all customers (``ate``) or for those contacted
(``att``). Sources: Robins, Rotnitzky and Zhao (1994); Chernozhukov et al. (2018).
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.stats import norm

from portfolio_lab.analysis.observational.nuisances import (
    Predictions,
    Recipe,
    choose_models,
    draw_folds,
    predict_all,
)
from portfolio_lab.analysis.observational.sample import Sample
from portfolio_lab.analysis.verdicts import Estimate

Estimand = Literal["ate", "att"]
FEW_TREATED = 200  # below it the scatter of the contacted is not known well enough to be believed when it is small


@dataclass(frozen=True)
class Adjusted:
    """An adjusted effect = sum of ``score`` / sum of ``weight`` over rows, its standard error, and what it rests on.

    Units of the outcome. ``control_mean`` is what the customers of the estimand would do without the contact.
    """

    estimand: Estimand
    effect: float
    error: float
    control_mean: float
    score: np.ndarray
    weight: np.ndarray
    predictions: Predictions
    recipe: Recipe

    @property
    def influence(self) -> np.ndarray:
        """How far each row pulls the effect; mean 0."""
        return (self.score - self.effect * self.weight) / self.weight.mean()

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Limits of the effect at a confidence level."""
        reach = norm.ppf(0.5 + level / 2) * self.error
        return self.effect - reach, self.effect + reach


def fit_effect(
    sample: Sample,
    *,
    estimand: Estimand = "att",
    recipe: Recipe | None = None,
    seed: int = 0,
    like: Predictions | None = None,
) -> Adjusted:
    """Return the adjusted effect of a sample, of the middle one among repeated splits.

    ``like``: predictions of nearly the same rows by the same terms; it makes the search shorter, not another.

    The standard error holds the spread between splits (Chernozhukov et al., 2018, section 3.4).
    """
    recipe = recipe or Recipe()
    seeds = np.random.SeedSequence(seed).generate_state(recipe.n_splits)
    folds = [draw_folds(sample.cluster, n_folds=recipe.n_folds, seed=int(each)) for each in seeds]
    models = choose_models(sample, folds[0], recipe)
    start = (None, None, None) if like is None else like.fits
    found = [
        score_rows(sample, predict_all(sample, fold, recipe, models, start=start), estimand=estimand, recipe=recipe)
        for fold in folds
    ]
    order = np.argsort([each.effect for each in found], kind="stable")
    middle = found[order[(len(found) - 1) // 2]]
    variances = [each.error**2 + (each.effect - middle.effect) ** 2 for each in found]
    return Adjusted(**{**vars(middle), "error": float(np.sqrt(np.median(variances)))})


def refit_outcome(sample: Sample, found: Adjusted, outcome: np.ndarray, *, seed: int = 0) -> Adjusted:
    """Return what ``fit_effect`` says of another outcome of the same rows: the chance of a contact is as it was.

    ``found``: from ``fit_effect`` with that seed, logistic, of one division into folds.
    """
    recipe, other = found.recipe, replace(sample, outcome=outcome)
    first = int(np.random.SeedSequence(seed).generate_state(1)[0])
    fold = draw_folds(sample.cluster, n_folds=recipe.n_folds, seed=first)
    predicted = predict_all(other, fold, recipe, (None, "logit", "logit"))
    predicted = replace(predicted, chance=found.predictions.chance, models=("logit",) * 3)
    return score_rows(other, predicted, estimand=found.estimand, recipe=recipe)


def score_rows(sample: Sample, found: Predictions, *, estimand: Estimand, recipe: Recipe) -> Adjusted:
    """Return the effect from given predictions, with errors by cluster."""
    y, d = sample.outcome, sample.treated.astype(float)
    # a chance near 0 is harmless for the contacted: an unlike customer weighs next to nothing
    e = np.clip(found.chance, recipe.clip if estimand == "ate" else 0.0, 1 - recipe.clip)
    if estimand == "ate":
        up = found.with_it + d * (y - found.with_it) / e
        down = found.without + (1 - d) * (y - found.without) / (1 - e)
        score, weight, control_mean = up - down, np.ones(sample.n), float(down.mean())
    else:
        score = (d - (1 - d) * e / (1 - e)) * (y - found.without)
        weight = d
        control_mean = float(y[sample.treated].mean() - score.sum() / d.sum())
    effect = float(score.sum() / weight.sum())
    pull = (score - effect * weight) / weight.mean()
    if estimand == "att" and d.sum() < FEW_TREATED:
        pull = np.where(sample.treated, pull * widen_few(score, sample.treated, e=e, effect=effect), pull)
    return Adjusted(estimand, effect, compute_error(pull, sample.cluster), control_mean, score, weight, found, recipe)


def widen_few(score: np.ndarray, treated: np.ndarray, *, e: np.ndarray, effect: float) -> float:
    """Return by how much to widen the scatter of few contacted, who may by luck scatter less than others like them.

    At least as much as the others, weighted to be like them: of ten customers none of whom ordered, the next may.
    ``score`` of the effect on the contacted; ``e``: chances of a contact, below 1.
    """
    own = float(np.mean((score[treated] - effect) ** 2))
    odds = (e / (1 - e))[~treated]
    others = float(np.sum(odds * (score[~treated] / np.where(odds > 0, odds, 1.0)) ** 2) / max(odds.sum(), 1e-300))
    return float(np.sqrt(others / own)) if own > 0 and others > own else 1.0


def compute_error(influence: np.ndarray, cluster: np.ndarray) -> float:
    """Return the standard error of a mean of influences whose rows are dependent within clusters."""
    sums = np.bincount(cluster, weights=influence)
    n_clusters = int((np.bincount(cluster) > 0).sum())
    return float(np.sqrt((sums**2).sum() * n_clusters / max(n_clusters - 1, 1)) / len(influence))


def compute_naive(sample: Sample) -> float:
    """Return the simple comparison: mean outcome of the contacted minus that of the others, in units of the outcome."""
    return float(sample.outcome[sample.treated].mean() - sample.outcome[~sample.treated].mean())


def as_estimate(sample: Sample, found: Adjusted, *, method: str, level: float = 0.95) -> Estimate:
    """Return the effect as the record that verdicts are given on."""
    low, high = found.interval(level)
    n_treated = int(sample.treated.sum())
    return Estimate(
        effect=found.effect, se=found.error, low=low, high=high, n_treated=n_treated,
        n_control=sample.n - n_treated, control_mean=found.control_mean, method=method, confidence=level,
    )  # fmt: skip
