"""Sentences about the curves: the answer, everybody, the groups, and what each figure rests on."""

from collections.abc import Iterable

import pandas as pd

from portfolio_lab.analysis.survival.group_summary import are_comparable
from portfolio_lab.analysis.survival.guards import MIN_EVENTS, Finding, find_thin_groups
from portfolio_lab.plots.survival import MAX_CURVES
from portfolio_lab.reports.sentences.survival.labels import EACH, WHO_LABELS, label_group, reach_of, span, times
from portfolio_lab.reports.sentences.wording import Wording, in_words, listed
from portfolio_lab.reports.topics.survival_stays import Stays


def headline(
    median: dict[str, float], groups: pd.DataFrame, effects: pd.DataFrame, *, stays: Stays, wording: Wording
) -> str:
    """Return the answer: how long half of the customers stay, which group leaves soonest, and after what."""
    who = "customers" if stays.is_dated else "stays"
    verb = "go inactive" if stays.is_dated else "end"
    first = f"{_going_by(stays, wording)} more than half of the {who} are still there at the end of what was seen."
    if _has_few_ends(stays):
        first = _few_ends(stays, wording)
    elif pd.notna(median["median"]):
        ends = (median["median"], median["median_low"], median["median_high"])
        first = f"Half of the {who} {verb} within {span(*ends, unit=stays.unit, wording=wording)}."
    parts = [first, _soonest(groups, stays, wording), _strongest(effects, stays, wording)]
    return " ".join(part for part in parts if part)


def _has_few_ends(stays: Stays) -> bool:
    return 0 < stays.lifetimes["event_observed"].sum() < MIN_EVENTS


def _going_by(stays: Stays, wording: Wording) -> str:
    """On how many stays and ends a sentence rests that has no interval of its own."""
    n, n_events = len(stays.lifetimes), int(stays.lifetimes["event_observed"].sum())
    ended = f"{wording.number(n_events)} of which ended" if n_events else "none of which has ended"
    return f"Going by the {wording.count(n, 'stay')} that could be followed, {ended},"


def _few_ends(stays: Stays, wording: Wording) -> str:
    n_events, n = int(stays.lifetimes["event_observed"].sum()), len(stays.lifetimes)
    if n == 1:
        return "There is a single stay, which says nothing about how long others last."
    verb = "has" if n_events == 1 else "have"
    ended = f"{wording.number(n_events)} of {wording.count(n, 'stay')} {verb} ended"
    return f"Only {ended}, too few to say how long they last."


def _soonest(groups: pd.DataFrame, stays: Stays, wording: Wording) -> str:
    known = groups[groups["rmst"].notna()]
    if len(known) < 2:
        return ""
    digits = 0 if stays.unit == "days" else 1
    last, best = known.loc[known["rmst"].idxmin()], known.loc[known["rmst"].idxmax()]
    name, limit = label_group(last["grouping"]), reach_of(last["rmst_limit"], unit=stays.unit, wording=wording)
    soonest, longest = (wording.number(row["rmst"], digits=digits) for row in (last, best))
    return (
        f"By {name}, {last['group']} leaves soonest: of the first {limit} {stays.unit} it stays {soonest} on average, "
        f"against {longest} for {best['group']}."
    )


def _strongest(effects: pd.DataFrame, stays: Stays, wording: Wording) -> str:
    """Of the effects that hold over the whole stay, the largest one that is clear."""
    is_number = effects["label"].str.contains(EACH, regex=False)
    clear = effects[(effects["low"] > 1) & effects["ph_ok"].astype(bool) & ~is_number.astype(bool)]
    if clear.empty:
        return ""
    row = clear.loc[clear["hazard_ratio"].astype(float).idxmax()]
    who = f"{'Customers' if stays.is_dated else 'Stays'} with {row['label']}"
    ratio = times(row["hazard_ratio"], row["low"], row["high"], wording=wording)
    end = "leave for good" if stays.driver_factor > 1 else "be next"
    return f"{WHO_LABELS.get(row['term'], who)} are {ratio} as likely to {end}."


def decision(watch: pd.DataFrame, *, wording: Wording) -> str:
    """Return the decision asked for, or nothing where nobody is on the watch list."""
    if watch.empty:
        return ""
    amount, n = wording.money(watch["margin_at_risk_amount"].sum()), wording.count(len(watch), "customer")
    stake = f"{wording.measure} {'is' if wording.measure == 'margin' else 'are'} at risk"
    return f"Contact the {n} on the watch list before the dates named there; {amount} of yearly {stake}."


def definition(stays: Stays, *, wording: Wording) -> str:
    """Return when a stay begins and ends."""
    if not stays.is_dated:
        return f"Starts and ends are as they were brought, in {stays.unit}."
    return (
        "A stay begins with a first order, or with the order that brings a customer back, and ends after "
        f"{wording.number(stays.theta_days)} days without an order. Nobody can leave sooner than that, so every curve "
        "is level at first."
    )


def footing(
    stays: Stays, rows: pd.DataFrame, *, version: str, wording: Wording, since: pd.Timestamp | None = None
) -> str:
    """Return what a figure of curves rests on: rule, line, numbers, window and how late entry was handled.

    ``since``: the day from which everybody is followed, where that is one and the same day.
    """
    return f"{_rests_on(stays, rows, version=version, wording=wording, since=since)} Hidden below 30 at risk."


def _rests_on(stays: Stays, rows: pd.DataFrame, *, version: str, wording: Wording, since: pd.Timestamp | None) -> str:
    n_events = int(rows["event_observed"].sum())
    counts = f"{wording.count(len(rows), 'stay')}, {wording.count(n_events, 'end')} seen"
    late = int((rows["entry"] > 0).sum())
    entry = f"{wording.number(late)} counted from a later entry" if late else "all counted from their start"
    if not stays.is_dated:
        return f"Unit: {stays.unit}; {counts}; {entry}."
    if since is not None:
        entry = f"active on {wording.date(since.date())} and counted from there on"
    window = f"{wording.date(stays.company.window_start.date())} to {wording.date(stays.company.as_of.date())}"
    line = f"Stage rules version {version}, inactive after {wording.number(stays.theta_days)} days without an order"
    return f"{line}; {counts}; {window}; {entry}."


def driver_footing(stays: Stays, *, version: str, wording: Wording) -> str:
    """Return what the effects rest on: rule, the silence that counts as an end, numbers, window and late entry."""
    if not stays.events:
        return _rests_on(stays, stays.lifetimes, version=version, wording=wording, since=None)
    rows, days = stays.driver_rows, wording.number(stays.driver_line)
    stays_seen = rows.drop_duplicates(["customer_id", "spell_number"])
    ends = f"{wording.count(len(stays_seen), 'stay')}, {wording.count(int(rows['event_observed'].sum()), 'end')} seen"
    window = f"{wording.date(stays.company.window_start.date())} to {wording.date(stays.company.as_of.date())}"
    line = f"Stage rules version {version}, inactive after {wording.number(stays.theta_days)} days without an order"
    return (
        f"{line}, an end here after {days} days; {ends}; {window}; each counted from the day on which it came under "
        "observation."
    )


def overall(
    median: dict[str, float], mean: tuple[float, float], *, limit: float, stays: Stays, wording: Wording
) -> str:
    """Return the curve of everybody in words."""
    if _has_few_ends(stays):
        return _few_ends(stays, wording)
    text = f"The middle of the curve is not reached. {_going_by(stays, wording)} more than half are still there."
    if pd.notna(median["median"]):
        ends = (median["median"], median["median_low"], median["median_high"])
        text = f"Half have left after {span(*ends, unit=stays.unit, wording=wording)}."
    if pd.isna(mean[0]) or not stays.lifetimes["event_observed"].any():
        return text
    average = span(mean[0], mean[0] - 1.96 * mean[1], mean[0] + 1.96 * mean[1], unit=stays.unit, wording=wording)
    who = "customer" if stays.is_dated else "stay"
    verb = "stays" if stays.is_dated else "lasts"
    until = reach_of(limit, unit=stays.unit, wording=wording)
    return f"{text} Of the first {until} {stays.unit} a {who} {verb} {average} on average."


def group_finding(
    groups: pd.DataFrame, tested: pd.DataFrame, pairs: pd.DataFrame, *, grouping: str, unit: str, wording: Wording
) -> str:
    """Return whether the groups of one grouping differ, and by how much; all three tables are of that grouping.

    With more groups than a figure can hold the extremes are not named: some of them are extreme by luck.
    """
    name = label_group(grouping)
    known = groups[groups["rmst"].notna() & (groups["group"] != "unknown")]
    if not are_comparable(groups, tested):
        return f"By {name} there are not two groups with enough ends to compare."
    if tested["p"].iloc[0] >= 0.05:
        return f"By {name} the curves differ no more than by chance."
    if len(known) > MAX_CURVES:
        return f"By {name} the groups differ; of so many, though, some stand first or last by luck."
    clear = pairs[pairs["is_clear"]] if len(pairs) else pairs
    if clear.empty:
        return f"By {name} the groups differ, but no two of them clearly enough to be named."
    limit = reach_of(groups["rmst_limit"].iloc[0], unit=unit, wording=wording)
    return (
        f"By {name} the groups differ: of {limit} {unit}, {listed(_name_pairs(clear, unit, wording))}.{_cross(clear)}"
    )


def _name_pairs(clear: pd.DataFrame, unit: str, wording: Wording) -> list[str]:
    largest = clear.loc[clear["difference"].abs().sort_values(ascending=False).index].head(3)
    return [
        f"{row.group_1} stays {span(row.difference, row.low, row.high, unit=unit, wording=wording)} longer than "
        f"{row.group_2}"
        for row in largest.itertuples()
    ]


def _cross(clear: pd.DataFrame) -> str:
    crossing = [f"{row.group_1} and {row.group_2}" for row in clear[clear["crosses"]].itertuples()]
    if not crossing:
        return ""
    return f" The curves of {listed(crossing)} cross: who stays longer depends on how long one looks."


def limits(groups: pd.DataFrame, *, stays: Stays, wording: Wording) -> str:
    """Return up to where mean stays are counted, and why: one limit within a grouping; groups without a mean apart."""
    by_limit = groups[groups["rmst"].notna()].groupby("rmst_limit")["grouping"].unique().sort_index(ascending=False)
    if by_limit.empty:
        return "No group has a mean stay: each has fewer than 30 stays, no end seen, or only stays that entered late."
    parts = [
        f"{reach_of(limit, unit=stays.unit, wording=wording)} {stays.unit} by "
        f"{listed([label_group(name) for name in names])}"
        for limit, names in by_limit.items()
    ]
    why = "as far as at least ten of each were followed"
    if stays.is_dated:
        why = "a year, or less where one of them was not followed for so long"
    return (
        f"A mean stay is counted up to a limit that the groups of one grouping share, {why}: {listed(parts)}. Means of "
        "different groupings are not comparable."
    )


def landmark(stays: Stays, *, n: int, wording: Wording) -> str:
    """Return on which day the groups that change were looked at."""
    day = wording.date(stays.landmark.date())
    if not n:
        return f"The order history is too short to look at groups as they were on {day}."
    followed = f"{wording.count(n, 'customer')} active then are followed from that day"
    return f"Groups that can change are taken as they were known on one past day: those below on {day}; {followed}."


def thin_groups(groups: pd.DataFrame) -> str:
    """Return which groups are too small for a number, at most five of them by name."""
    labelled = groups.assign(grouping=[label_group(name) for name in groups["grouping"]])
    thin = [finding.sentence for finding in find_thin_groups(labelled)]
    if not thin:
        return "Every group has enough ends for a comparison."
    more = f" And {in_words(len(thin) - 5)} more such groups." if len(thin) > 5 else ""
    return " ".join(thin[:5]) + more


def findings(found: Iterable[Finding]) -> str:
    """Return what has to be kept in mind about these data."""
    sentences = [finding.sentence for finding in found]
    return " ".join(sentences) if sentences else "No trap was found that these curves would have to be read around."
