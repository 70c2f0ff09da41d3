"""The model of what goes together with leaving, and the same model with choices of ours made differently."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from portfolio_lab.analysis.survival.company import build_company
from portfolio_lab.analysis.survival.conditional import compute_residual_time, compute_risks
from portfolio_lab.analysis.survival.cox import CoxDesign, CoxModel, fit_cox, summarise_coefficients
from portfolio_lab.analysis.survival.encoding import apply_terms, encode_covariates, scale_effects
from portfolio_lab.analysis.survival.guards import Finding, find_overfit
from portfolio_lab.analysis.survival.proportionality import check_proportionality, fit_with_remedies
from portfolio_lab.analysis.survival.sensitivity import FACTORS, compare_thresholds, compare_windows
from portfolio_lab.analysis.survival.validation import (
    compute_calibration,
    compute_calibration_error,
    compute_concordance,
)
from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences.survival.labels import label_terms
from portfolio_lab.reports.topics.survival_inputs import Stays, build_drivers, read_company_tables

AHEAD = {"days": 90, "weeks": 13, "months": 3, "years": 1}
PERIOD_CUTS = {"days": (365.0, 730.0), "weeks": (52.0, 104.0), "months": (12.0, 24.0), "years": (1.0, 2.0)}
NO_EFFECTS = pd.DataFrame(columns=["term", "hazard_ratio", "low", "high", "ph_ok", "step", "label"])
OPEN_COLUMNS = {"p": "Risk", "p_low": "At least", "p_high": "At most", "median_residual": "Half left after"}
OPEN_UNITS = {"p": "share", "p_low": "share", "p_high": "share"}
LASTING = 2.0
# where an event may lie, in widths of the window: before the last order, around it, after it
WINDOWS = {"before": -0.5, "around": 0.0, "after": 0.5}


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


def fit_drivers(stays: Stays) -> Drivers:
    """Return the effects of the covariates with their interval and whether they hold over time.

    Effects: term, hazard_ratio, low, high, ph_ok, step, label; numbers per ``step``, about a standard deviation. Where
    the remedy for effects that change asks too much of the data, ``by_period`` is empty and ``ph_ok`` says which
    effects are averages over time.
    """
    rows, terms = encode_covariates(stays.driver_rows, list(stays.covariates))
    design = CoxDesign(tuple(terms["term"]), cluster=stays.cluster)
    if not design.covariates:
        return Drivers(NO_EFFECTS, terms, design, problem="There is nothing that could explain the length of a stay.")
    try:
        model = fit_cox(rows, design)
    except AnalysisError as error:
        return Drivers(NO_EFFECTS, terms, design, problem=f"The drivers cannot be estimated: {error.problem}.")
    effects = _describe(model, check_proportionality(rows, model), terms)
    by_period, remedies = NO_EFFECTS, {}
    try:
        cuts = PERIOD_CUTS[stays.unit]
        remedied, tested, remedies = fit_with_remedies(rows, design, terms, cuts=cuts, questions=stays.covariates)
        by_period = _describe(remedied, tested, terms) if remedies else NO_EFFECTS
    except AnalysisError:
        remedies = {}
    findings = tuple(find_overfit(model.n_events, len(effects)))
    return Drivers(effects, terms, design, by_period, remedies, model, findings=findings)


def _describe(model: CoxModel, tested: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    found = summarise_coefficients(model).merge(tested[["term", "ph_ok"]], on="term")
    return _put_in_words(found, terms)[list(NO_EFFECTS)]


def _put_in_words(table: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    return label_terms(scale_effects(table, terms), terms)


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


def move_line(review: Review, stays: Stays, drivers: Drivers) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return medians and effects at 0.75, 1, 1.25 and 1.5 times the line in force, and at that line and twice it.

    The second table tells farewells from pauses: most of those who come back do so before the line is reached twice.
    """
    order_days, customers = read_company_tables(review)
    rows = {}
    for factor in (*FACTORS, LASTING):
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
    table = _put_in_words(compare_thresholds(rows, drivers.design), drivers.terms)
    is_asked = table["factor"].isin(FACTORS)
    return table[is_asked].reset_index(drop=True), table[table["factor"].isin((1.0, LASTING))].reset_index(drop=True)


def move_window(review: Review, stays: Stays, drivers: Drivers) -> pd.DataFrame:
    """Return the effects of the dated events when they count before, around or after the last order.

    Grain: window × event: window, term, hazard_ratio, low, high, note, label. Empty without dated events.
    """
    width, rows = review.params.exposure_days, {}
    for window, shift in WINDOWS.items():
        lag = stays.theta_days - shift * min(width, 2 * stays.theta_days)
        moved, _ = build_drivers(stays.company, stays.events, review.snapshots(), theta_days=lag, width=width)
        rows[window] = apply_terms(moved, drivers.terms)
    table = _put_in_words(compare_windows(rows, drivers.design), drivers.terms)
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
    rows = apply_terms(stays.driver_rows, drivers.terms).assign(age=0.0)
    risk = compute_risks(drivers.model, rows, horizons=(horizon,)).iloc[:, 0].to_numpy()
    calibration = compute_calibration(rows, risk, horizon=horizon)
    return compute_concordance(rows, risk), compute_calibration_error(calibration)
