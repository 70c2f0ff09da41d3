"""The value book: what each customer is worth today, how sure that is, and who holds it."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from portfolio_lab.analysis.purchase_models.gamma_gamma import build_spends
from portfolio_lab.analysis.purchase_models.histories import build_histories
from portfolio_lab.analysis.purchase_models.predictions import compute_expected_purchases
from portfolio_lab.analysis.value.analogy import (
    build_tenure_months,
    compute_hindsight_values,
    compute_values_by_analogy,
    select_won,
)
from portfolio_lab.analysis.value.customers import ValueBasis, compute_values_on_basis
from portfolio_lab.analysis.value.intervals import compute_alive_intervals, compute_value_intervals

N_MODEL_DRAWS = 100


def build_value_book(
    order_days: pd.DataFrame,
    closed: pd.DataFrame,
    *,
    as_of: date,
    basis: ValueBasis,
    amount: str,
) -> pd.DataFrame:
    """Return the value of every customer with a purchase up to as_of; grain: customer_id, by falling value.

    Columns: those of CustomerValues, history and spend, is_closed. A closed customer (``closed``: customer_id,
    closed_date) is worth nothing and certainly no customer.
    """
    customers = build_histories(order_days, as_of=as_of).merge(
        build_spends(order_days, amount=amount, as_of=as_of), on="customer_id"
    )
    book = customers.merge(compute_values_on_basis(customers, basis), on="customer_id")
    ended = closed.loc[closed["closed_date"] <= pd.Timestamp(as_of), "customer_id"]
    gone = book["customer_id"].isin(ended)
    nothing = ["value_amount", "alive_probability", "expected_purchases"]
    book[nothing] = book[nothing].mask(gone, 0.0)
    return book.assign(is_closed=gone).sort_values(["value_amount", "customer_id"], ascending=[False, True],
                                                   ignore_index=True)  # fmt: skip


def add_ranges(book: pd.DataFrame, *, basis: ValueBasis, n_draws: int, seed: int) -> pd.DataFrame:
    """Return the book with low and high (80 % range of what a customer will bring), alive_low and alive_high (95 %)."""
    ranges = compute_value_intervals(book, basis=basis, n_draws=n_draws, seed=seed).drop(columns="customer_id")
    alive = compute_alive_intervals(book, model=basis.model, n_draws=N_MODEL_DRAWS, seed=seed)
    found = pd.concat([ranges, alive], axis=1)
    return book.join(found.mask(book["is_closed"], 0.0))


def value_newcomers(
    book: pd.DataFrame,
    order_days: pd.DataFrame,
    attributes: pd.DataFrame,
    *,
    as_of: date,
    amount: str,
    basis: ValueBasis,
    new_months: int,
    alike_on: Sequence[str],
) -> pd.DataFrame:
    """Return what customers won in the last ``new_months`` calendar months are worth, by analogy; grain: customer_id.

    Columns as compute_values_by_analogy. Older customers: won while we watched, worth at the same age in months what
    they brought since and are worth today. Raises AnalysisError when fewer than 30 older customers are known at an age.
    """
    months = build_tenure_months(order_days, amount=amount, as_of=as_of)
    months = months[months["customer_id"].isin(select_won(order_days, as_of=as_of))]
    age = months.groupby("customer_id")["month_number"].max()
    known = attributes.set_index("customer_id")[list(alike_on)]
    open_ids = book.loc[~book["is_closed"], "customer_id"]
    new = age[(age < new_months) & age.index.isin(open_ids)].rename("age_months").reset_index()
    older = [
        compute_hindsight_values(
            months[months["customer_id"].isin(age.index[age >= new_months])],
            book,
            age_months=number,
            basis=basis,
        )
        for number in range(new_months)
    ]
    return compute_values_by_analogy(
        new.join(known, on="customer_id"),
        pd.concat(older, ignore_index=True).join(known, on="customer_id"),
        attributes=alike_on,
    )


def put_newcomers(book: pd.DataFrame, newcomers: pd.DataFrame) -> pd.DataFrame:
    """Return the book with new customers at their value by analogy and how many were alike; by falling value.

    Their range is moved by the same factor. ``n_alike`` is empty for customers judged by their own purchases.
    """
    found = newcomers.set_index("customer_id")
    given = book["customer_id"].map(found["value_amount"])
    factor = (given / book["value_amount"].where(book["value_amount"] > 0)).fillna(1.0)
    moved = {name: book[name] * factor for name in ("low", "high")}
    table = book.assign(**moved, value_amount=given.fillna(book["value_amount"]))
    table = table.assign(n_alike=book["customer_id"].map(found["n_alike"]).astype(float))
    return table.sort_values(["value_amount", "customer_id"], ascending=[False, True], ignore_index=True)


def forecast_period(book: pd.DataFrame, *, basis: ValueBasis, n_days: int) -> pd.DataFrame:
    """Return the book with ``period_purchases`` and ``period_amount`` expected within n_days after as_of."""
    purchases = compute_expected_purchases(book, model=basis.model, horizon_days=n_days).mask(book["is_closed"], 0.0)
    return book.assign(period_purchases=purchases, period_amount=purchases * book["expected_spend_amount"])


def compute_value_changes(before: pd.DataFrame, now: pd.DataFrame, collected: pd.Series) -> pd.DataFrame:
    """Return how far each customer's value moved between two days on one basis; grain: customer known on both.

    Columns customer_id, before_amount, value_amount, change_amount, collected_amount (margin in between, indexed by
    customer_id), before_alive_probability, alive_probability; largest fall first.
    """
    columns = ["customer_id", "value_amount", "alive_probability"]
    names = {"value_amount": "before_amount", "alive_probability": "before_alive_probability"}
    table = before[columns].rename(columns=names).merge(now[columns], on="customer_id")
    table["change_amount"] = table["value_amount"] - table["before_amount"]
    table["collected_amount"] = table["customer_id"].map(collected).fillna(0.0)
    return table.sort_values(["change_amount", "customer_id"], ignore_index=True)


def summarise_holders(book: pd.DataFrame, holder: pd.Series) -> pd.DataFrame:
    """Return who holds the value; grain: holder (named like the series), by falling value.

    Columns n_customers, value_amount, value_share, written_off_amount (what the same customers would be worth more if
    all still were customers), largest_share (of the holder's own value in one customer), n_effective (equally large
    customers that would be as concentrated). Customers worth nothing are left out, negative values are not.
    """
    sure = book["value_amount"] / book["alive_probability"].where(book["alive_probability"] > 0)
    held = pd.DataFrame(
        {"holder": holder.to_numpy(), "value_amount": book["value_amount"], "written_off_amount": sure}
    )[book["value_amount"].to_numpy() != 0]
    held["written_off_amount"] -= held["value_amount"]
    grouped = held.groupby("holder")
    total = grouped["value_amount"].sum()
    squares = (held["value_amount"] ** 2).groupby(held["holder"]).sum()
    return pd.DataFrame(
        {
            "n_customers": grouped.size(),
            "value_amount": total,
            "value_share": total / total.sum(),
            "written_off_amount": grouped["written_off_amount"].sum(),
            "largest_share": grouped["value_amount"].max() / total,
            "n_effective": total**2 / squares,
        }
    ).sort_values("value_amount", ascending=False).rename_axis(holder.name).reset_index()  # fmt: skip


def count_for_share(values: pd.Series, *, share: float = 0.5) -> int:
    """Return how many of the most valuable customers together hold that share of the positive value."""
    positive = np.sort(values[values > 0].to_numpy(float))[::-1]
    return int(np.searchsorted(np.cumsum(positive), share * positive.sum() * (1 - 1e-12)) + 1) if len(positive) else 0


def build_member_months(months: pd.DataFrame, member: pd.Series, *, amount: str, as_of: date) -> pd.DataFrame:
    """Return the margin of each member (such as a segment) in each whole month; rows months, columns members.

    ``months``: customer_id, month, the amount; ``member``: by customer_id. The running month is left out.
    """
    whole = months[months["month"] + pd.offsets.MonthEnd(1) <= pd.Timestamp(as_of)]
    named = whole.assign(member=whole["customer_id"].map(member)).dropna(subset=["member"])
    return named.pivot_table(index="month", columns="member", values=amount, aggfunc="sum", fill_value=0.0)
