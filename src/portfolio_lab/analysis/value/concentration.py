"""Who holds the value: concentration of a portfolio and how each part moves with the whole."""

import numpy as np
import pandas as pd

MIN_PERIODS = 24


def compute_concentration(amounts: pd.Series) -> dict[str, float]:
    """Return the concentration of the positive amounts: Herfindahl index, its inverse, largest share, n.

    All are NaN when nothing is positive.
    """
    positive = amounts[amounts > 0].to_numpy(float)
    if not len(positive):
        return {"herfindahl": np.nan, "n_effective": np.nan, "largest_share": np.nan, "n_customers": 0}
    share = positive / positive.sum()
    herfindahl = float(np.sum(share**2))
    return {
        "herfindahl": herfindahl,
        "n_effective": 1 / herfindahl,
        "largest_share": float(share.max()),
        "n_customers": len(positive),
    }


def compute_margin_betas(margins: pd.DataFrame, *, min_periods: int = MIN_PERIODS) -> pd.DataFrame:
    """Return the beta of each member's margin on the portfolio's margin (levels); they sum to 1. Grain: member.

    ``margins``: periods in rows, members in columns. Columns member, beta, mean_margin_amount, reward (mean margin /
    beta: our own definition). NaN below min_periods or when the portfolio's margin never moves. Tarasi et al. (2011).
    """
    whole = margins.sum(axis=1)
    betas = _betas(margins, whole, min_periods)
    mean = margins.mean().to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        reward = np.where(betas == 0, np.nan, mean / betas)
    return pd.DataFrame({"member": margins.columns, "beta": betas, "mean_margin_amount": mean, "reward": reward})


def compute_return_betas(margins: pd.DataFrame, *, min_periods: int = MIN_PERIODS) -> pd.DataFrame:
    """Return the beta of each member's relative margin on the portfolio's; their weighted mean is 1. Grain: member.

    Relative: each series over its own mean, so that small and large members compare. Columns member, beta, weight
    (share of the mean margin). NaN below min_periods, or where a mean is zero.
    """
    level = compute_margin_betas(margins, min_periods=min_periods)
    weight = level["mean_margin_amount"] / level["mean_margin_amount"].sum()
    beta = level["beta"] / weight.where(weight != 0)
    return pd.DataFrame({"member": level["member"], "beta": beta, "weight": weight})


def _betas(members: pd.DataFrame, whole: pd.Series, min_periods: int) -> np.ndarray:
    deviation = whole.to_numpy(float) - whole.mean()
    variance = np.dot(deviation, deviation)
    if len(whole) < min_periods or variance <= 1e-24 * max(np.abs(whole).max() ** 2, 1e-300):
        return np.full(members.shape[1], np.nan)
    return (members.to_numpy(float) - members.mean().to_numpy(float)).T @ deviation / variance
