"""Names: the customers at risk whom somebody has to call, the largest of them for the director."""

import pandas as pd

AT_RISK = ("pre_inactive", "inactivated")
COLUMNS = [
    "customer_id", "name", "owner", "abc_class", "stage", "at_risk_amount", "last_purchase_date", "last_contact_date",
    "cause", "channel", "role", "next_step", "next_step_date",
]  # fmt: skip


def build_names_at_risk(
    customers: pd.DataFrame, next_steps: pd.DataFrame | None = None, causes: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the customers who are going or have just gone inactive, the largest amount at risk first.

    Grain: customer, the columns of ``COLUMNS``. ``customers``: one row each with customer_id, name, owner, abc_class,
    stage, amount (currency, in the window of the classes), last_purchase_date, last_contact_date, channel and role of
    the plan. Who brought nothing in the window has nothing at risk and is left out. ``next_steps``: of
    ``find_next_steps``, those still to come or open; ``causes``: customer_id and cause of this period's ruptures.
    """
    rows = customers[customers["stage"].isin(AT_RISK) & (customers["amount"] > 0)]
    rows = rows.rename(columns={"amount": "at_risk_amount"})
    for extra, names in ((next_steps, ["next_step", "next_step_date"]), (causes, ["cause"])):
        if extra is None:
            rows = rows.assign(**dict.fromkeys(names))
        else:
            rows = rows.merge(extra[["customer_id", *names]], on="customer_id", how="left", validate="1:1")
    rows = rows.assign(next_step_date=pd.to_datetime(rows["next_step_date"]))
    ordered = rows.sort_values(["at_risk_amount", "customer_id"], ascending=[False, True], ignore_index=True)
    return ordered[COLUMNS]


def select_for_director(names: pd.DataFrame, *, n: int = 10) -> pd.DataFrame:
    """Return the (at most ``n``) largest A customers of ``build_names_at_risk``, in the same columns."""
    return names[names["abc_class"] == "A"].head(n).reset_index(drop=True)


def sort_by_owner(names: pd.DataFrame) -> pd.DataFrame:
    """Return the same rows by owner, within an owner the largest amount first, with ``place``: 1, 2, … of the owner."""
    owner = names["owner"].fillna("nobody known")
    ordered = names.assign(owner=owner).sort_values(["owner", "at_risk_amount"], ascending=[True, False], kind="stable")
    ordered = ordered.reset_index(drop=True)
    ordered.insert(0, "place", ordered.groupby("owner").cumcount() + 1)
    return ordered


def summarise_by_owner(names: pd.DataFrame) -> pd.DataFrame:
    """Return for each owner: n_customers, n_a and at_risk_amount, the largest amount first."""
    owner = names["owner"].fillna("nobody known")
    grouped = names.assign(owner=owner, n_a=names["abc_class"] == "A").groupby("owner", as_index=False)
    table = grouped.agg(
        n_customers=("customer_id", "size"), n_a=("n_a", "sum"), at_risk_amount=("at_risk_amount", "sum")
    )
    return table.sort_values(["at_risk_amount", "owner"], ascending=[False, True], ignore_index=True)
