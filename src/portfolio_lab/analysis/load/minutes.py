"""Minutes that the contact plan needs of each person, against the minutes that the person has."""

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

from portfolio_lab.analysis.periods import Period

SUPERIORS = {"manager": "manager_id", "director": "director_id"}
MIN_COLLEAGUES = 8
Z_95 = 1.959964


def list_working_days(period: Period, *, holidays: Iterable[date] = ()) -> pd.DatetimeIndex:
    """Return the days of the period from Monday to Friday that are no public holiday."""
    days = pd.bdate_range(period.start, period.last_day)
    return days[~days.isin(pd.DatetimeIndex(sorted(holidays)))]


def build_minutes_needed(planned: pd.DataFrame, salespeople: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the minutes that one period of the plan needs of each person, and the customers in its charge.

    Grain: salesperson_id: n_customers, minutes_needed. ``planned``: salesperson_id (in charge), role, minutes and
    contacts_per_period by customer. What a rule gives to the manager or director is theirs where ``salespeople`` names
    one (manager_id, director_id), else it stays with the salesperson; inside sales is nobody in particular.
    """
    rows = planned[planned["salesperson_id"].notna()]
    person = rows["salesperson_id"].astype(object)
    for role, column in SUPERIORS.items():
        if salespeople is not None and column in salespeople:
            superior = rows["salesperson_id"].map(salespeople.set_index("salesperson_id")[column])
            person = superior.where((rows["role"] == role) & superior.notna(), person)
    needed = (rows["minutes"] * rows["contacts_per_period"]).where(rows["role"] != "inside_sales", 0.0)
    minutes = needed.groupby(person.to_numpy()).sum()
    owned = rows.groupby("salesperson_id").size()
    people = minutes.index.union(owned.index)
    table = pd.DataFrame({"n_customers": owned.reindex(people, fill_value=0).astype(int),
                          "minutes_needed": minutes.reindex(people, fill_value=0.0)})  # fmt: skip
    return table.rename_axis("salesperson_id").reset_index()


def compute_minutes_available(
    salespeople: pd.DataFrame, absences: pd.DataFrame | None, *, working_days: pd.DatetimeIndex
) -> pd.DataFrame:
    """Return the minutes that each person has on ``working_days``: salesperson_id, days_present, minutes_available.

    ``absences``: salesperson_id, start_date and end_date, both days away; overlapping ones count once. Minutes are
    empty for a person without minutes_per_day.
    """
    away = pd.DataFrame(False, index=salespeople["salesperson_id"], columns=working_days)
    if absences is not None:
        for stay in absences.itertuples():
            if stay.salesperson_id in away.index:
                away.loc[stay.salesperson_id, (working_days >= stay.start_date) & (working_days <= stay.end_date)] = (
                    True
                )
    days = (~away).sum(axis=1).to_numpy()
    table = salespeople[["salesperson_id"]].assign(days_present=days)
    return table.assign(minutes_available=days * salespeople["minutes_per_day"].to_numpy(dtype=float))


def summarise_kept(planned: pd.DataFrame, contacts: pd.DataFrame, *, period: Period) -> pd.DataFrame:
    """Return which part of the contacts that the plan asked for in a period were made, by salesperson in charge.

    Grain: salesperson_id: contacts_asked, contacts_kept (what goes beyond the plan of a customer does not count for
    another), kept_share, low, high (95 %, customers as they come). ``planned``: class and stage at the start of the
    period put into contacts_per_period; ``contacts``: the outgoing ones.
    """
    day = contacts["contact_date"]
    inside = contacts[(day >= pd.Timestamp(period.start)) & (day < pd.Timestamp(period.end))]
    rows = planned[planned["salesperson_id"].notna() & (planned["contacts_per_period"] > 0)]
    made = rows["customer_id"].map(inside["customer_id"].value_counts()).fillna(0)
    rows = rows.assign(
        asked=rows["contacts_per_period"].astype(float), kept=np.minimum(made, rows["contacts_per_period"])
    )
    table = rows.groupby("salesperson_id").agg(contacts_asked=("asked", "sum"), contacts_kept=("kept", "sum"))
    share = table["contacts_kept"] / table["contacts_asked"]
    residual = rows["kept"] - rows["salesperson_id"].map(share) * rows["asked"]
    error = np.sqrt((residual**2).groupby(rows["salesperson_id"]).sum()) / table["contacts_asked"]
    table = table.assign(kept_share=share, low=(share - Z_95 * error).clip(lower=0))
    return table.assign(high=(share + Z_95 * error).clip(upper=1)).reset_index()


def summarise_load(needed: pd.DataFrame, available: pd.DataFrame, kept: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the load of each person, the heaviest first, and who is overloaded.

    Grain: salesperson_id: n_customers, minutes_needed, minutes_available, load_rate, kept_share, low, high,
    is_overloaded, ``reason``. Overloaded is who needs more minutes than there are ("more than there is"), or whose load
    stands out from the colleagues' (above their third quartile by more than 1.5 interquartile ranges; Tukey, 1977)
    while less of the plan is kept than by them ("stands out"). Who is not there and needs nothing is left out.
    """
    table = needed.merge(available, on="salesperson_id", how="left", validate="1:1")
    table = table[(table["minutes_needed"] > 0) | (table["minutes_available"] > 0)]
    table = table.assign(
        load_rate=table["minutes_needed"] / table["minutes_available"].where(table["minutes_available"] > 0)
    )
    if kept is not None:
        table = table.merge(kept, on="salesperson_id", how="left", validate="1:1")
    else:
        table = table.assign(contacts_asked=np.nan, contacts_kept=np.nan, kept_share=np.nan, low=np.nan, high=np.nan)
    is_absent = (table["minutes_available"] == 0) & (table["minutes_needed"] > 0)
    is_more = (table["load_rate"] > 1) | is_absent
    reason = np.select([is_more, _stands_out(table)], ["more than there is", "stands out"], "")
    table = table.assign(is_overloaded=reason != "", reason=reason)
    return table.sort_values(["load_rate", "salesperson_id"], ascending=[False, True], ignore_index=True)


def _stands_out(table: pd.DataFrame) -> pd.Series:
    """Whose load is beyond the fence of the other owners of customers, and who keeps less of the plan than they do."""
    own = table["load_rate"].where(table["n_customers"] > 0)
    found = pd.Series(False, index=table.index)
    for row in table.index:
        others = own.drop(row).dropna()
        rest = table.drop(row)
        if len(others) < MIN_COLLEAGUES or rest["contacts_asked"].sum() <= 0:
            continue
        low, high = others.quantile([0.25, 0.75])
        colleagues = rest["contacts_kept"].sum() / rest["contacts_asked"].sum()
        found[row] = own[row] > high + 1.5 * (high - low) and table.loc[row, "high"] < colleagues
    return found
