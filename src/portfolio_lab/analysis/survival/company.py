"""A company's stays: spells with their event at the line in force, late entry where the history asks for it, groups."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.landmarks import build_landmark_spells
from portfolio_lab.analysis.spells import (
    Truncation,
    build_spells,
    derive_entry,
    detect_left_truncation,
)
from portfolio_lab.analysis.survival.guards import (
    Finding,
    assert_event_dates,
    find_one_time_buyers,
    find_purge,
    find_seasonal,
    find_truncation,
    find_unknown_customers,
)

SATISFACTION_EDGES = (5.0, 7.5)
SATISFACTION_BANDS = ("below 5", "5 to 7.5", "above 7.5")
UNKNOWN = "unknown"


@dataclass(frozen=True)
class Company:
    """The spells of a company at one line, and what has to be said about its order history."""

    spells: pd.DataFrame
    truncation: Truncation
    window_start: pd.Timestamp
    as_of: pd.Timestamp
    n_late: int
    n_unknown_start: int
    findings: tuple[Finding, ...]


def build_company(
    order_days: pd.DataFrame, customers: pd.DataFrame, *, as_of: pd.Timestamp, inactive_days: float | pd.Series
) -> Company:
    """Return the spells up to ``as_of`` with late entry where the order history is truncated, and the traps found.

    ``customers``: customer_id and, where known, created_date, closed_date, closed_reason. ``inactive_days`` as for
    ``build_spells``.
    """
    as_of = pd.Timestamp(as_of)
    spells = build_spells(order_days, _closures(customers), as_of=as_of, inactive_days=inactive_days)
    assert_event_dates(spells)
    window_start = spells["start_date"].min()
    first = spells.groupby("customer_id")["start_date"].min()
    typical = float(spells["inactive_days"].median())
    truncation = detect_left_truncation(first, window_start=window_start, as_of=as_of, inactive_days=typical)
    if truncation.is_truncated:
        spells = derive_entry(spells, find_known_starts(customers, before=window_start), window_start=window_start)
    n_late, n_unknown = int((spells["entry_days"] > 0).sum()), int((~spells["is_start_known"]).sum())
    findings = (
        *find_truncation(truncation, n_unknown=n_unknown, n_late=n_late),
        *find_purge(spells, window_start=window_start),
        *find_unknown_customers(spells["customer_id"], customers["customer_id"]),
        *find_seasonal(spells, as_of=as_of),
        *find_one_time_buyers(spells),
    )
    return Company(spells, truncation, window_start, as_of, n_late, n_unknown, findings)


def _closures(customers: pd.DataFrame) -> pd.DataFrame | None:
    if "closed_date" not in customers:
        return None
    return customers[[name for name in ("customer_id", "closed_date", "closed_reason") if name in customers]]


def find_known_starts(customers: pd.DataFrame, *, before: pd.Timestamp) -> pd.Series | None:
    """Return when the account of each old customer was opened, index customer_id; None where nobody knows.

    Only accounts opened before the order history are of use: later ones show their first purchase themselves.
    """
    if "created_date" not in customers:
        return None
    created = customers.drop_duplicates("customer_id").set_index("customer_id")["created_date"]
    return created.where(created < before)


def derive_start_groups(lifetimes: pd.DataFrame, snapshots: pd.DataFrame) -> pd.DataFrame:
    """Return the lifetimes with the groups that do not change: segment (of today's record) and cohort (start year).

    Segments that nobody has are left out as a column; a missing one is ``unknown``. Stays that entered late have no
    cohort: a curve of people who are all old already does not begin at the start.
    """
    year = lifetimes["start_date"].dt.year.astype(str)
    rows = lifetimes.assign(cohort=year.where(lifetimes["entry"] <= 0, None))
    if "segment" in snapshots and snapshots["segment"].notna().any():
        segment = snapshots.set_index("customer_id")["segment"]
        rows["segment"] = rows["customer_id"].map(segment).fillna(UNKNOWN)
    return rows


def build_landmark_groups(
    spells: pd.DataFrame, known: pd.DataFrame, *, landmark: pd.Timestamp, columns: tuple[str, ...]
) -> pd.DataFrame:
    """Return who was active on the landmark, from that day on, with the groups known then.

    Grain: customer (``LandmarkSpells``) plus ``columns``; ``known`` has one row per customer as of the landmark. A
    value that nobody has is left out as a column; a missing one is ``unknown``.
    """
    rows = build_landmark_spells(spells, [pd.Timestamp(landmark)])
    values = known.drop_duplicates("customer_id").set_index("customer_id")
    for column in columns:
        if column in values and values[column].notna().any():
            rows[column] = rows["customer_id"].map(values[column].astype(object)).fillna(UNKNOWN).astype(str)
    return rows


def derive_satisfaction_band(satisfaction: pd.DataFrame, *, landmark: pd.Timestamp, days: int = 365) -> pd.Series:
    """Return the band of each customer's mean score in the ``days`` up to the landmark, index customer_id."""
    day = pd.Timestamp(landmark)
    recent = satisfaction[
        (satisfaction["survey_date"] <= day) & (satisfaction["survey_date"] > day - pd.Timedelta(days=days))
    ]
    mean = recent.groupby("customer_id")["score"].mean()
    bands = np.array(SATISFACTION_BANDS, dtype=object)[np.digitize(mean, SATISFACTION_EDGES)]
    return pd.Series(bands, index=mean.index, name="satisfaction", dtype=object)
