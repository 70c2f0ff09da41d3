"""What an order of an old customer leaves, beside an order of a new one."""

from datetime import date

import pandas as pd

from portfolio_lab.analysis.periods import shift_months
from portfolio_lab.analysis.textbook.findings import Finding
from portfolio_lab.analysis.textbook.ratios import compare_averages

NEW_DAYS, OLD_DAYS = 365, 730
PER_ORDER = {"first": ("old_margin_amount", "n_old_orders"), "second": ("new_margin_amount", "n_new_orders")}
PER_AMOUNT = {"first": ("old_margin_amount", "old_amount"), "second": ("new_margin_amount", "new_amount")}
LACKS = "orders with their margin, of customers in their first year and of those of more than two years"


def build_margin_rows(order_days: pd.DataFrame, known_since: pd.Series, *, as_of: date) -> pd.DataFrame:
    """Return margin, sales and orders of the last twelve months by customer, from when it was new and when it was old.

    Grain: customer: customer_id, new_margin_amount, new_amount, n_new_orders (first year), old_margin_amount,
    old_amount, n_old_orders (from the third year on). ``known_since``: date by customer_id from which it is known;
    orders whose margin is not known are left out.
    """
    start = pd.Timestamp(shift_months(as_of, -12))
    day = order_days["order_date"]
    rows = order_days[(day > start) & (day <= pd.Timestamp(as_of)) & order_days["margin_amount"].notna()]
    age = (rows["order_date"] - rows["customer_id"].map(known_since)).dt.days
    parts = {}
    for name, is_in in (("new", (age >= 0) & (age < NEW_DAYS)), ("old", age >= OLD_DAYS)):
        parts[f"{name}_margin_amount"] = rows["margin_amount"].where(is_in, 0.0)
        parts[f"{name}_amount"] = rows["amount"].where(is_in, 0.0)
        parts[f"n_{name}_orders"] = rows["n_orders"].where(is_in, 0)
    return pd.DataFrame(parts).groupby(rows["customer_id"].to_numpy()).sum().rename_axis("customer_id").reset_index()


def compare_margins(rows: pd.DataFrame, *, n_bootstrap: int, seed: int) -> Finding:
    """Return the margin of an order of an old customer over that of a new one, against the textbook's "less" (< 1)."""
    return _compare(rows, "old_margin", PER_ORDER, n_bootstrap=n_bootstrap, seed=seed)


def compare_margin_rates(rows: pd.DataFrame, *, n_bootstrap: int, seed: int) -> Finding:
    """Return the margin in 100 of sales of old customers over that of new ones: the same saying without order size."""
    return _compare(rows, "old_margin_rate", PER_AMOUNT, n_bootstrap=n_bootstrap, seed=seed)


def _compare(
    rows: pd.DataFrame, saying: str, averages: dict[str, tuple[str, str]], *, n_bootstrap: int, seed: int
) -> Finding:
    if not rows["n_new_orders"].sum() or not rows["n_old_orders"].sum():
        return Finding(saying, "times", 0.0, 1.0, lacks=LACKS)
    found = compare_averages(rows, **averages, n_bootstrap=n_bootstrap, seed=seed)
    n = int(rows["n_new_orders"].sum() + rows["n_old_orders"].sum())
    return Finding(saying, "times", 0.0, 1.0, **found, n=n, of="orders")
