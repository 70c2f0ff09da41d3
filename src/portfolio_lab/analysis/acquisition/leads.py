"""Leads: how many became customers and how soon, how many contacts and how much money that took, by lead source.

A lead that has not bought yet may still do so: it is censored, not counted as lost.
"""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.intervals import resample_ratio
from portfolio_lab.analysis.survival.curves import compute_median, fit_curve, read_curve

NOT_SAID = "not said"
MIN_LEADS = 10
WITHIN_DAYS = (90, 180, 365)


def build_leads(snapshots: pd.DataFrame, *, as_of: pd.Timestamp, history_start: pd.Timestamp) -> pd.DataFrame:
    """Return the customers that became known since the orders begin, as lifetimes until their first purchase.

    Grain: customer: customer_id, created_date, lead_source, is_referred, is_won, duration (days to the first purchase,
    the closing or as_of), event_observed, entry (0), acquisition_cost_amount. A customer whose first purchase comes
    before the day it was created counts as won on that day.
    """
    rows = snapshots[snapshots["created_date"] >= pd.Timestamp(history_start)].reset_index(drop=True)
    first, closed = rows["first_purchase_date"], rows["closed_date"].fillna(pd.Timestamp(as_of))
    is_won = first.notna() & (first <= pd.Timestamp(as_of))
    end = first.where(is_won, closed.clip(upper=pd.Timestamp(as_of)))
    blank = pd.Series(None, index=rows.index, dtype=object)
    source = rows.get("lead_source", blank)
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"],
            "created_date": rows["created_date"],
            "first_purchase_date": first,
            "lead_source": source.where(source.notna(), NOT_SAID).astype(str),
            "is_referred": rows.get("referred_by", blank).notna(),
            "is_won": is_won,
            "duration": (end - rows["created_date"]).dt.days.clip(lower=0).astype(float),
            "event_observed": is_won,
            "entry": 0.0,
            "acquisition_cost_amount": rows.get("acquisition_cost_amount", blank).astype(float),
        }
    )


def summarise_conversion(leads: pd.DataFrame) -> pd.DataFrame:
    """Return how many leads of each source bought within 90, 180 and 365 days (Kaplan-Meier), most leads first.

    Grain: lead_source with at least ten leads: n, n_won, median_days, and share_90, low_90, high_90, … (0..1; empty
    where nobody was watched for so long).
    """
    parts = [{"lead_source": name, **_convert(rows)} for name, rows in leads.groupby("lead_source")]
    table = pd.DataFrame([part for part in parts if part["n"] >= MIN_LEADS])
    return table.sort_values("n", ascending=False, kind="stable", ignore_index=True) if len(table) else table


def build_conversion_curves(leads: pd.DataFrame, *, until: int) -> pd.DataFrame:
    """Return the share of leads that had bought after so many days. Grain: group (a source) × t: share, low, high."""
    parts = []
    for name, rows in leads.groupby("lead_source"):
        if len(rows) >= MIN_LEADS:
            points = read_curve(fit_curve(rows), list(np.arange(0.0, until + 1, 5)))
            bought = {"share": 1 - points["survival"], "low": 1 - points["high"], "high": 1 - points["low"]}
            parts.append(pd.DataFrame({"group": name, "t": points["time"], **bought}))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["group", "t", "share"])


def _convert(rows: pd.DataFrame) -> dict[str, float]:
    found = {"n": len(rows), "n_won": int(rows["is_won"].sum()), "median_days": compute_median(rows)["median"]}
    points = read_curve(fit_curve(rows), [float(days) for days in WITHIN_DAYS])
    for days, point in zip(WITHIN_DAYS, points.itertuples(), strict=True):
        found |= {f"share_{days}": 1 - point.survival, f"low_{days}": 1 - point.high, f"high_{days}": 1 - point.low}
    return found


def count_contacts(leads: pd.DataFrame, contacts: pd.DataFrame | None) -> pd.DataFrame:
    """Return the leads with n_contacts and contact_cost_amount up to the first purchase (else to as_of); ours only.

    ``contacts``: customer_id, contact_date and, where known, direction, cost_amount. Without contacts both are empty.
    """
    if contacts is None:
        return leads.assign(n_contacts=np.nan, contact_cost_amount=np.nan)
    outgoing = contacts[contacts["direction"].fillna("out") == "out"] if "direction" in contacts else contacts
    first = outgoing["customer_id"].map(leads.set_index("customer_id")["first_purchase_date"])
    before = outgoing[outgoing["customer_id"].isin(leads["customer_id"]) & ~(outgoing["contact_date"] > first)]
    cost = before["cost_amount"].astype(float) if "cost_amount" in before else pd.Series(np.nan, index=before.index)
    sums = cost.groupby(before["customer_id"]).agg(n_contacts="size", contact_cost_amount="sum")
    known = leads.join(sums, on="customer_id").fillna({"n_contacts": 0, "contact_cost_amount": 0.0})
    return known if cost.notna().any() else known.assign(contact_cost_amount=np.nan)


def summarise_effort(leads: pd.DataFrame, *, n_bootstrap: int, seed: int) -> pd.DataFrame:
    """Return what a first order took by lead source, dearest first; ``leads`` of ``count_contacts``.

    Grain: lead_source with at least ten leads of whom some were won: n, n_won, contacts_won (mean contacts before the
    first order of those won), cost_per_won_amount (all money spent on the source, on those not won too, per customer
    won), low_amount, high_amount (leads drawn again). Money is acquisition cost plus contacts, what is known of it.
    """
    spent = leads[["acquisition_cost_amount", "contact_cost_amount"]].sum(axis=1, min_count=1)
    parts = []
    for name, rows in leads.assign(spent=spent).groupby("lead_source"):
        won = rows[rows["is_won"]]
        if len(rows) >= MIN_LEADS and len(won):
            money, wins = rows[["spent"]].fillna(0.0), rows[["is_won"]].astype(float)
            low, high = resample_ratio(money, wins, n_bootstrap=n_bootstrap, seed=seed)
            found = {"lead_source": name, "n": len(rows), "n_won": len(won), "contacts_won": won["n_contacts"].mean()}
            total = money["spent"].sum() / len(won) if rows["spent"].notna().any() else np.nan
            limits = (float(low[0]), float(high[0])) if total == total else (np.nan, np.nan)
            parts.append({**found, "cost_per_won_amount": total, "low_amount": limits[0], "high_amount": limits[1]})
    columns = ["lead_source", "n", "n_won", "contacts_won", "cost_per_won_amount", "low_amount", "high_amount"]
    table = pd.DataFrame(parts, columns=columns)
    return table.sort_values("cost_per_won_amount", ascending=False, kind="stable", ignore_index=True)
