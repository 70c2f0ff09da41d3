"""From which portfolio size on results fall: a break searched for over all sizes, and only told when it is there."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import f as f_distribution

from portfolio_lab.errors import AnalysisError

MIN_PEOPLE, MIN_BELOW, N_CANDIDATES, CLEAR = 8, 4, 80, 0.05
RESULTS = ("positivation_rate", "retention_rate", "satisfaction_mean")


@dataclass(frozen=True)
class SizeEffect:
    """What portfolio size does to a result: flat up to ``break_at`` customers, then falling by ``slope`` a customer.

    ``is_visible``: a break as clear comes by chance in fewer than one of twenty companies (``p_value``). ``low`` and
    ``high``: sizes that fit the data nearly as well (95 %). Break and slope are NaN where nothing falls.
    """

    n_people: int
    is_visible: bool
    p_value: float
    break_at: float
    low: float
    high: float
    slope: float


def find_break(sizes: np.ndarray, results: np.ndarray, *, n_permutations: int, seed: int) -> SizeEffect:
    """Return from which size on a result falls, one point per person.

    Least squares of a level and a falling line after the break, for every candidate between the fourth smallest and
    the second largest size; the best one is compared with what the same search finds when results are dealt out to
    people at random. The interval inverts the F test of each candidate (Hansen, 2000; permutation: Fisher, 1935).
    Raises AnalysisError for fewer than 8 people.
    """
    sizes, results = np.asarray(sizes, float), np.asarray(results, float)
    if len(sizes) < MIN_PEOPLE or len(sizes) != len(results):
        remedy = f"bring at least {MIN_PEOPLE} people with both"
        raise AnalysisError("too few people to see what size does", remedy=remedy, value=len(sizes))
    candidates = list_candidates(sizes)
    deals = np.random.default_rng(seed).permuted(np.tile(results, (n_permutations, 1)), axis=1)
    found, chance = _fall(sizes, results[None, :], candidates)[0], _fall(sizes, deals, candidates).max(axis=1)
    total = ((results - results.mean()) ** 2).sum()
    best = int(found.argmax())
    if found[best] <= 0 or total == 0:
        return SizeEffect(len(sizes), False, 1.0, np.nan, np.nan, np.nan, np.nan)
    p_value = (1 + (chance >= found[best]).sum()) / (n_permutations + 1)
    left = total - found
    limit = left[best] * (1 + f_distribution.ppf(0.95, 1, len(sizes) - 3) / (len(sizes) - 3))
    near = candidates[left <= limit]
    return SizeEffect(
        n_people=len(sizes),
        is_visible=bool(p_value < CLEAR),
        p_value=float(p_value),
        break_at=float(candidates[best]),
        low=float(near.min()),
        high=float(near.max()),
        slope=float(_slope(sizes, results, candidates[best])),
    )


def list_candidates(sizes: np.ndarray) -> np.ndarray:
    """Return the sizes at which a break is looked for: at least four people below and one above each."""
    ordered = np.sort(np.asarray(sizes, float))
    return np.linspace(ordered[MIN_BELOW - 1], ordered[-2], N_CANDIDATES)


def summarise_sizes(panel: pd.DataFrame, *, min_customers: int = 20) -> pd.DataFrame:
    """Return one row per salesperson: mean portfolio size and results over the periods of ``panel``.

    ``panel``: salesperson × period: salesperson_id, n_customers, n_bought, n_live, n_stayed, and the sum and number of
    satisfaction scores (score_sum, n_scores). Shares are over all periods together; people with fewer than
    ``min_customers`` on average are left out, whose shares are mostly chance.
    """
    sums = panel.groupby("salesperson_id").sum(numeric_only=True)
    table = pd.DataFrame(
        {
            "n_periods": panel.groupby("salesperson_id").size(),
            "n_customers": panel.groupby("salesperson_id")["n_customers"].mean(),
            "positivation_rate": sums["n_bought"] / sums["n_customers"],
            "retention_rate": sums["n_stayed"] / sums["n_live"].where(sums["n_live"] > 0),
            "satisfaction_mean": sums["score_sum"] / sums["n_scores"].where(sums["n_scores"] > 0),
        }
    )
    return table[table["n_customers"] >= min_customers].reset_index()


def _hinges(sizes: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """Candidates × people: how far a size is beyond the break, less its mean."""
    beyond = np.maximum(sizes[None, :] - candidates[:, None], 0)
    return beyond - beyond.mean(axis=1, keepdims=True)


def _fall(sizes: np.ndarray, results: np.ndarray, candidates: np.ndarray) -> np.ndarray:
    """Deals × candidates: sum of squares that a falling line explains; 0 where the line would rise."""
    hinges = _hinges(sizes, candidates)
    scale = (hinges**2).sum(axis=1)
    along = results @ hinges.T
    return np.where(along < 0, along**2 / np.where(scale > 0, scale, np.inf), 0.0)


def _slope(sizes: np.ndarray, results: np.ndarray, break_at: float) -> float:
    hinge = _hinges(sizes, np.array([break_at]))[0]
    return float(results @ hinge / (hinge @ hinge))
