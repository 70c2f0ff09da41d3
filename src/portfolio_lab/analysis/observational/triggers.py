"""The design picker: how customers came to be contacted, which comparisons that forbids, and which one is left.

Customers are mostly contacted because they decline. Whoever is chosen at the bottom rises by itself, so before/after
and differences between groups over time find an effect where there is none.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from portfolio_lab.errors import AnalysisError

Trigger = Literal["random", "rollout", "unknown", "dip"]
Design = Literal["randomised", "landmark", "before_after", "difference_in_differences", "placebo_last_period"]
DIP_LIMIT = 0.60
# from the loosest to the strictest: what a company declares may only be stricter than what the data show
STRICTNESS: tuple[Trigger, ...] = ("random", "rollout", "unknown", "dip")

_RISE = "Customers were contacted after a weak quarter. Those picked at their weakest recover by themselves, so"
REFUSALS: dict[tuple[Trigger, Design], str] = {
    (
        "dip",
        "before_after",
    ): f"{_RISE} a comparison of before and after shows a gain even from contacts that do nothing.",
    ("dip", "difference_in_differences"): (
        f"{_RISE} the gain of the contacted over the gain of the others is mostly that recovery, with either sign "
        "according to which quarters are called before."
    ),
    ("dip", "placebo_last_period"): (
        "Last quarter's orders caused the contact, so a test on them would reject even a sound comparison."
    ),
    ("unknown", "placebo_last_period"): (
        "Nobody has said that the customers' own orders did not cause the contact; if they did, a test on last "
        "quarter's orders would reject even a sound comparison."
    ),
    ("unknown", "before_after"): (
        "A comparison of before and after takes season, trend and the choice of customers for the effect."
    ),
    ("unknown", "difference_in_differences"): (
        "Nobody has said that the start was set by something other than the customers' own orders, such as a region "
        "or a date; without that, gains over time cannot be compared."
    ),
    ("rollout", "before_after"): "A comparison of before and after takes season and trend for the effect.",
    ("random", "before_after"): "A comparison of before and after throws away the customers that were held out.",
}


@dataclass(frozen=True)
class DesignChoice:
    """The design to use, the trigger it follows from, and how well a dip tells who was contacted (0.5 = not at all)."""

    design: Design
    trigger: Trigger
    dip_auc: float
    sentence: str

    def refusal(self, design: Design) -> str | None:
        """Why a design is refused here, in words; None = allowed."""
        return REFUSALS.get((self.trigger, design))


def compute_dip(rows: pd.DataFrame, lags: tuple[str, ...]) -> pd.Series:
    """Return how far the last period (``lags[0]``) fell below the mean of the older ones, in standard deviations.

    (base − last) / sqrt(base + 1): orders of a period scatter like their square root.
    Raises AnalysisError with fewer than two older periods.
    """
    if len(lags) < 3:
        raise AnalysisError("a dip needs the last period and two older ones", remedy="add lags", value=len(lags))
    base = rows[list(lags[1:])].mean(axis=1)
    return (base - rows[lags[0]]) / np.sqrt(base.clip(lower=0) + 1)


def compute_auc(score: np.ndarray, chosen: np.ndarray) -> float:
    """Return the chance that a chosen row scores higher than one not chosen, ties half (Mann and Whitney, 1947)."""
    n_chosen = int(chosen.sum())
    n_other = len(chosen) - n_chosen
    if not n_chosen or not n_other:
        return 0.5
    return float((rankdata(score)[chosen].sum() - n_chosen * (n_chosen + 1) / 2) / (n_chosen * n_other))


def choose_design(
    rows: pd.DataFrame, *, lags: tuple[str, ...], treatment: str = "is_treated", declared: Trigger = "unknown"
) -> DesignChoice:
    """Return which design these rows allow: the stricter of what was declared and what the dip shows.

    A declared hold-out at random stands (the arms are checked elsewhere); otherwise a dip that tells who was contacted
    better than 0.60 means that it was the trigger.
    """
    auc = compute_auc(compute_dip(rows, lags).to_numpy(), rows[treatment].to_numpy(dtype=bool))
    seen: Trigger = "dip" if auc > DIP_LIMIT and declared != "random" else "random"
    trigger = max(declared, seen, key=STRICTNESS.index)
    design: Design = {"random": "randomised", "rollout": "difference_in_differences"}.get(trigger, "landmark")
    return DesignChoice(design, trigger, auc, _sentence(trigger, auc))


def _sentence(trigger: Trigger, auc: float) -> str:
    told = f"In {auc:.0%} of pairs the one contacted had the deeper dip in its last quarter (50% = no difference)."
    what = {
        "random": "Chance decided who was contacted.",
        "rollout": "The start was set by region or date, not by the customers' own orders.",
        "unknown": "Who was contacted was not decided by a recent dip; compared are customers of the same history.",
        "dip": "Contacts follow a dip; compared are customers with the same history of orders, dip included.",
    }
    return f"{what[trigger]} {told}"


def describe_refusals(choice: DesignChoice) -> str:
    """Return in words why before/after and gains over time are refused here; what both share is said once."""
    reasons = [choice.refusal(design) for design in ("before_after", "difference_in_differences")]
    first, *others = [reason for reason in reasons if reason] or [""]
    return " ".join([first, *(reason.replace(_RISE, "For the same reason") for reason in others)])


def assert_allowed(choice: DesignChoice, design: Design) -> None:
    """Raise AnalysisError, with the reason in words, for a design that the trigger forbids."""
    reason = choice.refusal(design)
    if reason:
        raise AnalysisError(reason, remedy="compare customers of the same order history", value=design)
