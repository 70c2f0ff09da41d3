"""Why planned contacts were not made: what was going on, on the day each was due, as far as the tables tell."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

CLOSED, ABSENT, REASSIGNED, LOCKED, NONE = "closed", "absent", "reassigned", "locked", "none"
# The first that holds on the due day is the reason: a customer who is gone comes before whoever was to call.
REASONS = (CLOSED, LOCKED, ABSENT, REASSIGNED, NONE)


@dataclass(frozen=True)
class Circumstances:
    """What may keep a contact from being made; None = the company keeps no such table.

    ``owners``: customer_id, salesperson_id, start_date, end_date (first day after; empty: still). ``absences``:
    salesperson_id, start_date, end_date, both included. ``locks``: customer_id, valid_from, is_locked. ``closings``:
    customer_id, closed_date.
    """

    owners: pd.DataFrame | None = None
    absences: pd.DataFrame | None = None
    locks: pd.DataFrame | None = None
    closings: pd.DataFrame | None = None


def derive_circumstances(tasks: pd.DataFrame, circumstances: Circumstances, *, window_days: int = 30) -> pd.DataFrame:
    """Return the tasks with ``circumstance``: what stood in the way on the due day, made or not.

    One of ``REASONS``, the first that holds. Reassigned: a new owner within ``window_days`` of the due day. ``tasks``
    as in ``Tasks``; same rows, same order.
    """
    places = tasks[["customer_id", "due_date"]].reset_index(drop=True).rename_axis("row").reset_index()
    holds = {
        CLOSED: _is_closed(places, circumstances.closings),
        LOCKED: _is_locked(places, circumstances.locks),
        ABSENT: _is_absent(places, circumstances.owners, circumstances.absences),
        REASSIGNED: _is_reassigned(places, circumstances.owners, window_days=window_days),
    }
    found = np.select([holds[name] for name in REASONS[:-1]], REASONS[:-1], default=NONE)
    return tasks.assign(circumstance=found)


def summarise_reasons(tasks: pd.DataFrame) -> pd.DataFrame:
    """Return how often contacts were missed for each reason: one row per reason, in the order of ``REASONS``.

    Columns reason, n_due (planned contacts in that circumstance), n_missed, missed_share (of all missed), made_rate (of
    n_due; empty where none were due). ``tasks`` as from ``derive_circumstances``.
    """
    grouped = tasks.groupby("circumstance")["is_executed"].agg(["size", "sum"]).reindex(list(REASONS), fill_value=0)
    n_due, made = grouped["size"].astype(int), grouped["sum"].astype(int)
    missed = n_due - made
    return pd.DataFrame(
        {
            "reason": list(REASONS),
            "n_due": n_due.to_numpy(),
            "n_missed": missed.to_numpy(),
            "missed_share": (missed / max(int(missed.sum()), 1)).to_numpy(),
            "made_rate": (made / n_due.where(n_due > 0)).to_numpy(dtype=float),
        }
    )


def _is_closed(places: pd.DataFrame, closings: pd.DataFrame | None) -> np.ndarray:
    if closings is None:
        return np.zeros(len(places), dtype=bool)
    closed = closings.drop_duplicates("customer_id").set_index("customer_id")["closed_date"]
    return (places["customer_id"].map(closed) <= places["due_date"]).to_numpy(bool)


def _is_locked(places: pd.DataFrame, locks: pd.DataFrame | None) -> np.ndarray:
    """The last change on or before the due day decides."""
    if locks is None or locks.empty:
        return np.zeros(len(places), dtype=bool)
    both = places.merge(locks, on="customer_id")
    known = both[both["valid_from"] <= both["due_date"]].sort_values("valid_from", kind="stable")
    last = known.drop_duplicates("row", keep="last").set_index("row")["is_locked"]
    return last.reindex(places["row"]).eq(other=True).to_numpy(bool)


def _owners_on(places: pd.DataFrame, owners: pd.DataFrame) -> pd.DataFrame:
    """Row and salesperson of every stay that holds the due day."""
    both = places.merge(owners, on="customer_id")
    is_open = both["end_date"].isna() | (both["end_date"] > both["due_date"])
    inside = (both["start_date"] <= both["due_date"]) & is_open
    return both.loc[inside, ["row", "due_date", "salesperson_id"]]


def _is_absent(places: pd.DataFrame, owners: pd.DataFrame | None, absences: pd.DataFrame | None) -> np.ndarray:
    if owners is None or absences is None:
        return np.zeros(len(places), dtype=bool)
    both = _owners_on(places, owners).merge(absences, on="salesperson_id")
    away = (both["start_date"] <= both["due_date"]) & (both["end_date"] >= both["due_date"])
    return places["row"].isin(both.loc[away, "row"]).to_numpy(bool)


def _is_reassigned(places: pd.DataFrame, owners: pd.DataFrame | None, *, window_days: int) -> np.ndarray:
    """A stay that is not the customer's first and began within the window of the due day."""
    if owners is None:
        return np.zeros(len(places), dtype=bool)
    ordered = owners.sort_values(["customer_id", "start_date"], kind="stable")
    changed = ordered[ordered.groupby("customer_id")["salesperson_id"].shift().notna()]
    both = places.merge(changed[["customer_id", "start_date"]], on="customer_id")
    near = (both["start_date"] - both["due_date"]).abs() <= pd.Timedelta(days=window_days)
    return places["row"].isin(both.loc[near, "row"]).to_numpy(bool)
