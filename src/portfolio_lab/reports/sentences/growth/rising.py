"""Sentences on customers that rise: those likely to become A, and new ones beside older ones at the same age."""

import pandas as pd

from portfolio_lab.analysis.likely_a import LikelyTrial
from portfolio_lab.reports.sentences.wording import Wording


def likely(n_named: int, n_scored: int, *, problem: str, likely_share: float, wording: Wording) -> str:
    """Return how many customers are likely to become A, or why nobody can say."""
    if problem:
        return f"Who will rise to A cannot be said: {problem}."
    chance = wording.share(likely_share, digits=0)
    of = wording.number(n_scored, digits=0)
    if not n_named:
        return f"None of the {of} customers in B and C reaches a chance of {chance} to be in A a year on."
    return (
        f"{wording.count(n_named, 'customer')} of the {of} in B and C {'has' if n_named == 1 else 'have'} a chance "
        + (f"of at least {chance} to be in A a year on.")
    )


def likely_trial(trial: LikelyTrial | None, *, wording: Wording) -> str:
    """Return how the same forecast of a year ago came out, on customers that it had not learned from."""
    if trial is None:
        return ""
    if not trial.n_named:
        return f"A year ago the same forecast named nobody; {trial.n_became_a} customers rose to A."
    low, high = wording.share(trial.precision_low, digits=0), wording.share(trial.precision_high, digits=0)
    return (
        f"A year ago the same forecast named {wording.count(trial.n_named, 'customer')}, of whom {trial.n_right} are "
        f"in A now: {wording.share(trial.precision, digits=0)} (95% interval {low} to {high}). Naming as many of those "
        f"nearest to A would have been right for {wording.share(trial.nearest_precision, digits=0)}."
    )


def ages(found: dict[str, float], *, wording: Wording) -> str:
    """Return how new customers do beside older ones at the same age; ``found`` of ``compare_new``."""
    if pd.isna(found["value"]):
        return (
            "Too few customers are known to be new to put them beside older ones at the same age: their first order "
            "must be known to be their first."
        )
    at = f"{wording.count(int(found['age']), 'month')} after the first order"
    ratio = wording.number(found["value"], digits=2)
    low, high = wording.number(found["low"], digits=2), wording.number(found["high"], digits=2)
    text = (
        f"{at}, customers won in the last twelve months ({wording.number(found['n_new'], digits=0)} of that age) had "
        f"bought {ratio} times as much as older ones at that age ({wording.number(found['n_older'], digits=0)}; 95% "
        f"interval {low} to {high})"
    )
    if found["low"] > 1:
        return f"{text}: they start better."
    return f"{text}: they start worse." if found["high"] < 1 else f"{text}: no difference can be told."
