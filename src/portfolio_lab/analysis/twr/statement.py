"""The customer equity statement: how the value of a portfolio came from its opening to its closing.

Opening + unwind + experience - income + new + transfers in - transfers out + basis change = closing.
Layout after the movement analysis of insurers (MCEV principles, CFO Forum).
"""

from itertools import pairwise

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.twr.day_counts import DayCount, count_years
from portfolio_lab.analysis.twr.positions import prepare_positions
from portfolio_lab.errors import AnalysisError

LINES = [
    "opening", "unwind", "experience", "income", "new", "transfer_in", "transfer_out", "basis_change", "closing",
]  # fmt: skip
TOLERANCE = 1e-9


class EquityStatement(pa.DataFrameModel):
    """One row per portfolio and valuation day after the first; currency units. ``new_margin``: memo, not in the sum:
    margin of new customers before their first valuation, which belongs to winning them."""

    portfolio_id: Series[object]
    start_date: Series[pd.Timestamp]
    valuation_date: Series[pd.Timestamp]
    opening: Series[float]
    unwind: Series[float]
    experience: Series[float]
    income: Series[float]
    new: Series[float]
    transfer_in: Series[float]
    transfer_out: Series[float]
    basis_change: Series[float]
    closing: Series[float]
    new_margin: Series[float]
    n_customers: Series[int]


def build_statement(positions: pd.DataFrame, *, discount_rate: float, day_count: DayCount = "ACT/365F") -> pd.DataFrame:
    """Return the equity statement of every portfolio between its valuations (EquityStatement).

    Grain: portfolio_id × valuation_date. ``positions``: Positions. ``n_customers``: held during the period.
    Raises AnalysisError when the positions are refused or the statement does not close to 1e-9 of its values.
    """
    table = prepare_positions(positions)
    dates = np.sort(table["valuation_date"].unique())
    if len(dates) < 2:
        raise AnalysisError("a single valuation has no movement", remedy="value the portfolios on two days or more")
    held = table[table["opening_cents"].notna()].rename(columns={"held_by": "portfolio_id"})
    growth = [(1 + discount_rate) ** count_years(_day(a), _day(b), day_count=day_count) - 1 for a, b in pairwise(dates)]
    unwind = held["opening_cents"] * np.array(growth)[held["step"].to_numpy() - 1]
    lines = held.assign(
        opening=held["opening_cents"],
        unwind=unwind,
        experience=held["old_cents"] + held["margin_cents"] - held["opening_cents"] - unwind,
        income=held["margin_cents"],
        basis_change=held["value_cents"] - held["old_cents"],
        n_customers=1,
    )
    keys = ["portfolio_id", "step"]
    own = lines.groupby(keys)[["opening", "unwind", "experience", "income", "basis_change", "n_customers"]].sum()
    statement = pd.concat([own, _flow_lines(table), _closings(table)], axis=1).fillna(0.0).reset_index()
    statement["basis_change"] += statement.pop("new_basis_change")
    statement = _to_currency(statement[statement["step"] > 0], dates)
    _assert_closes(statement)
    return statement


def _day(value: np.datetime64) -> object:
    return pd.Timestamp(value).date()


def _flow_lines(table: pd.DataFrame) -> pd.DataFrame:
    """New customers and transfers, in cents, per portfolio and step."""
    new = table[table["opening_cents"].isna()].rename(columns={"portfolio_after": "portfolio_id"})
    new = new.assign(gap_cents=new["value_cents"] - new["old_cents"])
    moved = table[table["opening_cents"].notna() & (table["portfolio_before"] != table["portfolio_after"])]
    parts = {
        "new": (new, "portfolio_id", "old_cents"),
        "new_basis_change": (new, "portfolio_id", "gap_cents"),
        "new_margin": (new, "portfolio_id", "margin_cents"),
        "transfer_in": (moved, "portfolio_after", "value_cents"),
        "transfer_out": (moved, "portfolio_before", "value_cents"),
    }
    sums = [rows.groupby([side, "step"])[cents].sum().rename(name) for name, (rows, side, cents) in parts.items()]
    return pd.concat([part.rename_axis(["portfolio_id", "step"]) for part in sums], axis=1)


def _closings(table: pd.DataFrame) -> pd.Series:
    closing = table.groupby(["portfolio_after", "step"])["value_cents"].sum().rename("closing")
    return closing.rename_axis(["portfolio_id", "step"])


def _to_currency(statement: pd.DataFrame, dates: np.ndarray) -> pd.DataFrame:
    step = statement["step"].to_numpy(int)
    money = {name: statement[name].to_numpy(float) / 100 for name in [*LINES, "new_margin"]}
    return (
        pd.DataFrame(
            {
                "portfolio_id": statement["portfolio_id"].to_numpy(),
                "start_date": dates[step - 1],
                "valuation_date": dates[step],
                **money,
                "n_customers": statement["n_customers"].to_numpy(int),
            }
        )
        .sort_values(["portfolio_id", "valuation_date"])
        .reset_index(drop=True)
    )


def compute_closing_gap(statement: pd.DataFrame) -> pd.Series:
    """Return what is missing between the movements and the closing value, per row, currency units: zero when right."""
    s = statement
    moved = s["opening"] + s["unwind"] + s["experience"] - s["income"] + s["new"]
    return moved + s["transfer_in"] - s["transfer_out"] + s["basis_change"] - s["closing"]


def _assert_closes(statement: pd.DataFrame) -> None:
    gap = compute_closing_gap(statement).abs()
    size = statement[["opening", "closing", "transfer_out", "income"]].abs().max(axis=1).clip(lower=1.0)
    if (gap > TOLERANCE * size).any():
        row = statement.iloc[int(np.argmax((gap / size).to_numpy()))]
        raise AnalysisError(
            f"the statement of {row['portfolio_id']} does not close on {row['valuation_date']:%Y-%m-%d}",
            remedy="give every customer a row on every valuation day",
            value=float(gap.max()),
        )


def build_valuations(statement: pd.DataFrame) -> pd.DataFrame:
    """Return the valuation table of the portfolios, ready for compute_returns; grain: portfolio_id × valuation_date.

    nav_before is on the old basis; new customers, transfers and the change of basis are flows, so that none of them
    is a return. The first row of each portfolio is its opening.
    """
    later = pd.DataFrame(
        {
            "portfolio_id": statement["portfolio_id"],
            "valuation_date": statement["valuation_date"],
            "nav_before": statement["opening"] + statement["unwind"] + statement["experience"] - statement["income"],
            "cash_flow": statement[["new", "transfer_in", "basis_change"]].sum(axis=1) - statement["transfer_out"],
            "income": statement["income"],
        }
    )
    first = statement.groupby("portfolio_id", sort=True).first().reset_index()
    opening = pd.DataFrame(
        {
            "portfolio_id": first["portfolio_id"],
            "valuation_date": first["start_date"],
            "nav_before": first["opening"],
            "cash_flow": 0.0,
            "income": 0.0,
        }
    )
    table = pd.concat([opening, later]).sort_values(["portfolio_id", "valuation_date"]).reset_index(drop=True)
    money = ["nav_before", "cash_flow", "income"]
    return table.assign(**{name: (table[name] * 100).round() / 100 for name in money})


def summarise_statement(statement: pd.DataFrame) -> pd.DataFrame:
    """Return the statement of each portfolio over all its periods; grain: portfolio_id.

    Opening of the first period, closing of the last, everything between added up; n_customers: held in the last period.
    """
    grouped = statement.groupby("portfolio_id", sort=True)
    first, last, total = grouped.first(), grouped.last(), grouped[[*LINES, "new_margin"]].sum()
    return total.assign(
        start_date=first["start_date"],
        valuation_date=last["valuation_date"],
        opening=first["opening"],
        closing=last["closing"],
        n_customers=last["n_customers"],
    ).reset_index()[list(EquityStatement.to_schema().columns)]


def summarise_periods(statement: pd.DataFrame, *, frequency: str) -> pd.DataFrame:
    """Return the statement by calendar period (``M``, ``Q``, ``Y``); grain: portfolio_id × period.

    Opening at the period's first valuation, closing at its last, everything between added up. Column period is text.
    """
    period = statement["valuation_date"].dt.to_period(frequency).astype(str)
    parts = [summarise_statement(rows).assign(period=name) for name, rows in statement.groupby(period, sort=True)]
    table = pd.concat(parts, ignore_index=True)
    return table[
        ["portfolio_id", "period", *[name for name in table.columns if name not in ("portfolio_id", "period")]]
    ]
