"""A log of forty planned tasks whose fate is known one by one."""

import pandas as pd
import pytest

DUE = pd.Timestamp("2026-07-15")
# How many of the forty: as planned, not done, late, early, other channel, other person, no result, too close.
FATES = {"good": 20, "missed": 8, "late": 4, "early": 1, "channel": 3, "person": 2, "silent": 1, "close": 1}


@pytest.fixture
def golden_tasks():
    ids = [f"C{i:02d}" for i in range(40)]
    return pd.DataFrame(
        {"customer_id": ids, "due_date": DUE, "channel": "call", "plan_id": "CP", "role": "salesperson"}
    )


@pytest.fixture
def golden_contacts(golden_tasks):
    """One contact for every task that was done, a double of the first, an incoming one, and one of another plan."""
    fates = [fate for fate, n in FATES.items() for _ in range(n)]
    rows = []
    for customer_id, fate in zip(golden_tasks["customer_id"], fates, strict=True):
        if fate == "missed":
            continue
        row = {"customer_id": customer_id, "contact_date": DUE, "channel": "call", "plan_id": "CP"}
        row |= {"role": "salesperson", "direction": "out", "outcome": "talked", "minutes": 10.0}
        row |= {
            "late": {"contact_date": DUE + pd.Timedelta(days=12)},
            "early": {"contact_date": DUE - pd.Timedelta(days=8)},
            "channel": {"channel": "email"},
            "person": {"role": "inside_sales"},
            "silent": {"outcome": None},
        }.get(fate, {})
        rows.append(row)
        if fate == "close":
            rows.append(row | {"contact_date": DUE - pd.Timedelta(days=2), "plan_id": "OTHER"})
    rows.append(rows[0] | {"outcome": None})
    missed = golden_tasks["customer_id"].iloc[20]
    rows.append(rows[0] | {"customer_id": missed, "direction": "in"})
    rows.append(rows[0] | {"customer_id": missed, "plan_id": "OTHER"})
    return pd.DataFrame(rows)
