"""The frame that every survival analysis reads, and its risk sets."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.errors import AnalysisError


class Lifetimes(pa.DataFrameModel):
    """One row per stay under observation, (entry, duration] on one clock of any unit; further columns are kept.

    ``entry`` 0 = watched from the beginning. Somebody who enters at t is not yet at risk at t.
    """

    duration: Series[float] = pa.Field(ge=0)
    event_observed: Series[bool]
    entry: Series[float] = pa.Field(ge=0)


def build_lifetimes(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` with duration, event_observed and entry as plain numbers and flags, and every row usable.

    Grain: as given. A missing ``entry`` is 0. Raises AnalysisError where a length is missing, negative or infinite,
    where an event flag is missing, or where somebody leaves before entering.
    """
    lifetimes = frame.reset_index(drop=True)
    if "entry" not in lifetimes:
        lifetimes["entry"] = 0.0
    lifetimes["duration"] = pd.to_numeric(lifetimes["duration"]).astype("float64")
    lifetimes["entry"] = pd.to_numeric(lifetimes["entry"]).astype("float64").fillna(0.0)
    _refuse_unusable(lifetimes)
    lifetimes["event_observed"] = lifetimes["event_observed"].astype(bool)
    return lifetimes


def _refuse_unusable(lifetimes: pd.DataFrame) -> None:
    duration, entry = lifetimes["duration"], lifetimes["entry"]
    checks = (
        ("a duration is missing, negative or infinite", ~(np.isfinite(duration) & (duration >= 0)), "correct it"),
        ("event_observed is missing", lifetimes["event_observed"].isna(), "say true or false"),
        ("an entry is negative or infinite", ~(np.isfinite(entry) & (entry >= 0)), "correct it, or leave it empty"),
        ("somebody leaves before entering", (entry > 0) & (duration <= entry), "entry must lie below duration"),
    )
    for problem, is_wrong, remedy in checks:
        if is_wrong.any():
            row = int(np.flatnonzero(is_wrong)[0])
            raise AnalysisError(f"{problem}, first in row {row}", remedy=remedy, value=int(is_wrong.sum()))


def open_entry(lifetimes: pd.DataFrame) -> np.ndarray:
    """Return the entries with 0 replaced by minus infinity: who was watched from the start is at risk at 0 too."""
    entry = lifetimes["entry"].to_numpy()
    return np.where(entry > 0, entry, -np.inf)


def count_risk_sets(lifetimes: pd.DataFrame, times: np.ndarray | None = None) -> pd.DataFrame:
    """Return how many were at risk and how many events fell on each time.

    Grain: distinct event time (or each of ``times``, rising): time, n_at_risk, n_events.
    """
    duration, is_event = lifetimes["duration"].to_numpy(), lifetimes["event_observed"].to_numpy()
    times = np.unique(duration[is_event]) if times is None else np.asarray(times, dtype=float)
    left = np.searchsorted(np.sort(duration), times, "left")
    entered = np.searchsorted(np.sort(open_entry(lifetimes)), times, "left")
    events = np.sort(duration[is_event])
    n_events = np.searchsorted(events, times, "right") - np.searchsorted(events, times, "left")
    return pd.DataFrame({"time": times, "n_at_risk": entered - left, "n_events": n_events})
