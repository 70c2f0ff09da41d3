"""Where the time goes: contacts and minutes per class and stage against the plan and against what they bring."""

import pandas as pd

from portfolio_lab.analysis.contact_plan import derive_plan
from portfolio_lab.policy import PlanPolicy

BY = ["abc_class", "stage"]


def summarise_effort(customers: pd.DataFrame, contacts: pd.DataFrame, *, policy: PlanPolicy) -> pd.DataFrame:
    """Return contacts and minutes spent per class and stage beside what the plan asks for and the margin of the window.

    One row per class and stage with customers: n_customers, planned_contacts, n_contacts, planned_minutes, minutes
    (empty where the log has none), minutes_share, margin_share (of all classes; empty without margins).
    ``customers``: customer_id, abc_class, stage, margin_amount; ``contacts`` of the period as in ``ContactLog.rows``.
    """
    planned = derive_plan(customers, policy=policy)
    planned["planned_minutes"] = planned["contacts_per_period"] * planned["minutes"]
    by_customer = contacts.groupby("customer_id")
    minutes = contacts["minutes"].astype(float).groupby(contacts["customer_id"]).sum(min_count=1)
    spent = pd.DataFrame({"n_contacts": by_customer.size(), "minutes": minutes})
    rows = planned.drop(columns="minutes").merge(spent, on="customer_id", how="left")
    table = rows.groupby(BY, sort=True).agg(
        n_customers=("customer_id", "size"),
        planned_contacts=("contacts_per_period", "sum"),
        n_contacts=("n_contacts", "sum"),
        planned_minutes=("planned_minutes", "sum"),
        minutes=("minutes", lambda values: values.sum(min_count=1)),
        margin_amount=("margin_amount", lambda values: values.sum(min_count=1)),
    )
    table["n_contacts"] = table["n_contacts"].astype(int)
    table["minutes_share"] = table["minutes"] / table["minutes"].sum()
    table["margin_share"] = table["margin_amount"] / table["margin_amount"].sum()
    return table.reset_index()
