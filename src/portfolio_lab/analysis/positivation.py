"""Positivation: which part of the portfolio bought in a period, against the goal."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.periods import Period
from portfolio_lab.analysis.proportions import derive_share
from portfolio_lab.analysis.stages import STAGES

OUTSIDE = ("prospect", "ex_customer")


class Portfolio(pa.DataFrameModel):
    """One row per customer that somebody was in charge of at the start of a period, without prospects and ex-customers.

    Owner, class and stage are those of the day before; ``owner`` is a name where one is known, empty where the company
    names nobody at all. ``amount``: currency, in the window of the classes up to that day. ``is_bought``: there was a
    purchase within the period.
    """

    customer_id: Series[str] = pa.Field(unique=True)
    name: Series[str] = pa.Field(nullable=True)
    salesperson_id: Series[str] = pa.Field(nullable=True)
    owner: Series[str] = pa.Field(nullable=True)
    abc_class: Series[str]
    stage: Series[str] = pa.Field(isin=STAGES)
    amount: Series[float]
    is_bought: Series[bool]


def build_portfolio(
    snapshots: pd.DataFrame, stages: pd.DataFrame, classes: pd.DataFrame, order_days: pd.DataFrame, *, period: Period
) -> pd.DataFrame:
    """Return the customers of the portfolio and whether they bought in the period (contract Portfolio).

    ``snapshots`` (with ``owner``), ``stages`` and ``classes`` are those of the day before the period. Where some
    customers have a salesperson, those without one are nobody's portfolio and are left out.
    """
    known = snapshots[["customer_id", "name", "salesperson_id", "owner", "amount"]]
    rows = known.merge(stages[["customer_id", "stage"]], on="customer_id", validate="1:1")
    rows = rows.merge(classes[["customer_id", "abc_class"]], on="customer_id", how="left", validate="1:1")
    rows = rows[~rows["stage"].isin(OUTSIDE) & rows["abc_class"].notna()]
    if rows["salesperson_id"].notna().any():
        rows = rows[rows["salesperson_id"].notna()]
    bought = find_buyers(order_days, period=period)
    rows = rows.assign(is_bought=rows["customer_id"].isin(bought))
    return Portfolio.validate(rows[list(Portfolio.to_schema().columns)].reset_index(drop=True))


def find_buyers(order_days: pd.DataFrame, *, period: Period) -> pd.Index:
    """Return the customer_id of everybody with a purchase within the period, sorted, each once."""
    day = order_days["order_date"]
    inside = (day >= pd.Timestamp(period.start)) & (day < pd.Timestamp(period.end)) & order_days["is_purchase_day"]
    return pd.Index(order_days.loc[inside, "customer_id"].unique(), name="customer_id").sort_values()


def summarise_positivation(portfolio: pd.DataFrame, *, by: str | None, goals: pd.Series | float) -> pd.DataFrame:
    """Return positivation for each group of column ``by`` (None: everybody, one row).

    Grain: group: group, n_customers, n_bought, positivation_rate, low, high (95 %), goal, and ``reading``: "above" or
    "below" the goal where the interval leaves it out, else "in reach". ``goals``: one share, or one per group.
    """
    groups = portfolio[by] if by else pd.Series("Everybody", index=portfolio.index)
    counts = portfolio.groupby(groups.to_numpy())["is_bought"].agg(n_customers="size", n_bought="sum")
    counts = counts.rename_axis("group").reset_index()
    table = derive_share(counts, n_yes="n_bought", n="n_customers", name="positivation_rate")
    goal = table["group"].map(goals) if isinstance(goals, pd.Series) else goals
    table = table.assign(goal=goal)
    outside = [table["low"] > table["goal"], table["high"] < table["goal"], table["goal"].isna()]
    return table.assign(reading=np.select(outside, ["above", "below", "no goal"], "in reach"))


def derive_goals(targets: pd.DataFrame, *, period: Period, default: float) -> pd.Series:
    """Return the goal (0..1) of each salesperson_id: the mean of the months of the period, else ``default``.

    Index salesperson_id; who has no target in the period is not in it. Months that begin within the period count.
    """
    if "salesperson_id" not in targets or "positivation_rate" not in targets:
        return pd.Series(dtype=float, name="goal")
    month = targets["month"]
    inside = targets[(month >= pd.Timestamp(period.start)) & (month < pd.Timestamp(period.end))]
    own = inside[inside["salesperson_id"].notna()]
    return own.groupby("salesperson_id")["positivation_rate"].mean().fillna(default).rename("goal")
