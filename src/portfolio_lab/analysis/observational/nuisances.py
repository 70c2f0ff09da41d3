"""What a customer's chance of being contacted was, and what it would do either way, said by others than itself.

Each row is predicted by models that have not seen it nor any row of the same customer (cross-fitting).
Source: Chernozhukov et al. (2018).
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, TypeVar

import numpy as np
from scipy.special import expit
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from threadpoolctl import ThreadpoolController

from portfolio_lab.analysis.observational.logit import LAST_STEP, Fitted, add_one, fit_line, search_logit
from portfolio_lab.analysis.observational.sample import Sample

Model = Literal["logit", "boosted"]
Fits = tuple[Fitted | None, Fitted | None, Fitted | None]
MIN_FOR_TREES = 2000
MIN_PER_ARM_FOR_TREES = 500
ROWS_TO_TRY = 20_000
MANY_CELLS, N_AT_ONCE = 400_000, 2  # rows times terms from which on two models are fitted at a time
T, R = TypeVar("T"), TypeVar("R")


@dataclass(frozen=True)
class Recipe:
    """How the models behind an estimate are fitted; ``auto`` takes for each the kind that predicts better unseen.

    ``n_folds`` 1 = no cross-fitting (for comparison with published numbers only). ``n_splits`` repeats the division
    into folds. ``clip``: chances nearer to 0 or 1 are pulled to it. ``near``: how nearly a coefficient is found.
    """

    kind: Literal["auto", "logit", "boosted"] = "auto"
    n_folds: int = 5
    n_splits: int = 5
    ridge: float = 0.1
    clip: float = 0.01
    near: float = LAST_STEP


@dataclass(frozen=True)
class Predictions:
    """Per row: the chance of being contacted, the expected outcome without and with it; and the models that said so.

    ``fits``: what the last fold of each part found, None of trees; a search among nearly the same rows begins
    there.
    """

    chance: np.ndarray
    without: np.ndarray
    with_it: np.ndarray
    models: tuple[Model | None, Model | None, Model | None]
    fits: Fits = (None, None, None)


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
    losses = [_losses(sample, fold, kind, recipe) for kind in ("logit", "boosted")]
    return tuple("boosted" if losses[1][i] < losses[0][i] else "logit" for i in range(3))


def _losses(sample: Sample, fold: np.ndarray, kind: Model, recipe: Recipe) -> list[float]:
    """Loss of each part in one fold (at most 10,000 rows of it), learnt from at most 20,000 rows of the others."""
    held, rest = np.flatnonzero(fold == 0), np.flatnonzero(fold != 0)
    rows = np.concatenate([_thin(held, ROWS_TO_TRY // 2), _thin(rest, ROWS_TO_TRY)])
    part = replace(sample, outcome=sample.outcome[rows], treated=sample.treated[rows], terms=sample.terms[rows],
                   cluster=sample.cluster[rows])  # fmt: skip
    tried = fold[rows] == 0
    found = predict_all(part, np.where(tried, 0, 1), replace(recipe, n_folds=2), (kind,) * 3, only=0)
    d, y = part.treated[tried], part.outcome[tried]
    found = Predictions(found.chance[tried], found.without[tried], found.with_it[tried], found.models)
    measure = _log_loss if sample.is_binary else _squared_loss
    return [
        _log_loss(d.astype(float), found.chance),
        measure(y[~d], found.without[~d]),
        measure(y[d], found.with_it[d]),
    ]


def _thin(rows: np.ndarray, n: int) -> np.ndarray:
    """Evenly spaced rows, at most n."""
    return rows[np.linspace(0, len(rows) - 1, min(n, len(rows))).astype(int)] if len(rows) else rows


def _log_loss(y: np.ndarray, p: np.ndarray) -> float:
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


def _squared_loss(y: np.ndarray, fitted: np.ndarray) -> float:
    return float(np.mean((y - fitted) ** 2))


def predict_all(
    sample: Sample,
    fold: np.ndarray,
    recipe: Recipe,
    models: tuple[Model | None, Model | None, Model | None],
    *,
    only: int | None = None,
    start: Fits = (None, None, None),
) -> Predictions:
    """Return the three predictions of every row, made without the row's own fold (with one fold: with all rows).

    A part that is given no model is not predicted: it is NaN.
    ``only``: predict the rows of that fold alone; the others are NaN. ``start``: where the search of each part begins.
    """
    X, d, is_binary = add_one(sample.terms), sample.treated, sample.is_binary
    folds = range(recipe.n_folds) if only is None else [only]

    def predict(job: tuple[np.ndarray, np.ndarray, bool, Model | None, Fitted | None]) -> tuple[np.ndarray, Any]:
        y, rows, as_share, model, fit = job
        found = np.full(sample.n, np.nan)
        for k in folds if model is not None else ():
            held = np.flatnonzero(fold == k)
            train = np.flatnonzero(rows & ((fold != k) if recipe.n_folds > 1 else (fold == k)))
            if model == "boosted":
                found[held] = _predict_by_trees(X[train], y[train], X[held], as_share=as_share)
            else:
                fit = _fit(X[train], y[train], as_share=as_share, recipe=recipe, like=fit)
                found[held] = _apply(X[held], fit.beta, as_share=as_share)
        return found, fit

    jobs = (
        (d.astype(float), np.ones(sample.n, dtype=bool), True, models[0], start[0]),
        (sample.outcome, ~d, is_binary, models[1], start[1]),
        (sample.outcome, d, is_binary, models[2], start[2]),
    )
    found, fits = zip(*run_all(predict, jobs, at_once=X.size >= MANY_CELLS), strict=True)
    return Predictions(*found, models, fits)


def run_all(run: Callable[[T], R], jobs: Iterable[T], *, at_once: bool) -> list[R]:
    """Return the result of every job, in their order; two at a time where each is long: none waits for another.

    Each then multiplies its matrices in one thread: two jobs that both ask for all processors wait for each other, and
    four times as long as both would take.
    """
    if not at_once:
        return [run(job) for job in jobs]
    with _libraries().limit(limits=1, user_api="blas"), ThreadPoolExecutor(N_AT_ONCE) as pool:
        return list(pool.map(run, jobs))


@cache
def _libraries() -> ThreadpoolController:
    """The numeric libraries of this process; looking for them takes a while."""
    return ThreadpoolController()


def _fit(X: np.ndarray, y: np.ndarray, *, as_share: bool, recipe: Recipe, like: Fitted | None) -> Fitted:
    if not as_share:
        return Fitted(fit_line(X, y, ridge=recipe.ridge))
    return search_logit(X, y, ridge=recipe.ridge, like=like, near=recipe.near)


def _apply(X: np.ndarray, beta: np.ndarray, *, as_share: bool) -> np.ndarray:
    return expit(X @ beta) if as_share else X @ beta


def _predict_by_trees(X: np.ndarray, y: np.ndarray, new: np.ndarray, *, as_share: bool) -> np.ndarray:
    if y.min() == y.max():
        return np.full(len(new), y[0])
    make = HistGradientBoostingClassifier if as_share else HistGradientBoostingRegressor
    model = make(
        max_iter=60,
        learning_rate=0.1,
        max_leaf_nodes=10,
        max_bins=63,
        min_samples_leaf=40,
        early_stopping=False,
        random_state=0,
    ).fit(X[:, 1:], y)
    return model.predict_proba(new[:, 1:])[:, 1] if as_share else model.predict(new[:, 1:])
