"""Sentences on how long customers wait and why they come."""

import pandas as pd

from portfolio_lab.analysis.service.causes import NO_PRODUCT, NOT_SAID, count_for_share
from portfolio_lab.analysis.service.late_answers import LateEffect
from portfolio_lab.reports.sentences.wording import Wording, capitalised, is_or_are, listed

KINDS = {"claim": "claims", "information_request": "information requests", "after_sales": "after-sales cases"}
MIN_TEAM = 10


def label_kinds(kinds: pd.Series) -> pd.Series:
    """Return the kinds of cases in words."""
    return kinds.map(KINDS).fillna(kinds)


def headline(
    within: dict[str, float], median: dict[str, float], *, n: int, late: LateEffect, late_days: int, wording: Wording
) -> str:
    """Return the answer in one sentence: cases, share within the standard, what a late answer costs."""
    counted = wording.count(n, "case")
    if within["n_decided"] == 0:
        return f"Customers opened {counted} in the window; when they were answered is not recorded."
    share = wording.share(within["within_share"], digits=0)
    text = f"Of {counted} in the window, {share} were answered within the standard"
    if pd.notna(median["median_days"]):
        text += f"; half were answered within {wording.count(int(median['median_days']), 'day')}"
    if pd.notna(late.hazard_ratio) and late.low > 1:
        times = wording.number(late.hazard_ratio, digits=1)
        waited = f"customers who waited longer than {wording.count(late_days, 'day')} for an answer"
        return f"{text}, and {waited} left {times} times as fast."
    return f"{text}."


def decision(
    waiting: pd.DataFrame,
    slowest: pd.DataFrame,
    causes_found: pd.DataFrame | None,
    *,
    what: str,
    within: dict[str, float],
    wording: Wording,
) -> str:
    """Return what is asked of the reader: who needs help, open cases beyond the standard, the first cause of ``what``.

    ``waiting`` of ``list_open``; ``slowest`` of ``list_slowest``; ``causes_found`` of ``summarise_causes`` or None.
    """
    n, parts = int((waiting["over_days"] > 0).sum()), []
    if len(slowest) and slowest["within_high"].iloc[0] < within["within_low"]:
        share = wording.share(slowest["within_share"].iloc[0], digits=0)
        cases = wording.count(int(slowest["n_decided"].iloc[0]), "case")
        parts.append(f"help {slowest['owner'].iloc[0]}, who answers {share} of {cases} within the standard")
    if n:
        parts.append(f"have the {wording.count(n, 'open case')} beyond the standard answered this week")
    if causes_found is not None and (named := causes_found[causes_found["cause"] != NOT_SAID]).size:
        cause = _plain(named["cause"].iloc[0])
        parts.append(f"name somebody to reduce “{cause}”, the most frequent cause of {what}")
    return f"{capitalised('; '.join(parts))}." if parts else ""


def waits(by_kind: pd.DataFrame, *, wording: Wording) -> str:
    """Return how long each kind waits for a first answer; ``by_kind`` of ``summarise_waits`` with kinds in words."""
    parts = []
    for row in by_kind.itertuples():
        met = f"{wording.share(row.within_share)} within the standard ({_range(row, 'within', wording)})"
        half = "" if pd.isna(row.median_days) else f", half within {wording.count(int(row.median_days), 'day')}"
        open_now = f", {row.n_open} still open" if row.n_open else ""
        parts.append(f"{wording.number(row.n, digits=0)} {row.kinds}, {met}{half}{open_now}")
    return f"First answers: {'; '.join(parts)}." if parts else "No case was opened in the window."


def weekends(n_weekend: int, within: dict[str, float], *, wording: Wording) -> str:
    """Return what the standard would look like if Saturdays and Sundays did not count."""
    if not n_weekend or not within["n_decided"]:
        return "Days are calendar days; without Saturdays and Sundays the share would be the same."
    more = within["within_share"] + n_weekend / within["n_decided"]
    return (
        f"Days are calendar days. Counting Mondays to Fridays only, {wording.share(more)} would be within the "
        f"standard: in {wording.count(n_weekend, 'case')} only a weekend lay between."
    )


def teams(by_team: pd.DataFrame, *, wording: Wording) -> str:
    """Return which teams answer within the standard most and least often; ``by_team`` of ``summarise_waits``."""
    known = by_team[by_team["n_decided"] >= MIN_TEAM].sort_values("within_share")
    if len(known) < 2:
        return f"Fewer than two teams have at least {MIN_TEAM} answered cases, so there is nothing to compare."
    worst, best = known.iloc[0], known.iloc[-1]
    said = (
        f"Least often within the standard: {worst['team']}, {wording.share(worst['within_share'])} of "
        f"{wording.count(int(worst['n_decided']), 'case')}; most often: {best['team']}, "
        f"{wording.share(best['within_share'])} of {wording.number(best['n_decided'], digits=0)}."
    )
    if worst["within_high"] >= best["within_low"]:
        return f"{said} Their intervals overlap, so chance alone may have made the difference."
    return f"{said} The difference is larger than chance would make it."


def solutions(by_kind: pd.DataFrame, *, wording: Wording) -> str:
    """Return how long each kind takes to be solved; ``by_kind`` of ``summarise_waits`` over solutions."""
    parts = []
    for row in by_kind.itertuples():
        half = "more than half are still open" if pd.isna(row.median_days) else (
            f"half solved within {wording.count(int(row.median_days), 'day')}"
        )  # fmt: skip
        parts.append(f"{row.kinds} {half} ({row.n_open} of {wording.number(row.n, digits=0)} still open)")
    return f"Solutions: {listed(parts)}." if parts else "No case was opened in the window."


def open_cases(listed_cases: pd.DataFrame, *, wording: Wording) -> str:
    """Return how many cases wait for their first answer, and how many of them beyond their standard."""
    n, over = len(listed_cases), listed_cases[listed_cases["over_days"] > 0]
    if not n:
        return "Every case has had its first answer."
    text = f"{wording.count(n, 'case')} {is_or_are(n)} without a first answer, {len(over)} beyond the standard"
    if over.empty:
        return f"{text}."
    first = over.iloc[0]
    return f"{text}; the longest wait is that of “{first['name']}”, {wording.count(int(first['duration']), 'day')}."


def causes(found: pd.DataFrame, *, what: str, wording: Wording) -> str:
    """Return which causes make up most of the cases; ``found`` of ``summarise_causes``."""
    named = found[found["cause"] != NOT_SAID]
    if named.empty:
        return f"No cause is recorded for the {what} of the window."
    n = count_for_share(found, share=0.5)
    first = [_plain(cause) for cause in found["cause"].head(n)]
    share = wording.share(found["cumulative_share"].iloc[n - 1], digits=0)
    total = wording.number(int(found["n"].sum()), digits=0)
    makes = "makes" if n == 1 else "make"
    return f"{capitalised(listed(first))} {makes} up {share} of the {total} {what} of the window."


def impossible(n: int, *, wording: Wording) -> str:
    """Return the remark on cases that were answered or closed before they were opened."""
    return f"{wording.count(n, 'case')} answered or closed before being opened {is_or_are(n)} left out."


def family_remark(families: pd.Series, *, what: str, wording: Wording) -> str:
    """Return the product family with most cases; ``families`` of ``derive_families``, one per case."""
    sizes = families[families != NO_PRODUCT].value_counts()
    if sizes.empty:
        return f"The {what} of the window name no product, so they cannot be read by product family."
    first = sizes[sizes == sizes.max()].index.min()
    share = wording.share(sizes.max() / sizes.sum(), digits=0)
    total = wording.number(int(sizes.sum()), digits=0)
    return f"Of the {total} {what} that name a product, most concern {first} ({int(sizes.max())}, {share})."


def _plain(code: str) -> str:
    return str(code).replace("_", " ")


def _range(row: object, name: str, wording: Wording) -> str:
    low, high = getattr(row, f"{name}_low"), getattr(row, f"{name}_high")
    return f"95% interval {wording.share(low)} to {wording.share(high)}"
