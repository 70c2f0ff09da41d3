"""Parts of the survival page that repeat for every grouping: its curves, its sentence and the rows of its tables."""

import re
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from portfolio_lab.analysis.survival.curves import MIN_AT_RISK, build_at_risk_table, compute_median
from portfolio_lab.analysis.survival.group_summary import (
    PAIR_COLUMNS,
    are_comparable,
    build_curves,
    compare_groupings,
    compare_members,
    summarise_groups,
)
from portfolio_lab.analysis.survival.guards import MIN_EVENTS
from portfolio_lab.analysis.survival.restricted_mean import compute_restricted_mean
from portfolio_lab.analysis.survival.validation import compute_calibration_error
from portfolio_lab.plots import survival as plots
from portfolio_lab.plots.style import FIGURE_WIDTH, figure_size
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.sentences import survival as say
from portfolio_lab.reports.sentences.wording import Wording, capitalised
from portfolio_lab.reports.topics.survival_stays import Stays
from portfolio_lab.reports.topics.survival_watch import Trial

N_TIMES, CLEAR = 6, 0.05
MARGIN_INCHES = 0.2
YEAR = {"days": 365, "weeks": 52, "months": 12, "years": 1}


@dataclass(frozen=True)
class Compared:
    """The rows of the tables ``groups``, ``logrank`` and ``pairs`` of one or more groupings."""

    groups: pd.DataFrame
    tests: pd.DataFrame
    pairs: pd.DataFrame


GROUP_COLUMNS = ["grouping", "group", "n", "n_events", "median", "median_low", "median_high", "rmst", "rmst_se"]
NOTHING = Compared(
    pd.DataFrame(columns=GROUP_COLUMNS),
    pd.DataFrame(columns=["grouping", "chi2", "df", "p"]),
    pd.DataFrame(columns=PAIR_COLUMNS),
)


def draw_curves(
    rows: pd.DataFrame, grouping: str | None, *, unit: str, locale: str, since: str = "the start"
) -> plt.Figure | None:
    """Return a figure of the curves with the numbers at risk below, or None where nothing reaches 30 at risk."""
    curves = build_curves(rows, grouping)
    shown = curves[curves["survival"].notna()]
    if shown.empty or shown["t"].max() == 0:
        return None
    until, name = float(shown["t"].max()), grouping or "all"
    ticks = MaxNLocator(N_TIMES, steps=[1, 2, 5, 10], integer=True).tick_values(0, until)
    times = [float(time) for time in ticks if time <= until]
    at_risk = build_at_risk_table(rows.assign(all="All") if grouping is None else rows, name, times=times)
    n_lines = min(len(at_risk), plots.MAX_CURVES)
    heights = [3.6, 0.34 * n_lines + 0.15]
    size, ratios = (FIGURE_WIDTH, sum(heights) + 0.5), {"height_ratios": heights}
    figure, axes = plt.subplots(2, 1, figsize=size, sharex=True, gridspec_kw=ratios, layout="constrained")
    figure.get_layout_engine().set(w_pad=MARGIN_INCHES)
    plots.plot_curves(curves, ax=axes[0], unit=unit, locale=locale, until=until, since=since)
    # the numbers at risk stand below the days of the axis
    axes[0].set_xticks(times)
    axes[0].tick_params(labelbottom=True)
    plots.plot_at_risk(at_risk, ax=axes[1], locale=locale)
    return figure


def show_groups(
    out: Outputs, rows: pd.DataFrame, groupings: tuple[str, ...], *, stays: Stays, version: str, limit: float | None
) -> Compared:
    """Show each grouping (its sentence, its figure) and return the rows of its tables.

    Rows with a ``landmark_date`` are followed from that one day on, and their figures say so.
    """
    wording = Wording(out.context.locale, out.context.currency)
    day = rows["landmark_date"].iloc[0] if "landmark_date" in rows and len(rows) else None
    since = "the start" if day is None else wording.date(day.date())
    found = []
    for grouping in groupings:
        groups, tested = summarise_groups(rows, grouping, limit=limit), compare_groupings(rows, [grouping])
        pairs = compare_members(rows, groups)
        text = say.group_finding(groups, tested, pairs, grouping=grouping, unit=stays.unit, wording=wording)
        caption = say.footing(stays, rows[rows[grouping].notna()], version=version, wording=wording, since=day)
        caption = f"{capitalised(say.label_group(grouping))}. {caption}"
        if are_comparable(groups, tested):
            _draw_one(out, rows, groups, words=(text, caption), unit=stays.unit, since=since)
        out.say(text)
        found.append(Compared(groups, tested, pairs))
    return join_compared(*found)


def join_compared(*found: Compared) -> Compared:
    """Return the tables of several groupings, each below the other."""
    names = ("groups", "tests", "pairs")
    return Compared(**{name: stack(getattr(NOTHING, name), *(getattr(each, name) for each in found)) for name in names})


def _draw_one(
    out: Outputs, rows: pd.DataFrame, groups: pd.DataFrame, *, words: tuple[str, str], unit: str, since: str
) -> None:
    grouping, locale = str(groups["grouping"].iloc[0]), out.context.locale
    large = groups.loc[groups["n"] >= MIN_AT_RISK, "group"]
    has_means = groups["rmst"].notna().any()
    if len(large) > plots.MAX_CURVES and has_means:
        figure, ax = plt.subplots(figsize=figure_size("tall"))
        plots.plot_group_means(groups, ax=ax, unit=unit, locale=locale)
        out.figure(_figure_id("means", grouping, out), figure, alt=words[0], caption=words[1])
    elif 0 < len(large) <= plots.MAX_CURVES:
        members = rows[rows[grouping].astype(str).isin(large)]
        figure = draw_curves(members, grouping, unit=unit, locale=locale, since=since)
        if figure is not None:
            out.figure(_figure_id("curves", grouping, out), figure, alt=words[0], caption=words[1])


def _figure_id(kind: str, grouping: str, out: Outputs) -> str:
    """A file name of the grouping's letters and digits; columns that differ in their signs only are numbered."""
    plain = re.sub(r"[^a-z0-9]+", "_", grouping.lower()).strip("_") or "group"
    name = f"{kind}_{plain}"
    return name if name not in out.page["figures"] else f"{name}_{len(out.page['figures']) + 1}"


def leading_groups(stays: Stays, *, limit: float | None) -> pd.DataFrame:
    """Return the summary of the grouping that differs most clearly, for the headline; empty where none is compared."""
    best, rows = pd.DataFrame(columns=["grouping", "group", "rmst", "rmst_limit"]), []
    for lifetimes, groupings in ((stays.landmark_rows, stays.landmark_groupings), (stays.lifetimes, stays.groupings)):
        for grouping in groupings:
            tested = compare_groupings(lifetimes, [grouping])
            if len(tested) and tested["df"].iloc[0] < plots.MAX_CURVES and tested["p"].iloc[0] < CLEAR:
                rows.append((tested["p"].iloc[0], lifetimes, grouping))
    if not rows:
        return best
    _, lifetimes, grouping = min(rows, key=lambda row: row[0])
    summary = summarise_groups(lifetimes, grouping, limit=limit)
    return summary[summary["group"] != "unknown"]


def read_lengths(lifetimes: pd.DataFrame, *, limit: float) -> tuple[dict[str, float], tuple[float, float]]:
    """Return the median of everybody (as ``compute_median``) and the mean up to ``limit`` with its error.

    NaN where fewer than ten ends were seen: an interval from so few says more than is known.
    """
    if lifetimes["event_observed"].sum() < MIN_EVENTS:
        return dict.fromkeys(("median", "median_low", "median_high"), np.nan), (np.nan, np.nan)
    return compute_median(lifetimes), compute_restricted_mean(lifetimes, limit=limit)


def interval(median: dict[str, float]) -> tuple[float, float] | None:
    """Return the limits of a median, or None where one of them is not known."""
    low, high = median["median_low"], median["median_high"]
    return None if np.isnan(low) or np.isnan(high) else (low, high)


def mean_of_a_year(lifetimes: pd.DataFrame) -> tuple[float | None, tuple[float, float] | None]:
    """Return the mean stay within 365 days and its interval; nothing below a year of follow-up or ten ends.

    ``lifetimes``: durations in days.
    """
    if lifetimes["duration"].max() < YEAR["days"] or lifetimes["event_observed"].sum() < MIN_EVENTS:
        return None, None
    mean, error = compute_restricted_mean(lifetimes, limit=YEAR["days"])
    return mean, (mean - 1.96 * error, mean + 1.96 * error)


def quality_of(trial: Trial | None) -> tuple[float, float]:
    """Return concordance and calibration error of the watch list's risks on later data; NaN without a trial."""
    if trial is None:
        return np.nan, np.nan
    return trial.c_index, compute_calibration_error(trial.calibration)


def stack(*tables: pd.DataFrame) -> pd.DataFrame:
    """Return tables of the same columns one below the other, empty ones left out; the first one where all are empty."""
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]


def stack_curves(stays: Stays) -> pd.DataFrame:
    """Return every curve of the report. Grain: grouping × group × t; the grouping ``all`` is always there."""
    parts = [build_curves(stays.lifetimes)]
    parts += [build_curves(stays.lifetimes, grouping) for grouping in stays.groupings]
    parts += [build_curves(stays.landmark_rows, grouping) for grouping in stays.landmark_groupings]
    return stack(*parts)
