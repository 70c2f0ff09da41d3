"""How many more customers an open question needs, how long that takes, and how often one may look."""

import math

from scipy.stats import norm

from portfolio_lab.errors import AnalysisError

POWER = 0.80


def confidence_of_look(n_looks: int, *, alpha: float = 0.05, n_comparisons: int = 1) -> float:
    """Return the confidence of each interval when a plan is judged ``n_looks`` times: the error is shared out evenly.

    The chance of a false alarm over all looks (and comparisons) then stays below ``alpha`` (Bonferroni).
    Raises AnalysisError for no look.
    """
    if n_looks < 1 or n_comparisons < 1:
        remedy = "count this look, and this comparison, too"
        raise AnalysisError("looks and comparisons begin at 1", remedy=remedy, value=(n_looks, n_comparisons))
    return 1 - alpha / (n_looks * n_comparisons)


def compute_n_more(se: float, *, n: int, mwe: float) -> int:
    """Return how many customers more, over both groups in their present proportion, settle a question of size ``mwe``.

    n · [(2.802 · se / mwe)² − 1], where 2.802 belongs to 80 % power at 5 %; 0 where enough are there. ``se`` and
    ``mwe`` are in units of the outcome. Raises AnalysisError unless ``mwe`` is positive.
    """
    if not mwe > 0:
        raise AnalysisError("the smallest effect worth having must be positive", remedy="give it", value=mwe)
    reach = float(norm.ppf(0.975) + norm.ppf(POWER))
    return max(math.ceil(n * ((reach * se / mwe) ** 2 - 1)), 0)


def compute_months_more(n_more: float | None, *, n_per_month: float | None) -> float | None:
    """Return in how many months so many more customers have been enrolled; None where the pace is not known."""
    if n_more is None or not n_per_month:
        return None
    return float(n_more / n_per_month)
