"""What the loss of the largest customers would cost, who is in charge of them and when they were last spoken to."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

LARGEST = (1, 3, 5)


class Losses(pa.DataFrameModel):
    """One row per scenario: the ``n_customers`` largest are lost. Amounts in currency, shares of the base (0..1).

    ``n_to_replace``: how many customers of median value (among those with one) would bring the same.
    """

    n_customers: Series[np.int64] = pa.Field(ge=1, unique=True)
    lost_amount: Series[float] = pa.Field(gt=0)
    lost_share: Series[float] = pa.Field(gt=0, le=1)
    left_amount: Series[float] = pa.Field(ge=0)
    n_to_replace: Series[np.int64] = pa.Field(ge=1)
    n_owners: Series[np.int64] = pa.Field(ge=0)


class Largest(pa.DataFrameModel):
    """One row per customer, largest first. ``owner``: name or id of the salesperson; empty when not known."""

    customer_id: Series[str] = pa.Field(unique=True)
    name: Series[str] = pa.Field(nullable=True)
    amount: Series[float] = pa.Field(gt=0)
    share: Series[float] = pa.Field(gt=0, le=1)
    owner: Series[str] = pa.Field(nullable=True)
    last_contact_date: Series[pd.Timestamp] = pa.Field(nullable=True)
    days_since_last_order: Series[float] = pa.Field(nullable=True)


def build_largest(customers: pd.DataFrame, *, n: int = max(LARGEST)) -> pd.DataFrame:
    """Return the ``n`` customers with the largest positive value (contract Largest); fewer where there are fewer.

    ``customers`` is the table of ``build_customers``.
    """
    ordered = customers.sort_values(["amount", "customer_id"], ascending=[False, True])
    largest = ordered[ordered["amount"] > 0].head(n)
    return Largest.validate(largest[list(Largest.to_schema().columns)].reset_index(drop=True))


def summarise_losses(customers: pd.DataFrame, *, scenarios: tuple[int, ...] = LARGEST) -> pd.DataFrame:
    """Return what losing the largest customers would cost (contract Losses), for scenarios with that many customers."""
    amounts = np.sort(customers.loc[customers["amount"] > 0, "amount"].to_numpy())[::-1]
    base, median = amounts.sum(), float(np.median(amounts))
    largest = build_largest(customers, n=max(scenarios))
    rows = [
        {
            "n_customers": n,
            "lost_amount": round(float(amounts[:n].sum()), 2),
            "lost_share": min(float(amounts[:n].sum() / base), 1.0),
            "left_amount": round(float(amounts[n:].sum()), 2),
            "n_to_replace": int(np.ceil(amounts[:n].sum() / median)),
            "n_owners": int(largest["owner"].head(n).nunique()),
        }
        for n in scenarios
        if n <= len(amounts)
    ]
    return Losses.validate(pd.DataFrame(rows))
