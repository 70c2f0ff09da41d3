"""Margin per purchase day: gamma within a customer, gamma between customers (Fader & Hardie, note 025, 2013)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series
from scipy.optimize import minimize
from scipy.special import digamma, gammaln
from scipy.stats import spearmanr

from portfolio_lab.errors import AnalysisError

GRADIENT_TOLERANCE = 1e-7


class Spends(pa.DataFrameModel):
    """One row per customer: ``n_purchases`` purchase days, ``mean_amount`` their mean margin (currency units)."""

    n_purchases: Series[float] = pa.Field(ge=0, coerce=True)
    mean_amount: Series[float] = pa.Field(nullable=True, coerce=True)


@dataclass(frozen=True)
class SpendModel:
    """A gamma-gamma model: p (shape within), q (shape between), v (scale, currency units); n left out of the fit.

    ``covariance`` belongs to the logarithms of p, q, v; None for declared parameters.
    """

    p: float
    q: float
    v: float
    covariance: np.ndarray | None = None
    log_likelihood: float | None = None
    n_customers: int | None = None
    n_left_out: int = 0

    @property
    def mean(self) -> float:
        """Mean margin per purchase day over all customers, bought and not yet bought."""
        return self.p * self.v / (self.q - 1)


def build_spends(order_days: pd.DataFrame, *, amount: str, as_of: object) -> pd.DataFrame:
    """Return purchase days and mean margin per purchase day of every customer up to as_of; grain: customer_id.

    ``amount``: the column that is margin (or amount, where there is no margin). Returns and credits between the
    purchase days count: a customer's whole sum is spread over its purchase days.
    """
    known = order_days[order_days["order_date"] <= pd.Timestamp(as_of)]
    grouped = known.groupby("customer_id", sort=True)
    spends = pd.DataFrame({"n_purchases": grouped["is_purchase_day"].sum(), "total": grouped[amount].sum()})
    spends = spends[spends["n_purchases"] > 0]
    spends["mean_amount"] = spends["total"] / spends["n_purchases"]
    return spends.drop(columns="total").reset_index()


def fit_gamma_gamma(spends: pd.DataFrame) -> SpendModel:
    """Return the gamma-gamma model of maximum likelihood.

    Customers whose mean is zero or negative cannot be gamma; they are left out of the fit and counted.
    Raises AnalysisError below 30 customers, or when the spread between customers has no finite mean (q <= 1).
    """
    usable = spends[(spends["n_purchases"] > 0) & (spends["mean_amount"] > 0)]
    if len(usable) < 30:
        raise AnalysisError(
            "the margin per purchase cannot be modelled on fewer than 30 customers with a positive mean",
            remedy="bring a longer history, or declare the parameters",
            value=len(usable),
        )
    n, mean = usable["n_purchases"].to_numpy(float), usable["mean_amount"].to_numpy(float)
    unit = float(np.median(mean))
    found = minimize(
        _loss, np.log([2.0, 3.0, 2.0]), args=(n, mean / unit), jac=True, options={"gtol": GRADIENT_TOLERANCE}
    )
    p, q, v = np.exp(found.x)
    if np.abs(found.jac).max() > 1e-4 or q <= 1:
        raise AnalysisError(
            "the margin per purchase has no finite mean under the gamma-gamma model",
            remedy="look for extreme margins, bring a longer history, or declare the parameters",
            value={"p": round(p, 4), "q": round(q, 4), "v": round(v * unit, 4)},
        )
    value = -_loss(found.x, n, mean / unit)[0] * len(n) - len(n) * np.log(unit)
    covariance = np.linalg.inv(_information(found.x, n, mean / unit) * len(n))
    return SpendModel(p, q, v * unit, covariance, float(value), len(usable), len(spends) - len(usable))


def _loss(theta: np.ndarray, n: np.ndarray, mean: np.ndarray) -> tuple[float, np.ndarray]:
    """Minus the mean log-likelihood and its gradient by the logarithms of p, q, v."""
    p, q, v = np.exp(np.clip(theta, -15, 15))
    shape, scale = p * n, v + n * mean
    value = (
        gammaln(shape + q) - gammaln(shape) - gammaln(q) + q * np.log(v)
        + (shape - 1) * np.log(mean) + shape * np.log(n) - (shape + q) * np.log(scale)
    )  # fmt: skip
    by_p = n * (digamma(shape + q) - digamma(shape) + np.log(mean) + np.log(n) - np.log(scale))
    by_q = digamma(shape + q) - digamma(q) + np.log(v) - np.log(scale)
    by_v = q / v - (shape + q) / scale
    slope = np.array([by_p.mean() * p, by_q.mean() * q, by_v.mean() * v])
    return -float(value.mean()), -slope


def _information(theta: np.ndarray, n: np.ndarray, mean: np.ndarray, step: float = 1e-4) -> np.ndarray:
    steps = np.eye(3) * step
    rows = [(_loss(theta + d, n, mean)[1] - _loss(theta - d, n, mean)[1]) / (2 * step) for d in steps]
    return (np.stack(rows) + np.stack(rows).T) / 2


def compute_expected_spend(spends: pd.DataFrame, *, model: SpendModel) -> pd.Series:
    """Return the expected margin per purchase day per row, currency units: own mean drawn towards all customers' mean.

    The draw weakens with every purchase. A negative own mean keeps its sign. No purchase: the mean of all customers.
    Raises AnalysisError when q <= 1, for which there is no mean.
    """
    if model.q <= 1:
        raise AnalysisError("a gamma-gamma model with q <= 1 has no mean", remedy="refit it", value=model.q)
    n = spends["n_purchases"].fillna(0).to_numpy(float)
    own = np.where(n > 0, spends["mean_amount"].to_numpy(float), 0.0)
    if not np.isfinite(own).all():
        raise AnalysisError("a customer with purchases has no mean margin", remedy="give the mean of each customer")
    weight = model.p * n / (model.p * n + model.q - 1)
    return pd.Series(weight * own + (1 - weight) * model.mean, index=spends.index, name="expected_spend_amount")


def compute_spend_correlation(spends: pd.DataFrame, *, threshold: float = 0.2) -> dict[str, float | bool]:
    """Return whether the margin per purchase moves with the frequency, which the gamma-gamma model rules out.

    Spearman's rank correlation over customers with two or more purchase days and its 95 % interval (Fisher's z);
    ``is_correlated`` when the interval lies beyond the threshold: then frequent customers' values are wrong.
    """
    repeaters = spends[(spends["n_purchases"] > 1) & spends["mean_amount"].notna()]
    if len(repeaters) < 10 or repeaters["n_purchases"].nunique() < 2 or repeaters["mean_amount"].nunique() < 2:
        return {
            "correlation": np.nan,
            "low": np.nan,
            "high": np.nan,
            "n_customers": len(repeaters),
            "is_correlated": False,
        }
    rho = float(spearmanr(repeaters["n_purchases"], repeaters["mean_amount"]).statistic)
    reach = 1.96 / np.sqrt(len(repeaters) - 3)
    low, high = np.tanh(np.arctanh(np.clip(rho, -0.999999, 0.999999)) + np.array([-reach, reach]))
    beyond = bool(low > threshold or high < -threshold)
    return {
        "correlation": rho,
        "low": float(low),
        "high": float(high),
        "n_customers": len(repeaters),
        "is_correlated": beyond,
    }
