"""From order days and stays to positions: every customer valued on every valuation day, on one frozen basis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from portfolio_lab.analysis.purchase_models.fitting import Family, fit_purchase_model
from portfolio_lab.analysis.purchase_models.gamma_gamma import build_spends, compute_expected_spend, fit_gamma_gamma
from portfolio_lab.analysis.purchase_models.histories import build_histories
from portfolio_lab.analysis.twr.positions import derive_owners
from portfolio_lab.analysis.value.customers import ValueBasis, compute_discounted_purchases
from portfolio_lab.analysis.value.discounting import DAYS_PER_MONTH, TimingCase
from portfolio_lab.errors import AnalysisError


def fit_value_basis(
    order_days: pd.DataFrame,
    *,
    as_of: date,
    family: Family,
    amount: str,
    discount_rate: float,
    horizon_months: int | None,
    timing_case: TimingCase,
) -> ValueBasis:
    """Return the basis fitted to what was known at as_of; nothing later enters. ``amount``: the column of the margin.

    Raises AnalysisError when the models cannot be fitted to that history.
    """
    return ValueBasis(
        model=fit_purchase_model(build_histories(order_days, as_of=as_of), family=family),
        spend=fit_gamma_gamma(build_spends(order_days, amount=amount, as_of=as_of)),
        discount_rate=discount_rate,
        horizon_months=horizon_months,
        timing_case=timing_case,
    )


def build_customers_at(
    order_days: pd.DataFrame, *, dates: Sequence[date], amount: str, closed: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return history and mean margin of each customer known by each day; grain: valuation_date × customer_id.

    Columns valuation_date, customer_id, n_repeats, last_repeat_days, tenure_days, n_purchases, mean_amount, is_closed,
    margin_amount (since the day before in ``dates``; before the first: none). ``closed``: customer_id, closed_date.
    """
    days = order_days.sort_values(["customer_id", "order_date"])
    code, customers = pd.factorize(days["customer_id"])
    bought = days["is_purchase_day"].to_numpy(bool)
    first = days["order_date"].where(bought).groupby(code).min().to_numpy()
    grid = _Grid(code, _to_days(days["order_date"]), bought, days[amount].to_numpy(float))
    parts = [_at(grid, first, before, day) for before, day in zip([None, *dates[:-1]], dates, strict=True)]
    table = pd.concat(parts, ignore_index=True)
    table["customer_id"] = customers.to_numpy()[table.pop("code")]
    closing = pd.Series(dtype="datetime64[ns]") if closed is None else closed.set_index("customer_id")["closed_date"]
    closed_date = table["customer_id"].map(closing)
    return table.assign(is_closed=closed_date.notna() & (closed_date <= table["valuation_date"]))


@dataclass(frozen=True)
class _Grid:
    """Order days by customer and day, in order, so that any day's totals are found by search instead of by grouping."""

    code: np.ndarray
    day: np.ndarray
    bought: np.ndarray
    amount: np.ndarray

    def totals_until(self, day: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Purchase days, last purchase day and sum of amounts of every customer up to and including the day."""
        n = self.code[-1] + 1
        known = self.day <= day
        purchases = known & self.bought
        count = np.bincount(self.code[purchases], minlength=n)
        total = np.bincount(self.code[known], weights=self.amount[known], minlength=n)
        last = np.zeros(n, dtype=np.int64)
        last[self.code[purchases]] = self.day[purchases]
        return count, last, total


def _to_days(dates: pd.Series) -> np.ndarray:
    return dates.to_numpy().astype("datetime64[D]").astype(np.int64)


def _at(grid: _Grid, first: np.ndarray, before: date | None, day: date) -> pd.DataFrame:
    """One row per customer with a purchase up to the day."""
    today = int(np.datetime64(day).astype(np.int64))
    count, last, total = grid.totals_until(today)
    collected = total - grid.totals_until(int(np.datetime64(before).astype(np.int64)))[2] if before else total * 0.0
    known = np.flatnonzero(count > 0)
    start = _to_days(pd.Series(first[known]))
    return pd.DataFrame(
        {
            "valuation_date": pd.Timestamp(day),
            "code": known,
            "n_repeats": count[known] - 1.0,
            "last_repeat_days": (last[known] - start).astype(float),
            "tenure_days": (today - start).astype(float),
            "n_purchases": count[known].astype(float),
            "mean_amount": total[known] / count[known],
            "margin_amount": collected[known],
        }
    )


def build_positions(
    customers: pd.DataFrame,
    assignments: pd.DataFrame,
    *,
    basis: ValueBasis,
    new_basis: ValueBasis | None = None,
    new_values: pd.DataFrame | None = None,
    newcomers: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the positions of every salesperson on every valuation day (Positions): valuation_date × customer_id.

    ``customers``: what build_customers_at returned. A closed customer is worth 0. The horizon of the basis ends on one
    day for all valuations (counted from the first), for a horizon that moves on would pay a return for waiting. With
    ``new_basis`` the last day is valued on both: its value is the new one with a whole horizon, old_basis_amount the
    old one, so that the change is a line of its own. ``new_values`` (customer_id, value_amount): at what new customers
    come in on their first valuation day (old_basis_amount); they are held at the model's value from the same day on,
    and the difference is a change of basis too, in nobody's return. ``newcomers`` (customer_id, value_amount): who is
    new on the last day and what the value book holds them at on the new basis, so that both reports close alike.
    Raises AnalysisError for missing margins or an ended horizon.
    """
    if not np.isfinite(customers["margin_amount"].to_numpy(float)).all():
        raise AnalysisError("a margin is empty", remedy="use the amount where the data have no margin")
    first = customers["valuation_date"].min()
    parts = [_value(table, basis, since=first) for _, table in customers.groupby("valuation_date", sort=False)]
    values = pd.concat(parts).reindex(customers.index)
    came_at = _put_new_values(values, customers, new_values)
    table = customers.assign(value_amount=values, old_basis_amount=came_at, basis_id=basis.basis_id)
    if new_basis is not None:
        day = table["valuation_date"].max()
        last = table["valuation_date"] == day
        closing = _value(table[last], new_basis, since=day)
        if newcomers is not None:
            given = table.loc[last, "customer_id"].map(newcomers.set_index("customer_id")["value_amount"])
            closing = closing.mask(given.notna(), given)
        table.loc[last, "value_amount"] = closing
        table.loc[last, "basis_id"] = new_basis.basis_id
    columns = ["valuation_date", "customer_id", "value_amount", "margin_amount", "basis_id", "old_basis_amount"]
    return derive_owners(table[columns], assignments)


def _put_new_values(values: pd.Series, customers: pd.DataFrame, new_values: pd.DataFrame | None) -> pd.Series:
    """The values with those of new customers on their first valuation day replaced; never on the table's first day."""
    if new_values is None:
        return values
    is_first = ~customers.duplicated("customer_id") & (customers["valuation_date"] > customers["valuation_date"].min())
    given = customers["customer_id"].map(new_values.set_index("customer_id")["value_amount"])
    return values.mask(is_first & given.notna() & ~customers["is_closed"], given)


def _value(customers: pd.DataFrame, basis: ValueBasis, *, since: pd.Timestamp) -> pd.Series:
    """Values of one day, over what is left of the horizon that was whole on the day ``since``."""
    elapsed = (customers["valuation_date"].iloc[0] - since).days / DAYS_PER_MONTH
    left = None if basis.horizon_months is None else basis.horizon_months - elapsed
    if left is not None and left <= 0:
        raise AnalysisError("the horizon of the basis ends before the last valuation", remedy="lengthen it", value=left)
    bought = compute_discounted_purchases(
        customers,
        model=basis.model,
        discount_rate=basis.discount_rate,
        horizon_months=left,
        timing_case=basis.timing_case,
    )
    return (bought * compute_expected_spend(customers, model=basis.spend)).where(~customers["is_closed"], 0.0)
