"""Landmarks: what was known of a customer on a day, and how long it stayed from then on.

A value that changes (class, salesperson, satisfaction) may only enter with what was known on the landmark; sorting
customers by what became true later would give the patient ones a lifetime for free.
"""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.stages.histories import as_dates, build_histories
from portfolio_lab.errors import AnalysisError

# Customer number × SPAN + day number is one sorted key, because no day number comes near it.
SPAN = 10_000_000
RHYTHM_EDGES = (0.5, 1.0, 1.5, 2.0, 3.0, 5.0)


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


def derive_rhythm(
    rows: pd.DataFrame, order_days: pd.DataFrame, *, inactive_days: float | pd.Series, prior_gaps: float = 2.0
) -> pd.DataFrame:
    """Return the landmark rows with what the purchases up to the landmark say about each customer.

    Adds last_purchase_date, days_since_last_order, n_purchase_days, cycle_days (mean own gap, shrunk towards that
    of all by ``prior_gaps`` gaps), cycle_ratio (days since the last order in own cycles) and days_to_inactivation.
    ``inactive_days`` as for ``build_spells``. Raises AnalysisError for a row without a purchase up to its landmark.
    """
    histories = build_histories(order_days)
    purchase_keys = histories.customer * SPAN + histories.day
    row_keys = histories.customer_ids.get_indexer(rows["customer_id"]) * SPAN + _day_numbers(rows["landmark_date"])
    found = np.searchsorted(purchase_keys, row_keys, "right") - 1
    if not (histories.customer_ids[histories.customer[found]] == rows["customer_id"].to_numpy()).all():
        raise AnalysisError("a landmark row has no purchase before it", remedy="build the rows from the same orders")
    last = pd.Series(as_dates(histories.day[found]), index=rows.index)
    silent = (rows["landmark_date"] - last).dt.days.astype(float)
    cycle = _shrunk_cycles(rows, histories.n_repeats[found], histories.age_days[found], prior_gaps=prior_gaps)
    return rows.assign(
        last_purchase_date=last,
        days_since_last_order=silent,
        n_purchase_days=histories.n_repeats[found] + 1,
        cycle_days=cycle,
        cycle_ratio=silent / cycle,
        days_to_inactivation=look_up_line(rows["customer_id"], last, inactive_days) - silent,
    )


def _shrunk_cycles(rows: pd.DataFrame, n_gaps: np.ndarray, age: np.ndarray, *, prior_gaps: float) -> pd.Series:
    """The pool is that of the same landmark: what other customers will do later is not known yet."""
    own = pd.DataFrame({"n": n_gaps, "age": age, "landmark": rows["landmark_date"]}, index=rows.index).astype(
        {"n": float, "age": float}
    )
    pooled = own.groupby("landmark")[["n", "age"]].transform("sum")
    typical = pooled["age"] / pooled["n"].clip(lower=1)
    return ((own["age"] + prior_gaps * typical) / (own["n"] + prior_gaps)).clip(lower=1.0)


def look_up_line(customer_ids: pd.Series, last: pd.Series, inactive_days: float | pd.Series) -> np.ndarray:
    """Return the line in force after each customer's ``last`` purchase day; ``inactive_days`` as for ``build_spells``.

    One value per row; days.
    """
    if not isinstance(inactive_days, pd.Series):
        return np.full(len(last), float(inactive_days))
    if isinstance(inactive_days.index, pd.MultiIndex):
        return inactive_days.reindex(pd.MultiIndex.from_arrays([customer_ids, last])).to_numpy(float)
    return customer_ids.map(inactive_days).to_numpy(float)


def band_days(days_to_inactivation: pd.Series, *, width: int = 15, last_band: int = 8) -> pd.Series:
    """Return how far inactivation is at the earliest, in bands of ``width`` days: 0 for 1 to width days, then 1, …

    A customer cannot go inactive sooner than that, so rows of one band share a baseline; the last band is open.
    """
    return ((days_to_inactivation - 1) // width).clip(0, last_band).astype(int)


def derive_risk_strata(rows: pd.DataFrame, known: pd.DataFrame | None = None, *, min_rows: int = 100) -> pd.Series:
    """Return for each row the stratum ``band/rhythm`` that shares its baseline: how far the line, how late the order.

    Text. A combination with fewer than ``min_rows`` rows joins the rest of its band (``band/any``). With ``known`` (the
    rows of a fitted model, with their ``stratum``) a combination unknown there joins the rest, else the largest, of its
    band; a band unknown there stays empty. ``rows``: days_to_inactivation, cycle_ratio.
    """
    band = band_days(rows["days_to_inactivation"]).astype(str)
    rhythm = np.digitize(rows["cycle_ratio"], RHYTHM_EDGES).astype(str)
    full, rest = band + "/" + rhythm, band + "/any"
    if known is None:
        return full.where(full.groupby(full).transform("size") >= min_rows, rest)
    sizes = known["stratum"].value_counts()
    largest = sizes.groupby(sizes.index.str.split("/").str[0]).idxmax()
    return full.where(full.isin(sizes.index), rest.where(rest.isin(sizes.index), band.map(largest)))


def count_recent_events(rows: pd.DataFrame, events: pd.DataFrame, *, date: str, days: float) -> pd.Series:
    """Return for each row how many ``events`` of its customer lie in the ``days`` up to and with the row's ``date``.

    ``events``: customer_id, event_date. Windows and not "ever": an effect that fades must be allowed to fade.
    """
    if days <= 0:
        raise AnalysisError("a window needs a positive length", remedy="give days > 0", value=days)
    codes = pd.Index(pd.unique(pd.concat([rows["customer_id"], events["customer_id"]])))
    keys = codes.get_indexer(events["customer_id"]) * SPAN + _day_numbers(events["event_date"])
    keys.sort()
    row_keys = codes.get_indexer(rows["customer_id"]) * SPAN + _day_numbers(rows[date])
    counts = np.searchsorted(keys, row_keys, "right") - np.searchsorted(keys, row_keys - int(days), "right")
    return pd.Series(counts, index=rows.index, name="n_events")


def _day_numbers(dates: pd.Series) -> np.ndarray:
    return pd.to_datetime(dates).to_numpy().astype("datetime64[D]").astype(np.int64)
