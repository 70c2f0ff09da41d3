"""Contacts dealt out by lot: the same comparison of contacts that nobody chose, a hundred times over.

Within groups of what was known before, every deal gives each group as many contacts as it had. Whatever is found then
is luck, so it should be found as rarely as luck allows. Source: Fisher (1935), chapter 2, on dealing out treatments.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit

from portfolio_lab.analysis.observational.effect import score_rows
from portfolio_lab.analysis.observational.logit import add_one, fit_logit
from portfolio_lab.analysis.observational.many_fits import fit_lines, fit_logits
from portfolio_lab.analysis.observational.nuisances import Predictions, Recipe, draw_folds, run_all
from portfolio_lab.analysis.observational.sample import Sample, shares_by_group, take

N_LOTS = 100
ROWS_PER_LOT, PER_GROUP = 2000, 400
# two folds leave half the rows to many terms: ranges come out a tenth too short, and lots seem to work too often
BY_LOT = Recipe("logit", n_folds=5, n_splits=1)
MAX_FALSE_SHARE = 0.10
MIN_PER_SIDE = 10


@dataclass(frozen=True)
class Lots:
    """The effects of contacts dealt out by lot, in units of the outcome, and how many ranges left out zero."""

    effects: np.ndarray
    misses: int

    @property
    def n(self) -> int:
        """How many times contacts were dealt out."""
        return len(self.effects)

    @property
    def mean(self) -> float:
        """Mean of the effects."""
        return float(self.effects.mean())

    @property
    def is_fair(self) -> bool:
        """Whether luck found no more than luck should."""
        return self.is_rare and self.is_even

    @property
    def is_rare(self) -> bool:
        """Whether at most one in ten seemed to work or to harm."""
        return self.misses <= MAX_FALSE_SHARE * self.n

    @property
    def is_even(self) -> bool:
        """Whether their mean lies within two of its standard errors of 0."""
        return bool(abs(self.mean) <= 2 * self.effects.std(ddof=1) / np.sqrt(self.n))


def deal_contacts(sample: Sample, *, groups: np.ndarray | None = None, n: int = N_LOTS, seed: int = 0) -> Lots:
    """Return what the comparison finds in contacts dealt out ``n`` times within ``groups`` (one code per row).

    On about 2,000 rows, with 400 of the smaller arm where there are so many. The effect is that on those contacted, as
    in the comparison itself: of groups in which nearly all or nearly nobody was contacted, all customers say little.
    """
    rng = np.random.default_rng(seed)
    groups = np.zeros(sample.n, dtype=int) if groups is None else join_rare(groups, sample.treated)
    if sample.n > ROWS_PER_LOT:
        # dealt out by lot below, contacts need not be as rare among these rows as they are
        chosen = rng.random(sample.n) < shares_by_group(sample, ROWS_PER_LOT, per_group=PER_GROUP)
        sample, groups = take(sample, chosen), groups[chosen]
    fold = draw_folds(np.arange(sample.n), n_folds=BY_LOT.n_folds, seed=seed)
    dealt = np.column_stack([deal(sample.treated, groups, rng) for _ in range(n)])
    predicted = _predict_all(sample, dealt, fold)
    effects, misses = np.zeros(n), 0
    for k in range(n):
        own = Predictions(*(part[:, k] for part in predicted), ("logit",) * 3)
        again = replace(sample, treated=dealt[:, k], cluster=np.arange(sample.n))
        found = score_rows(again, own, estimand="att", recipe=BY_LOT)
        low, high = found.interval()
        effects[k] = found.effect
        misses += not low <= 0 <= high
    return Lots(effects, misses)


def join_rare(groups: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Return the groups, those with fewer than ten on either side made one: of these there is nothing to deal out."""
    codes = np.unique(groups, return_inverse=True)[1]
    smaller = np.minimum(np.bincount(codes, weights=treated), np.bincount(codes, weights=~treated))
    return np.where(smaller[codes] < MIN_PER_SIDE, -1, codes)


def deal(treated: np.ndarray, groups: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the contacts dealt out anew within groups, each keeping its number of them."""
    order = np.lexsort((rng.random(len(treated)), groups))
    dealt = np.empty_like(treated)
    dealt[np.argsort(groups, kind="stable")] = treated[order]
    return dealt


def _predict_all(sample: Sample, dealt: np.ndarray, fold: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For every deal (a column) the chance of a contact and the outcome without and with it, said by other rows."""
    X = add_one(sample.terms).astype(np.float32)
    y, ridge = sample.outcome[:, None].astype(np.float32), BY_LOT.ridge
    found = tuple(np.zeros(dealt.shape) for _ in range(3))

    def predict(k: int) -> None:
        held, rest = fold == k, fold != k
        here, there, told = X[rest], X[held], dealt[rest]
        chance = fit_logits(here, told.astype(np.float32), np.ones_like(told), ridge=ridge)
        found[0][held] = expit(there @ chance)
        for part, counted in ((1, ~told), (2, told)):
            if sample.is_binary:
                start = fit_logit(here.astype(float), y[rest, 0].astype(float), ridge=ridge)
                found[part][held] = expit(there @ fit_logits(here, y[rest], counted, ridge=ridge, start=start))
            else:
                found[part][held] = there @ fit_lines(here, y[rest, 0], counted, ridge=ridge)

    run_all(predict, range(BY_LOT.n_folds), at_once=True)
    return found
