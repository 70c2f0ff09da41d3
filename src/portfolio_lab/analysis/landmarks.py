"""Landmarks: what was known of a customer on a day, and how long it stayed from then on.

A value that changes (class, salesperson, satisfaction) may only enter with what was known on the landmark; sorting
customers by what became true later would give the patient ones a lifetime for free.
"""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.errors import AnalysisError


class LandmarkSpells(pa.DataFrameModel):
    """One row per spell that was running on a landmark day; ``duration`` counts days from that day on."""

    customer_id: Series[str]
    spell_number: Series[int]
    landmark_date: Series[pd.Timestamp]
    duration: Series[float] = pa.Field(gt=0)
    event_observed: Series[bool]
    entry: Series[float] = pa.Field(eq=0)
    tenure_days: Series[float] = pa.Field(ge=0)

    class Config:
        unique = ["customer_id", "landmark_date"]


def build_landmark_spells(
    spells: pd.DataFrame, dates: list[pd.Timestamp], *, horizon_days: float | None = None
) -> pd.DataFrame:
    """Return the rest of each spell that was running on each of the dates.

    Grain: customer × landmark (``LandmarkSpells``); days. A spell runs on its start day and no longer on its end day.
    With ``horizon_days`` the follow-up of each landmark is cut there, so that every landmark answers the same question.
    Source: van Houwelingen (2007), dynamic prediction by landmarking.
    """
    parts = [_spells_running_on(spells, pd.Timestamp(date)) for date in dates]
    rows = pd.concat(parts, ignore_index=True)
    if horizon_days is not None:
        rows["event_observed"] &= rows["duration"] <= horizon_days
        rows["duration"] = rows["duration"].clip(upper=horizon_days)
    return LandmarkSpells.validate(rows)


def _spells_running_on(spells: pd.DataFrame, date: pd.Timestamp) -> pd.DataFrame:
    opened = spells["start_date"] + pd.to_timedelta(spells["entry_days"], unit="D")
    running = spells[(opened <= date) & (spells["end_date"] > date)]
    return pd.DataFrame(
        {
            "customer_id": running["customer_id"],
            "spell_number": running["spell_number"],
            "landmark_date": date,
            "duration": (running["end_date"] - date).dt.days.astype(float),
            "event_observed": running["event_observed"],
            "entry": 0.0,
            "tenure_days": (date - running["start_date"]).dt.days.astype(float),
        }
    )


def derive_groups_at_age(spells: pd.DataFrame, dated_values: pd.DataFrame, *, landmark_days: float) -> pd.DataFrame:
    """Return the spells that reached the age ``landmark_days``, with the ``group`` known on that day.

    Grain: spell, in the words of ``as_lifetimes``; ``entry`` is at least ``landmark_days``, so nobody is counted before
    its group was known. ``dated_values``: customer_id, valid_from, value. Unknown on that day = ``unknown``.
    """
    reached = spells[spells["is_start_known"] & (spells["duration_days"] > landmark_days)].reset_index(drop=True)
    reached["landmark_date"] = reached["start_date"] + pd.Timedelta(days=landmark_days)
    reached["group"] = look_up_values(reached, dated_values, date="landmark_date").fillna("unknown")
    reached["entry"] = reached["entry_days"].clip(lower=landmark_days)
    rows = reached.rename(columns={"duration_days": "duration"}).drop(columns="entry_days")
    return rows[rows["duration"] > rows["entry"]].reset_index(drop=True)


def look_up_values(rows: pd.DataFrame, dated_values: pd.DataFrame, *, date: str) -> pd.Series:
    """Return for each row the customer's last ``value`` with valid_from on or before the row's ``date`` (else empty).

    ``dated_values``: customer_id, valid_from, value. Same index as ``rows``.
    """
    wanted = rows[["customer_id", date]].assign(_position=np.arange(len(rows))).sort_values(date, kind="stable")
    known = dated_values[["customer_id", "valid_from", "value"]].sort_values("valid_from", kind="stable")
    joined = pd.merge_asof(wanted, known, left_on=date, right_on="valid_from", by="customer_id")
    return pd.Series(joined.sort_values("_position")["value"].to_numpy(), index=rows.index, name="value")


def count_recent_events(rows: pd.DataFrame, events: pd.DataFrame, *, date: str, days: float) -> pd.Series:
    """Return for each row how many ``events`` of its customer lie in the ``days`` up to and with the row's ``date``.

    ``events``: customer_id, event_date. Windows and not "ever": an effect that fades must be allowed to fade.
    """
    if days <= 0:
        raise AnalysisError("a window needs a positive length", remedy="give days > 0", value=days)
    codes = pd.Index(pd.unique(pd.concat([rows["customer_id"], events["customer_id"]])))
    span = 1_000_000
    keys = codes.get_indexer(events["customer_id"]) * span + _day_numbers(events["event_date"])
    keys.sort()
    row_keys = codes.get_indexer(rows["customer_id"]) * span + _day_numbers(rows[date])
    counts = np.searchsorted(keys, row_keys, "right") - np.searchsorted(keys, row_keys - int(days), "right")
    return pd.Series(counts, index=rows.index, name="n_events")


def _day_numbers(dates: pd.Series) -> np.ndarray:
    """Whole days since 1900: positive, so that a customer's keys never run into another's."""
    return (pd.to_datetime(dates) - pd.Timestamp("1900-01-01")).dt.days.to_numpy().astype(np.int64)
