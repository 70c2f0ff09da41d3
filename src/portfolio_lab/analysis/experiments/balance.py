"""Is it the experiment that was drawn? Sizes of the groups, who went missing, and what they did before."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import chi2

from portfolio_lab.analysis.experiments.means import compare_means
from portfolio_lab.analysis.experiments.multiplicity import reject_by_benjamini_hochberg
from portfolio_lab.analysis.verdicts import Check
from portfolio_lab.errors import AnalysisError

ALARM = 0.001
MAX_LOST_SHARE = 0.05
CONTAMINATION_ALARM = 0.05
LEFT_ALONE = "held-out left alone"


def compute_ratio_p(counts: np.ndarray, shares: np.ndarray) -> float:
    """Return the p-value of group sizes against the shares they were drawn with (chi-squared).

    Raises AnalysisError unless the shares are positive and add up to one.
    """
    counts, shares = np.asarray(counts, dtype=float), np.asarray(shares, dtype=float)
    if not (shares > 0).all() or abs(shares.sum() - 1) > 1e-6 or counts.sum() <= 0:
        remedy = "give each group the share it was drawn with"
        raise AnalysisError("the planned shares must be positive and add up to one", remedy=remedy, value=shares)
    expected = counts.sum() * shares
    return float(chi2.sf(((counts - expected) ** 2 / expected).sum(), len(counts) - 1))


def check_sizes(counts: Mapping[str, int], shares: Mapping[str, float]) -> Check:
    """Return whether the groups are as large as they were drawn; fails below 1 in 1,000 by chance, and then blocks.

    Source: Fabijan et al. (2019).
    """
    names = list(counts)
    p = compute_ratio_p(np.array([counts[name] for name in names]), np.array([shares[name] for name in names]))
    sizes = ", ".join(f"{counts[name]:,} {name}" for name in names)
    if p < ALARM:
        text = f"The groups are not as large as they were drawn ({sizes}): customers were lost or moved on the way."
        return Check("group sizes", False, text, blocks=True)
    return Check("group sizes", True, f"The groups are as large as they were drawn ({sizes}).", blocks=True)


def check_sizes_by_stratum(strata: pd.Series, arms: pd.Series, shares: Mapping[str, float]) -> Check:
    """Return whether the groups are as drawn within every stratum, all strata counted (Benjamini-Hochberg)."""
    table = pd.crosstab(strata, arms).reindex(columns=list(shares), fill_value=0)
    table = table[table.sum(axis=1) >= 20]
    if table.empty:
        return Check("group sizes by stratum", None, "No class and stage has enough customers to compare its groups.")
    planned = np.array(list(shares.values()))
    p = np.array([compute_ratio_p(row, planned) for row in table.to_numpy()])
    wrong = table.index[(p < ALARM) & reject_by_benjamini_hochberg(p)]
    if len(wrong):
        places = ", ".join(map(str, wrong[:3]))
        text = f"Among {places} the groups are not as they were drawn."
        return Check("group sizes by stratum", False, text, blocks=True)
    text = f"In each of the {len(table)} classes and stages the groups are as they were drawn."
    return Check("group sizes by stratum", True, text, blocks=True)


def check_before(treated: np.ndarray, control: np.ndarray, *, of: str, n_metrics: int = 1) -> Check:
    """Return whether both groups did alike before the plan; fails below 1 in 1,000 over all metrics looked at."""
    estimate = compare_means(treated, control, confidence=1 - ALARM / n_metrics)
    if estimate.low > 0 or estimate.high < 0:
        text = f"The groups differed in {of} before the plan began: the drawing was not by chance alone."
        return Check(f"{of} before", False, text, blocks=True)
    return Check(f"{of} before", True, f"Before the plan began both groups were alike in {of}.", blocks=True)


def check_missing(n_assigned: int, n_analysed: int) -> Check:
    """Return whether the customers who were drawn are the customers who are compared, row by row."""
    lost = n_assigned - n_analysed
    if lost > MAX_LOST_SHARE * n_assigned:
        text = f"{lost:,} of the {n_assigned:,} customers who were drawn are missing from the comparison."
        return Check("nobody lost", False, text, blocks=True)
    found = "All" if not lost else f"All but {lost:,} of the"
    return Check("nobody lost", True, f"{found} {n_assigned:,} customers who were drawn are compared.", blocks=True)


def check_contamination(contaminated_share: float, n_control: int) -> Check:
    """Return whether the held-out were left alone; above 5 % the effect comes out too small, which is said aloud."""
    n = round(contaminated_share * n_control)
    text = f"{n:,} of the {n_control:,} customers held out were contacted all the same"
    if contaminated_share > CONTAMINATION_ALARM:
        return Check(LEFT_ALONE, False, f"{text}: the difference shown is too small.")
    return Check(LEFT_ALONE, True, f"{text}." if n else "Nobody of the held-out was contacted.")
