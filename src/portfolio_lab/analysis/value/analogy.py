"""The value of a customer too new to be judged by its own purchases: what similar older customers were worth."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from portfolio_lab.analysis.value.customers import ValueBasis, compute_values_on_basis
from portfolio_lab.analysis.value.discounting import to_monthly_rate
from portfolio_lab.errors import AnalysisError


def compute_hindsight_values(
    months: pd.DataFrame, customers: pd.DataFrame, *, age_months: int, basis: ValueBasis
) -> pd.DataFrame:
    """Return what each older customer turned out to be worth at that age: margins since, and today's value, discounted.

    Grain: customer_id; columns customer_id, age_months, value_amount. ``months``: customer_id, month_number (0 = the
    month of the first purchase) and margin_amount on a complete calendar; ``customers``: history and spend today,
    is_closed. Both parts together cover the horizon of the basis once: today's value is over what is left of it.
    Customers not older than the age are left out.
    """
    factor = 1 / (1 + to_monthly_rate(basis.discount_rate))
    end = np.inf if basis.horizon_months is None else age_months + basis.horizon_months
    elapsed = months.groupby("customer_id")["month_number"].max() - age_months
    elapsed = elapsed[elapsed > 0]
    later = months[(months["month_number"] > age_months) & (months["month_number"] <= end)]
    margin = (
        (later["margin_amount"] * factor ** (later["month_number"] - age_months)).groupby(later["customer_id"]).sum()
    )
    today = _value_what_is_left(customers, elapsed, basis)
    worth = margin.reindex(elapsed.index).fillna(0.0) + today * factor**elapsed
    return pd.DataFrame({"customer_id": elapsed.index, "age_months": age_months, "value_amount": worth.to_numpy()})


def _value_what_is_left(customers: pd.DataFrame, elapsed: pd.Series, basis: ValueBasis) -> pd.Series:
    """Value of each customer today over its horizon less the months elapsed, by customer_id; closed ones: nothing."""
    known = customers[customers["customer_id"].isin(elapsed.index)]
    parts = [pd.Series(0.0, index=elapsed.index)]
    for months, rows in known[~known["is_closed"]].groupby(known["customer_id"].map(elapsed)):
        left = None if basis.horizon_months is None else basis.horizon_months - months
        if left is None or left > 0:
            values = compute_values_on_basis(rows, replace(basis, horizon_months=left))
            parts.append(values.set_index("customer_id")["value_amount"])
    return pd.concat(parts).groupby(level=0).sum().reindex(elapsed.index)


def compute_values_by_analogy(
    new: pd.DataFrame, older: pd.DataFrame, *, attributes: Sequence[str] = (), min_customers: int = 30
) -> pd.DataFrame:
    """Return for each new customer the mean value of older customers at the same age with the same attributes.

    Grain: customer_id of ``new``. Columns customer_id, value_amount, low, high (95 %, of the mean), n_alike, alike_on.
    ``new``: customer_id, age_months, attributes; ``older``: the same and value_amount. Where fewer than min_customers
    are alike, the last attribute is given up, then the one before; age is never given up.
    Raises AnalysisError when too few older customers are known at that age.
    """
    result = pd.DataFrame({"customer_id": new["customer_id"].to_numpy()}, index=new.index)
    result[["value_amount", "low", "high", "n_alike"]] = np.nan
    result["alike_on"] = pd.Series(pd.NA, index=new.index, dtype="object")
    for n_kept in range(len(attributes), -1, -1):
        keys = ["age_months", *attributes[:n_kept]]
        found = _summarise_alike(older, keys, min_customers)
        matched = new[keys].merge(found, on=keys, how="left").set_index(new.index)
        fresh = result["alike_on"].isna() & matched["n_alike"].notna()
        result.loc[fresh, ["value_amount", "low", "high", "n_alike"]] = matched.loc[fresh]
        result.loc[fresh, "alike_on"] = ", ".join(["age", *attributes[:n_kept]])
    return _assert_all_valued(result)


def _summarise_alike(older: pd.DataFrame, keys: list[str], min_customers: int) -> pd.DataFrame:
    stats = older.groupby(keys, dropna=False)["value_amount"].agg(["mean", "std", "size"])
    stats = stats[stats["size"] >= min_customers]
    reach = 1.96 * stats["std"] / np.sqrt(stats["size"])
    return pd.DataFrame(
        {
            "value_amount": stats["mean"],
            "low": stats["mean"] - reach,
            "high": stats["mean"] + reach,
            "n_alike": stats["size"].astype(float),
        }
    ).reset_index()


def _assert_all_valued(result: pd.DataFrame) -> pd.DataFrame:
    missing = result.loc[result["alike_on"].isna(), "customer_id"]
    if len(missing):
        raise AnalysisError(
            f"{len(missing)} new customers have too few older customers to be compared with",
            remedy="lower min_customers, or give the values of older customers at the same age",
            value=missing.iloc[0],
        )
    return result.astype({"n_alike": int})


def build_tenure_months(order_days: pd.DataFrame, *, amount: str, as_of: date) -> pd.DataFrame:
    """Return the margin of each customer by month of its tenure, up to as_of; grain: customer_id × month_number.

    Month 0 is the calendar month of the first purchase; margins before it are left out. The month of as_of is always
    there, others only where there was an order. ``amount``: the column of the margin, currency units.
    """
    known = order_days[order_days["order_date"] <= pd.Timestamp(as_of)]
    first = known.loc[known["is_purchase_day"]].groupby("customer_id")["order_date"].min()
    begun = _month_index(first)
    ends = pd.DataFrame({"customer_id": begun.index, "month_number": _month_of(as_of) - begun.to_numpy()})
    number = _month_index(known["order_date"]) - known["customer_id"].map(begun)
    own = pd.DataFrame({"customer_id": known["customer_id"], "month_number": number, amount: known[amount]})
    own = own[number >= 0].astype({"month_number": int})
    rows = pd.concat([own, ends.assign(**{amount: 0.0})], ignore_index=True)
    grouped = rows.groupby(["customer_id", "month_number"], as_index=False)[amount].sum()
    return grouped.rename(columns={amount: "margin_amount"})


def select_won(order_days: pd.DataFrame, *, as_of: date, settling_days: int = 182) -> pd.Index:
    """Return the customers that were won while we watched: first purchase settling_days or more after the first order.

    Whoever buys for the first time soon after the data begin may well have been a customer before.
    """
    known = order_days[order_days["is_purchase_day"] & (order_days["order_date"] <= pd.Timestamp(as_of))]
    first = known.groupby("customer_id")["order_date"].min()
    return first.index[first >= known["order_date"].min() + pd.Timedelta(days=settling_days)]


def _month_index(dates: pd.Series) -> pd.Series:
    return dates.dt.year * 12 + dates.dt.month


def _month_of(day: date) -> int:
    return day.year * 12 + day.month
