"""Referrals: how many new customers were brought by old ones, what they bring, and who brought them."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.intervals import compute_clustered_mean, compute_share_interval


def measure_referrals(leads: pd.DataFrame, amounts: pd.Series, *, since: pd.Timestamp) -> dict[str, float]:
    """Return the part of referrals among leads and among the customers won since a day, and their part of the sales.

    lead_share, lead_low, lead_high (all leads, Wilson), n_leads, n_won, n_won_referred, won_share, won_low, won_high,
    amount_share (of what those won have bought). ``leads`` of ``build_leads``; ``amounts`` by customer_id, currency.
    """
    won = leads[leads["is_won"] & (leads["first_purchase_date"] > pd.Timestamp(since))]
    bought = won["customer_id"].map(amounts).fillna(0.0)
    n_referred, n_won_referred = int(leads["is_referred"].sum()), int(won["is_referred"].sum())
    low, high = compute_share_interval(n_referred, len(leads))
    won_low, won_high = compute_share_interval(n_won_referred, len(won))
    total = bought.clip(lower=0).sum()
    return {
        "n_leads": len(leads),
        "lead_share": n_referred / len(leads) if len(leads) else np.nan,
        "lead_low": low,
        "lead_high": high,
        "n_won": len(won),
        "n_won_referred": n_won_referred,
        "won_share": n_won_referred / len(won) if len(won) else np.nan,
        "won_low": won_low,
        "won_high": won_high,
        "amount_share": float(bought.clip(lower=0)[won["is_referred"]].sum() / total) if total else np.nan,
    }


def compare_referred(leads: pd.DataFrame, year_amounts: pd.Series) -> pd.DataFrame:
    """Return what customers brought by others and all other new ones buy in their first year, on average.

    Grain: is_referred: n, mean_amount, low_amount, high_amount. ``year_amounts`` by customer_id for those whose first
    year is over (``sum_first_year``).
    """
    rows = leads[leads["is_won"]].assign(amount=leads["customer_id"].map(year_amounts)).dropna(subset=["amount"])
    parts = []
    for is_referred, members in rows.groupby("is_referred"):
        found = compute_clustered_mean(members["amount"], members["customer_id"])
        parts.append(
            {"is_referred": bool(is_referred), "n": found["n"], "mean_amount": found["mean"],
             "low_amount": found["low"], "high_amount": found["high"]}
        )  # fmt: skip
    return pd.DataFrame(parts, columns=["is_referred", "n", "mean_amount", "low_amount", "high_amount"])


def sum_first_year(order_days: pd.DataFrame, leads: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.Series:
    """Return what each won lead bought in the 365 days from its first purchase, where they are over, by customer_id."""
    first = leads[leads["is_won"]].set_index("customer_id")["first_purchase_date"]
    first = first[first + pd.Timedelta(days=364) <= pd.Timestamp(as_of)]
    since = (order_days["order_date"] - order_days["customer_id"].map(first)).dt.days
    inside = order_days[since.between(0, 364)]
    return inside.groupby("customer_id")["amount"].sum().reindex(first.index, fill_value=0.0)


def rank_referrers(snapshots: pd.DataFrame, amounts: pd.Series, *, n: int) -> pd.DataFrame:
    """Return who brought most, by what the customers they brought have bought in all.

    Grain: referrer: customer_id, n_brought, n_bought (with a purchase), brought_amount (currency). ``snapshots``:
    customer_id, referred_by, n_purchase_days; ``amounts`` by customer_id. Empty where nobody was brought by anybody.
    """
    columns = ["customer_id", "n_brought", "n_bought", "brought_amount"]
    if "referred_by" not in snapshots or snapshots["referred_by"].notna().sum() == 0:
        return pd.DataFrame(columns=columns)
    brought = snapshots[snapshots["referred_by"].notna()]
    brought = brought.assign(amount=brought["customer_id"].map(amounts).fillna(0.0))
    brought = brought.assign(has_bought=brought["n_purchase_days"] > 0)
    table = brought.groupby("referred_by", as_index=False).agg(
        n_brought=("customer_id", "size"), n_bought=("has_bought", "sum"), brought_amount=("amount", "sum")
    )
    table = table.rename(columns={"referred_by": "customer_id"})
    return table.sort_values(["brought_amount", "customer_id"], ascending=[False, True], ignore_index=True).head(n)[
        columns
    ]
