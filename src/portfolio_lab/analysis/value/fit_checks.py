"""Does the model fit? Repeat purchases by number and over time, seasons, and regular cycles."""

from datetime import date

import numpy as np
import pandas as pd

from portfolio_lab.analysis.purchase_models.fitting import PurchaseModel
from portfolio_lab.analysis.purchase_models.predictions import (
    compute_count_probabilities,
    compute_new_customer_purchases,
)

REGULAR = 1.5


def summarise_repeat_counts(histories: pd.DataFrame, *, model: PurchaseModel, n_max: int = 7) -> pd.DataFrame:
    """Return customers by number of repeats, actual and expected; grain: n_repeats 0 … n_max (the last: and more)."""
    tenure, n = np.unique(histories["tenure_days"].to_numpy(float), return_counts=True)
    chances = compute_count_probabilities(tenure, model=model, n_max=n_max - 1)
    chances = np.column_stack([chances, 1 - chances.sum(axis=1)])
    actual = np.bincount(histories["n_repeats"].clip(upper=n_max).astype(int), minlength=n_max + 1)
    return pd.DataFrame({"n_repeats": np.arange(n_max + 1), "actual": actual, "expected": n @ chances})


def summarise_tracking(
    order_days: pd.DataFrame, *, model: PurchaseModel, as_of: date, step_days: int = 30
) -> pd.DataFrame:
    """Return repeat purchases over time, actual and expected, in each step and summed; grain: step_end.

    Columns step_end, actual, expected, actual_total, expected_total. Steps are counted back from ``as_of``, so that the
    last sum holds everything; the first step may be shorter. Uses first purchases and the model, nothing else.
    """
    bought = order_days[order_days["is_purchase_day"] & (order_days["order_date"] <= pd.Timestamp(as_of))]
    first = bought.groupby("customer_id")["order_date"].transform("min")
    repeats = bought.loc[bought["order_date"] > first, "order_date"]
    entries = bought.loc[bought["order_date"] == first, "order_date"].value_counts()
    n_steps = max(-((bought["order_date"].min() - pd.Timestamp(as_of)).days // step_days), 1)
    ends = pd.date_range(end=pd.Timestamp(as_of), periods=n_steps, freq=f"{step_days}D")
    age = np.maximum((ends.to_numpy()[:, None] - entries.index.to_numpy()[None, :]) / np.timedelta64(1, "D"), 0)
    expected = compute_new_customer_purchases(age.ravel(), model=model).reshape(age.shape) @ entries.to_numpy()
    actual = np.searchsorted(np.sort(repeats.to_numpy()), ends.to_numpy(), side="right").astype(float)
    return pd.DataFrame(
        {
            "step_end": ends,
            "actual": np.diff(actual, prepend=0),
            "expected": np.diff(expected, prepend=0),
            "actual_total": actual,
            "expected_total": expected,
        }
    )


def compute_regularity(order_days: pd.DataFrame, *, seed: int) -> dict[str, float | bool]:
    """Return how regular the purchase cycles are: k = 1 at random, above 1 clock-like; with a 95 % interval.

    Wheat & Morrison (1990): M = one of the last two gaps over their sum, in random order, Var(M) = 1 / (4 (2k + 1)).
    ``is_regular``: the interval lies above 1, where the purchase models' random timing is refuted.
    """
    days = order_days[order_days["is_purchase_day"]].sort_values(["customer_id", "order_date"])
    gaps = days.groupby("customer_id")["order_date"].diff().dt.days
    last_two = gaps.groupby(days["customer_id"]).agg(
        lambda g: g.iloc[-1] / g.iloc[-2:].sum() if g.count() >= 2 else np.nan
    )
    share = last_two.dropna().to_numpy(float)
    if len(share) < 30:
        return {"k": np.nan, "low": np.nan, "high": np.nan, "n_customers": len(share), "is_regular": False}
    flip = np.random.default_rng(seed).random(len(share)) < 0.5
    square = (np.where(flip, share, 1 - share) - 0.5) ** 2
    spread = 1.96 * square.std() / np.sqrt(len(square))
    k, low, high = (_regularity(v) for v in (square.mean(), square.mean() + spread, max(square.mean() - spread, 1e-9)))
    return {"k": k, "low": low, "high": high, "n_customers": len(share), "is_regular": bool(low > 1)}


def _regularity(variance: float) -> float:
    return float((1 - 4 * variance) / (8 * variance))


def summarise_seasonality(order_days: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Return the purchases of each calendar month relative to the year around it; grain: month_of_year.

    Columns month_of_year, index (1 = an average month), low, high, n_years. Ratio to a centred mean of twelve months;
    empty below 24 whole months of history.
    """
    bought = order_days[order_days["is_purchase_day"] & (order_days["order_date"] <= pd.Timestamp(as_of))]
    monthly = bought.groupby(bought["order_date"].dt.to_period("M")).size()
    whole = pd.period_range(monthly.index.min() + 1, pd.Period(pd.Timestamp(as_of) + pd.Timedelta(days=1), "M") - 1)
    monthly = monthly.reindex(whole, fill_value=0).astype(float)
    if len(monthly) < 24:
        return pd.DataFrame(
            {name: pd.Series(dtype=float) for name in ("month_of_year", "index", "low", "high", "n_years")}
        )
    trend = monthly.rolling(12).mean().rolling(2).mean().shift(-6)
    ratio = (monthly / trend).dropna()
    stats = ratio.groupby(ratio.index.month).agg(["mean", "std", "size"])
    reach = 1.96 * stats["std"].fillna(ratio.std()) / np.sqrt(stats["size"])
    return pd.DataFrame(
        {
            "month_of_year": stats.index,
            "index": stats["mean"].to_numpy(),
            "low": (stats["mean"] - reach).to_numpy(),
            "high": (stats["mean"] + reach).to_numpy(),
            "n_years": stats["size"].to_numpy(),
        }
    )
