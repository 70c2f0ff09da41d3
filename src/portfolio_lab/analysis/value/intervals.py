"""How far a single customer's margin can fall from its value: draws from the customer's own future."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.purchase_models.fitting import PurchaseModel, draw_parameters
from portfolio_lab.analysis.purchase_models.gamma_gamma import SpendModel
from portfolio_lab.analysis.purchase_models.predictions import compute_alive_probability
from portfolio_lab.analysis.value.customers import ValueBasis, count_months
from portfolio_lab.analysis.value.discounting import DAYS_PER_MONTH, to_monthly_rate

CHUNK = 2_000


def compute_value_intervals(
    customers: pd.DataFrame, *, basis: ValueBasis, n_draws: int, seed: int, coverage: float = 0.8
) -> pd.DataFrame:
    """Return the range in which a customer's discounted margin will fall with that probability; grain: customer_id.

    Columns customer_id, low, high (currency units). Draws: still a customer or not, own rates, purchases, margins.
    The value itself is the mean of these draws (timing case 2, margins at the moment of purchase).
    """
    rng = np.random.default_rng(seed)
    alive = compute_alive_probability(customers, model=basis.model).to_numpy()
    tails = [(1 - coverage) / 2, (1 + coverage) / 2]
    parts = []
    for start in range(0, len(customers), CHUNK):
        rows = slice(start, start + CHUNK)
        drawn = draw_discounted_margins(customers.iloc[rows], alive=alive[rows], basis=basis, n_draws=n_draws, rng=rng)
        parts.append(np.quantile(drawn, tails, axis=1))
    low, high = np.concatenate(parts, axis=1)
    return pd.DataFrame({"customer_id": customers["customer_id"].to_numpy(), "low": low, "high": high})


def draw_discounted_margins(
    customers: pd.DataFrame, *, alive: np.ndarray, basis: ValueBasis, n_draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Return draws of each customer's discounted margin over the horizon; shape (customers, n_draws)."""
    monthly = to_monthly_rate(basis.discount_rate)
    horizon = count_months(1 / (1 + monthly), basis.horizon_months) * DAYS_PER_MONTH
    delta = np.log1p(monthly) / DAYS_PER_MONTH
    rate, lifetime, sure = _draw_lives(customers, basis=basis, n_draws=n_draws, rng=rng)
    stays = rng.random(rate.shape) < alive[:, None]
    until = np.minimum(lifetime, horizon)
    purchases = rng.poisson(rate * until)
    mean_factor = np.divide(-np.expm1(-delta * until), delta * until, out=np.ones_like(until), where=delta * until != 0)
    last = sure * (lifetime < horizon) * np.exp(-delta * lifetime)
    margin = _draw_margins(customers, spend=basis.spend, n_draws=n_draws, rng=rng)
    return stays * margin * (purchases * mean_factor + last)


def _draw_lives(
    customers: pd.DataFrame, *, basis: ValueBasis, n_draws: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, float]:
    """Own purchase rate before the end, days until the end, and whether the end itself is a purchase (given alive).

    A chance p to leave after each purchase of a Poisson stream is a stream of endings of rate p × rate beside it.
    """
    x = customers["n_repeats"].to_numpy(float)[:, None]
    tenure = customers["tenure_days"].to_numpy(float)[:, None]
    shape = (len(customers), n_draws)
    first, alpha, third, fourth = basis.model.parameters
    rate = rng.gamma(first + x, 1 / (alpha + tenure), size=shape)
    if basis.model.family == "pareto_nbd":
        return rate, rng.exponential(1.0, shape) / rng.gamma(third, 1 / (fourth + tenure), size=shape), 0.0
    p = rng.beta(third, fourth + x + (basis.model.family == "mbg_nbd"), size=shape)
    return rate * (1 - p), rng.exponential(1.0, shape) / np.maximum(rate * p, 1e-300), 1.0


def _draw_margins(customers: pd.DataFrame, *, spend: SpendModel, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Own mean margin per purchase: gamma-gamma given the history; a customer without a positive mean keeps its own."""
    n = customers["n_purchases"].fillna(0).to_numpy(float)[:, None]
    own = np.where(n > 0, customers["mean_amount"].fillna(0).to_numpy(float)[:, None], 0.0)
    shape = (len(customers), n_draws)
    scale = rng.gamma(spend.q + spend.p * n, 1.0, size=shape) / (spend.v + n * np.maximum(own, 0))
    return np.where(own < 0, own, spend.p / scale)


def compute_alive_intervals(
    customers: pd.DataFrame, *, model: PurchaseModel, n_draws: int, seed: int, coverage: float = 0.95
) -> pd.DataFrame:
    """Return the interval of each customer's chance of still being one, from the fit's own uncertainty.

    Grain: rows of ``customers``. Columns alive_low, alive_high (0..1). Raises AnalysisError for a declared model.
    """
    drawn = [
        compute_alive_probability(customers, model=one).to_numpy()
        for one in draw_parameters(model, n_draws=n_draws, seed=seed)
    ]
    low, high = np.quantile(np.stack(drawn), [(1 - coverage) / 2, (1 + coverage) / 2], axis=0)
    return pd.DataFrame({"alive_low": low, "alive_high": high}, index=customers.index)


def compute_equity_interval(
    customers: pd.DataFrame, *, basis: ValueBasis, n_draws: int, seed: int, coverage: float = 0.8
) -> tuple[float, float]:
    """Return the range in which the discounted margin of all customers together will fall (currency units).

    The customers' own futures are drawn around models whose parameters are drawn from their fit, and their spread is
    laid around the mean of the draws (normal: many customers); how margins are spread between customers is taken as
    known. Raises AnalysisError for a declared purchase model.
    """
    rng = np.random.default_rng(seed)
    totals = []
    for model in draw_parameters(basis.model, n_draws=n_draws, seed=seed):
        drawn_basis = replace(basis, model=model)
        total = 0.0
        for start in range(0, len(customers), CHUNK):
            rows = customers.iloc[start : start + CHUNK]
            alive = compute_alive_probability(rows, model=model).to_numpy()
            total += draw_discounted_margins(rows, alive=alive, basis=drawn_basis, n_draws=1, rng=rng).sum()
        totals.append(total)
    middle, reach = float(np.mean(totals)), norm.ppf((1 + coverage) / 2) * float(np.std(totals, ddof=1))
    return middle - reach, middle + reach
