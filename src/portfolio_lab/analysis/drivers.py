"""What may have driven customers away: events of the past as flags that are on for a while and off again.

Which events there were is found here; on which days they can show in the ends of stays is said in ``departures``.
"""

import pandas as pd

from portfolio_lab.analysis.survival.episodes import build_episodes


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
