"""New customers beside older ones at the same age: what they had bought by then, and who had bought again."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.intervals import compute_share_interval
from portfolio_lab.analysis.textbook.ratios import compare_averages

MONTH_DAYS, MAX_AGE = 30, 12
NEW, BEFORE, OLDER = "last 12 months", "12 to 24 months ago", "more than 24 months ago"
COHORTS = (NEW, BEFORE, OLDER)
MIN_CUSTOMERS, UNSEEN_DAYS = 20, 180


def derive_cohorts(snapshots: pd.DataFrame, *, as_of: pd.Timestamp, history_start: pd.Timestamp) -> pd.DataFrame:
    """Return the customers whose first purchase is known to be their first, with the ``cohort`` it belongs to.

    Grain: customer: customer_id, first_purchase_date, cohort. Known is it of customers created since the orders begin;
    where the day of creation is not known, of those without a purchase in the first half year of the orders.
    """
    bought = snapshots[snapshots["first_purchase_date"].notna()]
    first, start = bought["first_purchase_date"], pd.Timestamp(history_start)
    created = bought["created_date"] if "created_date" in bought else pd.Series(pd.NaT, index=bought.index)
    is_seen = (created >= start) | (created.isna() & (first >= start + pd.Timedelta(days=UNSEEN_DAYS)))
    edges = [pd.Timestamp(as_of) - pd.DateOffset(months=months) for months in (12, 24)]
    cohort = np.select([first > edges[0], first > edges[1]], [NEW, BEFORE], OLDER)
    known = bought[["customer_id", "first_purchase_date"]].assign(cohort=cohort)
    return known[is_seen].reset_index(drop=True)


def build_ages(order_days: pd.DataFrame, cohorts: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return what each customer had bought by each age in months of 30 days since its first purchase.

    Grain: customer × age (1 to 12) that is over by as_of: customer_id, cohort, age, amount (currency, cumulative),
    has_repeated (a second purchase day by then).
    """
    rows = order_days.merge(cohorts, on="customer_id")
    since = (rows["order_date"] - rows["first_purchase_date"]).dt.days
    reached = (pd.Timestamp(as_of) - cohorts["first_purchase_date"]).dt.days // MONTH_DAYS
    parts = []
    for age in range(1, MAX_AGE + 1):
        members = cohorts[reached >= age]
        inside = rows[since.between(0, age * MONTH_DAYS - 1)]
        by_customer = inside.groupby("customer_id").agg(amount=("amount", "sum"), n=("is_purchase_day", "sum"))
        found = members.join(by_customer, on="customer_id").fillna({"amount": 0.0, "n": 0})
        parts.append(
            found[["customer_id", "cohort"]].assign(age=age, amount=found["amount"], has_repeated=found["n"] > 1)
        )
    return pd.concat(parts, ignore_index=True)


def summarise_ages(ages: pd.DataFrame) -> pd.DataFrame:
    """Return the mean cumulative amount and the share that bought again, by cohort and age.

    Grain: cohort × age with at least 20 customers: n, mean_amount, low, high (normal), repeat_share, repeat_low,
    repeat_high (Wilson). Customers who have not reached an age do not count at it.
    """
    grouped = ages.groupby(["cohort", "age"])
    table = grouped.agg(
        n=("amount", "size"), mean_amount=("amount", "mean"), sd=("amount", "std"), n_again=("has_repeated", "sum")
    ).reset_index()
    table = table[table["n"] >= MIN_CUSTOMERS].reset_index(drop=True)
    reach = 1.959964 * table["sd"] / np.sqrt(table["n"])
    limits = [compute_share_interval(int(row.n_again), int(row.n)) for row in table.itertuples()]
    low, high = zip(*limits, strict=True) if limits else ((), ())
    table = table.assign(low=table["mean_amount"] - reach, high=table["mean_amount"] + reach)
    table = table.assign(repeat_share=table["n_again"] / table["n"], repeat_low=list(low), repeat_high=list(high))
    order = table["cohort"].map(COHORTS.index)
    return table.drop(columns=["sd", "n_again"]).iloc[np.lexsort([table["age"], order])].reset_index(drop=True)


def compare_new(ages: pd.DataFrame, *, n_bootstrap: int, seed: int) -> dict[str, float]:
    """Return new customers against older ones at the highest age that half of the new ones, 20 at least, reached.

    age, n_new, n_older, value, low, high: ratio of mean cumulative amounts; NaN and age 0 without a comparison.
    """
    is_new = ages["cohort"] == NEW
    sizes = [ages[rows].groupby("age").size() for rows in (is_new, ~is_new)]
    counts = pd.concat(sizes, axis=1, keys=[0, 1]).fillna(0)
    enough = max(MIN_CUSTOMERS, counts[0].max() / 2) if len(counts) else MIN_CUSTOMERS
    usable = counts[(counts[0] >= enough) & (counts[1] >= MIN_CUSTOMERS)]
    if usable.empty:
        return {"age": 0, "n_new": 0, "n_older": 0, "value": np.nan, "low": np.nan, "high": np.nan}
    age = int(usable.index.max())
    at_age = ages[ages["age"] == age]
    new = (at_age["cohort"] == NEW).astype(float)
    rows = pd.DataFrame(
        {"new": at_age["amount"] * new, "n_new": new, "older": at_age["amount"] * (1 - new), "n_older": 1 - new}
    )
    found = compare_averages(
        rows, first=("new", "n_new"), second=("older", "n_older"), n_bootstrap=n_bootstrap, seed=seed
    )
    return {"age": age, "n_new": int(new.sum()), "n_older": int((1 - new).sum()), **found}
