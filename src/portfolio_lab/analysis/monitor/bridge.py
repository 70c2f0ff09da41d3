"""The bridge of net sales between two periods: who is new, returned, grown, shrunk and lost, to the cent."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.monitor.exact import round_parts, round_to_cents, to_millionths

STEPS = ("new", "between", "returned", "grown", "unchanged", "shrunk", "lost", "credits")
KEPT = ("grown", "unchanged", "shrunk")


class Changes(pa.DataFrameModel):
    """One row per customer with an order line in either period; money in currency units, not rounded.

    new: first purchase ever in this period; between: bought now, first purchase after the base period and before this
    one (nobody where one follows the other); returned: bought now, not in the base, but before; grown, unchanged,
    shrunk: bought in both; lost: bought in the base and not now; credits: no purchase in either.
    ``price_amount`` is empty where no product was bought in both, or quantities are not known.
    """

    customer_id: Series[str] = pa.Field(unique=True)
    step: Series[str] = pa.Field(isin=STEPS)
    base_amount: Series[float]
    amount: Series[float]
    price_amount: Series[float] = pa.Field(nullable=True)


class Bridge(pa.DataFrameModel):
    """One row per step, in the order of ``STEPS``; money to the cent, ``change_amount`` adds up to the change.

    ``price_amount`` and ``volume_amount`` divide the change of customers who bought in both; else they are empty.
    """

    step: Series[str] = pa.Field(isin=STEPS, unique=True)
    n_customers: Series[np.int64] = pa.Field(ge=0)
    base_amount: Series[float]
    amount: Series[float]
    change_amount: Series[float]
    price_amount: Series[float] = pa.Field(nullable=True)
    volume_amount: Series[float] = pa.Field(nullable=True)


@dataclass(frozen=True)
class Retention:
    """What is left of the sales of the base period, as shares of it; None where nothing was sold then.

    ``gross_share`` counts only what shrank or was lost, ``net_share`` also what the same customers grew by.
    """

    n_customers: int
    base_amount: float
    gross_share: float | None
    net_share: float | None


def build_changes(
    now: pd.DataFrame, base: pd.DataFrame, first_purchase_dates: pd.Series, prices: pd.DataFrame | None = None, *,
    base_end: object, start: object,
) -> pd.DataFrame:  # fmt: skip
    """Return the step and the amounts of every customer with an order line in either period; contract ``Changes``.

    ``now`` and ``base``: contract ``CustomerPeriods``; ``first_purchase_dates``: by customer_id; ``prices``: contract
    ``PriceEffects``, None without quantities; ``base_end``: the first day after the base period; ``start``: the
    first day of this one.
    """
    merged = _with_lines(now).merge(_with_lines(base), on="customer_id", how="outer", suffixes=("", "_base"))
    amounts = merged[["amount", "amount_base"]].fillna(0.0)
    bought, bought_base = (merged[name].fillna(0) > 0 for name in ("n_purchase_days", "n_purchase_days_base"))
    first = pd.to_datetime(merged["customer_id"].map(first_purchase_dates))
    is_new, is_later = first.isna() | (first >= pd.Timestamp(start)), first >= pd.Timestamp(base_end)
    came = bought & ~bought_base
    change = to_millionths(amounts["amount"]) - to_millionths(amounts["amount_base"])
    step = np.select(
        [came & is_new, came & is_later, came, ~bought & bought_base, ~bought, change > 0, change < 0],
        ["new", "between", "returned", "lost", "credits", "grown", "shrunk"],
        default="unchanged",
    )
    found = merged[["customer_id"]].assign(step=step, base_amount=amounts["amount_base"], amount=amounts["amount"])
    known = None if prices is None else prices.set_index("customer_id")["price_amount"]
    price = np.nan if known is None else found["customer_id"].map(known)
    return Changes.validate(found.assign(price_amount=pd.Series(price, index=found.index, dtype=float)))


def summarise_bridge(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the steps from the net sales of the base to those of the period; contract ``Bridge``."""
    before, after = to_millionths(changes["base_amount"]), to_millionths(changes["amount"])
    by_step = (
        pd.DataFrame({"step": changes["step"], "base": before, "now": after, "change": after - before})
        .groupby("step")
        .sum()
        .reindex(STEPS, fill_value=0)
    )
    base, now = round_to_cents(before.sum()), round_to_cents(after.sum())
    change = round_parts(by_step["change"], total_cents=now - base)
    starts = round_parts(by_step["base"], total_cents=base)
    price = _sum_prices(changes)
    table = pd.DataFrame(
        {
            "n_customers": changes["step"].value_counts().reindex(STEPS, fill_value=0).astype(np.int64),
            "base_amount": starts / 100,
            "amount": (starts + change) / 100,
            "change_amount": change / 100,
            "price_amount": price / 100,
            "volume_amount": (change - price) / 100,
        },
        index=pd.Index(STEPS, name="step"),
    )
    return Bridge.validate(table.reset_index())


def compute_retention(bridge: pd.DataFrame) -> Retention:
    """Return gross and net revenue retention of the customers who bought in the base period."""
    rows = bridge.set_index("step").loc[[*KEPT, "lost"]]
    base, n = round(float(rows["base_amount"].sum()), 2), int(rows["n_customers"].sum())
    if base <= 0:
        return Retention(n, base, None, None)
    left = base + rows.loc[["shrunk", "lost"], "change_amount"].sum()
    return Retention(n, base, float(left / base), float((left + rows.loc["grown", "change_amount"]) / base))


def _with_lines(period: pd.DataFrame) -> pd.DataFrame:
    """Customers with an order line; one with nothing but a delivery due ordered in another period."""
    return period.loc[period["n_orders"] > 0, ["customer_id", "amount", "n_purchase_days"]]


def _sum_prices(changes: pd.DataFrame) -> pd.Series:
    """Price in whole cents by step; NaN for steps that compare nothing and where no price is known at all."""
    known = changes[changes["step"].isin(KEPT) & changes["price_amount"].notna()]
    cents = to_millionths(known["price_amount"]).groupby(known["step"]).sum().map(round_to_cents)
    filled = cents.reindex(KEPT, fill_value=0) if len(known) else cents
    return filled.reindex(STEPS).astype(float)
