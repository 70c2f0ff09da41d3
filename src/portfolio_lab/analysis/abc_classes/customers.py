"""The table that the report leaves behind: one row per customer with its class and how sure and how far it is."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.abc_classes.cuts import CLASSES
from portfolio_lab.analysis.abc_classes.stability import derive_is_unstable

KNOWN_ABOUT = ("name", "owner", "region", "last_contact_date", "days_since_last_order", "tenure_days")


class AbcCustomers(pa.DataFrameModel):
    """One row per classified customer, by falling value. ``amount`` is the criterion in currency units.

    Rank to distance as in the contract Classes. ``p_class``: probability of its class if its months came again;
    ``is_unstable``: below policy.abc.stable_share. ``rfm`` is empty for whoever was not scored.
    """

    customer_id: Series[str] = pa.Field(unique=True)
    name: Series[str] = pa.Field(nullable=True)
    amount: Series[float]
    share: Series[float] = pa.Field(ge=0, le=1, nullable=True)
    cumulative_share_before: Series[float] = pa.Field(ge=0, le=1, nullable=True)
    abc_class: Series[str] = pa.Field(isin=CLASSES)
    p_class: Series[float] = pa.Field(ge=0, le=1)
    is_unstable: Series[bool]
    distance_to_next_cut: Series[float] = pa.Field(gt=0, nullable=True)
    rfm: Series[str] = pa.Field(nullable=True)
    rank: Series[np.int64] = pa.Field(ge=1)
    owner: Series[str] = pa.Field(nullable=True)
    region: Series[str] = pa.Field(nullable=True)
    last_contact_date: Series[pd.Timestamp] = pa.Field(nullable=True)
    days_since_last_order: Series[float] = pa.Field(nullable=True)
    tenure_days: Series[float] = pa.Field(nullable=True)


def derive_owner(snapshots: pd.DataFrame, salespeople: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the snapshots with ``owner``: the salesperson's name where the table gives one, else the id."""
    names = None
    if salespeople is not None and "name" in salespeople:
        names = snapshots["salesperson_id"].map(salespeople.set_index("salesperson_id")["name"].dropna())
    owner = snapshots["salesperson_id"] if names is None else names.fillna(snapshots["salesperson_id"])
    return snapshots.assign(owner=owner.astype(object).where(owner.notna(), None))


def build_customers(
    classes: pd.DataFrame, stability: pd.DataFrame, rfm: pd.DataFrame, snapshots: pd.DataFrame, *, stable_share: float
) -> pd.DataFrame:
    """Return the report's customer table (contract AbcCustomers).

    ``snapshots`` comes from ``derive_owner``; below the probability ``stable_share`` (0..1) a class is unstable.
    """
    sure = stability[["customer_id", "p_class"]].assign(
        is_unstable=derive_is_unstable(stability, stable_share=stable_share)
    )
    known = snapshots[["customer_id", *KNOWN_ABOUT]]
    merged = (
        classes.merge(sure, on="customer_id", validate="1:1")
        .merge(rfm[["customer_id", "rfm"]], on="customer_id", how="left", validate="1:1")
        .merge(known, on="customer_id", how="left", validate="1:1")
    )
    return AbcCustomers.validate(merged[list(AbcCustomers.to_schema().columns)])


def list_closest(customers: pd.DataFrame, *, n: int) -> pd.DataFrame:
    """Return the ``n`` customers of B and C that lack least to a better class, same columns, nearest first."""
    below = customers[customers["abc_class"].isin(["B", "C"])]
    return below.sort_values(["distance_to_next_cut", "customer_id"], ignore_index=True).head(n)
