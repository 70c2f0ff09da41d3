"""How strong something that nobody wrote down would have to be to make the effect disappear.

Sources: VanderWeele and Ding (2017) for the E-value; Cinelli and Hazlett (2020) and Chernozhukov, Cinelli, Newey,
Sharma and Syrgkanis (2022) for the robustness value and its benchmark by observed covariates.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.observational.effect import Adjusted, score_rows
from portfolio_lab.analysis.observational.nuisances import Predictions, Recipe, draw_folds, predict_all
from portfolio_lab.analysis.observational.sample import Sample, leave_out, share_to_keep, take

MAX_ROWS = 4_000
FOLDS = 2
NEAR = 1e-4  # of a coefficient: far nearer than luck moves it
LOGIT = ("logit", "logit", "logit")


@dataclass(frozen=True)
class Robustness:
    """How much of what is left unexplained, of outcome and contact alike, would bring the effect (or its limit) to 0.

    Shares 0..1; 0 = the interval holds 0 already. ``scale`` turns a strength into units of the outcome.
    """

    value: float
    value_of_limit: float
    scale: float


def compute_e_value(ratio: float) -> float:
    """Return the E-value of a risk ratio: how strongly a hidden cause must go with both to explain it; at least 1."""
    ratio = 1 / ratio if ratio < 1 else ratio
    return float(ratio + np.sqrt(ratio * (ratio - 1)))


def compute_e_values(found: Adjusted, *, level: float = 0.95, spread: float | None = None) -> tuple[float, float]:
    """Return the E-value of the effect and of the limit nearer to 0 (1.0 when the interval holds 0).

    Of a share by its risk ratio; of an amount (``spread`` = its standard deviation) by exp(0.91 × effect / spread).
    """
    low, high = found.interval(level)
    nearer = low if found.effect > 0 else high
    holds_zero = low <= 0 <= high
    if spread is not None:
        of_effect, of_limit = (np.exp(0.91 * each / spread) for each in (found.effect, nearer))
    else:
        base = max(found.control_mean, 1e-9)
        of_effect, of_limit = (max(base + each, 1e-9) / base for each in (found.effect, nearer))
    return compute_e_value(of_effect), 1.0 if holds_zero else compute_e_value(of_limit)


def compute_robustness(sample: Sample, found: Adjusted, *, level: float = 0.95) -> Robustness:
    """Return the robustness values of an effect and of its limit nearer to 0."""
    noise, leverage = _two_scales(sample, found.predictions, found)
    scale = float(np.sqrt(noise * leverage))
    if scale <= 0:  # nothing varies, so nothing could hide
        return Robustness(0.0, 0.0, 0.0)
    reach = norm.ppf(0.5 + level / 2) * found.error
    return Robustness(
        _needed_share(abs(found.effect) / scale), _needed_share(max(abs(found.effect) - reach, 0.0) / scale), scale
    )


def _needed_share(ratio: float) -> float:
    """The share r with r / sqrt(1 − r) = ratio."""
    return float((np.sqrt(ratio**4 + 4 * ratio**2) - ratio**2) / 2)


def _two_scales(sample: Sample, predictions: Predictions, found: Adjusted) -> tuple[float, float]:
    """Mean squared rest of the outcome, and the mean square to expect of the weights with which rows enter."""
    fitted = np.where(sample.treated, predictions.with_it, predictions.without)
    e = np.clip(predictions.chance, found.recipe.clip if found.estimand == "ate" else 0.0, 1 - found.recipe.clip)
    squares = 1 / e + 1 / (1 - e) if found.estimand == "ate" else e / (1 - e) / e.mean() ** 2
    return float(np.mean((sample.outcome - fitted) ** 2)), float(np.mean(squares))


def benchmark_covariates(sample: Sample, found: Adjusted, *, seed: int = 0) -> pd.DataFrame:
    """Return how strong each known covariate is, as if it were the hidden one; strongest first.

    Grain: covariate; strength (share, comparable with a robustness value), shift (what leaving it out does to the
    effect, units of the outcome). From about 4,000 rows where there are more.
    """
    sample = _at_most(sample, seed=seed)
    recipe = Recipe("logit", n_folds=FOLDS, n_splits=1, clip=found.recipe.clip, near=NEAR)
    fold = draw_folds(sample.cluster, n_folds=recipe.n_folds, seed=seed)
    full = score_rows(sample, predict_all(sample, fold, recipe, LOGIT), estimand=found.estimand, recipe=recipe)
    noise, leverage = _two_scales(sample, full.predictions, full)
    rows = []
    for name in dict.fromkeys(sample.sources):
        less, rest = leave_out(sample, name), np.array([True, *(source != name for source in sample.sources)])
        start = tuple(None if fit is None else fit.keep_terms(rest) for fit in full.predictions.fits)
        predicted = predict_all(less, fold, recipe, LOGIT, start=start)
        short = score_rows(less, predicted, estimand=found.estimand, recipe=recipe)
        noise_less, leverage_less = _two_scales(less, short.predictions, short)
        of_outcome = np.clip((noise_less - noise) / noise, 0, 1)
        of_contact = np.clip((leverage - leverage_less) / leverage, 0, 0.99)
        strength = _needed_share(float(np.sqrt(of_outcome * of_contact / (1 - of_contact))))
        rows.append((name, strength, short.effect - full.effect))
    frame = pd.DataFrame(rows, columns=["covariate", "strength", "shift"])
    return frame.sort_values(["strength", "covariate"], ascending=[False, True], ignore_index=True)


def _at_most(sample: Sample, *, seed: int) -> Sample:
    """A part of whole clusters, where the sample is larger than needed for this."""
    if sample.n <= MAX_ROWS:
        return sample
    n_clusters = int(sample.cluster.max()) + 1
    order = np.random.default_rng(seed).random(n_clusters)
    rest = take(sample, order[sample.cluster] < share_to_keep(sample, MAX_ROWS))
    return Sample(**{**vars(rest), "cluster": np.unique(rest.cluster, return_inverse=True)[1]})
