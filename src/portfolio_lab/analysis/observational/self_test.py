"""The self-test: would this way of comparing find a known effect in data like these?

Customers are drawn again from the company's own, with its own chances of contact and of ordering; an effect is planted,
and the adjusted and the simple comparison are asked for it many times.
"""

from dataclasses import dataclass

import numpy as np

from portfolio_lab.analysis.observational.effect import Adjusted, compute_naive, fit_effect
from portfolio_lab.analysis.observational.nuisances import Recipe
from portfolio_lab.analysis.observational.sample import Sample

MAX_ROWS = 10_000
N_RUNS = 100


@dataclass(frozen=True)
class SelfTest:
    """In how many of ``n_runs`` the interval of each comparison held the planted effect, and their mean errors."""

    n_runs: int
    n_rows: int
    planted: float
    covered: int
    covered_naive: int
    bias: float
    bias_naive: float

    @property
    def sentence(self) -> str:
        """The result as one sentence for the page."""
        return (
            f"With data like yours this method covers the truth in {self.covered} of {self.n_runs} runs, "
            f"the simple comparison in {self.covered_naive}."
        )


def run_self_test(sample: Sample, found: Adjusted, *, planted: float, n_runs: int = N_RUNS, seed: int = 0) -> SelfTest:
    """Return how often the truth was covered when the effect ``planted`` was put into data like these.

    The company's own number of rows (at most 10,000), base rate and overlap.
    The planted effect is on the contacted, in units of the outcome. What nobody wrote down is not in it.
    """
    rng = np.random.default_rng(seed)
    n = min(sample.n, MAX_ROWS)
    recipe = Recipe("logit", n_folds=2, n_splits=1, clip=found.recipe.clip)
    results = []
    for run in range(n_runs):
        drawn, truth = _draw(sample, found, rng, n=n, planted=planted)
        again = fit_effect(drawn, estimand="att", recipe=recipe, seed=run)
        low, high = again.interval()
        naive = compute_naive(drawn)
        reach = 1.96 * _naive_error(drawn)
        results.append((low <= truth <= high, abs(naive - truth) <= reach, again.effect - truth, naive - truth))
    covered, covered_naive, bias, bias_naive = np.array(results, dtype=float).T
    return SelfTest(
        n_runs, n, planted, int(covered.sum()), int(covered_naive.sum()), float(bias.mean()), float(bias_naive.mean())
    )


def _draw(sample: Sample, found: Adjusted, rng: np.random.Generator, *, n: int, planted: float) -> tuple[Sample, float]:
    """One company like the sample: its customers, contacts by their chance, outcomes with the planted effect.

    Returns it with the mean effect that was truly planted among those contacted (a share cannot pass 0 or 1).
    """
    row = rng.integers(0, sample.n, n)
    treated = rng.random(n) < found.predictions.chance[row]
    without = found.predictions.without[row]
    if sample.is_binary:
        without = np.clip(without, 0, 1)
        with_it = np.clip(without + planted, 0, 1)
        outcome = (rng.random(n) < np.where(treated, with_it, without)).astype(float)
    else:
        rest = rng.permutation((sample.outcome - found.predictions.without)[~sample.treated])
        with_it = without + planted
        outcome = np.where(treated, with_it, without) + rest[rng.integers(0, len(rest), n)]
    drawn = Sample(outcome, treated, sample.terms[row], sample.sources, sample.is_plain, np.arange(n))
    return drawn, float((with_it - without)[treated].mean())


def _naive_error(sample: Sample) -> float:
    parts = [sample.outcome[group] for group in (sample.treated, ~sample.treated)]
    return float(np.sqrt(sum(part.var() / len(part) for part in parts)))
