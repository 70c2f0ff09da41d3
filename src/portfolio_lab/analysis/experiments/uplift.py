"""Whom to contact first: customers ranked by what a contact adds, and whether the ranking is worth anything."""

from dataclasses import dataclass

import numpy as np

from portfolio_lab.errors import AnalysisError

N_FOLDS, N_POINTS = 2, 100
DEFINITION = "additional successes per customer treated, above a random order, averaged over all depths"


@dataclass(frozen=True)
class Qini:
    """The Qini value of a ranking with its interval, and the largest that a random ranking reaches (97.5 %).

    Per customer treated, in units of the outcome. ``curve`` has one row per depth: share of customers, gain.
    """

    value: float
    low: float
    high: float
    random_high: float
    shares: np.ndarray
    gains: np.ndarray

    @property
    def is_better_than_random(self) -> bool:
        """Whether the ranking beats a random one, its own uncertainty counted."""
        return self.low > 0 and self.value > self.random_high


def score_by_two_models(
    outcome: np.ndarray, is_treated: np.ndarray, covariates: np.ndarray, *, seed: int = 1
) -> np.ndarray:
    """Return what a contact is expected to add for each customer, in units of the outcome; see ``predict_by_group``."""
    treated, untreated = predict_by_group(outcome, is_treated, covariates, seed=seed)
    return treated - untreated


def predict_by_group(
    outcome: np.ndarray, is_treated: np.ndarray, covariates: np.ndarray, *, seed: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Return what each customer is expected to do with and without a contact, by a linear model in each group.

    One value per customer, in units of the outcome; fitted on the other half of the customers (cross-fitting).
    Raises AnalysisError without covariates.
    """
    y, d = np.asarray(outcome, dtype=float), np.asarray(is_treated, dtype=bool)
    x = np.asarray(covariates, dtype=float).reshape(len(y), -1)
    if not x.shape[1]:
        raise AnalysisError("customers cannot be ranked by nothing", remedy="name covariates")
    spread = x.std(axis=0)
    design = np.column_stack([np.ones(len(y)), (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)])
    fold = np.random.default_rng(seed).permutation(len(y)) % N_FOLDS
    expected = np.empty((2, len(y)))
    for k in range(N_FOLDS):
        here = fold == k
        for place, arm in enumerate((d, ~d)):
            beta = np.linalg.lstsq(design[~here & arm], y[~here & arm], rcond=None)[0]
            expected[place, here] = design[here] @ beta
    return expected[0], expected[1]


def compute_qini(
    scores: np.ndarray, outcome: np.ndarray, is_treated: np.ndarray, *, n_bootstrap: int = 200, seed: int = 1
) -> Qini:
    """Return how much better a ranking is than a random order, with an interval and a band of random rankings.

    Q(k) = Y_T(k) − Y_C(k) · n_T(k) / n_C(k) over the first k customers, / N_T; its area minus that of the diagonal.
    Raises AnalysisError without customers in both groups. Source: Radcliffe (2007).
    """
    y, d = np.asarray(outcome, dtype=float), np.asarray(is_treated, dtype=bool)
    if not 0 < d.sum() < len(d):
        raise AnalysisError("a ranking is judged on treated and untreated customers", remedy="bring both")
    rng = np.random.default_rng(seed)
    # equal scores in random order: the order of the table must not help
    order = np.lexsort((rng.random(len(y)), -np.asarray(scores, dtype=float)))
    ends = np.unique(np.ceil(np.linspace(0, len(y), N_POINTS + 1)[1:]).astype(int))
    depth = np.searchsorted(ends, np.arange(len(y)), side="right")
    groups = [_Group.of(y[order][at], depth[at], len(ends)) for at in (d[order], ~d[order])]
    shares = np.concatenate([[0.0], ends / len(y)])
    gains = _gains(*groups[0].totals, *groups[1].totals)
    draws = [_area(shares, _gains(*groups[0].draw(rng), *groups[1].draw(rng))) for _ in range(n_bootstrap)]
    chance = [_area(shares, _shuffle(groups, np.diff(ends, prepend=0), rng)) for _ in range(n_bootstrap)]
    low, high = np.quantile(draws, [0.025, 0.975])
    return Qini(
        _area(shares, gains), float(low), float(high), float(np.quantile(chance, 0.975)), shares=shares, gains=gains
    )


@dataclass(frozen=True)
class _Group:
    """One group by depth: customers without a success as counts, the others one by one (there are few of them)."""

    n_zero: np.ndarray
    values: np.ndarray
    depth: np.ndarray

    @classmethod
    def of(cls, y: np.ndarray, depth: np.ndarray, n_depths: int) -> "_Group":
        """Return the group of these customers."""
        has = y != 0
        return cls(np.bincount(depth[~has], minlength=n_depths), y[has], depth[has])

    @property
    def totals(self) -> tuple[np.ndarray, np.ndarray]:
        """Customers and successes at each depth."""
        return self._sums(self.n_zero, np.ones(len(self.values)))

    def draw(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Customers and successes at each depth when every customer is drawn a random number of times."""
        return self._sums(rng.poisson(self.n_zero), rng.poisson(1.0, len(self.values)))

    def _sums(self, n_zero: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        n = n_zero + np.bincount(self.depth, weights=weight, minlength=len(n_zero))
        return n, np.bincount(self.depth, weights=weight * self.values, minlength=len(n_zero))


def _shuffle(groups: list[_Group], sizes: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The curve of a ranking without any knowledge: everybody at a random depth, depths as full as they are."""
    n_treated = int(groups[0].n_zero.sum() + len(groups[0].values))
    n_t = rng.multivariate_hypergeometric(sizes, n_treated)
    sums = []
    for group, n in zip(groups, (n_t, sizes - n_t), strict=True):
        places = np.repeat(np.arange(len(n)), rng.multivariate_hypergeometric(n, len(group.values)))
        sums += [n, np.bincount(places, weights=rng.permutation(group.values), minlength=len(n))]
    return _gains(*sums)


def _gains(n_t: np.ndarray, y_t: np.ndarray, n_c: np.ndarray, y_c: np.ndarray) -> np.ndarray:
    """Gain per customer treated after each depth, 0 at the start."""
    n_t, y_t, n_c, y_c = (np.cumsum(values) for values in (n_t, y_t, n_c, y_c))
    gain = y_t - y_c * np.divide(n_t, n_c, out=np.zeros(len(n_t)), where=n_c > 0)
    return np.concatenate([[0.0], gain / n_t[-1]])


def _area(shares: np.ndarray, gains: np.ndarray) -> float:
    """Area between the curve and the diagonal to its end."""
    above = gains - shares * gains[-1]
    return float(((above[1:] + above[:-1]) / 2 * np.diff(shares)).sum())
