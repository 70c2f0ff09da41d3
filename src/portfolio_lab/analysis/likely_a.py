"""Who of the smaller customers will probably be in class A a year on, and how often such a forecast was right."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series
from sklearn.linear_model import LogisticRegression

from portfolio_lab.analysis.abc_classes import CRITERION_COLUMNS, classify_customers
from portfolio_lab.analysis.abc_classes.cuts import Cuts
from portfolio_lab.analysis.abc_classes.phases import Criterion
from portfolio_lab.analysis.abc_classes.population import start_months_back
from portfolio_lab.analysis.intervals import compute_share_interval
from portfolio_lab.analysis.periods import shift_months
from portfolio_lab.errors import AnalysisError

FEATURES = ("amount_level", "recent_level", "earlier_level", "pace_level", "silence", "tenure_years")
AHEAD_MONTHS, STEP_MONTHS, MAX_LANDMARKS, MIN_BECAME_A = 12, 3, 8, 20
# Small against the line of class A; keeps the logarithm of nothing finite.
FLOOR = 0.01
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Ranking:
    """How customers are ranked: what is summed, over how many months (None: all history), and where the cuts are."""

    criterion: Criterion = "amount"
    window_months: int | None = 12
    cuts: Cuts = (80, 95)


class LikelyRows(pa.DataFrameModel):
    """One row per customer in B or C and landmark: what its orders looked like on that day.

    Levels are logarithms of a yearly value in units of the smallest A customer's: last twelve months, last three times
    four, the twelve before, and the pace since the first order. ``silence``: days since the last purchase over the
    mean gap, at most 5. ``is_a_later``: in A twelve months on; empty where that is not over.
    """

    customer_id: Series[str]
    landmark_date: Series[pd.Timestamp]
    abc_class: Series[str] = pa.Field(isin=("B", "C"))
    amount: Series[float]
    amount_level: Series[float]
    recent_level: Series[float]
    earlier_level: Series[float]
    pace_level: Series[float]
    silence: Series[float] = pa.Field(ge=0, le=5)
    tenure_years: Series[float] = pa.Field(ge=0)
    is_a_later: Series[object] = pa.Field(nullable=True)

    class Config:
        unique = ["customer_id", "landmark_date"]


@dataclass(frozen=True)
class LikelyModel:
    """A fitted chance of being in A twelve months on: logistic in the standardised ``FEATURES``."""

    means: np.ndarray
    scales: np.ndarray
    coefficients: np.ndarray
    intercept: float
    n_rows: int
    n_became_a: int


@dataclass(frozen=True)
class LikelyTrial:
    """How the forecast of a year ago came out; ``nearest_precision`` is that of the same number nearest to A."""

    landmark: date
    n_rows: int
    n_became_a: int
    n_named: int
    n_right: int
    precision: float
    precision_low: float
    precision_high: float
    nearest_precision: float
    n_expected: float


def choose_likely_landmarks(first_order: date, *, until: date, window_months: int | None) -> list[date]:
    """Return the days to learn from, the latest first: each with a window before and a year after it, all by ``until``.

    Raises AnalysisError when the history holds none.
    """
    before = window_months or AHEAD_MONTHS
    backs = [AHEAD_MONTHS + STEP_MONTHS * step for step in range(MAX_LANDMARKS)]
    days = [start_months_back(until, back) - timedelta(days=1) for back in backs]
    usable = [day for day in days if start_months_back(day, before) >= first_order.replace(day=1)]
    if not usable:
        raise AnalysisError(
            "the history is too short to learn who becomes A",
            remedy=f"bring at least {before + AHEAD_MONTHS} months of orders before {until}",
            value=str(first_order),
        )
    return usable


def build_likely_rows(
    order_days: pd.DataFrame, closed: pd.Series | None = None, *, landmark: date, as_of: date, ranking: Ranking
) -> pd.DataFrame:
    """Return the customers in B and C on a landmark with what was known of them then (contract LikelyRows).

    ``order_days``: customer_id, order_date, amount or margin_amount (currency), is_purchase_day. ``closed``: closing
    date by customer_id; who had closed by the landmark is left out. The outcome is filled where it is over by as_of.
    """
    known = order_days[order_days["order_date"] <= pd.Timestamp(landmark)]
    ranks = _rank(known, day=landmark, ranking=ranking)
    cut = ranks.loc[ranks["abc_class"] == "A", "amount"].min()
    below = ranks[ranks["abc_class"].isin(("B", "C"))]
    if closed is not None:
        below = below[~(below["customer_id"].map(closed) <= pd.Timestamp(landmark))]
    levels = _describe(known, below["customer_id"], day=landmark, cut=cut, column=CRITERION_COLUMNS[ranking.criterion])
    rows = below[["customer_id", "abc_class", "amount"]].set_index("customer_id").join(levels)
    later = shift_months(landmark, AHEAD_MONTHS)
    rows = rows.assign(landmark_date=pd.Timestamp(landmark), is_a_later=None)
    if later <= as_of:
        after = _rank(order_days[order_days["order_date"] <= pd.Timestamp(later)], day=later, ranking=ranking)
        rows["is_a_later"] = rows.index.isin(after.loc[after["abc_class"] == "A", "customer_id"]).astype(object)
    return LikelyRows.validate(rows.reset_index()[list(LikelyRows.to_schema().columns)])


def fit_likely_a(rows: pd.DataFrame) -> LikelyModel:
    """Return the model of being in A twelve months on, learned on rows whose outcome is known.

    Raises AnalysisError when too few became A to learn from (fewer than 20).
    """
    known = rows[rows["is_a_later"].notna()]
    outcome = known["is_a_later"].astype(bool).to_numpy()
    if outcome.sum() < MIN_BECAME_A or outcome.all():
        remedy = f"bring a history in which at least {MIN_BECAME_A} customers rose to A"
        raise AnalysisError("too few customers became A to learn from", remedy=remedy, value=int(outcome.sum()))
    features = known[list(FEATURES)].to_numpy(float)
    means, scales = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
    fitted = LogisticRegression(C=1.0, max_iter=1000).fit((features - means) / scales, outcome)
    return LikelyModel(means, scales, fitted.coef_[0], float(fitted.intercept_[0]), len(known), int(outcome.sum()))


def score_likely_a(model: LikelyModel, rows: pd.DataFrame) -> pd.Series:
    """Return the chance (0..1) of each row to be in A twelve months on, in the order of ``rows``."""
    standard = (rows[list(FEATURES)].to_numpy(float) - model.means) / model.scales
    chance = 1 / (1 + np.exp(-(standard @ model.coefficients + model.intercept)))
    return pd.Series(chance, index=rows.index, name="p_a")


def judge_likely_a(scored: pd.DataFrame, *, likely_share: float) -> LikelyTrial:
    """Return how right it was to name everybody with a chance of at least ``likely_share``, on a landmark gone by.

    ``scored``: LikelyRows of one landmark with its outcome, and p_a from a model that had not seen it.
    """
    outcome = scored["is_a_later"].astype(bool)
    named = scored["p_a"] >= likely_share
    n_named, n_right = int(named.sum()), int((named & outcome).sum())
    low, high = compute_share_interval(n_right, n_named)
    nearest = scored.sort_values(["amount", "customer_id"], ascending=[False, True]).head(n_named).index
    return LikelyTrial(
        landmark=scored["landmark_date"].iloc[0].date(),
        n_rows=len(scored),
        n_became_a=int(outcome.sum()),
        n_named=n_named,
        n_right=n_right,
        precision=n_right / n_named if n_named else np.nan,
        precision_low=low,
        precision_high=high,
        nearest_precision=float(outcome[nearest].mean()) if n_named else np.nan,
        n_expected=float(scored.loc[named, "p_a"].sum()),
    )


def _rank(known: pd.DataFrame, *, day: date, ranking: Ranking) -> pd.DataFrame:
    """Classes of everybody with an order line by a day."""
    column = CRITERION_COLUMNS[ranking.criterion]
    start = pd.Timestamp.min if ranking.window_months is None else start_months_back(day, ranking.window_months)
    inside = known[column].where(known["order_date"] >= pd.Timestamp(start), 0.0)
    totals = inside.groupby(known["customer_id"]).sum(min_count=1).reset_index()
    return classify_customers(totals, criterion=ranking.criterion, cuts=ranking.cuts)


def _describe(known: pd.DataFrame, customers: pd.Series, *, day: date, cut: float, column: str) -> pd.DataFrame:
    """The features of ``LikelyRows`` by customer."""
    age = (pd.Timestamp(day) - known["order_date"]).dt.days.to_numpy()
    spans = {"amount": (0, 365), "recent": (0, 91), "earlier": (365, 730)}
    values = {n: known[column].where((age >= a) & (age < b), 0.0).groupby(known["customer_id"]).sum()
              for n, (a, b) in spans.items()}  # fmt: skip
    bought = known[known["is_purchase_day"]].groupby("customer_id")["order_date"].agg(["min", "max", "size"])
    frame = pd.DataFrame(values).join(bought).reindex(customers)
    tenure = (pd.Timestamp(day) - frame["min"]).dt.days.fillna(0.0)
    gap = ((frame["max"] - frame["min"]).dt.days / (frame["size"] - 1)).where(frame["size"] > 1, 91.0).clip(lower=1)
    silence = (pd.Timestamp(day) - frame["max"]).dt.days / gap
    pace = frame["amount"] * DAYS_A_YEAR / tenure.clip(lower=91, upper=DAYS_A_YEAR)
    return pd.DataFrame(
        {
            "amount_level": _level(frame["amount"], cut),
            "recent_level": _level(4 * frame["recent"], cut),
            "earlier_level": _level(frame["earlier"], cut),
            "pace_level": _level(pace, cut),
            "silence": silence.fillna(5.0).clip(upper=5.0),
            "tenure_years": tenure / DAYS_A_YEAR,
        }
    )


def _level(amount: pd.Series, cut: float) -> pd.Series:
    return np.log(amount.clip(lower=0) / cut + FLOOR)
