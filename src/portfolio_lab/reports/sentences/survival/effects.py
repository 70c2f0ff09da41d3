"""Sentences about what goes together with leaving, and about how far that depends on choices of ours."""

import numpy as np
import pandas as pd

from portfolio_lab.reports.sentences.survival.labels import (
    EACH,
    EVENT_LABELS,
    TERM_LABELS,
    label_group,
    times,
)
from portfolio_lab.reports.sentences.wording import Wording, capitalised, listed
from portfolio_lab.reports.topics.survival_stays import Stays

CHOICES = "An effect depends on choices of ours: on what counts as an end, and on how long an event counts."
LINE_ONLY = "Crossing the line is not yet leaving: many come back."


def reach(stays: Stays, *, width: float, wording: Wording) -> str:
    """Return what counts as an end for the drivers, for how long an event counts, and who is compared with whom."""
    days, line, twice = (wording.number(value, digits=0) for value in (width, stays.theta_days, stays.driver_line))
    ended = (
        f"Crossing the line of {line} days is not yet leaving: many come back. So the effects are those on leaving for "
        f"good, which is taken to be {twice} days without an order."
    )
    if stays.driver_factor == 1:
        ended = (
            f"There are too few customers who stayed away for good, so the effects are those on crossing the line of "
            f"{line} days. Many come back from there, which draws effects towards 1."
        )
    return (
        f"{ended} A customer decides somewhere between its last order and the next one that was due; an event counts "
        f"as far as that time lies within the {days} days after it, a contact of ours if it lies within the {days} "
        "days up to the last order. Customers are compared on the same day with others of their pace of ordering and "
        "their age."
    )


def effects(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return the effects whose interval leaves out 1, the largest first; ``table``: label, hazard_ratio, low, high."""
    clear = table[(table["low"] > 1) | (table["high"] < 1)]
    if clear.empty:
        return "No effect is clearly different from none."
    order = clear["hazard_ratio"].map(lambda ratio: max(ratio, 1 / ratio)).sort_values(ascending=False).index
    parts = [f"**{row.label}** {_times(row, wording)}" for row in clear.loc[order[:4]].itertuples()]
    together = "These go together with leaving; they need not cause it."
    steps = " Numbers are compared in round steps near their usual spread (one standard deviation)."
    has_steps = table["label"].str.contains(EACH, regex=False).any()
    return f"So many times as likely to leave, all else equal: {listed(parts)}. {together}{steps if has_steps else ''}"


def _times(row: object, wording: Wording) -> str:
    return times(row.hazard_ratio, row.low, row.high, wording=wording)


def remedies(effects: pd.DataFrame, done: dict[str, str]) -> str:
    """Return which effects change with time and what was done about it; ``effects``: label, ph_ok."""
    if effects["ph_ok"].all():
        return "Every effect holds over the whole time, as far as these data can tell."
    changing = listed([f"“{label}”" for label in effects.loc[~effects["ph_ok"].astype(bool), "label"]])
    text = f"Not every effect stays the same over time: what is said of {changing} is an average over the whole time."
    if not done:
        return f"{text} There are too few ends to give it period by period."
    words = {"strata": "has a curve of its own in each group", "periods": "has one effect per period"}
    parts = [f"“{TERM_LABELS.get(column, label_group(column))}” {words[remedy]}" for column, remedy in done.items()]
    return f"{text} In the table by period, {listed(parts)}."


def warnings(found: tuple) -> str:
    """Return what makes the effects doubtful, or nothing."""
    return " ".join(finding.sentence for finding in found)


def windows(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return how far the effect of an event depends on how long it counts: half as long, as asked for, twice as long.

    ``table``: window, days, term, hazard_ratio, low, high (of ``move_window``), dated events only.
    """
    known = table[table["hazard_ratio"].notna()]
    if known.empty:
        return "No event can be tried with another length of time."
    return " ".join(_one_event(term, rows, wording) for term, rows in known.groupby("term", sort=False))


def _one_event(term: str, rows: pd.DataFrame, wording: Wording) -> str:
    by_window = [f"{_times(row, wording)} if it counts for {wording.number(row.days, digits=0)} days"
                 for row in rows.itertuples()]  # fmt: skip
    directions = set(np.select([rows["low"] > 1, rows["high"] < 1], [1, -1], 0))
    verdict = "What is found depends on how long it counts: a hint, not a finding."
    if directions in ({1}, {-1}):
        verdict = "It is clear at any of these lengths."
    if directions == {0}:
        verdict = "It is clear at none of these lengths."
    return f"**{capitalised(EVENT_LABELS.get(term, term))}**: {listed(by_window)}. {verdict}"


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
    named = listed([f"“{label}”" for label in far])
    return text if not far else f"{text} The size of {named} changes by more than 15% at some line."


def line_footing(table: pd.DataFrame, *, stays: Stays, version: str, wording: Wording) -> str:
    """Return what the effects at several lines rest on; ``table``: that of ``compare_thresholds``."""
    by_line = table.drop_duplicates("factor").sort_values("inactive_days")
    lines, n, ends = (
        listed([wording.number(value, digits=0) for value in by_line[name]])
        for name in ("inactive_days", "n", "n_events")
    )
    window = f"{wording.date(stays.company.window_start.date())} to {wording.date(stays.company.as_of.date())}"
    return (
        f"Stage rules version {version}, inactive after {lines} days without an order; {n} stays, {ends} ends seen; "
        f"{window}; each counted from the day on which it came under observation."
    )


def lasting(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return the effects of the events on crossing the line and on staying away for twice as long.

    ``table``: that of ``compare_thresholds``, with the factors 1 and 2.
    """
    twice, once = table[table["factor"] == 2], table[table["factor"] == 1]
    dated = table[table["term"].isin(EVENT_LABELS)]
    if dated.empty:
        return LINE_ONLY
    if dated["hazard_ratio"].isna().any():
        return "With a line twice as far too few ends remain to say more."
    days, line = (wording.number(rows["inactive_days"].iloc[0], digits=0) for rows in (twice, once))
    few, many = (wording.number(rows["n_events"].iloc[0], digits=0) for rows in (twice, once))
    return (
        f"A pause has other reasons than a farewell and draws effects towards 1: {many} stays cross the line of {line} "
        f"days, {few} reach {days} days. On crossing the line: {listed(_name_events(once, wording))}. On staying away "
        f"for {days} days: {listed(_name_events(twice, wording))}. The second are nearer to the effect on leaving for "
        "good; fewer ends make them less sure."
    )


def _name_events(table: pd.DataFrame, wording: Wording) -> list[str]:
    dated = table[table["term"].isin(EVENT_LABELS)]
    return [f"{EVENT_LABELS[row.term]} {_times(row, wording)}" for row in dated.itertuples()]


def checked(n_days: int, n_rows: int, *, wording: Wording) -> str:
    """Return that no value used what was not known yet."""
    if not n_rows:
        return "The history is too short to check that no value looks into the future."
    days = wording.count(n_days, "past day")
    return (
        f"Nothing that these effects and the list stand on looks into the future: for {wording.count(n_rows, 'row')} "
        f"on {days} each event and each rhythm was computed anew from what was recorded by that day alone, and came "
        "out the same."
    )
