"""What winning a customer costs beside keeping one."""

from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd

from portfolio_lab.analysis.periods import Period, shift_months
from portfolio_lab.analysis.positivation import find_buyers
from portfolio_lab.analysis.textbook.findings import Finding
from portfolio_lab.analysis.textbook.ratios import compare_averages

BOOK = (2.0, 6.0)
FIRST, SECOND = ("winning_amount", "is_won"), ("keeping_amount", "is_kept")


def build_cost_rows(
    snapshots: pd.DataFrame, contacts: pd.DataFrame, order_days: pd.DataFrame, *, as_of: date
) -> pd.DataFrame:
    """Return the cost of the last twelve months by customer, before its first purchase and after it.

    Grain: customer: customer_id, winning_amount, is_won (first purchase in these months), keeping_amount, is_kept
    (bought in these and in the twelve months before). Winning: the recorded cost of acquisition of everybody who came
    in these months, won or not; where none is recorded, the cost of contacts before the first purchase. Keeping: the
    cost of contacts from the first purchase on. Money in currency units.
    """
    ends = [pd.Timestamp(shift_months(as_of, -months)) + pd.Timedelta(days=1) for months in (0, 12, 24)]
    year, before = (Period("year", start.date(), end.date(), "") for end, start in pairwise(ends))
    known = snapshots.set_index("customer_id")
    cost = _contact_costs(contacts, known["first_purchase_date"], period=year).reindex(known.index, fill_value=0.0)
    won = known["first_purchase_date"].between(ends[1], ends[0], inclusive="left")
    kept = pd.Series(known.index.isin(find_buyers(order_days, period=year)), known.index)
    kept &= known.index.isin(find_buyers(order_days, period=before))
    winning = cost["before"]
    if "acquisition_cost_amount" in known and known["acquisition_cost_amount"].notna().any():
        came = known["created_date"].fillna(known["first_purchase_date"]).between(ends[1], ends[0], inclusive="left")
        winning = known["acquisition_cost_amount"].fillna(0.0).where(came, 0.0)
    table = pd.DataFrame({"winning_amount": winning, "is_won": won, "keeping_amount": cost["after"], "is_kept": kept})
    return table.reset_index()


def compare_costs(rows: pd.DataFrame, *, n_bootstrap: int, seed: int) -> Finding:
    """Return how many times keeping one customer for a year it costs to win one, against the textbook's 2 to 6."""
    if not rows["is_won"].any() or not rows["is_kept"].any():
        return Finding(
            "winning_cost", "times", *BOOK, lacks="customers won and customers kept in the last twelve months"
        )
    if rows["winning_amount"].sum() <= 0 or rows["keeping_amount"].sum() <= 0:
        return Finding("winning_cost", "times", *BOOK, lacks="the cost of contacts and of acquisition")
    found = compare_averages(rows, first=FIRST, second=SECOND, n_bootstrap=n_bootstrap, seed=seed)
    return Finding("winning_cost", "times", *BOOK, **found, n=int(rows["is_won"].sum()), of="customers won")


def _contact_costs(contacts: pd.DataFrame, first_purchase: pd.Series, *, period: Period) -> pd.DataFrame:
    """Cost of the contacts of a period by customer: before and from the first purchase on."""
    day = contacts["contact_date"]
    inside = contacts[(day >= pd.Timestamp(period.start)) & (day < pd.Timestamp(period.end))]
    is_customer = inside["contact_date"] >= inside["customer_id"].map(first_purchase)
    cost = inside["cost_amount"].fillna(0.0)
    parts = {"before": cost.where(~is_customer, 0.0), "after": cost.where(is_customer, 0.0)}
    grouped = pd.DataFrame(parts).groupby(inside["customer_id"].to_numpy()).sum()
    return grouped.astype(np.float64)
