"""Each planned task against the contact that fulfilled it: done, in time, as planned, with a result."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

STEPS = ("is_executed", "is_on_time", "is_right_channel", "is_right_person", "is_recorded", "is_spaced")
N_ROUNDS = 50


@dataclass(frozen=True)
class Tolerance:
    """How far a contact may lie from the due day and still be the task's, or on time; days between two contacts."""

    window_days: int = 30
    on_time_days: int = 7
    spacing_days: int = 3


class Tasks(pa.DataFrameModel):
    """One row per planned task that was due, with what became of it.

    ``delay_days``: contact minus due day, empty where it was not made. The flags after ``is_executed`` are true only of
    executed tasks; a person or a spacing that nobody recorded counts as right. ``is_adherent``: all of them.
    """

    customer_id: Series[str]
    due_date: Series[pd.Timestamp]
    channel: Series[str]
    plan_id: Series[str] = pa.Field(nullable=True)
    role: Series[str] = pa.Field(nullable=True)
    contact_date: Series[pd.Timestamp] = pa.Field(nullable=True)
    delay_days: Series[float] = pa.Field(nullable=True)
    is_executed: Series[bool]
    is_on_time: Series[bool]
    is_right_channel: Series[bool]
    is_right_person: Series[bool]
    is_recorded: Series[bool]
    is_spaced: Series[bool]
    is_adherent: Series[bool]

    class Config:
        strict = True


def match_tasks(tasks: pd.DataFrame, contacts: pd.DataFrame, *, tolerance: Tolerance) -> pd.DataFrame:
    """Return each task with the contact that fulfilled it; contract ``Tasks``, in the order of ``tasks``.

    A contact fulfils one task: the nearest in time within ``window_days``, of the same plan where the log names plans,
    else without one. ``contacts`` as in ``ContactLog.rows``; ``tasks``: customer_id, due_date, channel, plan_id, role.
    """
    planned = tasks.reindex(columns=["customer_id", "due_date", "channel", "plan_id", "role"]).reset_index(drop=True)
    log = contacts.reset_index(drop=True).assign(spacing=_days_since_last(contacts))
    found = _pair(_with_key(planned, log), _with_key(log, log), window_days=tolerance.window_days)
    contact = log.reindex(found.to_numpy()).reset_index(drop=True)
    done = found.notna().to_numpy()
    delay = (contact["contact_date"] - planned["due_date"]).dt.days
    same_role = planned["role"].isna() | contact["role"].isna() | (planned["role"] == contact["role"])
    spaced = contact["spacing"].isna() | (contact["spacing"] >= tolerance.spacing_days)
    flags = {
        "is_executed": done,
        "is_on_time": done & (delay.abs() <= tolerance.on_time_days).to_numpy(),
        "is_right_channel": done & (planned["channel"] == contact["channel"]).to_numpy(),
        "is_right_person": done & same_role.to_numpy(),
        "is_recorded": done & (contact["outcome"].notna() | contact["note"].notna()).to_numpy(),
        "is_spaced": done & spaced.to_numpy(),
    }
    adherent = np.logical_and.reduce(list(flags.values()))
    matched = planned.assign(contact_date=contact["contact_date"], delay_days=delay.astype(float), **flags)
    return Tasks.validate(matched.assign(is_adherent=adherent))


def _days_since_last(contacts: pd.DataFrame) -> pd.Series:
    """Days since the customer's contact before this one, whatever its plan; rows in order of customer and day."""
    ordered = contacts.sort_values(["customer_id", "contact_date"], kind="stable")
    gap = ordered.groupby("customer_id")["contact_date"].diff().dt.days
    return gap.reindex(contacts.index).reset_index(drop=True)


def _with_key(rows: pd.DataFrame, log: pd.DataFrame) -> pd.DataFrame:
    """Place, day, and key (customer and, where the log names the plan at all, plan): only equal keys may be paired."""
    known = set(log["plan_id"].dropna())
    plan = rows["plan_id"].where(rows["plan_id"].isin(known), "").fillna("").astype(str)
    day = rows["due_date"] if "due_date" in rows else rows["contact_date"]
    key = rows["customer_id"].astype(str) + "\x1f" + plan
    return pd.DataFrame({"place": np.arange(len(rows)), "day": day.astype("datetime64[ns]"), "key": key})


def _pair(tasks: pd.DataFrame, contacts: pd.DataFrame, *, window_days: int) -> pd.Series:
    """The place of the contact of each task: pairs that are nearest to each other first, until nobody finds any."""
    found = pd.Series(np.nan, index=tasks["place"])
    # numbers for keys: every round would look through the texts again
    codes = pd.factorize(pd.concat([tasks["key"], contacts["key"]]))[0]
    coded = (tasks.assign(key=codes[: len(tasks)]), contacts.assign(key=codes[len(tasks) :]))
    left, right = (rows.sort_values("day", kind="stable") for rows in coded)
    for _ in range(N_ROUNDS):
        chosen = _nearest(left, right, window_days=window_days)
        choosing = _nearest(right, left, window_days=window_days)
        both = chosen.merge(choosing, left_on=["place", "other"], right_on=["other", "place"], suffixes=("", "_back"))
        if both.empty:
            break
        found[both["place"].to_numpy()] = both["other"].to_numpy()
        left, right = left[~left["place"].isin(both["place"])], right[~right["place"].isin(both["other"])]
    return found


def _nearest(rows: pd.DataFrame, others: pd.DataFrame, *, window_days: int) -> pd.DataFrame:
    """Of each row the nearest other of the same key within the window: place, other."""
    renamed = others.rename(columns={"place": "other"})
    window = pd.Timedelta(days=window_days)
    near = pd.merge_asof(rows, renamed, on="day", by="key", direction="nearest", tolerance=window)
    return near.dropna(subset=["other"])[["place", "other"]].astype({"other": "int64"})
