"""The proof of a basis: fit on the past, forecast a period already known, compare."""

from datetime import date

import numpy as np
import pandas as pd

from portfolio_lab.analysis.purchase_models.fitting import Family, PurchaseModel, fit_purchase_model
from portfolio_lab.analysis.purchase_models.gamma_gamma import build_spends, compute_expected_spend, fit_gamma_gamma
from portfolio_lab.analysis.purchase_models.histories import build_histories
from portfolio_lab.analysis.purchase_models.predictions import compute_expected_purchases
from portfolio_lab.errors import AnalysisError


def build_holdout_forecast(
    order_days: pd.DataFrame, *, cut_date: date, as_of: date, family: Family, amount: str
) -> tuple[pd.DataFrame, PurchaseModel]:
    """Return forecast and outcome of (cut_date, as_of] per customer known at cut_date, and the model fitted up to it.

    Grain: customer_id. Columns customer_id, n_repeats, tenure_days, expected_purchases, actual_purchases,
    naive_purchases (own rate so far), expected_amount, actual_amount. Nothing after cut_date enters the forecast.
    Raises AnalysisError when cut_date is not before as_of, or the models cannot be fitted.
    """
    days = (pd.Timestamp(as_of) - pd.Timestamp(cut_date)).days
    if days <= 0:
        raise AnalysisError("the hold-out is empty", remedy="choose a cut_date before as_of", value=str(cut_date))
    histories = build_histories(order_days, as_of=cut_date)
    model = fit_purchase_model(histories, family=family)
    spends = build_spends(order_days, amount=amount, as_of=cut_date)
    table = histories.merge(spends, on="customer_id", how="left")
    table["expected_purchases"] = compute_expected_purchases(table, model=model, horizon_days=days)
    margin = compute_expected_spend(table, model=fit_gamma_gamma(spends))
    table["expected_amount"] = margin * table["expected_purchases"]
    table["naive_purchases"] = _own_rate(table) * days
    columns = ["customer_id", "n_repeats", "tenure_days", "expected_purchases", "naive_purchases", "expected_amount"]
    return _add_outcome(table[columns], order_days, cut_date, as_of, amount), model


def _own_rate(table: pd.DataFrame) -> pd.Series:
    return table["n_repeats"] / table["tenure_days"].where(table["tenure_days"] > 0, np.inf)


def _add_outcome(table: pd.DataFrame, order_days: pd.DataFrame, cut: date, as_of: date, amount: str) -> pd.DataFrame:
    when = order_days["order_date"]
    later = order_days[(when > pd.Timestamp(cut)) & (when <= pd.Timestamp(as_of))]
    by_customer = later.groupby("customer_id")
    bought = by_customer["is_purchase_day"].sum().rename("actual_purchases")
    earned = by_customer[amount].sum().rename("actual_amount")
    outcome = table.join(bought.astype(float), on="customer_id").join(earned, on="customer_id")
    return outcome.fillna({"actual_purchases": 0.0, "actual_amount": 0.0})


def summarise_holdout(forecast: pd.DataFrame) -> pd.DataFrame:
    """Return the error of the forecast; grain: measure (purchases, amount, and purchases at each customer's own rate).

    Columns measure, expected, actual, error_rate (expected / actual - 1), low, high (95 %, from the spread of the
    customers' own errors), mean_absolute_error (per customer).
    """
    pairs = {
        "purchases": ("expected_purchases", "actual_purchases"),
        "amount": ("expected_amount", "actual_amount"),
        "purchases at own rate": ("naive_purchases", "actual_purchases"),
    }
    rows = [{"measure": name} | _errors(forecast[left], forecast[right]) for name, (left, right) in pairs.items()]
    return pd.DataFrame(rows)


def _errors(expected: pd.Series, actual: pd.Series) -> dict[str, float]:
    miss = expected - actual
    reach = 1.96 * miss.std() * np.sqrt(len(miss))
    total = actual.sum()
    rate = [np.nan] * 3 if total == 0 else [(miss.sum() + shift) / total for shift in (0, -reach, reach)]
    return {
        "expected": expected.sum(),
        "actual": total,
        "error_rate": rate[0],
        "low": rate[1],
        "high": rate[2],
        "mean_absolute_error": miss.abs().mean(),
    }


def summarise_conditional_expectation(forecast: pd.DataFrame, *, n_max: int = 7) -> pd.DataFrame:
    """Return mean forecast and mean outcome by repeats at cut_date (n_max and more together); grain: n_repeats.

    Columns n_repeats, n_customers, expected_purchases, actual_purchases, low, high (95 %, of the actual mean).
    """
    capped = forecast.assign(n_repeats=forecast["n_repeats"].clip(upper=n_max).astype(int))
    grouped = capped.groupby("n_repeats")
    actual = grouped["actual_purchases"].agg(["mean", "std", "size"])
    reach = 1.96 * actual["std"].fillna(0) / np.sqrt(actual["size"])
    return pd.DataFrame(
        {
            "n_customers": actual["size"],
            "expected_purchases": grouped["expected_purchases"].mean(),
            "actual_purchases": actual["mean"],
            "low": (actual["mean"] - reach).clip(lower=0),
            "high": actual["mean"] + reach,
        }
    ).reset_index()
