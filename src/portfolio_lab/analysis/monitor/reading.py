"""The portfolio read in three dimensions: class × stage × one grouping, in customers and in money."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.abc_classes.cuts import CLASSES
from portfolio_lab.analysis.stages import STAGES

NOT_KNOWN, OTHERS = "not known", "others"
RANKED = ("A", "B", "C")
# What the heat table shows in one column: the stages that ask for the same thing.
BLOCKS = {"active": ("active",), "pre_inactive": ("pre_inactive",), "gone": ("inactivated", "inactive", "ex_customer")}
# Shares of fewer customers say nothing about a group.
FEWEST_CUSTOMERS = 10


class Reading(pa.DataFrameModel):
    """One row per dimension, group, class and stage that has customers; ``amount`` in currency units over the window.

    Everybody with a class is in each dimension once; a group is ``not known`` where the data do not tell.
    """

    dimension: Series[str]
    group: Series[str]
    abc_class: Series[str] = pa.Field(isin=CLASSES)
    stage: Series[str] = pa.Field(isin=STAGES)
    n_customers: Series[np.int64] = pa.Field(ge=1)
    amount: Series[float]

    class Config:
        unique = ["dimension", "group", "abc_class", "stage"]


def build_reading(customers: pd.DataFrame, dimensions: Sequence[str]) -> pd.DataFrame:
    """Return customers and money by class, stage and each of the dimensions; contract ``Reading``.

    ``customers``: customer_id, abc_class, stage, amount and one column per dimension; those without a class (they never
    ordered) are left out. A dimension that is empty for everybody is left out.
    """
    classified = customers[customers["abc_class"].notna()]
    known = [name for name in dimensions if name in classified and classified[name].notna().any()]
    parts = [_read(classified, name) for name in known]
    empty = pd.DataFrame(columns=list(Reading.to_schema().columns))
    table = pd.concat(parts, ignore_index=True) if parts else empty
    return Reading.validate(table.astype({"n_customers": np.int64, "amount": float}))


def cross_reading(reading: pd.DataFrame, *, n_groups: int = 7) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return customers, money and share of money of one dimension: group × (class, block of stages), classes A, B, C.

    A share (0..1) is that of the group's money in the class, negative sums left out; it is empty where the group has
    fewer than ``FEWEST_CUSTOMERS`` customers in the class.

    ``reading``: rows of one dimension. Groups by falling money, the last ones together as ``others``; all classes and
    blocks are there.
    """
    ranked = reading[reading["abc_class"].isin(RANKED)]
    block = {stage: name for name, stages in BLOCKS.items() for stage in stages}
    order = ranked.groupby("group")["amount"].sum().sort_values(ascending=False, kind="stable").index.tolist()
    shown = order if len(order) <= n_groups + 1 else order[:n_groups]
    named = ranked.assign(
        block=ranked["stage"].map(block), group=ranked["group"].where(ranked["group"].isin(shown), OTHERS)
    )
    columns = pd.MultiIndex.from_product([RANKED, BLOCKS], names=["abc_class", "block"])
    rows = shown if len(shown) == len(order) else [*shown, OTHERS]
    n_customers, amount = (
        named.pivot_table(
            index="group", columns=["abc_class", "block"], values=name, aggfunc="sum", fill_value=0
        ).reindex(index=rows, columns=columns, fill_value=0)
        for name in ("n_customers", "amount")
    )
    return n_customers, amount, _share_by_class(n_customers, amount.clip(lower=0))


def _share_by_class(n_customers: pd.DataFrame, amount: pd.DataFrame) -> pd.DataFrame:
    classes = amount.columns.get_level_values("abc_class")
    n, total = (table.T.groupby(level="abc_class").sum().T[classes].to_numpy() for table in (n_customers, amount))
    return (amount / np.where((n >= FEWEST_CUSTOMERS) & (total > 0), total, np.nan)).astype(float)


def find_slipping(reading: pd.DataFrame, *, abc_class: str = "A") -> pd.DataFrame:
    """Return how much of a class's money is pre-inactive or gone, by dimension and group, worst first.

    Columns: dimension, group, n_customers, amount, n_slipping, slipping_amount, slipping_share. Groups of fewer than
    ``FEWEST_CUSTOMERS`` customers, without money, or not known are left out.
    """
    rows = reading[(reading["abc_class"] == abc_class) & (reading["group"] != NOT_KNOWN)]
    out = rows[rows["stage"] != "active"]
    key = ["dimension", "group"]
    table = rows.groupby(key)[["n_customers", "amount"]].sum()
    slipping = out.groupby(key)[["n_customers", "amount"]].sum().reindex(table.index, fill_value=0)
    table = table.assign(n_slipping=slipping["n_customers"], slipping_amount=slipping["amount"])
    table = table[(table["n_customers"] >= FEWEST_CUSTOMERS) & (table["amount"] > 0)]
    table = table.assign(slipping_share=table["slipping_amount"] / table["amount"])
    return table.sort_values("slipping_share", ascending=False, kind="stable").reset_index()


def _read(customers: pd.DataFrame, dimension: str) -> pd.DataFrame:
    named = customers.assign(dimension=dimension, group=customers[dimension].fillna(NOT_KNOWN).astype(str))
    table = named.groupby(["dimension", "group", "abc_class", "stage"], as_index=False).agg(
        n_customers=("customer_id", "size"), amount=("amount", "sum")
    )
    return table.assign(amount=table["amount"].round(2))
