"""The watch list: who is about to go inactive, what is at stake, why, and until when to call."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.survival.cox import CoxModel
from portfolio_lab.errors import AnalysisError


def rank_watch_list(scored: pd.DataFrame, *, capacity: int | pd.Series) -> pd.DataFrame:
    """Return the customers most worth a contact, at most ``capacity`` for each salesperson.

    Grain: customer, best first: the columns of ``scored`` (customer_id, salesperson_id, risk, margin_amount) plus
    margin_at_risk_amount = risk × margin, and ``rank``. Nobody without a risk or with nothing at stake is listed.
    ``capacity``: one number, or one per salesperson_id (missing = 0); customers without a salesperson form one group.
    """
    rows = scored.assign(margin_at_risk_amount=scored["risk"] * scored["margin_amount"])
    rows = rows[rows["margin_at_risk_amount"] > 0]
    rows = rows.sort_values(["margin_at_risk_amount", "customer_id"], ascending=[False, True], kind="stable")
    owner = rows["salesperson_id"].fillna("")
    limit = owner.map(capacity).fillna(0) if isinstance(capacity, pd.Series) else capacity
    listed = rows[rows.groupby(owner).cumcount() < limit].reset_index(drop=True)
    listed.insert(0, "rank", np.arange(1, len(listed) + 1))
    return listed


def name_drivers(model: CoxModel, customers: pd.DataFrame, phrases: dict[str, str], *, n: int = 3) -> pd.Series:
    """Return for each customer the (at most ``n``) covariates that raise its risk most above the average customer's.

    Text, largest first, joined by "; "; ``phrases`` says a term in words. A contribution is the coefficient times the
    distance from the mean; below a tenth of a doubling nothing is named.
    """
    terms = list(model.design.covariates)
    distance = customers[terms].to_numpy(dtype=float) - model.means.to_numpy()
    pushes = distance * model.coefficients.to_numpy()
    order = np.argsort(-pushes, axis=1)[:, :n]
    words = np.array([phrases.get(term, term) for term in terms], dtype=object)
    is_named = np.take_along_axis(pushes, order, axis=1) > np.log(2) / 10
    named = ["; ".join(words[o][k]) for o, k in zip(order, is_named, strict=True)]
    return pd.Series(named, index=customers.index, name="drivers", dtype=object)


def compare_rankings(past: pd.DataFrame, *, k: int, scores: tuple[str, ...]) -> pd.DataFrame:
    """Return how rankings would have done on a past date whose outcome is known.

    Grain: ranking (column of ``scores``): ranking, k, precision (share of the first k who went inactive),
    margin_captured (their share of all the margin that was lost). ``past``: is_lost, margin_amount, scores (higher
    = sooner); ties are broken against the ranking (those who stayed first). Raises AnalysisError for k below 1.
    """
    if k < 1:
        raise AnalysisError("a list needs a length", remedy="give k >= 1", value=k)
    lost = (past["margin_amount"] * past["is_lost"]).sum()
    rows = []
    for score in scores:
        first = past.sort_values([score, "is_lost"], ascending=[False, True], kind="stable").head(k)
        captured = (first["margin_amount"] * first["is_lost"]).sum() / lost if lost else np.nan
        rows.append(
            {"ranking": score, "k": k, "precision": float(first["is_lost"].mean()), "margin_captured": captured}
        )
    return pd.DataFrame(rows)


def resample_gain(
    past: pd.DataFrame, *, k: int, scores: tuple[str, str], measure: str, n_bootstrap: int, seed: int
) -> dict[str, float]:
    """Return the gain of the first ranking over the second with a 95 % interval: gain, low, high.

    ``measure``: precision or margin_captured. Customers are drawn again with replacement; both rankings see the same
    draw.
    """
    rng = np.random.default_rng(seed)
    size = len(past)
    draws = [past.iloc[rng.integers(0, size, size)] for _ in range(n_bootstrap)]
    gains = [_gain(draw, k=k, scores=scores, measure=measure) for draw in draws]
    low, high = np.nanquantile(gains, [0.025, 0.975])
    return {"gain": _gain(past, k=k, scores=scores, measure=measure), "low": float(low), "high": float(high)}


def _gain(past: pd.DataFrame, *, k: int, scores: tuple[str, str], measure: str) -> float:
    first, second = compare_rankings(past, k=k, scores=scores)[measure]
    return float(first - second)
