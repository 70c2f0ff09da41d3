"""A small company with prospects, leads, contacts and referrals as a report sees it; or with orders alone."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
from simulators.growth import AS_OF, sourced

from portfolio_lab.policy import Policy

FIRST_DAY = pd.Timestamp("2023-07-01")


def review_of(rng: np.random.Generator, *, n: int = 500, with_tables: bool = True) -> SimpleNamespace:
    """Return a review of ``n`` leads; those that were won stop after each order with a chance of one in ten."""
    people = sourced(rng, n=n, per_day={"referral": 0.02, "web": 0.01})
    orders = _orders(rng, people)
    tables = _tables(people) if with_tables else {}

    def snapshots(day: object = None) -> pd.DataFrame:
        return _snapshots(orders, people if with_tables else None, pd.Timestamp(day or AS_OF))

    params = SimpleNamespace(n_listed=5, n_bootstrap=50, seed=1)
    return SimpleNamespace(
        as_of=AS_OF.date(), policy=Policy(), params=params, order_days=lambda: orders, snapshots=snapshots,
        has=lambda name: name == "orders" or name in tables, table=lambda name: tables[name],
    )  # fmt: skip


def _orders(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for row in people[people["first_purchase_date"].notna()].itertuples():
        gaps = rng.exponential(1 / rng.gamma(2, 0.015), rng.geometric(0.1))
        days = np.unique(np.append(0, np.cumsum(gaps)).astype(int))
        dates = row.first_purchase_date + pd.to_timedelta(days, "D")
        size = rng.gamma(2, 50)
        parts.append(pd.DataFrame({"customer_id": row.customer_id, "order_date": dates, "amount": size}))
    orders = pd.concat(parts, ignore_index=True)
    orders = orders[orders["order_date"] <= AS_OF].reset_index(drop=True)
    return orders.assign(is_purchase_day=True, margin_amount=np.nan, n_orders=1, n_lines=1)


def _snapshots(orders: pd.DataFrame, people: pd.DataFrame | None, day: pd.Timestamp) -> pd.DataFrame:
    known = orders[orders["order_date"] <= day]
    grouped = known.groupby("customer_id")
    first, last = grouped["order_date"].min(), grouped["order_date"].max()
    year = known[known["order_date"] > day - pd.DateOffset(months=12)].groupby("customer_id")["amount"].sum()
    n = grouped.size()
    frame = pd.DataFrame(
        {
            "first_purchase_date": first, "last_purchase_date": last, "n_purchase_days": n,
            "amount": year.reindex(first.index).fillna(0.0).round(2), "amount_total": grouped["amount"].sum().round(2),
            "mean_gap_days": ((last - first).dt.days / (n - 1)).where(n > 1), "first_order_date": first,
        }
    )  # fmt: skip
    if people is not None:
        frame = people.drop(columns="first_purchase_date").set_index("customer_id").join(frame)
    frame = frame.rename_axis("customer_id").reset_index()
    counts = ("n_purchase_days", "amount", "amount_total")
    frame = frame.assign(**{name: frame[name].fillna(0) for name in counts})
    unknown = [name for name in ("created_date", "closed_date") if name not in frame]
    frame = frame.assign(**dict.fromkeys(unknown, pd.NaT), margin_amount=np.nan, last_contact_date=pd.NaT)
    place = np.arange(len(frame)) % 2
    potential = np.where(place == 0, 5_000.0, np.nan) if people is not None else np.nan
    return frame.assign(
        name=frame["customer_id"].where(place == 0, None), region=None, segment=np.where(place == 0, "a", "b"),
        salesperson_id="s0" if people is not None else None, potential_amount=potential,
        tenure_days=(day - frame["first_purchase_date"]).dt.days, n_order_lines=1,
    )  # fmt: skip


def _tables(people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    contacts = people[["customer_id"]].assign(
        contact_date=(people["created_date"] + pd.Timedelta(days=1)).astype("datetime64[s]"),
        direction="out",
        cost_amount=10.0,
    )
    later = contacts.assign(contact_date=pd.Timestamp("2026-05-01"))
    return {
        "customers": people[["customer_id", "closed_date"]],
        "salespeople": pd.DataFrame({"salesperson_id": ["s0"], "name": ["Ana"]}),
        "contacts": pd.concat([contacts, later], ignore_index=True),
    }
