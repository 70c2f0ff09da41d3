"""What customers buy after they have come back, beside what they bought before they went silent."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.textbook.findings import Finding
from portfolio_lab.analysis.textbook.ratios import compare_averages

SPAN_DAYS, MIN_RETURNED = 180, 20
EPOCH = pd.Timestamp("1900-01-01")
DAY_SPACE = 1_000_000  # more than the days of any history, so that customers do not run into one another


def build_return_rows(order_days: pd.DataFrame, inactive_days: pd.Series, *, as_of: object) -> pd.DataFrame:
    """Return what each customer who came back bought before its silence and after it.

    Grain: customer and return: customer_id, left_date (last purchase before), return_date, before_amount and
    after_amount: net sales of 180 days that end with the last purchase and that begin with the first one after; each
    span holds one purchase that is there by definition. ``inactive_days``: silent days that make each customer_id
    inactive. Spans that the history does not cover whole are left out.
    """
    span, day = pd.Timedelta(days=SPAN_DAYS - 1), pd.Timestamp(as_of)
    known = order_days[order_days["order_date"] <= day].sort_values(["customer_id", "order_date"])
    bought = known[known["is_purchase_day"]]
    first = bought.groupby("customer_id")["order_date"].transform("min")
    before = bought.groupby("customer_id")["order_date"].shift()
    silent = (bought["order_date"] - before).dt.days
    is_return = silent >= bought["customer_id"].map(inactive_days)
    covered = (before - span >= first) & (bought["order_date"] + span <= day)
    rows = pd.DataFrame(
        {"customer_id": bought["customer_id"], "left_date": before, "return_date": bought["order_date"]}
    )
    rows = rows[is_return & covered].reset_index(drop=True)
    ids, left, back = rows["customer_id"], rows["left_date"], rows["return_date"]
    return rows.assign(
        before_amount=_sum_between(known, ids, left - span, left),
        after_amount=_sum_between(known, ids, back, back + span),
    )


def compare_returned(rows: pd.DataFrame, *, n_bootstrap: int, seed: int) -> Finding:
    """Return sales after the return over those before the silence, against the textbook's "more" (> 1)."""
    book = ("returned", "times", 1.0, np.inf)
    if len(rows) < MIN_RETURNED:
        return Finding(
            *book, n=len(rows), of="returns", lacks=f"{MIN_RETURNED} customers who went silent and came back"
        )
    by_customer = rows.assign(one=1.0).groupby("customer_id")[["before_amount", "after_amount", "one"]].sum()
    first, second = ("after_amount", "one"), ("before_amount", "one")
    found = compare_averages(by_customer, first=first, second=second, n_bootstrap=n_bootstrap, seed=seed)
    return Finding(*book, **found, n=len(rows), of="returns")


def _sum_between(known: pd.DataFrame, ids: pd.Series, start: pd.Series, end: pd.Series) -> np.ndarray:
    """Net sales of each id from its start to its end, both days included; ``known`` sorted by customer and day."""
    codes, customers = pd.factorize(known["customer_id"])
    key = codes.astype(np.int64) * DAY_SPACE + _days(known["order_date"])
    totals = np.concatenate([[0.0], known["amount"].to_numpy(float).cumsum()])
    code = pd.Index(customers).get_indexer(ids).astype(np.int64) * DAY_SPACE
    low = np.searchsorted(key, code + _days(start), side="left")
    high = np.searchsorted(key, code + _days(end), side="right")
    return np.round(totals[high] - totals[low], 2)


def _days(dates: pd.Series) -> np.ndarray:
    return (dates - EPOCH).dt.days.to_numpy()
