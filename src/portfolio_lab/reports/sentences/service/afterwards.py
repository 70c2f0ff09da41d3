"""Sentences on what customers did after a case, after a late answer and after a low score."""

import pandas as pd

from portfolio_lab.analysis.service.aftermath import MIN_CASES, Aftermath
from portfolio_lab.analysis.service.late_answers import LateEffect
from portfolio_lab.analysis.service.satisfaction import compute_difference
from portfolio_lab.reports.sentences.service.waiting import KINDS
from portfolio_lab.reports.sentences.wording import Wording

NOT_SHOWN = (
    "The comparison shows what followed, not why: whatever led to the case (a late delivery, a bad product) may itself "
    "have made the customer buy less, and customers who are about to leave may complain more."
)


def aftermath(found: dict[str, Aftermath], *, wording: Wording) -> str:
    """Return for how many months buying stayed below that of like customers after each kind of case."""
    sentences = [_one_aftermath(KINDS.get(kind, kind), result, wording) for kind, result in found.items()]
    return " ".join(sentences) if sentences else "No case of the history can be followed for half a year."


def _one_aftermath(what: str, result: Aftermath, wording: Wording) -> str:
    if not result.is_telling:
        n = wording.count(result.n_cases, "case")
        return f"After {what}: only {n} can be compared, fewer than {MIN_CASES}, too few to say anything."
    compared = f"{wording.number(result.n_cases, digits=0)} cases, each beside like customers without one"
    if not result.n_depressed:
        return f"No fall in buying can be seen following {what} ({compared})."
    months, first = result.months.head(result.n_depressed), result.months.iloc[0]
    share = months["n_bought"].sum() / months["n_expected"].sum()
    how_long = wording.count(result.n_depressed, "month")
    at_least = "at least " if result.n_depressed == len(result.months) else ""
    low, high = wording.share(first["low"], digits=0), wording.share(first["high"], digits=0)
    return (
        f"After {what} customers bought {wording.share(1 - share, digits=0)} less than like customers for "
        f"**{at_least}{how_long}** ({compared}; in the first month {low} to {high} of their purchases)."
    )


def late_answers(effect: LateEffect, *, late_days: int, wording: Wording) -> str:
    """Return how much more customers left after a late answer, or that it cannot be said.

    The days stand in every sentence: late is here another word than beyond the standard, of which the page tells first.
    """
    days = wording.count(late_days, "day")
    late = f"Later than {days}"
    n = f"{wording.number(effect.n_late, digits=0)} answers"
    if pd.isna(effect.hazard_ratio):
        return f"{late}: {n}. Whether customers left more after them cannot be said: {effect.problem}."
    ratio = wording.number(effect.hazard_ratio, digits=1)
    low, high = wording.number(effect.low, digits=1), wording.number(effect.high, digits=1)
    beside = f"beside {wording.number(effect.n_in_time, digits=0)} answered sooner"
    beside += ", customers of the same salesperson compared with one another" if effect.stratum else ""
    left = f"{effect.n_left_late} of the {n} that took longer than {days} were followed by leaving within half a year"
    if effect.low > 1:
        return (
            f"{left}. Customers who waited that long left **{ratio} times as fast** (95% interval {low} to {high}), "
            f"{beside}."
        )
    if effect.high < 1:
        return f"{left}. Customers who waited that long left more slowly: {ratio} times as fast ({low} to {high})."
    return f"{left}. A difference to those answered sooner cannot be seen: {ratio} times as fast ({low} to {high})."


def late_by_kind(effects: dict[str, LateEffect], *, wording: Wording) -> str:
    """Return the same for each kind of case, where there are enough."""
    parts = []
    for kind, effect in effects.items():
        if pd.notna(effect.hazard_ratio):
            ratio = wording.number(effect.hazard_ratio, digits=1)
            low, high = wording.number(effect.low, digits=1), wording.number(effect.high, digits=1)
            parts.append(f"{KINDS.get(kind, kind)} {ratio} times ({low} to {high})")
    return f"By kind: {'; '.join(parts)}." if len(parts) > 1 else ""


def scorers(found: pd.DataFrame, *, days: int, wording: Wording) -> str:
    """Return what became of low and high scorers; ``found`` of ``compare_scorers``."""
    low, high = (found[found["score_group"] == group].iloc[0] for group in ("low", "high"))
    difference, down, up = compute_difference(found)
    if pd.isna(difference):
        return "Too few low and high scorers could be followed to compare them."
    text = (
        f"Of the lowest quarter of scores {wording.share(low['left_share'])} were followed by leaving within "
        f"{wording.count(days, 'day')} ({wording.number(low['n'], digits=0)} surveys), of the highest quarter "
        f"{wording.share(high['left_share'])} ({wording.number(high['n'], digits=0)} surveys)"
    )
    if down > 0:
        return f"{text}: low scorers leave more."
    return f"{text}: high scorers leave more." if up < 0 else f"{text}: chance alone may have made the difference."
