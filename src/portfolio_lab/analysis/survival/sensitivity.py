"""What if the line of inactivity were drawn elsewhere? The same model at 0.75, 1, 1.25 and 1.5 times the line."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.spells import as_lifetimes, build_spells, derive_entry
from portfolio_lab.analysis.survival.cox import CoxDesign, fit_cox, summarise_coefficients
from portfolio_lab.analysis.survival.curves import compute_median
from portfolio_lab.errors import AnalysisError

FACTORS = (0.75, 1.0, 1.25, 1.5)
TOLERANCE = 0.15
EFFECT_COLUMNS = ["term", "hazard_ratio", "low", "high"]


def build_spells_at(
    order_days: pd.DataFrame,
    closures: pd.DataFrame | None = None,
    known_starts: pd.Series | None = None,
    *,
    as_of: pd.Timestamp,
    inactive_days: float | pd.Series,
    truncated_from: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Return the spells in the words of the survival analysis, with late entry where the history is truncated."""
    spells = build_spells(order_days, closures, as_of=as_of, inactive_days=inactive_days)
    if truncated_from is not None:
        spells = derive_entry(spells, known_starts, window_start=truncated_from)
    return as_lifetimes(spells)


def compare_thresholds(
    rows_by_factor: dict[float, pd.DataFrame], stays_by_factor: dict[float, pd.DataFrame], design: CoxDesign
) -> pd.DataFrame:
    """Return medians and effects of ``design`` at each multiple of the line.

    ``rows_by_factor``: what ``design`` is fitted on; ``stays_by_factor``: the same stays uncut, on the clock of age.
    Grain: factor × term: factor, inactive_days (median), n, n_events, median_duration, term, hazard_ratio, low, high,
    is_sign_changed (against factor 1), is_close (hazard ratio within 15 % of factor 1's), note. Curves at different
    lines answer different questions; effects should hold. A factor whose model cannot be fitted says why in ``note``.
    Raises AnalysisError when factor 1 is missing.
    """
    if 1.0 not in rows_by_factor:
        raise AnalysisError("the line in force is missing", remedy="give the lifetimes for factor 1")
    parts = [_fit_one(factor, rows, stays_by_factor[factor], design) for factor, rows in sorted(rows_by_factor.items())]
    table = pd.concat(parts, ignore_index=True)
    in_force = table[table["factor"] == 1.0].set_index("term")["hazard_ratio"]
    ratio = table["hazard_ratio"] / table["term"].map(in_force)
    table["is_sign_changed"] = np.log(table["hazard_ratio"]) * np.log(table["term"].map(in_force)) < 0
    table["is_close"] = ratio.sub(1).abs() <= TOLERANCE
    return table


def compare_windows(rows_by_window: dict[str, pd.DataFrame], design: CoxDesign) -> pd.DataFrame:
    """Return the effects of ``design`` when events count for a shorter or a longer time.

    Grain: window × term: window, term, hazard_ratio, low, high, note (why a window has no model; it is empty then).
    ``rows_by_window``: the same stays, cut by flags that are on for another time.
    """
    parts = []
    for window, rows in rows_by_window.items():
        effects, note = _effects(rows, design)
        parts.append(effects.assign(window=window, note=note))
    return pd.concat(parts, ignore_index=True)[["window", *EFFECT_COLUMNS, "note"]]


def _effects(rows: pd.DataFrame, design: CoxDesign) -> tuple[pd.DataFrame, str]:
    try:
        return summarise_coefficients(fit_cox(rows, design))[EFFECT_COLUMNS], ""
    except AnalysisError as error:
        return pd.DataFrame({"term": list(design.covariates)}).reindex(columns=EFFECT_COLUMNS), error.problem


def _fit_one(factor: float, rows: pd.DataFrame, stays: pd.DataFrame, design: CoxDesign) -> pd.DataFrame:
    effects, note = _effects(rows, design)
    return effects.assign(
        factor=factor,
        inactive_days=float(stays["inactive_days"].median()),
        n=len(stays),
        n_events=int(stays["event_observed"].sum()),
        median_duration=compute_median(stays)["median"],
        note=note,
    )
