"""Where the time goes: minutes of contact by class and stage, beside the margin that comes from there."""

import pandas as pd

from portfolio_lab.analysis.periods import Period

GROUPS = ["abc_class", "stage"]


def summarise_time(
    customers: pd.DataFrame, contacts: pd.DataFrame, order_days: pd.DataFrame, *, period: Period, money: str
) -> pd.DataFrame:
    """Return contact minutes and money of a period by class and stage at its start, the most minutes first.

    Grain: abc_class × stage: n_customers, minutes, minutes_share, money_amount, money_share, money_per_hour (empty
    without minutes). ``customers``: customer_id, abc_class (empty: "not ranked") and stage; ``contacts``: minutes;
    ``money``: margin_amount or amount of the order days. Contacts with strangers are left out.
    """
    spent = _within(contacts, "contact_date", period).groupby("customer_id")["minutes"].sum()
    brought = _within(order_days, "order_date", period).groupby("customer_id")[money].sum()
    ids = customers["customer_id"]
    rows = customers[GROUPS].fillna({"abc_class": "not ranked"})
    rows = rows.assign(minutes=ids.map(spent).fillna(0.0), money_amount=ids.map(brought).fillna(0.0))
    table = rows.groupby(GROUPS, as_index=False).agg(
        n_customers=("minutes", "size"), minutes=("minutes", "sum"), money_amount=("money_amount", "sum")
    )
    hours = (table["minutes"] / 60).where(table["minutes"] > 0)
    table = table.assign(
        minutes_share=table["minutes"] / table["minutes"].sum(),
        money_share=table["money_amount"] / table["money_amount"].sum(),
        money_per_hour=table["money_amount"] / hours,
    )
    columns = [*GROUPS, "n_customers", "minutes", "minutes_share", "money_amount", "money_share", "money_per_hour"]
    return table.sort_values("minutes", ascending=False, kind="stable", ignore_index=True)[columns]


def _within(rows: pd.DataFrame, day: str, period: Period) -> pd.DataFrame:
    return rows[(rows[day] >= pd.Timestamp(period.start)) & (rows[day] < pd.Timestamp(period.end))]
