"""The valuation table: what may stand in it, and every reason to refuse it."""

from typing import Optional

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.errors import AnalysisError

TOLERANCE = 0.005


class PortfolioValuations(pa.DataFrameModel):
    """One row per portfolio and valuation day, currency units.

    ``nav_before``: value just before the flow of that day; ``cash_flow``: net external flow, in = +; ``income``: margin
    collected since the row before and taken out. ``nav_after`` and ``nav_initial``, where given, must reconcile.
    """

    portfolio_id: Series[object]
    valuation_date: Series[pd.Timestamp]
    nav_before: Series[float]
    cash_flow: Optional[Series[float]]
    income: Optional[Series[float]]
    nav_after: Optional[Series[float]] = pa.Field(nullable=True)
    nav_initial: Optional[Series[float]] = pa.Field(nullable=True)


class PortfolioFlows(pa.DataFrameModel):
    """One row per external flow, currency units, in = +; several on one day are added up."""

    portfolio_id: Series[object]
    flow_date: Series[pd.Timestamp]
    cash_flow: Series[float]


class NegativeNAV(AnalysisError):  # noqa: N818 - the name that the field uses
    """A portfolio is valued below zero, where no return means anything."""


class Reconciliation(AnalysisError):  # noqa: N818 - the name that the field uses
    """Two numbers of the table that must be equal are not."""


def prepare_valuations(valuations: pd.DataFrame, *, allow_negative: bool, sort: bool) -> pd.DataFrame:
    """Return the table with cash_flow and income filled and nav_after derived, in the order of portfolio and date.

    Rows are named by the column ``row`` where there is one, else counted from 1. Raises AnalysisError naming the row:
    a missing column, an empty or infinite number, dates not rising (unless ``sort``), a date twice; NegativeNAV;
    Reconciliation where given nav_after or nav_initial differ by more than 0.005.
    """
    _assert_columns(valuations)
    table = valuations.reset_index(drop=True)
    table = table if "row" in table else table.assign(row=np.arange(len(table)) + 1)
    for column in ("cash_flow", "income"):
        table[column] = _numbers(table, column) if column in table else 0.0
    table["nav_before"] = _numbers(table, "nav_before")
    _assert_dates(table)
    table = table.sort_values(["portfolio_id", "valuation_date"], kind="stable") if sort else table
    _assert_rising(table)
    if not allow_negative:
        _assert_not_negative(table)
    table["nav_derived"] = table["nav_before"] + table["cash_flow"]
    _assert_reconciles(table, "nav_after", table["nav_derived"])
    _assert_reconciles(table, "nav_initial", table.groupby("portfolio_id", sort=False)["nav_derived"].shift())
    table["nav_after"] = table["nav_derived"]
    columns = ["portfolio_id", "valuation_date", "nav_before", "cash_flow", "income", "nav_after"]
    return table.sort_values(["portfolio_id", "valuation_date"], kind="stable")[columns].reset_index(drop=True)


def _assert_columns(valuations: pd.DataFrame) -> None:
    missing = [name for name in ("portfolio_id", "valuation_date", "nav_before") if name not in valuations]
    if missing or valuations.empty:
        raise AnalysisError(
            f"the valuations lack {', '.join(missing)}" if missing else "there are no valuations",
            remedy="give one row per portfolio and day: portfolio_id, valuation_date, nav_before, cash_flow, income",
        )


def _numbers(table: pd.DataFrame, column: str) -> pd.Series:
    values = table[column]
    if not pd.api.types.is_numeric_dtype(values):
        raise AnalysisError(
            f"{column} holds text in row 1",
            remedy="read amounts with parse_amounts and the locale they were written in",
            value=values.iloc[0],
        )
    values = values.astype(float)
    bad = ~np.isfinite(values.to_numpy())
    if bad.any():
        row = int(np.argmax(bad))
        raise AnalysisError(
            f"{column} is empty or infinite in {_label(table, row)}",
            remedy="a flow without a valuation belongs in the flows table; nothing is filled in",
            value=float(values.iloc[row]),
        )
    return values


def _label(table: pd.DataFrame, row: int) -> str:
    line = table.iloc[row]
    day = pd.Timestamp(line["valuation_date"])
    return f"row {line['row']}, header not counted (portfolio {line['portfolio_id']}, {day:%Y-%m-%d})"


def _assert_dates(table: pd.DataFrame) -> None:
    empty = table["valuation_date"].isna() | table["portfolio_id"].isna()
    if empty.any():
        raise AnalysisError(
            f"portfolio or date is empty in row {table['row'].iloc[int(np.argmax(empty))]}",
            remedy="name both in each row",
        )
    twice = table.duplicated(["portfolio_id", "valuation_date"]).to_numpy()
    if twice.any():
        row = int(np.argmax(twice))
        raise AnalysisError(
            f"a date stands twice in {_label(table, row)}",
            remedy="give each portfolio its own portfolio_id, and add up flows of one day",
        )


def _assert_rising(table: pd.DataFrame) -> None:
    step = table.groupby("portfolio_id", sort=False)["valuation_date"].diff()
    falling = (step <= pd.Timedelta(0)).to_numpy()
    if falling.any():
        row = int(np.argmax(falling))
        raise AnalysisError(
            f"the dates do not rise in {_label(table, row)}",
            remedy="sort the table by date, or ask for it with sort=True",
        )


def _assert_not_negative(table: pd.DataFrame) -> None:
    negative = (table["nav_before"] < 0).to_numpy()
    if negative.any():
        row = int(np.argmax(negative))
        raise NegativeNAV(
            f"a portfolio is valued below zero in {_label(table, row)}",
            remedy="check the value, or allow it (allow_negative: true): the row is then marked as leveraged",
            value=float(table["nav_before"].iloc[row]),
        )


def _assert_reconciles(table: pd.DataFrame, given: str, derived: pd.Series) -> None:
    if given not in table:
        return
    off = ((table[given] - derived).abs() > TOLERANCE).to_numpy()
    if off.any():
        row = int(np.argmax(off))
        raise Reconciliation(
            f"{given} does not reconcile in {_label(table, row)}: "
            f"given {table[given].iloc[row]:.2f}, from the other columns {derived.iloc[row]:.2f}",
            remedy="nav_after = nav_before + cash_flow, and each nav_initial is the nav_after before it",
        )
