"""Sentences of the survival report: true for any data, every number from the analysis."""

from collections.abc import Iterable

import pandas as pd

from portfolio_lab.analysis.survival.guards import Finding, find_thin_groups
from portfolio_lab.reports.sentences.wording import Wording, capitalised, listed
from portfolio_lab.reports.survival_inputs import Stays
from portfolio_lab.reports.survival_watch import Trial

TERM_LABELS = {
    "salesperson_changed": "salesperson changed around the last order",
    "answered_late": "a request answered late around the last order",
    "not_contacted": "no contact from us around the last order",
    "is_returned": "had gone inactive before",
}
WATCH_LABELS = {
    "salesperson_changed": "salesperson changed lately",
    "answered_late": "a request answered late",
    "is_returned": "had gone inactive before",
    "is_first_order": "has ordered only once",
    "log_cycle": "orders at long intervals",
}
GROUP_LABELS = {"abc_class": "ABC class", "cohort": "year of the start", "all": "everybody"}
RANKING_LABELS = {
    "margin_at_risk": "this list (margin at risk)",
    "risk": "risk alone",
    "days_since_last_order": "days since the last order",
}


WATCH_COLUMNS = {
    "days_to_inactivation": "Days to the line",
    "p_30": "Risk in 30 days",
    "p_90": "Risk in 90 days",
    "p_90_low": "At least",
    "p_90_high": "At most",
    "p_180": "Risk in 180 days",
    "median_residual_days": "Median days left",
    "margin_at_risk_amount": "Margin at risk",
    "drivers": "Why",
    "last_contact_date": "Last contact",
    "latest_contact_date": "Contact by",
}


def label_group(grouping: str) -> str:
    """Return the word for a grouping."""
    return GROUP_LABELS.get(grouping, grouping.replace("_", " "))


def label_terms(effects: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    """Return the effects with a ``label`` in words; groups name the group that they are compared with."""
    by_term = terms.set_index("term")
    return effects.assign(label=[_label_term(term, by_term) for term in effects["term"]])


def _label_term(term: str, terms: pd.DataFrame) -> str:
    base, _, period = term.partition(" [") if " [" in term else term.partition(" from ")
    when = f" (from {period.strip('[)').replace(', ', ' to ')})" if period else ""
    if base in terms.index and terms.loc[base, "kind"] == "group":
        row = terms.loc[base]
        return f"{label_group(row['column'])} {row['level']} (against {row['reference']}){when}"
    each = ", each 1 more" if base in terms.index and terms.loc[base, "kind"] == "number" else ""
    return f"{TERM_LABELS.get(base, base.replace('_', ' '))}{each}{when}"


def span(value: float, low: float, high: float, *, unit: str, wording: Wording) -> str:
    """Return a length of time with its interval in brackets; an open end says so."""
    digits = 0 if unit == "days" else 1
    upper = wording.number(high, digits=digits) if pd.notna(high) else "beyond what was seen"
    lower = wording.number(low, digits=digits) if pd.notna(low) else "not known"
    return f"{wording.number(value, digits=digits)} {unit} ({lower} to {upper})"


def _median_span(median: dict[str, float], stays: Stays, wording: Wording) -> str:
    ends = (median["median"], median["median_low"], median["median_high"])
    return span(*ends, unit=stays.unit, wording=wording)


def headline(median: dict[str, float], groups: pd.DataFrame, stays: Stays, *, wording: Wording) -> str:
    """Return the answer: how long half of the customers stay, and which group leaves soonest."""
    who = "customers" if stays.is_dated else "stays"
    verb = "go inactive" if stays.is_dated else "end"
    if pd.isna(median["median"]):
        first = f"More than half of the {who} are still there at the end of what was seen."
    else:
        length = span(
            *(median[name] for name in ("median", "median_low", "median_high")), unit=stays.unit, wording=wording
        )
        first = f"Half of the {who} {verb} within {length}."
    known = groups[groups["rmst"].notna()]
    if len(known) < 2:
        return first
    digits = 0 if stays.unit == "days" else 1
    last, best = known.loc[known["rmst"].idxmin()], known.loc[known["rmst"].idxmax()]
    name, limit = label_group(last["grouping"]), wording.number(last["rmst_limit"], digits=0)
    soonest, longest = (wording.number(row["rmst"], digits=digits) for row in (last, best))
    return (
        f"{first} By {name}, {last['group']} leaves soonest: on average after {soonest} of {limit} {stays.unit}, "
        f"against {longest} for {best['group']}."
    )


def decision(watch: pd.DataFrame, *, wording: Wording) -> str:
    """Return the decision asked for, or nothing where nobody is on the watch list."""
    if watch.empty:
        return ""
    amount, n = wording.money(watch["margin_at_risk_amount"].sum()), wording.count(len(watch), "customer")
    return f"Contact the {n} on the watch list before the dates named there; {amount} a year is at risk."


def footing(stays: Stays, rows: pd.DataFrame, *, version: str, wording: Wording) -> str:
    """Return what a figure rests on: rule, line, numbers, window and how late entry was handled."""
    n_events = int(rows["event_observed"].sum())
    counts = f"{wording.count(len(rows), 'stay')}, {wording.count(n_events, 'end')} seen"
    late = int((rows["entry"] > 0).sum())
    entry = f"{wording.number(late)} counted from a later entry" if late else "all counted from their start"
    if not stays.is_dated:
        return f"Unit: {stays.unit}; {counts}; {entry}."
    window = f"{wording.date(stays.company.window_start.date())} to {wording.date(stays.company.as_of.date())}"
    line = f"Stage rules version {version}, inactive after {wording.number(stays.theta_days)} days without an order"
    return f"{line}; {counts}; {window}; {entry}. Hidden below 30 at risk."


def overall(
    median: dict[str, float], mean: tuple[float, float], *, limit: float, stays: Stays, wording: Wording
) -> str:
    """Return the curve of everybody in words."""
    text = "The middle of the curve is not reached: more than half are still there."
    if pd.notna(median["median"]):
        length = span(
            *(median[name] for name in ("median", "median_low", "median_high")), unit=stays.unit, wording=wording
        )
        text = f"Half have left after {length}."
    if pd.isna(mean[0]):
        return text
    average = span(mean[0], mean[0] - 1.96 * mean[1], mean[0] + 1.96 * mean[1], unit=stays.unit, wording=wording)
    return f"{text} Of the first {wording.number(limit, digits=0)} {stays.unit} a customer stays {average} on average."


def group_finding(groups: pd.DataFrame, tested: pd.DataFrame, *, grouping: str, unit: str, wording: Wording) -> str:
    """Return whether the groups of one grouping differ, and by how much; ``groups`` and ``tested`` of that grouping."""
    name = label_group(grouping)
    known = groups[groups["rmst"].notna() & (groups["group"] != "unknown")].sort_values("rmst")
    if len(known) < 2 or tested.empty:
        return f"By {name} there are not two groups with enough ends to compare."
    first, last = known.iloc[0], known.iloc[-1]
    gap, error = last["rmst"] - first["rmst"], (last["rmst_se"] ** 2 + first["rmst_se"] ** 2) ** 0.5
    length = span(gap, gap - 1.96 * error, gap + 1.96 * error, unit=unit, wording=wording)
    limit = wording.number(first["rmst_limit"], digits=0)
    p = _p(tested, wording)
    if tested["p"].iloc[0] >= 0.05:
        return f"By {name} the curves differ no more than by chance (log-rank p {p})."
    return (
        f"By {name} the groups differ (log-rank p {p}): of {limit} {unit}, {last['group']} stays {length} longer than "
        f"{first['group']}."
    )


def _p(tested: pd.DataFrame, wording: Wording) -> str:
    p = tested["p"].iloc[0]
    return "below 0.001" if p < 0.001 else wording.number(p, digits=3)


def effects(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return the effects whose interval leaves out 1, the largest first; ``table``: label, hazard_ratio, low, high."""
    clear = table[(table["low"] > 1) | (table["high"] < 1)]
    if clear.empty:
        return "No effect is clearly different from none."
    order = clear["hazard_ratio"].map(lambda ratio: max(ratio, 1 / ratio)).sort_values(ascending=False).index
    parts = [_effect(row, wording) for row in clear.loc[order[:4]].itertuples()]
    together = "These go together with leaving; they need not cause it."
    return f"As likely to go next, all else equal: {listed(parts)}. {together}"


def _effect(row: object, wording: Wording) -> str:
    digits = 2 if abs(row.hazard_ratio - 1) >= 0.05 else 3
    ratio, low, high = (wording.number(value, digits=digits) for value in (row.hazard_ratio, row.low, row.high))
    return f"**{row.label}** {ratio} times ({low} to {high})"


def remedies(done: dict[str, str]) -> str:
    """Return what was done about effects that change with time."""
    if not done:
        return "Every effect holds over the whole stay, as far as these data can tell."
    words = {"strata": "has a curve of its own in each group", "periods": "has one effect per period"}
    parts = [f"“{TERM_LABELS.get(column, label_group(column))}” {words[remedy]}" for column, remedy in done.items()]
    return f"Not every effect stays the same over time: {listed(parts)}."


def sensitivity(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return whether effects keep their direction when the line of inactivity is moved."""
    lines = listed([wording.number(value, digits=0) for value in table["inactive_days"].drop_duplicates()])
    in_force = table[table["factor"] == 1]
    clear = in_force.loc[(in_force["low"] > 1) | (in_force["high"] < 1), "label"]
    turned = table.loc[table["is_sign_changed"] & table["label"].isin(clear), "label"].drop_duplicates().tolist()
    far = table.loc[~table["is_close"] & table["label"].isin(clear), "label"].drop_duplicates().tolist()
    if clear.empty:
        return f"With the line of inactivity at {lines} days: no effect is clear at the line in force."
    text = f"With the line of inactivity at {lines} days, every clear effect keeps its direction."
    if turned:
        text = f"With the line of inactivity at {lines} days, **{listed(turned)}** turns round: do not rely on it."
    return text if not far else f"{text} It changes by more than 15% at some line for {listed(far)}."


def trial(found: Trial, *, wording: Wording) -> str:
    """Return how the list would have done on a past date, and whether it beats a ranking by recency."""
    table = found.rankings.set_index("ranking")
    ours, recency = (
        table.loc["margin_at_risk", "margin_captured"],
        table.loc["days_since_last_order", "margin_captured"],
    )
    day = wording.date(found.date.date())
    if pd.isna(ours):
        return f"On {day} nobody with a margin was about to go inactive, so the list cannot be tried out."
    low, high = (wording.number(found.margin_gain[name] * 100, digits=1) for name in ("low", "high"))
    text = (
        f"Drawn up on {day} with what was known then, the first {wording.number(found.k)} of the list would have held "
        f"{wording.share(ours)} of the margin that was lost in the 90 days after; a list by days since the last order "
        f"{wording.share(recency)} (difference {low} to {high} points)."
    )
    if found.margin_gain["low"] > 0:
        return f"{text} The list is better than recency."
    return f"{text} **That is no clear gain: on these data a list by recency does as well.**"


def precision(found: Trial, *, wording: Wording) -> str:
    """Return how many of the first went inactive, ranked by risk alone and by recency."""
    table = found.rankings.set_index("ranking")["precision"]
    text = (
        f"Ranked by risk alone, {wording.share(table['risk'])} of the first {wording.number(found.k)} went inactive; "
        f"ranked by days since the last order, {wording.share(table['days_since_last_order'])}."
    )
    if found.precision_gain["low"] > 0:
        return f"{text} Risk finds more of them than recency."
    return f"{text} Risk does not find more of them than recency does."


def calibration(table: pd.DataFrame, error: float, *, c_index: float, wording: Wording) -> str:
    """Return how far predicted and observed shares are apart."""
    worst = (table["predicted"] - table["observed"]).abs().max()
    return (
        f"Over tenths of rising risk, prediction and outcome are {wording.number(error * 100, digits=1)} points apart "
        f"on average ({wording.number(worst * 100, digits=1)} at most). Of two customers, the one with the "
        f"higher risk went first in {wording.share(c_index, digits=0)} of the pairs."
    )


def listed_customers(watch: pd.DataFrame, *, n_active: int, capacity: int, wording: Wording) -> str:
    """Return how many are on the list, for how many salespeople, and what is at stake."""
    if watch.empty:
        return "Nobody is on the watch list."
    people = capitalised(wording.count(len(watch), "customer"))
    total = wording.money(watch["margin_at_risk_amount"].sum())
    return (
        f"{people} of {wording.number(n_active)} active ones are listed, at most {wording.number(capacity)} for each "
        f"salesperson, with {total} of yearly margin at risk (the margin times the chance to go inactive in 90 days)."
    )


def quiet_ahead(p: pd.Series, *, horizon: float, unit: str, wording: Wording) -> str:
    """Return how many of those still there are expected to end within a horizon."""
    known = p.dropna()
    if known.empty:
        return "Nobody who is still there has been followed for long enough to say what comes next."
    share = wording.share(known.mean())
    return (
        f"Of {wording.count(len(known), 'stay')} that have not ended and can be judged, {share} are expected to end "
        f"within the next {wording.number(horizon)} {unit}."
    )


def findings(found: Iterable[Finding]) -> str:
    """Return what has to be kept in mind about these data."""
    sentences = [finding.sentence for finding in found]
    return " ".join(sentences) if sentences else "No trap was found that these curves would have to be read around."


def thin_groups(groups: pd.DataFrame) -> str:
    """Return which groups are too small for a number, at most five of them by name."""
    thin = [finding.sentence for finding in find_thin_groups(groups)]
    if not thin:
        return "Every group has enough ends for a comparison."
    more = f" And {len(thin) - 5} more such groups." if len(thin) > 5 else ""
    return " ".join(thin[:5]) + more


def landmark(stays: Stays, *, n: int, wording: Wording) -> str:
    """Return on which day the groups that change were looked at."""
    day = wording.date(stays.landmark.date())
    followed = f"{wording.count(n, 'customer')} active then are followed from that day"
    return f"The groups below are those known on {day}; {followed}."


def trial_footing(found: Trial, stays: Stays, *, version: str, wording: Wording) -> str:
    """Return what the trial of the list rests on."""
    return (
        f"Stage rules version {version}, inactive after {wording.number(stays.theta_days)} days without an order; "
        f"{wording.count(found.n, 'customer')} active on {wording.date(found.date.date())}, followed for 90 days."
    )
