"""Time until an event: curves, comparisons and models that are right with late entry, ties and repeated spells."""

from portfolio_lab.analysis.survival.curves import compute_median
from portfolio_lab.analysis.survival.group_summary import build_curves, compare_groupings, summarise_groups
from portfolio_lab.analysis.survival.restricted_mean import choose_limit, choose_reach, compute_restricted_mean
from portfolio_lab.analysis.survival.validation import compute_calibration, compute_calibration_error

__all__ = [
    "build_curves",
    "choose_limit",
    "choose_reach",
    "compare_groupings",
    "compute_calibration",
    "compute_calibration_error",
    "compute_median",
    "compute_restricted_mean",
    "summarise_groups",
]
