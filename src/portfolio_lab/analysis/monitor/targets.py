"""Targets: what was to be sold in a period, from targets a month."""

from datetime import date

import pandas as pd


def sum_targets(targets: pd.DataFrame, *, start: date, end: date) -> float | None:
    """Return the sales wanted in [start, end) in currency units; None where a month of it has no target.

    ``targets``: month, amount and salesperson_id or team. Those of salespeople count, else those of teams: both are
    the same sales. A month that is in the period in part counts by its days.
    """
    months = pd.period_range(start, end, freq="M")
    days = {month: _days_inside(month, start, end) for month in months}
    parts = [_month_target(targets, month) for month, share in days.items() if share > 0]
    if not parts or any(part is None for part in parts):
        return None
    shares = [share for share in days.values() if share > 0]
    return round(sum(part * share for part, share in zip(parts, shares, strict=True)), 2)


def _days_inside(month: pd.Period, start: date, end: date) -> float:
    """The share of a month's days that lie in the period."""
    first, after = max(month.start_time, pd.Timestamp(start)), min((month + 1).start_time, pd.Timestamp(end))
    return max((after - first).days, 0) / month.days_in_month


def _month_target(targets: pd.DataFrame, month: pd.Period) -> float | None:
    inside = targets[(targets["month"].dt.to_period("M") == month) & targets["amount"].notna()]
    if inside.empty:
        return None
    people = inside["salesperson_id"].notna() if "salesperson_id" in inside else pd.Series(False, index=inside.index)
    return float((inside[people] if people.any() else inside)["amount"].sum())
