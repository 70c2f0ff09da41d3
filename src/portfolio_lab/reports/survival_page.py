"""Parts of the survival page that repeat for every grouping, and the model that is fitted at several lines."""

from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from portfolio_lab.analysis.survival.company import build_company
from portfolio_lab.analysis.survival.conditional import compute_residual_time, compute_risks
from portfolio_lab.analysis.survival.cox import CoxDesign, CoxModel, fit_cox, summarise_coefficients
from portfolio_lab.analysis.survival.curves import MIN_AT_RISK, build_at_risk_table
from portfolio_lab.analysis.survival.encoding import apply_terms, encode_covariates
from portfolio_lab.analysis.survival.group_summary import build_curves, compare_groupings, summarise_groups
from portfolio_lab.analysis.survival.guards import Finding, find_overfit
from portfolio_lab.analysis.survival.proportionality import check_proportionality, fit_with_remedies
from portfolio_lab.analysis.survival.sensitivity import FACTORS, compare_thresholds
from portfolio_lab.analysis.survival.validation import (
    compute_calibration,
    compute_calibration_error,
    compute_concordance,
)
from portfolio_lab.errors import AnalysisError
from portfolio_lab.plots import survival as plots
from portfolio_lab.plots.style import FIGURE_WIDTH, figure_size
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences import survival as say
from portfolio_lab.reports.sentences.wording import Wording, capitalised
from portfolio_lab.reports.survival_inputs import Stays, build_drivers, read_company_tables

N_TIMES, CLEAR = 6, 0.05
LIMITS = {"days": 365, "weeks": 52, "months": 12, "years": 1}
AHEAD = {"days": 90, "weeks": 13, "months": 3, "years": 1}
PERIOD_CUTS = {"days": (365.0, 730.0), "weeks": (52.0, 104.0), "months": (12.0, 24.0), "years": (1.0, 2.0)}


def draw_curves(rows: pd.DataFrame, grouping: str | None, *, unit: str, locale: str) -> plt.Figure | None:
    """Return a figure of the curves with the numbers at risk below, or None where nothing reaches 30 at risk."""
    curves = build_curves(rows, grouping)
    shown = curves[curves["survival"].notna()]
    if shown["t"].max() == 0 or shown.empty:
        return None
    until, name = float(shown["t"].max()), grouping or "all"
    times = np.unique(np.round(np.linspace(0, until, N_TIMES))).tolist()
    at_risk = build_at_risk_table(rows.assign(all="All") if grouping is None else rows, name, times=times)
    n_lines = min(len(at_risk), plots.MAX_CURVES)
    heights = [3.4, 0.28 * n_lines + 0.15]
    figure, axes = plt.subplots(
        2, 1, figsize=(FIGURE_WIDTH, sum(heights) + 0.5), sharex=True, gridspec_kw={"height_ratios": heights}
    )
    plots.plot_curves(curves, ax=axes[0], unit=unit, locale=locale, until=until)
    axes[0].tick_params(labelbottom=True)
    plots.plot_at_risk(at_risk, ax=axes[1], locale=locale)
    return figure


def show_groups(
    out: Outputs, rows: pd.DataFrame, groupings: tuple[str, ...], *, stays: Stays, version: str, limit: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Show each grouping (its sentence, its figure) and return the rows of the tables ``groups`` and ``logrank``."""
    wording = Wording(out.context.locale, out.context.currency)
    found, tests = [], []
    for grouping in groupings:
        groups, tested = summarise_groups(rows, grouping, limit=limit), compare_groupings(rows, [grouping])
        text = say.group_finding(groups, tested, grouping=grouping, unit=stays.unit, wording=wording)
        caption = say.footing(stays, rows[rows[grouping].notna()], version=version, wording=wording)
        _show_one(out, rows, groups, text=text, caption=caption, unit=stays.unit)
        found.append(groups)
        tests.append(tested)
    return stack(*found), stack(*tests)


def _show_one(out: Outputs, rows: pd.DataFrame, groups: pd.DataFrame, *, text: str, caption: str, unit: str) -> None:
    grouping, locale = str(groups["grouping"].iloc[0]), out.context.locale
    n_shown = int((groups["n"] >= MIN_AT_RISK).sum())
    name = grouping.lower().replace(" ", "_")
    if n_shown > plots.MAX_CURVES:
        figure, ax = plt.subplots(figsize=figure_size("tall"))
        plots.plot_group_means(groups, ax=ax, unit=unit, locale=locale)
        out.figure(f"means_{name}", figure, alt=text, caption=caption)
    elif n_shown:
        large = groups.loc[groups["n"] >= MIN_AT_RISK, "group"]
        figure = draw_curves(rows[rows[grouping].astype(str).isin(large)], grouping, unit=unit, locale=locale)
        out.figure(f"curves_{name}", figure, alt=text, caption=f"{capitalised(say.label_group(grouping))}. {caption}")
    out.say(text)


@dataclass(frozen=True)
class Drivers:
    """The model of what goes together with leaving, or why there is none (``problem``)."""

    effects: pd.DataFrame
    terms: pd.DataFrame
    design: CoxDesign
    remedies: dict[str, str]
    model: CoxModel | None = None
    problem: str = ""
    findings: tuple[Finding, ...] = ()


def fit_drivers(stays: Stays) -> Drivers:
    """Return the effects of the covariates with their interval and whether they hold over time.

    Effects: term, hazard_ratio, low, high, ph_ok, label. Where the remedy for effects that change asks too much of the
    data, the plain model is kept and ``ph_ok`` says which effects are averages over time.
    """
    rows, terms = encode_covariates(stays.driver_rows, list(stays.covariates))
    design = CoxDesign(tuple(terms["term"]), cluster=stays.cluster)
    none = pd.DataFrame(columns=["term", "hazard_ratio", "low", "high", "ph_ok", "label"])
    if not design.covariates:
        return Drivers(none, terms, design, {}, problem="There is nothing that could explain the length of a stay.")
    try:
        plain = fit_cox(rows, design)
    except AnalysisError as error:
        return Drivers(none, terms, design, {}, problem=f"The drivers cannot be estimated: {error.problem}.")
    model, tested, remedies = plain, check_proportionality(rows, plain), {}
    try:
        cuts = PERIOD_CUTS[stays.unit]
        model, tested, remedies = fit_with_remedies(rows, design, terms, cuts=cuts, questions=stays.covariates)
    except AnalysisError:
        remedies = {}
    effects = summarise_coefficients(model).merge(tested[["term", "ph_ok"]], on="term")
    findings = tuple(find_overfit(model.n_events, len(effects)))
    labelled = say.label_terms(effects[["term", "hazard_ratio", "low", "high", "ph_ok"]], terms)
    return Drivers(labelled, terms, design, remedies, plain, findings=findings)


def score_open_stays(stays: Stays, drivers: Drivers, *, horizon: float) -> pd.DataFrame:
    """Return the stays that have not ended with the chance that they end within ``horizon``, highest first.

    Grain: stay: its own columns plus p, p_low, p_high (80 %) and median_residual (NaN beyond the follow-up).
    """
    rows = apply_terms(stays.driver_rows, drivers.terms)
    open_rows = rows[~rows["event_observed"]].assign(age=lambda frame: frame["duration"]).reset_index(drop=True)
    risks = compute_risks(drivers.model, open_rows, horizons=(horizon,))
    risks.columns = ["p", "p_low", "p_high"]
    residual = compute_residual_time(drivers.model, open_rows)
    own = open_rows[[name for name in stays.lifetimes.columns if name != "event_observed"]]
    return own.join(risks).assign(median_residual=residual).sort_values("p", ascending=False, ignore_index=True)


def move_line(review: Review, stays: Stays, drivers: Drivers) -> pd.DataFrame:
    """Return medians and effects with the line of inactivity at 0.75, 1, 1.25 and 1.5 times the one in force."""
    order_days, customers = read_company_tables(review)
    rows = {}
    for factor in FACTORS:
        lines = np.ceil(stays.inactive_days * factor)
        company = build_company(order_days, customers, as_of=stays.company.as_of, inactive_days=lines)
        moved, _ = build_drivers(
            company,
            stays.events,
            review.snapshots(),
            theta_days=round(stays.theta_days * factor),
            width=review.params.exposure_days,
        )
        rows[factor] = apply_terms(moved, drivers.terms)
    return say.label_terms(compare_thresholds(rows, drivers.design), drivers.terms)


def leading_groups(stays: Stays, *, limit: float) -> pd.DataFrame:
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


def interval(median: dict[str, float]) -> tuple[float, float] | None:
    """Return the limits of a median, or None where one of them is not known."""
    low, high = median["median_low"], median["median_high"]
    return None if np.isnan(low) or np.isnan(high) else (low, high)


def stack(*tables: pd.DataFrame) -> pd.DataFrame:
    """Return tables of the same columns one below the other, empty ones left out."""
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()


def stack_curves(stays: Stays) -> pd.DataFrame:
    """Return every curve of the report. Grain: grouping × group × t; the grouping ``all`` is always there."""
    parts = [build_curves(stays.lifetimes)]
    parts += [build_curves(stays.lifetimes, grouping) for grouping in stays.groupings]
    parts += [build_curves(stays.landmark_rows, grouping) for grouping in stays.landmark_groupings]
    return stack(*parts)


def check_fit(stays: Stays, drivers: Drivers, *, horizon: float) -> tuple[float, float]:
    """Return concordance and calibration error of the drivers on the stays that they were fitted on.

    For undated stays, which have no later data to be tried on; NaN without a model or with late entry.
    """
    if drivers.model is None or (stays.driver_rows["entry"] > 0).any():
        return np.nan, np.nan
    rows = apply_terms(stays.driver_rows, drivers.terms).assign(age=0.0)
    risk = compute_risks(drivers.model, rows, horizons=(horizon,)).iloc[:, 0].to_numpy()
    calibration = compute_calibration(rows, risk, horizon=horizon)
    return compute_concordance(rows, risk), compute_calibration_error(calibration)
