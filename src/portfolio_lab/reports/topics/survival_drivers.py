"""The model of what goes together with leaving, and the same model with choices of ours made differently."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from portfolio_lab.analysis.survival.conditional import compute_residual_time, compute_risks
from portfolio_lab.analysis.survival.cox import CoxDesign, CoxModel, fit_cox, summarise_coefficients
from portfolio_lab.analysis.survival.encoding import apply_terms, encode_covariates, scale_effects
from portfolio_lab.analysis.survival.guards import MIN_EVENTS, Finding, find_overfit
from portfolio_lab.analysis.survival.proportionality import check_proportionality, fit_with_remedies
from portfolio_lab.analysis.survival.sensitivity import FACTORS, compare_thresholds, compare_windows
from portfolio_lab.analysis.survival.validation import (
    compute_calibration,
    compute_calibration_error,
    compute_concordance,
)
from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences.survival.labels import TERM_LABELS, label_group, label_terms
from portfolio_lab.reports.sentences.wording import Wording, in_words, listed
from portfolio_lab.reports.topics.survival_events import EVENT_TERMS, LASTING, build_drivers
from portfolio_lab.reports.topics.survival_inputs import gather_sources
from portfolio_lab.reports.topics.survival_stays import Stays

AHEAD = {"days": 90, "weeks": 13, "months": 3, "years": 1}
PERIOD_CUTS = {"days": (365.0, 730.0), "weeks": (52.0, 104.0), "months": (12.0, 24.0), "years": (1.0, 2.0)}
NO_EFFECTS = pd.DataFrame(columns=["term", "hazard_ratio", "low", "high", "ph_ok", "step", "label"])
OPEN_COLUMNS = {"p": "Risk", "p_low": "At least", "p_high": "At most", "median_residual": "Half left after"}
OPEN_UNITS = {"p": "share", "p_low": "share", "p_high": "share"}
# for how long an event counts, against what the run asks for
WINDOWS = {"half": 0.5, "whole": 1.0, "twice": 2.0}


@dataclass(frozen=True)
class Drivers:
    """The model of what goes together with leaving, or why there is none (``problem``).

    ``effects`` are those of the plain model; ``by_period`` those after the remedies for effects that change with time.
    """

    effects: pd.DataFrame
    terms: pd.DataFrame
    design: CoxDesign
    by_period: pd.DataFrame = field(default_factory=lambda: NO_EFFECTS)
    remedies: dict[str, str] = field(default_factory=dict)
    model: CoxModel | None = None
    problem: str = ""
    findings: tuple[Finding, ...] = ()


def fit_drivers(stays: Stays, *, wording: Wording) -> Drivers:
    """Return the effects of the covariates with their interval and whether they hold over time.

    Effects: term, hazard_ratio, low, high, ph_ok, step, label; numbers per ``step``, about a standard deviation. Where
    the remedy for effects that change asks too much of the data, ``by_period`` is empty and ``ph_ok`` says which
    effects are averages over time.
    """
    shares = tuple(name for name in EVENT_TERMS if stays.events and name in stays.covariates)
    rows, terms = encode_covariates(stays.driver_rows, list(stays.covariates), shares=shares)
    design = CoxDesign(tuple(terms["term"]), strata=stays.driver_strata, cluster=stays.cluster)
    if not design.covariates:
        return Drivers(NO_EFFECTS, terms, design, problem="There is nothing that could explain the length of a stay.")
    try:
        model = fit_cox(rows, design)
    except AnalysisError as error:
        return Drivers(NO_EFFECTS, terms, design, problem=f"The drivers cannot be estimated: {error.problem}.")
    effects = _describe(model, check_proportionality(rows, model), terms, wording)
    by_period, remedies = NO_EFFECTS, {}
    try:
        cuts = PERIOD_CUTS[stays.unit]
        remedied, tested, remedies = fit_with_remedies(rows, design, terms, cuts=cuts, questions=stays.covariates)
        by_period = _describe(remedied, tested, terms, wording) if remedies else NO_EFFECTS
    except AnalysisError:
        remedies = {}
    findings = (*find_mute(stays.covariates, terms), *find_overfit(model.n_events, len(effects)))
    return Drivers(effects, terms, design, by_period, remedies, model, findings=findings)


def find_mute(covariates: tuple[str, ...], terms: pd.DataFrame) -> list[Finding]:
    """Return what to say of covariates of which nothing was left to compare (``terms``: of ``encode_covariates``)."""
    mute = [name for name in covariates if name not in set(terms["column"])]
    names = listed([TERM_LABELS.get(name, label_group(name)) for name in mute])
    sentence = (
        f"Nothing can be said of {names}: each is the same for everybody, or fewer than {in_words(MIN_EVENTS)} of "
        "those who left have it (or lack it)."
    )
    return [Finding("mute_covariate", sentence, len(mute))] if mute else []


def _describe(model: CoxModel, tested: pd.DataFrame, terms: pd.DataFrame, wording: Wording) -> pd.DataFrame:
    found = summarise_coefficients(model).merge(tested[["term", "ph_ok"]], on="term")
    return _put_in_words(found, terms, wording)[list(NO_EFFECTS)]


def _put_in_words(table: pd.DataFrame, terms: pd.DataFrame, wording: Wording) -> pd.DataFrame:
    return label_terms(scale_effects(table, terms), terms, wording=wording)


def score_open_stays(stays: Stays, drivers: Drivers, *, horizon: float) -> pd.DataFrame:
    """Return the stays that have not ended with the chance that they end within ``horizon``, highest first.

    Grain: stay: its own columns (less those of these names) plus p, p_low, p_high (80 %) and median_residual (NaN
    beyond the follow-up).
    """
    rows = apply_terms(stays.driver_rows, drivers.terms)
    open_rows = rows[~rows["event_observed"]].reset_index(drop=True)
    risks = compute_risks(drivers.model, open_rows, horizons=(horizon,), age_column="duration")
    risks.columns = ["p", "p_low", "p_high"]
    residual = compute_residual_time(drivers.model, open_rows, age_column="duration")
    own = open_rows[[name for name in stays.lifetimes.columns if name not in ("event_observed", *OPEN_COLUMNS)]]
    return own.join(risks).assign(median_residual=residual).sort_values("p", ascending=False, ignore_index=True)


def move_line(review: Review, stays: Stays, drivers: Drivers, *, wording: Wording) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return medians and effects at 0.75, 1, 1.25 and 1.5 times the line in force, and at that line and twice it.

    The second table tells farewells from pauses: most of those who come back do so before the line is reached twice.
    """
    sources = gather_sources(review, inactive_days=stays.inactive_days, events=stays.events)
    rows, uncut = {}, {}
    for factor in (*FACTORS, LASTING):
        found = build_drivers(stays.company, sources, factor=factor)
        rows[factor], uncut[factor] = apply_terms(found.rows, drivers.terms), found.stays
    table = _put_in_words(compare_thresholds(rows, uncut, drivers.design), drivers.terms, wording)
    is_asked = table["factor"].isin(FACTORS)
    return table[is_asked].reset_index(drop=True), table[table["factor"].isin((1.0, LASTING))].reset_index(drop=True)


def move_window(review: Review, stays: Stays, drivers: Drivers, *, wording: Wording) -> pd.DataFrame:
    """Return the effects of the dated events when they count for half as long, as long as asked for, and twice as long.

    Grain: window × event: window, days, term, hazard_ratio, low, high, note, label. Empty without dated events.
    """
    sources = gather_sources(review, inactive_days=stays.inactive_days, events=stays.events)
    rows = {}
    for window, share in WINDOWS.items():
        wider = replace(sources, width=sources.width * share)
        rows[window] = apply_terms(build_drivers(stays.company, wider, factor=stays.driver_factor).rows, drivers.terms)
    table = _put_in_words(compare_windows(rows, drivers.design), drivers.terms, wording)
    table.insert(1, "days", table["window"].map(WINDOWS) * sources.width)
    return table[table["term"].isin(list_event_terms(stays))].reset_index(drop=True)


def list_event_terms(stays: Stays) -> list[str]:
    """Return the covariates that come from dated events."""
    return [term for term in stays.covariates if term in ("not_contacted", *stays.events)]


def leave_out_groups(table: pd.DataFrame, drivers: Drivers) -> pd.DataFrame:
    """Return the rows of flags and numbers, which a figure can hold; all rows where there are only groups."""
    kinds = table["term"].map(drivers.terms.set_index("term")["kind"])
    kept = table[kinds != "group"]
    return kept if len(kept) else table


def choose_columns(ahead: pd.DataFrame, stays: Stays) -> list[str]:
    """Return the columns of ``score_open_stays`` that a page has room for: who, how long, up to three attributes."""
    identity = [name for name in ahead if name == "customer_id"][:1]
    known = [name for name in dict.fromkeys((*stays.groupings, *stays.covariates)) if name in ahead]
    return [*identity, "duration", *known[: 4 - len(identity)], *OPEN_COLUMNS]


def check_fit(stays: Stays, drivers: Drivers, *, horizon: float) -> tuple[float, float]:
    """Return concordance and calibration error of the drivers on the stays that they were fitted on.

    For undated stays, which have no later data to be tried on; NaN without a model or with late entry.
    """
    if drivers.model is None or (stays.driver_rows["entry"] > 0).any():
        return np.nan, np.nan
    rows = apply_terms(stays.driver_rows, drivers.terms)
    # nobody entered late, so entry is 0 for all: the risk from the start
    risk = compute_risks(drivers.model, rows, horizons=(horizon,), age_column="entry").iloc[:, 0].to_numpy()
    calibration = compute_calibration(rows, risk, horizon=horizon)
    return compute_concordance(rows, risk), compute_calibration_error(calibration)
