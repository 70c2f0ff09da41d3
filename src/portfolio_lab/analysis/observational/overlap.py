"""The overlap card: are there customers on both sides who could have been on either? If not, nothing is measured.

Sources: Austin (2009) on balance; Crump et al. (2009) on leaving out those with no realistic chance of both.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from portfolio_lab.analysis.observational.cohort import name_in_words
from portfolio_lab.analysis.observational.effect import Adjusted, Estimand, fit_effect
from portfolio_lab.analysis.observational.nuisances import Predictions, Recipe
from portfolio_lab.analysis.observational.sample import Sample, take
from portfolio_lab.analysis.verdicts import Check

LIMIT = 0.01
MIN_EFFECTIVE_SHARE = 0.01
MIN_EFFECTIVE = 30
MAX_GAP = 0.10
TOLD_APART = 3.0  # standard deviations between groups that hardly share a value
MAX_TRIMMED_SHARE = 0.10
MISSED = 0.01  # of sound comparisons, those in which the largest gap is taken for more than chance
VARIANCE_RATIOS = (0.5, 2.0)
TRIMMED_NAME = "customers with a realistic chance of both"


@dataclass(frozen=True)
class OverlapCard:
    """How comparable two groups are: n = n_inside + n_clipped + n_trimmed rows, and what weighting made of them.

    ``effective_controls`` is how many equally weighted customers the untreated are worth; gaps are standardised
    differences of means (before and after weighting), the worst of all covariates; ``reasons`` say why it blocks.
    """

    n: int
    n_inside: int
    n_clipped: int
    n_trimmed: int
    n_control: int
    effective_controls: float
    gap_before: float
    gap_after: float
    worst_covariate: str
    variance_ratio: float
    population: str
    reasons: tuple[str, ...]

    @property
    def is_ok(self) -> bool:
        """Whether the comparison may be believed."""
        return not self.reasons


def find_comparable(chance: np.ndarray, *, estimand: Estimand, limit: float = LIMIT) -> np.ndarray:
    """Return which rows had a realistic chance of both; of the effect on the contacted only the surely contacted go."""
    return chance <= 1 - limit if estimand == "att" else (chance >= limit) & (chance <= 1 - limit)


def fit_comparable(
    sample: Sample, *, estimand: Estimand = "att", recipe: Recipe | None = None, seed: int = 0
) -> tuple[Sample, Adjusted, OverlapCard]:
    """Return the sample without those who had no realistic chance of both, its effect, and the overlap card.

    When anybody is left out the effect is fitted anew and the card names another population.
    """
    recipe = recipe or Recipe()
    first = fit_effect(sample, estimand=estimand, recipe=recipe, seed=seed)
    kept = find_comparable(first.predictions.chance, estimand=estimand)
    if kept.all() or min(sample.treated[kept].sum(), (~sample.treated)[kept].sum()) < MIN_EFFECTIVE:
        return sample, first, build_overlap_card(sample, first, n_trimmed=int((~kept).sum()) if not kept.all() else 0)
    rest = take(sample, kept)
    found = fit_effect(rest, estimand=estimand, recipe=recipe, seed=seed)
    trimmed = sample.treated[~kept].sum() / max(sample.treated.sum(), 1)
    return rest, found, build_overlap_card(rest, found, n_trimmed=int((~kept).sum()), trimmed_share=float(trimmed))


def build_overlap_card(
    sample: Sample, found: Adjusted, *, n_trimmed: int = 0, trimmed_share: float = 0.0
) -> OverlapCard:
    """Return the card of a fitted effect; ``trimmed_share`` is the share of the contacted that was left out."""
    weights = weigh_rows(sample, found.predictions, estimand=found.estimand, clip=found.recipe.clip)
    d, controls = sample.treated, weights[~sample.treated]
    effective = float(controls.sum() ** 2 / (controls**2).sum()) if controls.any() else 0.0
    low = found.recipe.clip if found.estimand == "ate" else 0.0
    chance = found.predictions.chance
    clipped = int(((chance < low) | (chance > 1 - found.recipe.clip)).sum())
    before, _ = compare_balance(sample, np.ones(sample.n))
    after, ratios = compare_balance(sample, weights)
    names = [name for name, plain in zip(sample.sources, sample.is_plain, strict=True) if plain]
    worst = int(np.argmax(np.abs(after))) if len(after) else 0
    allowed = allow_gap(len(after), float(d.sum()), effective)
    gap = float(np.abs(after).max(initial=0.0))
    ratio = float(ratios[np.argmax(np.abs(np.log(ratios)))]) if len(ratios) else 1.0
    worst_name = name_in_words(names[worst]) if names else ""
    reasons = _reasons(
        effective=effective, n_control=len(controls), gap=gap, allowed=allowed, worst=worst_name, trimmed=trimmed_share
    )
    return OverlapCard(
        n=sample.n + n_trimmed, n_inside=sample.n - clipped, n_clipped=clipped, n_trimmed=n_trimmed,
        n_control=len(controls), effective_controls=effective, gap_before=float(np.abs(before).max(initial=0.0)),
        gap_after=gap, worst_covariate=worst_name, variance_ratio=ratio,
        population=TRIMMED_NAME if n_trimmed else "all customers of the comparison", reasons=tuple(reasons),
    )  # fmt: skip


def allow_gap(n_terms: int, *worth: float) -> float:
    """Return the largest gap that stands for alike groups: a tenth of the usual spread, or what luck makes of few.

    ``worth``: how many customers each group is worth. Of ``n_terms`` gaps of sound groups one in a hundred sets of
    them has a larger one by luck.
    """
    reach = norm.ppf(1 - MISSED / 2 / max(n_terms, 1))
    return max(MAX_GAP, float(reach * np.sqrt(sum(1 / max(n, 1.0) for n in worth))))


def _reasons(*, effective: float, n_control: int, gap: float, allowed: float, worst: str, trimmed: float) -> list[str]:
    found = []
    if effective < MIN_EFFECTIVE_SHARE * n_control or effective < MIN_EFFECTIVE:
        found.append(f"Of {n_control:,} cases without the contact only about {effective:,.0f} resemble those with.")
    if gap > TOLD_APART:
        found.append(f"Even after weighting, {worst} alone tells the two groups apart.")
    elif gap > allowed:
        found.append(f"Even after weighting, the two groups differ in {worst} by {gap:.2f} of its usual spread.")
    if trimmed > MAX_TRIMMED_SHARE:
        found.append(f"{trimmed:.0%} of the contacted would have been contacted in any case: they have no counterpart.")
    return found


def weigh_rows(sample: Sample, found: Predictions, *, estimand: Estimand, clip: float) -> np.ndarray:
    """Return each row's weight in the comparison of the two groups."""
    e = np.clip(found.chance, clip if estimand == "ate" else 0.0, 1 - clip)
    if estimand == "ate":
        return np.where(sample.treated, 1 / e, 1 / (1 - e))
    return np.where(sample.treated, 1.0, e / (1 - e))


def compare_balance(sample: Sample, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return per covariate term the standardised difference of weighted means, and the ratios of weighted variances.

    Ratios of numbers only (flags have none of their own); differences in standard deviations before weighting.
    """
    X, d = sample.terms[:, sample.is_plain], sample.treated
    scale = np.sqrt((X[d].var(axis=0) + X[~d].var(axis=0)) / 2)
    means = [np.average(X[group], axis=0, weights=weights[group]) for group in (d, ~d)]
    spreads = [
        np.average((X[group] - mean) ** 2, axis=0, weights=weights[group])
        for group, mean in zip((d, ~d), means, strict=True)
    ]
    gaps = np.divide(means[0] - means[1], scale, out=np.zeros_like(scale), where=scale > 0)
    is_number = np.array([len(np.unique(column[:1000])) > 2 for column in X.T], dtype=bool) & (spreads[1] > 0)
    return gaps, spreads[0][is_number] / spreads[1][is_number]


def check_overlap(card: OverlapCard) -> Check:
    """Return the card as a check that blocks the verdict when it fails."""
    low, high = VARIANCE_RATIOS
    note = "" if low <= card.variance_ratio <= high else " Their spread still differs; read the number with care."
    good = (
        f"The two groups can be compared: {card.n:,} cases, {card.n_clipped:,} at the edge, {card.n_trimmed:,} "
        f"left out; those without the contact are worth {card.effective_controls:,.0f} like those with. Once weighted, "
        f"what is known of the two groups differs by at most {card.gap_after:.2f} of its usual spread (before: "
        f"{card.gap_before:.2f}).{note}"
    )
    sentence = good if card.is_ok else " ".join(card.reasons)
    return Check("overlap", card.is_ok, sentence, blocks=True)
