"""How sure a return is: customers drawn anew, and the test of the basis against what happened."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.twr.positions import prepare_positions
from portfolio_lab.errors import AnalysisError

MIN_CUSTOMERS = 30
MAX_BLOCKS = 5_000


def bootstrap_paths(positions: pd.DataFrame, *, n_bootstrap: int, seed: int, coverage: float = 0.95) -> pd.DataFrame:
    """Return an interval of each portfolio's TWR up to every valuation day, its customers drawn anew.

    Grain: portfolio_id × valuation_date on which it held customers before. Columns portfolio_id, valuation_date, low,
    high, n_customers (held then). The last row of a portfolio is what bootstrap_returns says.
    """
    table = prepare_positions(positions)
    held = table[table["opening_cents"].notna()]
    rng = np.random.default_rng(seed)
    tails = [(1 - coverage) / 2, (1 + coverage) / 2]
    parts = []
    for portfolio, own in held.groupby("held_by", sort=True):
        paths = _draw_paths(*_customer_matrices(own, rng), n_bootstrap=n_bootstrap, rng=rng)
        known = np.isfinite(paths).any(axis=0)
        ends = np.full((2, paths.shape[1]), np.nan)
        ends[:, known] = np.nanquantile(paths[:, known], tails, axis=0) - 1
        counts = own.groupby("valuation_date").size()
        rows = {"portfolio_id": portfolio, "valuation_date": counts.index, "low": ends[0], "high": ends[1]}
        parts.append(pd.DataFrame(rows | {"n_customers": counts.to_numpy()}))
    return pd.concat(parts, ignore_index=True)


def bootstrap_returns(positions: pd.DataFrame, *, n_bootstrap: int, seed: int, coverage: float = 0.95) -> pd.DataFrame:
    """Return an interval of each portfolio's TWR by drawing its customers anew, all their periods together.

    Grain: portfolio_id. Columns portfolio_id, low, high, n_customers (ever held), is_too_small (fewer than 30: the
    interval is not to be trusted, and says only that it is wide). Percentile bootstrap (Efron 1979); above 5,000
    customers, random groups of customers are drawn instead of single ones.
    """
    if n_bootstrap < 100:
        raise AnalysisError("an interval needs 100 draws or more", remedy="raise n_bootstrap", value=n_bootstrap)
    table = prepare_positions(positions)
    held = table[table["opening_cents"].notna()]
    rng = np.random.default_rng(seed)
    tails = [(1 - coverage) / 2, (1 + coverage) / 2]
    rows = []
    for portfolio, own in held.groupby("held_by", sort=True):
        start, end = _customer_matrices(own, rng)
        drawn = _draw_growth(start, end, n_bootstrap=n_bootstrap, rng=rng)
        low, high = np.nanquantile(drawn, tails) - 1 if np.isfinite(drawn).any() else (np.nan, np.nan)
        n = own["customer_id"].nunique()
        rows.append({"portfolio_id": portfolio, "low": low, "high": high, "n_customers": n})
    result = pd.DataFrame(rows, columns=["portfolio_id", "low", "high", "n_customers"])
    return result.assign(is_too_small=result["n_customers"] < MIN_CUSTOMERS)


def _customer_matrices(own: pd.DataFrame, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Opening value, and value plus margin at the end, per customer (or group of customers) and period."""
    customer = pd.factorize(own["customer_id"])[0]
    n = customer.max() + 1
    block = customer if n <= MAX_BLOCKS else rng.permutation(n)[customer] % MAX_BLOCKS
    step = pd.factorize(own["step"], sort=True)[0]
    shape = (block.max() + 1, step.max() + 1)
    start, end = np.zeros(shape), np.zeros(shape)
    np.add.at(start, (block, step), own["opening_cents"].to_numpy(float))
    np.add.at(end, (block, step), (own["old_cents"] + own["margin_cents"]).to_numpy(float))
    return start, end


def _draw_growth(start: np.ndarray, end: np.ndarray, *, n_bootstrap: int, rng: np.random.Generator) -> np.ndarray:
    return _draw_paths(start, end, n_bootstrap=n_bootstrap, rng=rng)[:, -1]


def _draw_paths(start: np.ndarray, end: np.ndarray, *, n_bootstrap: int, rng: np.random.Generator) -> np.ndarray:
    """1 + TWR up to the end of each period; shape (draws, periods)."""
    n = len(start)
    weights = rng.multinomial(n, np.full(n, 1 / n), size=n_bootstrap).astype(float)
    base, top = weights @ start, weights @ end
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = np.where(base > 0, top / base, np.nan)
    return np.where((start.sum(axis=0) > 0)[None, :], growth, 1.0).cumprod(axis=1)


def judge_portfolios(summary: pd.DataFrame, intervals: pd.DataFrame, *, discount_rate: float) -> pd.DataFrame:
    """Return the league table: TWR against the required return; grain: portfolio_id (its last segment).

    Columns portfolio_id, start, end, twr, ear, required_return, management_return, low, high (of management_return),
    n_customers, status, verdict: total_loss (``is_begun_anew`` of mark_total_losses, where given), above or below when
    the interval lies beyond zero, not_proven, too_small (under 30 customers), undefined. Sorted by management_return.
    """
    last = summary.groupby("portfolio_id", sort=True).tail(1)
    table = last.merge(intervals, on="portfolio_id", how="left")
    required = (1 + discount_rate) ** table["years"] - 1
    table = table.assign(
        required_return=required,
        management_return=table["twr"] - required,
        low=table["low"] - required,
        high=table["high"] - required,
        n_customers=table["n_customers"].fillna(0).astype(int),
    )
    is_anew = table["is_begun_anew"].eq(True) if "is_begun_anew" in table else np.zeros(len(table), bool)
    table["verdict"] = np.select(
        [
            table["management_return"].isna(),
            is_anew,
            table["n_customers"] < MIN_CUSTOMERS,
            table["low"] > 0,
            table["high"] < 0,
        ],
        ["undefined", "total_loss", "too_small", "above", "below"],
        default="not_proven",
    )
    columns = [
        "portfolio_id", "start", "end", "years", "twr", "ear", "required_return", "management_return", "low", "high",
        "n_customers", "status", "is_short", "verdict",
    ]  # fmt: skip
    return table.sort_values("management_return", ascending=False, na_position="last")[columns].reset_index(drop=True)


def summarise_experience(positions: pd.DataFrame, statement: pd.DataFrame, *, frequency: str = "Q") -> pd.DataFrame:
    """Return what happened beyond the basis, per calendar period, over all customers; grain: period.

    Columns period, experience (currency units), opening, rate (experience / opening), low, high (rate ± 2 standard
    errors over customers), is_missed (zero lies outside). A basis missed in most periods is wrong: judge nobody on it.
    """
    table = prepare_positions(positions)
    held = table[table["opening_cents"].notna()]
    whole = statement.groupby("valuation_date")[["opening", "unwind"]].sum()
    growth = (whole["unwind"] / whole["opening"].where(whole["opening"] != 0)).fillna(0.0)
    required = held["opening_cents"] * (1 + held["valuation_date"].map(growth))
    gain = (held["old_cents"] + held["margin_cents"] - required) / 100
    period = held["valuation_date"].dt.to_period(frequency)
    own = gain.groupby([period, held["customer_id"]]).sum()
    grouped = own.groupby(level=0)
    opening = whole["opening"].groupby(whole.index.to_period(frequency)).first()
    spread = 2 * grouped.std() * np.sqrt(grouped.size()) / opening
    rate = grouped.sum() / opening
    result = pd.DataFrame({"experience": grouped.sum(), "opening": opening, "rate": rate})
    result = result.assign(low=rate - spread, high=rate + spread).rename_axis("period").reset_index()
    return result.assign(is_missed=(result["low"] > 0) | (result["high"] < 0))
