"""What a customer's chance of being contacted was, and what it would do either way, said by others than itself.

Each row is predicted by models that have not seen it nor any row of the same customer (cross-fitting).
Source: Chernozhukov et al. (2018).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from portfolio_lab.analysis.observational.logit import add_one, fit_line, fit_logit
from portfolio_lab.analysis.observational.sample import Sample

Model = Literal["logit", "boosted"]
MIN_FOR_TREES = 2000
MIN_PER_ARM_FOR_TREES = 500
PARTS = ("chance", "without", "with_it")


@dataclass(frozen=True)
class Recipe:
    """How the models behind an estimate are fitted; ``auto`` takes for each the kind that predicts better unseen.

    ``n_folds`` 1 = no cross-fitting (for comparison with published numbers only). ``n_splits`` repeats the division
    into folds. ``clip``: chances nearer to 0 or 1 are pulled to it.
    """

    kind: Literal["auto", "logit", "boosted"] = "auto"
    n_folds: int = 5
    n_splits: int = 5
    ridge: float = 0.1
    clip: float = 0.01


@dataclass(frozen=True)
class Predictions:
    """Per row: the chance of being contacted, the expected outcome without and with it; and the models that said so."""

    chance: np.ndarray
    without: np.ndarray
    with_it: np.ndarray
    models: tuple[Model, Model, Model]


def draw_folds(cluster: np.ndarray, *, n_folds: int, seed: int) -> np.ndarray:
    """Return the fold of each row, 0 to n_folds − 1, the same for all rows of a cluster."""
    n_clusters = int(cluster.max()) + 1
    order = np.random.default_rng(seed).permutation(n_clusters) % n_folds
    return order[cluster]


def choose_models(sample: Sample, fold: np.ndarray, recipe: Recipe) -> tuple[Model, Model, Model]:
    """Return the model of each part: as the recipe says, or the kind with the smaller loss on unseen rows.

    Trees are only tried from 2,000 rows and 500 in each group on.
    """
    if recipe.kind != "auto":
        return (recipe.kind,) * 3
    smaller = min(sample.treated.sum(), (~sample.treated).sum())
    if sample.n < MIN_FOR_TREES or smaller < MIN_PER_ARM_FOR_TREES or not sample.terms.shape[1]:
        return ("logit",) * 3
    by_kind = {kind: _losses(sample, predict_all(sample, fold, recipe, (kind,) * 3)) for kind in ("logit", "boosted")}
    return tuple("boosted" if by_kind["boosted"][i] < by_kind["logit"][i] else "logit" for i in range(3))


def _losses(sample: Sample, found: Predictions) -> list[float]:
    d, y = sample.treated, sample.outcome
    measure = _log_loss if sample.is_binary else _squared_loss
    return [
        _log_loss(d.astype(float), found.chance),
        measure(y[~d], found.without[~d]),
        measure(y[d], found.with_it[d]),
    ]


def _log_loss(y: np.ndarray, p: np.ndarray) -> float:
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


def _squared_loss(y: np.ndarray, fitted: np.ndarray) -> float:
    return float(np.mean((y - fitted) ** 2))


def predict_all(sample: Sample, fold: np.ndarray, recipe: Recipe, models: tuple[Model, Model, Model]) -> Predictions:
    """Return the three predictions of every row, made without the row's own fold (with one fold: with all rows)."""
    X = add_one(sample.terms)
    found = {part: np.empty(sample.n) for part in PARTS}
    d, is_binary = sample.treated, sample.is_binary
    jobs = (
        ("chance", d.astype(float), np.ones(sample.n, dtype=bool), True),
        ("without", sample.outcome, ~d, is_binary),
        ("with_it", sample.outcome, d, is_binary),
    )
    start: dict[str, np.ndarray | None] = dict.fromkeys(PARTS)
    for k in range(recipe.n_folds):
        held = fold == k
        others = ~held if recipe.n_folds > 1 else held
        for (part, y, rows, as_share), model in zip(jobs, models, strict=True):
            train = others & rows
            if model == "boosted":
                found[part][held] = _predict_by_trees(X[train], y[train], X[held], as_share=as_share)
            else:
                start[part] = _fit(X[train], y[train], as_share=as_share, ridge=recipe.ridge, start=start[part])
                found[part][held] = _apply(X[held], start[part], as_share=as_share)
    return Predictions(found["chance"], found["without"], found["with_it"], models)


def _fit(X: np.ndarray, y: np.ndarray, *, as_share: bool, ridge: float, start: np.ndarray | None) -> np.ndarray:
    return fit_logit(X, y, ridge=ridge, start=start) if as_share else fit_line(X, y, ridge=ridge)


def _apply(X: np.ndarray, beta: np.ndarray, *, as_share: bool) -> np.ndarray:
    return expit(X @ beta) if as_share else X @ beta


def _predict_by_trees(X: np.ndarray, y: np.ndarray, new: np.ndarray, *, as_share: bool) -> np.ndarray:
    if y.min() == y.max():
        return np.full(len(new), y[0])
    make = HistGradientBoostingClassifier if as_share else HistGradientBoostingRegressor
    model = make(
        max_iter=80, learning_rate=0.08, max_leaf_nodes=15, min_samples_leaf=40, early_stopping=False, random_state=0
    ).fit(X[:, 1:], y)
    return model.predict_proba(new[:, 1:])[:, 1] if as_share else model.predict(new[:, 1:])
