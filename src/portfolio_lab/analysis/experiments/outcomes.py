"""What customers did in the window of a plan, and in a window of the same length before it."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.verdicts import Kind
from portfolio_lab.errors import AnalysisError

# What a plan may be judged by: at least one purchase in its window, or what was sold or earned in it.
OUTCOMES: dict[str, tuple[Kind, str]] = {
    "purchase": ("binary", "is_buyer"),
    "retention": ("binary", "is_buyer"),
    "positivation": ("binary", "is_buyer"),
    "reactivation": ("binary", "is_buyer"),
    "amount": ("amount", "amount"),
    "sales": ("amount", "amount"),
    "margin": ("amount", "margin_amount"),
}


def find_outcome(outcome: str) -> tuple[Kind, str]:
    """Return the kind of an outcome and the column of ``build_outcomes`` that has it.

    Raises AnalysisError for an outcome that cannot be read from orders.
    """
    if outcome not in OUTCOMES:
        remedy = f"write one of {', '.join(OUTCOMES)} in the table plans"
        raise AnalysisError("an outcome that orders do not show", remedy=remedy, value=outcome)
    return OUTCOMES[outcome]


def build_outcomes(order_days: pd.DataFrame, starts: pd.DataFrame, *, horizon_days: float) -> pd.DataFrame:
    """Return what each customer did in [start_date, start_date + horizon_days), in the order of ``starts``.

    One row per row of ``starts`` (customer_id, start_date): is_buyer (0/1), n_orders, amount, margin_amount (empty
    where a margin is not known). Without an order: zeros. ``order_days`` as in the measure of that name.
    """
    left = starts[["customer_id", "start_date"]].reset_index(drop=True).rename_axis("row").reset_index()
    both = left.merge(_within(order_days, left["start_date"], horizon_days=horizon_days), on="customer_id")
    age = (both["order_date"] - both["start_date"]).dt.days
    inside = both[(age >= 0) & (age < horizon_days)]
    inside = inside.assign(is_unknown=inside["margin_amount"].isna())
    sums = inside.groupby("row").agg(
        is_buyer=("is_purchase_day", "max"),
        n_orders=("n_orders", "sum"),
        amount=("amount", "sum"),
        margin_amount=("margin_amount", "sum"),
        is_unknown=("is_unknown", "any"),
    )
    sums["margin_amount"] = sums["margin_amount"].mask(sums["is_unknown"])
    whole = sums.reindex(left["row"])
    known = whole.index.isin(sums.index)
    margin = whole["margin_amount"].where(known, 0.0).astype(float)
    rows = pd.DataFrame(
        {
            "is_buyer": (whole["is_buyer"] == 1).astype(float),
            "n_orders": whole["n_orders"].fillna(0.0).astype(float),
            "amount": whole["amount"].fillna(0.0).astype(float),
            "margin_amount": margin,
        }
    )
    return rows.set_axis(np.arange(len(rows)), axis=0)


def _within(order_days: pd.DataFrame, starts: pd.Series, *, horizon_days: float) -> pd.DataFrame:
    """The order days that can lie in any of the windows: the others need not be set beside them."""
    day = order_days["order_date"]
    return order_days[(day >= starts.min()) & (day < starts.max() + pd.Timedelta(days=horizon_days))]
