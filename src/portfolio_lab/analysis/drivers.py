"""What may have driven customers away: events of the past as flags that are on for a while and off again.

A customer counts as inactive only after a long silence, so what drove it away happened around its last order, that is
about one line of inactivity earlier. A flag on day t therefore tells what happened around t - lag.
"""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.survival.episodes import build_episodes
from portfolio_lab.errors import AnalysisError


def find_handovers(assignments: pd.DataFrame) -> pd.DataFrame:
    """Return the days on which a customer got another salesperson. Grain: handover: customer_id, event_date."""
    stays = assignments.sort_values(["customer_id", "start_date"], kind="stable")
    before = stays.groupby("customer_id")["salesperson_id"].shift()
    changed = stays[before.notna() & (before != stays["salesperson_id"])]
    return changed[["customer_id", "start_date"]].rename(columns={"start_date": "event_date"}).reset_index(drop=True)


def find_late_responses(service_events: pd.DataFrame, *, as_of: pd.Timestamp, late_days: float) -> pd.DataFrame:
    """Return the days on which a request had waited ``late_days`` for its first response without getting one.

    Grain: late request: customer_id, event_date. A request that is still open counts from the day it became late.
    """
    late_on = service_events["opened_date"] + pd.Timedelta(days=late_days)
    answered = pd.to_datetime(service_events.get("first_response_date", pd.Series(pd.NaT, service_events.index)))
    is_late = (late_on <= as_of) & ~(answered <= late_on)
    late = pd.DataFrame({"customer_id": service_events["customer_id"], "event_date": late_on})
    return late[is_late].reset_index(drop=True)


def find_contacts(contacts: pd.DataFrame) -> pd.DataFrame:
    """Return the days on which we contacted a customer. Grain: contact: customer_id, event_date."""
    outgoing = contacts
    if "direction" in contacts:
        outgoing = contacts[contacts["direction"].fillna("out") == "out"]
    days = outgoing[["customer_id", "contact_date"]].rename(columns={"contact_date": "event_date"})
    return days.drop_duplicates().reset_index(drop=True)


def build_flag_changes(
    events: dict[str, pd.DataFrame], *, lag_days: float, width_days: float, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Return when each flag turns on and off: on while t - ``lag_days`` is within ``width_days`` / 2 of an event.

    Grain: customer × day of change: customer_id, valid_from and one column (0 or 1) per name in ``events``. Changes
    after ``as_of`` are left out. Raises AnalysisError where the window would reach into the future of its own day.
    """
    if width_days / 2 > lag_days:
        raise AnalysisError("the window of a driver reaches into the future", remedy="narrow it", value=width_days)
    edges = [_edges(name, rows, lag=lag_days, half=width_days / 2) for name, rows in events.items()]
    steps = pd.concat(edges, ignore_index=True)
    steps = steps[steps["valid_from"] <= as_of]
    table = steps.pivot_table(
        index=["customer_id", "valid_from"], columns="name", values="step", aggfunc="sum", fill_value=0
    )
    running = table.reindex(columns=list(events), fill_value=0).groupby(level="customer_id").cumsum()
    return (running > 0).astype(float).reset_index().rename_axis(columns=None)


def _edges(name: str, events: pd.DataFrame, *, lag: float, half: float) -> pd.DataFrame:
    parts = [
        pd.DataFrame(
            {
                "customer_id": events["customer_id"],
                "valid_from": events["event_date"] + pd.Timedelta(days=int(np.floor(lag + offset))),
                "name": name,
                "step": step,
            }
        )
        for offset, step in ((-half, 1), (half, -1))
    ]
    return pd.concat(parts, ignore_index=True)


def build_driver_rows(spells: pd.DataFrame, changes: pd.DataFrame | None) -> pd.DataFrame:
    """Return the spells cut where a flag changes, each row with the flags in force at its start (0 before the first).

    Grain: spell × stretch (``build_episodes``). Without ``changes`` every spell is one row.
    """
    if changes is None or changes.empty:
        known = spells[spells["is_start_known"]].reset_index(drop=True)
        return known.rename(columns={"duration_days": "duration", "entry_days": "entry"})
    rows = build_episodes(spells, changes)
    flags = [column for column in changes if column not in ("customer_id", "valid_from")]
    return rows.assign(**{flag: rows[flag].fillna(0.0) for flag in flags})
