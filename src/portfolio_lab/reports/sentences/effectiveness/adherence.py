"""Adherence in words: how much of the plan was done, where it fell short, and whether all salespeople are alike."""

from collections.abc import Iterable, Mapping

import pandas as pd

from portfolio_lab.analysis.adherence.contacts import ContactLog
from portfolio_lab.analysis.adherence.reasons import ABSENT, CLOSED, LOCKED, NONE, REASSIGNED
from portfolio_lab.analysis.experiments.balance import CONTAMINATION_ALARM
from portfolio_lab.analysis.experiments.compliance import Compliance
from portfolio_lab.analysis.verdicts import PlanResult
from portfolio_lab.reports.sentences.wording import Wording, capitalised, listed

STEPS = {
    "is_executed": "Not done",
    "is_on_time": "Done late or early",
    "is_right_channel": "Another channel",
    "is_right_person": "Another person",
    "is_recorded": "No result recorded",
    "is_spaced": "Too close to the contact before",
}
FUNNEL = {
    "n_planned": "Planned",
    "n_executed": "Done",
    "n_on_time": "In time",
    "n_right_channel": "Right channel",
    "n_right_person": "Right person",
    "n_recorded": "Result recorded",
    "n_spaced": "Well spaced",
}
REASONS = {
    CLOSED: "The customer was gone",
    LOCKED: "The customer was locked",
    ABSENT: "The salesperson was away",
    REASSIGNED: "The customer had just changed hands, or was about to",
    NONE: "No reason is on record",
}
NO_DUE_DAYS = "Without planned tasks no contact has a day on which it is due, so nobody can say why some were not made."
WITHOUT = {
    "absences": "Without absences this page cannot say which contacts were missed because somebody was away.",
    "assignments": "Without assignments this page cannot say which contacts were missed as a customer changed hands.",
}
GROUPS = {
    "all": "All",
    "abc_class": "Class",
    "stage": "Stage",
    "channel": "Channel",
    "salesperson": "Salesperson",
    "role": "Role",
}


def done(funnel: pd.DataFrame, *, period: str, is_matrix: bool, wording: Wording) -> str:
    """Return how much of what was due in the period was done, and how much fully as planned."""
    if funnel.empty:
        return f"Nothing was due in {period}, so there is nothing to compare with."
    row = funnel.iloc[0]
    source = "the plan by class and stage asks for" if is_matrix else "were due"
    return (
        f"Of the {wording.count(int(row['n_planned']), 'contact')} that {source} in {period}, "
        f"{wording.share(row['adherence_rate'])} were made and {wording.share(row['index_rate'])} fully as planned: in "
        "time, by the planned channel and person, with a result. What was not done was not tested."
    )


def salespeople(funnel: pd.DataFrame, *, wording: Wording) -> str:
    """Return how far salespeople lie apart, and who lies clearly below the rest (the interval of its share)."""
    people = funnel[(funnel["grouping"] == "salesperson") & (funnel["n_planned"] >= 20)]
    if len(people) < 2:
        return ""
    total = funnel.iloc[0]["adherence_rate"]
    best, worst = people["adherence_rate"].max(), people["adherence_rate"].min()
    below = people[people["high"] < total].sort_values("adherence_rate")
    told = f"Between salespeople it ranges from {wording.share(worst)} to {wording.share(best)}. "
    if below.empty:
        return told + "Nobody lies clearly below the rest."
    return told + f"Clearly below the whole company: {listed(list(below['group'][:5]))}."


def log_quality(log: ContactLog, *, wording: Wording) -> str:
    """Return what was odd in the log: doubles left out, contacts on the day of an order."""
    entries = wording.count(log.n_duplicates, "double entry", "double entries")
    were = "was" if log.n_duplicates == 1 else "were"
    doubles = "No contact is in the log twice. "
    if log.n_duplicates:
        doubles = f"{entries} of the same customer, channel and day {were} counted once. "
    if not log.n_order_days:
        return doubles + "No contact fell on a day with an order of the same customer."
    contacts = wording.count(log.n_order_days, "contact")
    return doubles + (
        f"{capitalised(contacts)} fell on a day with an order of the same customer: nobody can say which came first, "
        "so no order is credited to a contact for having come after it."
    )


def effort(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return where time and margin lie furthest apart."""
    known = table.dropna(subset=["minutes_share", "margin_share"])
    if known.empty:
        return ""
    gap = known["minutes_share"] - known["margin_share"]
    most, least = known.loc[gap.idxmax()], known.loc[gap.idxmin()]
    if most.name == least.name:
        return ""
    told = [_time_and_margin(row, wording) for row in (most, least)]
    return f"{told[0]}; {told[1][0].lower()}{told[1][1:]}."


def _time_and_margin(row: pd.Series, wording: Wording) -> str:
    cell = f"Class {row['abc_class']}, {row['stage'].replace('_', '-')},"
    minutes, margin = wording.share(row["minutes_share"]), wording.share(row["margin_share"])
    return f"{cell} takes {minutes} of the minutes and brings {margin} of the margin"


def missing_steps(reasons: pd.DataFrame, *, wording: Wording) -> str:
    """Return what most often went wrong first."""
    short = reasons[reasons["n_tasks"] > 0].sort_values("n_tasks", ascending=False)
    if short.empty:
        return "Everything that was due was done as planned."
    told = [f"{STEPS[row.reason].lower()} ({wording.share(row.share)})" for row in short.head(3).itertuples()]
    return f"What went wrong first: {listed(told)} of what was due."


def reasons(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return why contacts were not made, the most frequent reason first, and what an absence does to a plan.

    ``table`` as from ``summarise_reasons``.
    """
    missed = table[(table["n_missed"] > 0) & (table["reason"] != NONE)].sort_values("n_missed", ascending=False)
    total, by = int(table["n_missed"].sum()), table.set_index("reason")
    start = f"**Why {wording.count(total, 'contact')} {'was' if total == 1 else 'were'} not made.**"
    told = [
        f"{_lowered(REASONS[row.reason])} ({wording.number(row.n_missed)}, {wording.share(row.missed_share)})"
        for row in missed.itertuples()
    ]
    none = by.loc[NONE]
    rest = f"For {wording.number(none['n_missed'])} ({wording.share(none['missed_share'])}) no reason is on record."
    if not told:
        return f"{start} No reason is on record."
    found = f"{start} On the day it was due {listed(told)}." + (f" {rest}" if none["n_missed"] else "")
    away = by.loc[ABSENT]
    if not (away["n_due"] and none["n_due"]):
        return found
    made = f"{wording.share(away['made_rate'])} of what was due was made, with nothing in the way"
    return f"{found} While the salesperson was away {made} {wording.share(none['made_rate'])}."


def left_alone(results: Iterable[PlanResult], compliance: Mapping[str, Compliance], *, wording: Wording) -> list[str]:
    """Return, for each plan with a hold-out and a contact log, how many of its held-out were contacted all the same."""
    told = []
    for result in results:
        found = compliance.get(result.case.plan_id)
        if found is None or result.estimate is None:
            continue
        held = result.estimate.n_control
        n = round(found.contaminated_share * held)
        text = f"**{result.case.title}**: of {wording.count(held, 'customer')} held out {wording.number(n)} "
        text += f"({wording.share(found.contaminated_share)}) {'was' if n == 1 else 'were'} contacted all the same"
        is_alarm = found.contaminated_share > CONTAMINATION_ALARM
        alarm = ", too many: the difference shown is too small." if is_alarm else "."
        reached = f" Of those to be contacted {wording.share(found.contacted_share)} were."
        told.append(text + alarm + reached)
    return told


def _lowered(text: str) -> str:
    return text[0].lower() + text[1:]
