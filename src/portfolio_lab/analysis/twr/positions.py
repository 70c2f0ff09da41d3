"""Customers as a fund: who held whom at which value on each valuation day, checked before anything is computed."""

from collections.abc import Mapping
from datetime import date
from typing import Optional

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.errors import AnalysisError

UNASSIGNED = "unassigned"
CLOSING_DAYS = 31


class Positions(pa.DataFrameModel):
    """One row per valuation day and customer known by then; a lost customer stays, at value zero.

    ``value_amount``: on the basis in force, just before the flows of the day; ``margin_amount``: collected since the
    valuation before; ``portfolio_before`` (empty for a new customer) and ``portfolio_after``: holder before and after
    the flows; ``basis_id``: the basis of value_amount; ``old_basis_amount``: the value on the basis before,
    for a new customer the value that it comes in at.
    """

    valuation_date: Series[pd.Timestamp]
    customer_id: Series[object]
    value_amount: Series[float]
    margin_amount: Series[float]
    portfolio_before: Series[object] = pa.Field(nullable=True)
    portfolio_after: Series[object]
    basis_id: Optional[Series[str]]
    old_basis_amount: Optional[Series[float]]


def keep_closed_with_holder(assignments: pd.DataFrame, closed: pd.DataFrame) -> pd.DataFrame:
    """Return the stays with those left open that ended because the customer closed, so that its last holder bears it.

    ``closed``: customer_id, closed_date. Open: a customer's last stay, where it ended on the closing day or later, or
    so shortly before (CLOSING_DAYS, a valuation period) that nobody else can have lost it; else the loss of a closed
    customer would pass to nobody, as if it had been handed over at its old value.
    """
    stays = assignments.reset_index(drop=True)
    is_last = stays.groupby("customer_id")["start_date"].transform("max") == stays["start_date"]
    closed_date = stays["customer_id"].map(closed.set_index("customer_id")["closed_date"])
    with_customer = is_last & (closed_date <= stays["end_date"] + pd.Timedelta(days=CLOSING_DAYS))
    return stays.assign(end_date=stays["end_date"].mask(with_customer))


def derive_valuation_dates(
    start: date, end: date, assignments: pd.DataFrame, *, known_since: pd.Series | None = None
) -> list[date]:
    """Return the valuation days of [start, end]: both ends, every month end, and the eve of every handover between.

    A stay that begins or ends on a day was handed over at the close of the day before, so that is when it is valued.
    ``known_since`` (first purchase by customer_id): a change before it moves no value, and needs no valuation.
    """
    months = pd.date_range(start, end, freq="ME")
    sides = assignments.set_index("customer_id")[["start_date", "end_date"]].astype("datetime64[ns]")
    changes = pd.concat([sides["start_date"], sides["end_date"]]).dropna()
    if known_since is not None:
        changes = changes[changes.index.map(known_since).to_numpy() < changes.to_numpy()]
    eves = pd.DatetimeIndex(changes) - pd.Timedelta(days=1)
    inside = eves[(eves > pd.Timestamp(start)) & (eves < pd.Timestamp(end))]
    return sorted({start, end, *(day.date() for day in months), *(day.date() for day in inside)})


def derive_owners(values: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    """Return the values with portfolio_before and portfolio_after: the holder on the day and on the day after.

    Grain unchanged: valuation_date × customer_id. A customer whom nobody holds is ``unassigned``; on its first
    valuation day after the table's first day a customer is new and portfolio_before is empty. Stays are half-open.
    """
    keyed = values[["valuation_date", "customer_id"]]
    before = _holder(keyed, assignments, shift=0)
    after = _holder(keyed, assignments, shift=1)
    seen = values.groupby("customer_id")["valuation_date"].transform("min")
    is_new = (values["valuation_date"] == seen) & (seen > values["valuation_date"].min())
    return values.assign(portfolio_before=before.mask(is_new), portfolio_after=after)


def _holder(keyed: pd.DataFrame, assignments: pd.DataFrame, *, shift: int) -> pd.Series:
    day = (keyed["valuation_date"] + pd.Timedelta(days=shift)).astype("datetime64[ns]")
    days = keyed.assign(day=day, order=np.arange(len(keyed)))
    stays = assignments[["customer_id", "salesperson_id", "start_date", "end_date"]].sort_values("start_date")
    stays = stays.astype({"start_date": "datetime64[ns]"})
    found = pd.merge_asof(
        days.sort_values("day"), stays, left_on="day", right_on="start_date", by="customer_id", direction="backward"
    ).sort_values("order")
    over = found["end_date"].notna() & (found["end_date"] <= found["day"])
    holder = found["salesperson_id"].mask(over).fillna(UNASSIGNED)
    return pd.Series(holder.to_numpy(object), index=keyed.index)


def regroup_positions(positions: pd.DataFrame, groups: Mapping[object, object]) -> pd.DataFrame:
    """Return the positions of larger portfolios (teams, company): holders mapped by groups; inner transfers vanish."""
    mapped = {
        side: positions[side].map(lambda holder: groups.get(holder, holder), na_action="ignore")
        for side in ("portfolio_before", "portfolio_after")
    }
    return positions.assign(**mapped)


def prepare_positions(positions: pd.DataFrame) -> pd.DataFrame:
    """Return the positions in order, in integer cents, each with the value and holder of the valuation before.

    Raises AnalysisError: a number missing, a customer twice on a day, a customer that vanishes (churn is a loss of
    value, not a flow), a holder that changed between valuations, or two bases on one day.
    """
    table = positions.sort_values(["customer_id", "valuation_date"], kind="stable").reset_index(drop=True)
    old = table["old_basis_amount"] if "old_basis_amount" in table else table["value_amount"]
    _assert_complete(table, old)
    for name, amounts in (("value", table["value_amount"]), ("margin", table["margin_amount"]), ("old", old)):
        table[f"{name}_cents"] = np.rint(amounts.to_numpy(float) * 100).astype(np.int64)
    dates = np.sort(table["valuation_date"].unique())
    table["step"] = np.searchsorted(dates, table["valuation_date"].to_numpy())
    grouped = table.groupby("customer_id", sort=False)
    table["opening_cents"] = grouped["value_cents"].shift()
    table["held_by"] = grouped["portfolio_after"].shift()
    _assert_nobody_vanishes(table, len(dates))
    _assert_handed_over_when_valued(table)
    return table


def _assert_complete(table: pd.DataFrame, old: pd.Series) -> None:
    numbers = table[["value_amount", "margin_amount"]].to_numpy(float).sum(axis=1) + old.to_numpy(float)
    bad = ~np.isfinite(numbers) | table["portfolio_after"].isna().to_numpy()
    if bad.any():
        raise AnalysisError("a position lacks a value, a margin or a holder", remedy="a lost customer is worth 0",
                            value=table["customer_id"].iloc[int(np.argmax(bad))])  # fmt: skip
    twice = table.duplicated(["customer_id", "valuation_date"])
    if twice.any():
        raise AnalysisError("a customer stands twice on one day", remedy="merge its rows",
                            value=table["customer_id"][twice].iloc[0])  # fmt: skip
    if "basis_id" in table and table.groupby("valuation_date")["basis_id"].nunique().max() > 1:
        raise AnalysisError("values of two bases stand on one day", remedy="value everybody on the same basis, timing "
                            "case included", value=sorted(table["basis_id"].unique()))  # fmt: skip


def _assert_nobody_vanishes(table: pd.DataFrame, n_dates: int) -> None:
    grouped = table.groupby("customer_id", sort=False)["step"]
    gone = (n_dates - grouped.min() != grouped.size()).to_numpy()
    if gone.any():
        raise AnalysisError(
            "a customer vanishes from the valuations",
            remedy="keep lost customers at value 0: their loss is part of the return, never a flow",
            value=grouped.size().index[int(np.argmax(gone))],
        )


def _assert_handed_over_when_valued(table: pd.DataFrame) -> None:
    moved = table["held_by"].notna() & (table["held_by"] != table["portfolio_before"])
    if moved.any():
        row = table[moved].iloc[0]
        raise AnalysisError(
            f"customer {row['customer_id']} changed hands before {row['valuation_date']:%Y-%m-%d}, without a valuation",
            remedy="value the portfolios on the day of every transfer: a stale value makes somebody pay for another",
            value=f"{row['held_by']} → {row['portfolio_before']}",
        )
