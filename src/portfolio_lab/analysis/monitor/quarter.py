"""A period in money and in quality, beside the one before, the same a year ago and the target."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from portfolio_lab.analysis.monitor.exact import round_to_cents, to_millionths
from portfolio_lab.analysis.periods import Period

# Data that begin later than a tenth into a period do not show it.
COVERED_SHARE = 0.1


@dataclass(frozen=True)
class Totals:
    """One period: money in currency units to the cent; None where the data do not tell.

    ``n_customers``: those with a purchase. ``n_small``: of them, those of whom every order was small. ``n_families``:
    mean number of product families per customer with a purchase.
    """

    amount: float
    margin_amount: float | None
    n_customers: int
    n_small: int
    n_families: float | None
    n_due_deliveries: int
    n_on_time_deliveries: int

    @property
    def margin_rate(self) -> float | None:
        """Margin as a share of net sales."""
        return _ratio(self.margin_amount, self.amount)

    @property
    def amount_per_customer(self) -> float | None:
        """Net sales per customer with a purchase."""
        return _ratio(self.amount, self.n_customers)

    @property
    def margin_per_customer(self) -> float | None:
        """Margin per customer with a purchase."""
        return _ratio(self.margin_amount, self.n_customers)

    @property
    def small_share(self) -> float | None:
        """Share of the customers with a purchase who were won by small orders alone."""
        return _ratio(self.n_small, self.n_customers)

    @property
    def on_time_share(self) -> float | None:
        """Share of the deliveries due that had arrived by the day promised."""
        return _ratio(self.n_on_time_deliveries, self.n_due_deliveries)


def total_period(customers: pd.DataFrame, *, small_order_amount: float) -> Totals:
    """Return the totals of a period; ``customers``: contract ``CustomerPeriods``."""
    bought = customers[customers["n_purchase_days"] > 0]
    margin = customers["margin_amount"]
    is_known = len(margin) > 0 and bool(margin.notna().all())
    families = bought["n_families"]
    return Totals(
        amount=round_to_cents(to_millionths(customers["amount"]).sum()) / 100,
        margin_amount=round_to_cents(to_millionths(margin).sum()) / 100 if is_known else None,
        n_customers=len(bought),
        n_small=int((bought["largest_order_amount"] < small_order_amount).sum()),
        n_families=float(families.mean()) if len(families) and families.notna().all() else None,
        n_due_deliveries=int(customers["n_due_deliveries"].sum()),
        n_on_time_deliveries=int(customers["n_on_time_deliveries"].sum()),
    )


def is_covered(period: Period, first_order: date | None) -> bool:
    """Tell whether the data show a period: they begin before it, or in its first tenth."""
    return first_order is not None and (first_order - period.start).days <= COVERED_SHARE * period.n_days


def compute_change(value: float | None, base: float | None) -> float | None:
    """Return the change as a share of the base; None where either is not known or the base is not above zero."""
    return None if value is None or base is None or base <= 0 else value / base - 1


def tabulate_money(totals: Mapping[str, Totals], *, target: float | None = None) -> pd.DataFrame:
    """Return net sales, margin and customers of each period, and what the first one differs by.

    One row per period (column ``period``, in the order given), a last one for the target where there is one.
    """
    first = next(iter(totals.values()))
    rows = [
        {"period": name, "amount": one.amount, "change_share": compute_change(first.amount, one.amount),
         "margin_amount": one.margin_amount, "margin_rate": one.margin_rate, "n_customers": one.n_customers}
        for name, one in totals.items()
    ]  # fmt: skip
    rows[0]["change_share"] = None
    if target is not None:
        rows.append({"period": "Target", "amount": target, "change_share": compute_change(first.amount, target)})
    return pd.DataFrame(rows).astype({"change_share": float, "margin_amount": float, "margin_rate": float,
                                      "n_customers": "Int64"})  # fmt: skip


QUALITY = (
    "amount_per_customer", "margin_per_customer", "margin_rate", "n_families", "small_share", "on_time_share"
)  # fmt: skip


def tabulate_quality(totals: Mapping[str, Totals]) -> pd.DataFrame:
    """Return the quality of sales of each period. Grain: indicator (rows of ``QUALITY`` that are known) × period."""
    table = pd.DataFrame(
        {name: [getattr(one, indicator) for indicator in QUALITY] for name, one in totals.items()},
        index=pd.Index(QUALITY, name="indicator"),
        dtype=float,
    )
    return table[np.isfinite(table.iloc[:, 0])].reset_index()


def _ratio(part: float | None, whole: float) -> float | None:
    return None if part is None or not whole else part / whole
