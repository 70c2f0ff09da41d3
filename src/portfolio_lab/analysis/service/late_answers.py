"""Whether customers who were answered late left more than those who were answered in time."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.intervals import compute_share_interval
from portfolio_lab.analysis.service.purchase_counts import (
    PurchaseDays,
    build_event_days,
    build_purchase_days,
    day_numbers,
)
from portfolio_lab.analysis.survival.cox import CoxDesign, fit_cox
from portfolio_lab.analysis.survival.curves import fit_curve, read_curve
from portfolio_lab.errors import AnalysisError

FOLLOW_DAYS = 180
MIN_LATE, MIN_EVENTS = 30, 5
NOBODY = "nobody known"


@dataclass(frozen=True)
class LateEffect:
    """How many times as often customers left after a late answer as after one in time; NaN where it cannot be said.

    ``curves``: group ("late", "in time"), t, survival, low, high. ``problem`` says why there is no estimate;
    ``stratum`` names what those compared with one another have in common.
    """

    n_late: int
    n_in_time: int
    n_left_late: int
    n_left_in_time: int
    hazard_ratio: float
    low: float
    high: float
    curves: pd.DataFrame
    problem: str = ""
    stratum: str | None = None

    @property
    def is_clear(self) -> bool:
        """Whether the whole interval lies on one side of 1."""
        return bool(self.low > 1 or self.high < 1)


def build_late_rows(
    cases: pd.DataFrame,
    order_days: pd.DataFrame,
    *,
    as_of: pd.Timestamp,
    late_days: int,
    inactive_days: pd.Series,
) -> pd.DataFrame:
    """Return each case from the day on which its answer became late or not, until the customer's last purchase.

    Grain: case: customer_id, is_late (1, 0), entry, duration (days since that day), event_observed (left), silence,
    rhythm (logs of the days without an order and of the purchases a day until then), and the columns of ``cases``.
    A customer counts from its next purchase on, because before that nobody knows whether it had gone already, and has
    left on its last purchase once the silence after it exceeds its line of inactivity (``inactive_days``, by
    customer_id). It is watched for half a year, and no longer than to its next late answer; a case that comes within
    half a year after a late one is left out. ``cases``: customer_id, opened_date, first_response_date.
    """
    due = cases.assign(event_date=cases["opened_date"] + pd.Timedelta(days=late_days))
    bought = build_purchase_days(order_days, as_of=pd.Timestamp(as_of))
    is_known = (due["event_date"] <= pd.Timestamp(as_of)) & due["customer_id"].isin(bought.customer_ids)
    rows = due[is_known].reset_index(drop=True)
    answered = pd.to_datetime(rows["first_response_date"])
    rows["is_late"] = (~(answered <= rows["event_date"])).astype(float)
    late = build_event_days(rows[rows["is_late"] == 1], bought.customer_ids)
    watched = _watch(rows, bought, late, line=rows["customer_id"].map(inactive_days).to_numpy(float), as_of=_day(as_of))
    return watched.drop(columns="event_date").reset_index(drop=True)


def _watch(
    rows: pd.DataFrame, bought: PurchaseDays, late: PurchaseDays, *, line: np.ndarray, as_of: int
) -> pd.DataFrame:
    """The rows that can be watched, from when to when, and what the customers were like before."""
    start, codes = day_numbers(rows["event_date"]), bought.customer_ids.get_indexer(rows["customer_id"])
    first, before = bought.next_day(codes, np.zeros(len(rows), np.int64)), bought.last_day(codes, start - 1)
    following, last = bought.next_day(codes, start), bought.last_day(codes, np.full(len(rows), as_of))
    has_left = as_of - last >= line
    # who has not left by now may have done so within the last line of inactivity: it is watched until then only
    end = np.where(has_left, last - start + 1.0, as_of - line - start + 1.0)
    next_late = late.next_day(codes, start + 1)
    limit = np.minimum(np.where(next_late >= 0, next_late - start, np.inf), float(FOLLOW_DAYS))
    rows = rows.assign(
        entry=(following - start).astype(float),
        duration=np.minimum(end, limit),
        event_observed=has_left & (end <= limit),
        silence=np.log1p(np.maximum(start - before, 0)),
        rhythm=np.log((bought.count(codes, first - 1, start - 1) + 1.0) / (np.maximum(start - first, 1) + 60.0)),
    )
    is_first = late.count(codes, start - FOLLOW_DAYS - 1, start - 1) == 0
    is_there = (before >= 0) & (following >= 0) & (start - before < line)
    return rows[is_first & is_there & (rows["duration"] > rows["entry"]).to_numpy()]


def compare_late_answers(rows: pd.DataFrame, *, stratum: str | None = None) -> LateEffect:
    """Return how many times as likely customers are to leave after a late answer; ``rows`` of ``build_late_rows``.

    Cox regression with the silence and the rhythm before as further terms, customers of the same ``stratum`` (whoever
    looked after them) compared with one another, errors by customer. Source: Cox (1972); Lin and Wei (1989).
    """
    rows = rows.assign(**({stratum: rows[stratum].fillna(NOBODY)} if stratum else {}))
    late = rows["is_late"] == 1
    counts = (int(late.sum()), int((~late).sum()))
    left = (int(rows.loc[late, "event_observed"].sum()), int(rows.loc[~late, "event_observed"].sum()))
    curves = _leaving_curves(rows)
    if min(counts) < MIN_LATE or min(left) < MIN_EVENTS:
        problem = "too few late answers, or too few customers who left after one"
        return LateEffect(*counts, *left, np.nan, np.nan, np.nan, curves, problem)
    terms = tuple(name for name in ("is_late", "silence", "rhythm") if rows[name].min() < rows[name].max())
    design = CoxDesign(terms, strata=(stratum,) if stratum else (), cluster="customer_id")
    try:
        model = fit_cox(rows, design)
    except AnalysisError as error:
        return LateEffect(*counts, *left, np.nan, np.nan, np.nan, curves, error.problem)
    effect, error = model.coefficients["is_late"], np.sqrt(model.covariance.loc["is_late", "is_late"])
    limits = np.exp([effect, effect - 1.96 * error, effect + 1.96 * error])
    return LateEffect(*counts, *left, *map(float, limits), curves, stratum=stratum)


def _leaving_curves(rows: pd.DataFrame) -> pd.DataFrame:
    """Share of the customers of each group who had not left after so many days, among those who bought again."""
    parts = []
    for value, group in ((1, "late"), (0, "in time")):
        members = rows[rows["is_late"] == value].assign(entry=0.0)
        if len(members) >= MIN_LATE:
            points = read_curve(fit_curve(members), list(np.arange(0.0, FOLLOW_DAYS + 1, 5)))
            parts.append(points.rename(columns={"time": "t"}).assign(group=group))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["t", "survival", "low", "high"])


def compute_left_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how many of the cases watched for the whole time were followed by leaving. Grain: is_late: n, n_left, …

    Columns is_late, n, n_left, left_share, low, high (Wilson).
    """
    whole = rows[rows["event_observed"] | (rows["duration"] >= FOLLOW_DAYS)]
    counted = whole.groupby("is_late")["event_observed"].agg(n="size", n_left="sum").reset_index()
    limits = [compute_share_interval(int(row.n_left), int(row.n)) for row in counted.itertuples()]
    low, high = zip(*limits, strict=True) if limits else ((), ())
    return counted.assign(left_share=counted["n_left"] / counted["n"], low=low, high=high)


def _day(as_of: pd.Timestamp) -> int:
    return int(day_numbers(pd.Series([pd.Timestamp(as_of)]))[0])
