"""The model behind the watch list: who is active on a landmark day, what was known then, and who went inactive after.

Many landmarks are stacked, each followed for the same time; customers share a baseline with those whose line is as far
away and whose order is as late. Source: van Houwelingen (2007); van Houwelingen and Putter (2011).
"""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.landmarks import (
    build_landmark_spells,
    count_recent_events,
    derive_rhythm,
    derive_risk_strata,
)
from portfolio_lab.analysis.survival.conditional import compute_residual_time, compute_risks
from portfolio_lab.analysis.survival.cox import CoxDesign, CoxModel, fit_cox
from portfolio_lab.errors import AnalysisError

RHYTHM_TERMS = ("log_cycle", "is_first_order", "is_returned")
RECENT_DAYS = 90
MIN_EVENTS = 10


def choose_landmarks(
    last: pd.Timestamp, *, first: pd.Timestamp, n: int = 12, every_days: int = 30
) -> list[pd.Timestamp]:
    """Return up to ``n`` landmark days, ``every_days`` apart and going back from ``last``, none before ``first``.

    Raises AnalysisError when not even one fits.
    """
    days = [pd.Timestamp(last) - pd.Timedelta(days=every_days * step) for step in range(n)]
    chosen = [day for day in days if day >= pd.Timestamp(first)]
    if not chosen:
        raise AnalysisError("the order history is too short to learn from", remedy="wait, or shorten the horizon")
    return chosen


def build_watch_rows(
    spells: pd.DataFrame,
    order_days: pd.DataFrame,
    events: dict[str, pd.DataFrame],
    *,
    dates: list[pd.Timestamp],
    inactive_days: float | pd.Series,
    follow_days: float,
) -> pd.DataFrame:
    """Return one row per customer active on each of the dates with what was known of it then.

    Grain: customer × landmark (``LandmarkSpells`` plus ``derive_rhythm``), age 0, log_cycle, is_first_order,
    is_returned and one flag per name in ``events``: whether one lies in the 90 days up to the landmark.
    """
    rows = build_landmark_spells(spells, dates, horizon_days=follow_days)
    rows = derive_rhythm(rows, order_days, inactive_days=inactive_days)
    recent = {
        name: (count_recent_events(rows, found, date="landmark_date", days=RECENT_DAYS) > 0).astype(float)
        for name, found in events.items()
    }
    return rows.assign(
        age=0.0,
        log_cycle=np.log(rows["cycle_days"]),
        is_first_order=(rows["n_purchase_days"] == 1).astype(float),
        is_returned=(rows["spell_number"] > 1).astype(float),
        **recent,
    )


def fit_watch_model(rows: pd.DataFrame, terms: tuple[str, ...]) -> tuple[CoxModel, pd.DataFrame]:
    """Return the model of ``build_watch_rows`` and its rows with their ``stratum``.

    A term that hardly varies among those with the event is left out. Errors are by customer. Raises AnalysisError
    where no term is left.
    """
    known = rows.assign(stratum=derive_risk_strata(rows))
    kept = tuple(term for term in terms if _says_something(known, term))
    if not kept:
        remedy = "bring a longer history, with customers who bought more than once"
        raise AnalysisError("nothing that is known of the customers tells one from another", remedy=remedy, value=terms)
    return fit_cox(known, CoxDesign(kept, strata=("stratum",), cluster="customer_id")), known


def _says_something(rows: pd.DataFrame, term: str) -> bool:
    values = rows[term]
    if set(values.unique()) <= {0.0, 1.0}:
        n_with = values[rows["event_observed"]].sum()
        return bool(min(n_with, rows["event_observed"].sum() - n_with) >= MIN_EVENTS)
    return bool(values.min() < values.max())


def score_watch_rows(
    model: CoxModel, known: pd.DataFrame, rows: pd.DataFrame, *, horizons: tuple[float, ...]
) -> pd.DataFrame:
    """Return ``rows`` with their risks, median residual time and the last day on which four in five are still active.

    Grain: as ``rows``, without those whose stratum the model does not know; p_<h>, p_<h>_low, p_<h>_high (80 %),
    median_residual_days (NaN beyond the follow-up; never before the own line, though a baseline is shared with those
    whose line is a few days nearer) and latest_contact_days, at most one day before inactivation.
    """
    scored = rows.assign(stratum=derive_risk_strata(rows, known))
    scored = scored[scored["stratum"].isin(model.follow_up.index)].reset_index(drop=True)
    risks = compute_risks(model, scored, horizons=horizons)
    latest = np.floor(compute_residual_time(model, scored, survival=0.8)) - 1
    return scored.join(risks).assign(
        median_residual_days=np.maximum(compute_residual_time(model, scored), scored["days_to_inactivation"]),
        latest_contact_days=np.maximum(latest, 0),
    )
