"""Spells: how long customers stay before they go inactive, with the same event as the stages.

A spell runs from a first (or re-activating) purchase to inactivation, which happens ``inactive_days`` after the last
purchase: a day that can be known when it comes. Dating it back to the last purchase would bias every curve.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.stages.histories import as_dates, build_histories
from portfolio_lab.analysis.stages.ladder import compute_customer_ladder
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import StagePolicy

CAUSES = ("inactivation", "closure", "blocked", "none")
BLOCKED_WORDS = ("block", "lock", "embargo", "credit stop")


class Spells(pa.DataFrameModel):
    """One row per customer and spell, [start_date, end_date); lengths in days.

    ``event_observed`` is inactivation only; a closed or blocked account is censored there and named in ``cause``.
    ``entry_days`` is the age at which we began to watch; ``is_start_known`` tells whether the age is known at all.
    """

    customer_id: Series[str]
    spell_number: Series[int] = pa.Field(ge=1)
    start_date: Series[pd.Timestamp]
    last_purchase_date: Series[pd.Timestamp]
    end_date: Series[pd.Timestamp]
    duration_days: Series[float] = pa.Field(ge=0)
    entry_days: Series[float] = pa.Field(ge=0)
    event_observed: Series[bool]
    cause: Series[str] = pa.Field(isin=CAUSES)
    inactive_days: Series[float] = pa.Field(gt=0)
    n_purchase_days: Series[int] = pa.Field(ge=1)
    is_start_known: Series[bool]

    class Config:
        unique = ["customer_id", "spell_number"]


@dataclass(frozen=True)
class Truncation:
    """Whether the order history seems to begin in the middle of customers' lives (an ERP cut-over)."""

    n_early: int
    later_median: float
    ratio: float
    is_truncated: bool


def build_spells(
    order_days: pd.DataFrame,
    closures: pd.DataFrame | None = None,
    *,
    as_of: pd.Timestamp,
    inactive_days: float | pd.Series,
) -> pd.DataFrame:
    """Return every spell up to ``as_of``.

    Grain: customer × spell (``Spells``). ``order_days``: customer_id, order_date, is_purchase_day. ``closures``:
    customer_id, closed_date, closed_reason. ``inactive_days``: one number, or one per customer (index customer_id), or
    one per purchase (index customer_id, order_date), known when the purchase was made.
    A purchase exactly ``inactive_days`` after the last one comes in time, as it does for the stages.
    Raises AnalysisError for a purchase after as_of or a customer without ``inactive_days``.
    """
    days = _purchase_days(order_days, as_of=pd.Timestamp(as_of))
    days["inactive_days"] = _inactive_days_per_purchase(days, inactive_days)
    days["closed_date"], days["closed_as"] = _closures_per_customer(days["customer_id"], closures)
    days["spell_number"] = _number_spells(days)
    spells = days.groupby(["customer_id", "spell_number"], sort=True, as_index=False).agg(
        start_date=("order_date", "first"),
        last_purchase_date=("order_date", "last"),
        inactive_days=("inactive_days", "last"),
        n_purchase_days=("order_date", "size"),
        closed_date=("closed_date", "first"),
        closed_as=("closed_as", "first"),
    )
    return _close_spells(spells, as_of=pd.Timestamp(as_of))


def compute_inactive_days(
    order_days: pd.DataFrame, customers: pd.DataFrame, *, as_of: pd.Timestamp, policy: StagePolicy
) -> pd.Series:
    """Return after how many silent days each purchase would have been followed by inactivation.

    Index customer_id, order_date; days, by the stage definition of ``policy`` and what was known at the purchase.
    """
    histories = build_histories(order_days, as_of=pd.Timestamp(as_of))
    known = customers.drop_duplicates("customer_id").set_index("customer_id").reindex(histories.customer_ids)
    segments = known["segment"] if "segment" in known else pd.Series(None, index=known.index, dtype=object)
    _, inactive = compute_customer_ladder(histories, np.arange(len(histories.day)), segments, policy)
    inactive = np.minimum(inactive, policy.ex_customer_days or np.inf)
    purchases = [histories.customer_ids[histories.customer], as_dates(histories.day)]
    index = pd.MultiIndex.from_arrays(purchases, names=["customer_id", "order_date"])
    return pd.Series(inactive.astype(float), index=index, name="inactive_days")


def _purchase_days(order_days: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    days = order_days.loc[order_days["is_purchase_day"].astype(bool), ["customer_id", "order_date"]]
    if (days["order_date"] > as_of).any():
        raise AnalysisError(
            "order_days holds purchases after as_of",
            remedy="cut the orders at as_of before building spells",
            value=str(days["order_date"].max().date()),
        )
    return days.drop_duplicates().sort_values(["customer_id", "order_date"], ignore_index=True)


def _inactive_days_per_purchase(days: pd.DataFrame, inactive_days: float | pd.Series) -> np.ndarray:
    if not isinstance(inactive_days, pd.Series):
        found = np.full(len(days), float(inactive_days))
    elif isinstance(inactive_days.index, pd.MultiIndex):
        found = inactive_days.reindex(pd.MultiIndex.from_frame(days[["customer_id", "order_date"]])).to_numpy(float)
    else:
        found = days["customer_id"].map(inactive_days).to_numpy(float)
    if not (found > 0).all():
        wrong = days["customer_id"].to_numpy()[~(found > 0)][0]
        raise AnalysisError(
            "a purchase has no positive inactive_days", remedy="give one number, or one per customer", value=wrong
        )
    return np.ceil(found)


def _closures_per_customer(
    customer_ids: pd.Series, closures: pd.DataFrame | None
) -> tuple[pd.Series | pd.Timestamp, pd.Series | str]:
    if closures is None or closures.empty:
        return pd.NaT, "none"
    known = closures.dropna(subset=["closed_date"]).drop_duplicates("customer_id").set_index("customer_id")
    reasons = known["closed_reason"] if "closed_reason" in known else pd.Series("", index=known.index)
    causes = reasons.map(name_cause).astype(object)
    return pd.to_datetime(customer_ids.map(known["closed_date"])), customer_ids.map(causes).fillna("none")


def name_cause(closed_reason: object) -> str:
    """Return ``blocked`` when the reason says that we stopped the account, else ``closure``."""
    text = "" if pd.isna(closed_reason) else str(closed_reason).casefold()
    return "blocked" if any(word in text for word in BLOCKED_WORDS) else "closure"


def _number_spells(days: pd.DataFrame) -> pd.Series:
    """Count up where a purchase comes later than the inactivation or the closure that followed the last one."""
    customer = days["customer_id"]
    before = days.groupby("customer_id", sort=False)[["order_date", "inactive_days"]].shift()
    previous = before["order_date"]
    too_late = (days["order_date"] - previous).dt.days > before["inactive_days"]
    reopened = (previous <= days["closed_date"]) & (days["closed_date"] < days["order_date"])
    starts = previous.isna() | too_late | reopened
    return starts.astype(int).groupby(customer, sort=False).cumsum()


def _close_spells(spells: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """End each spell at the first of closure, inactivation and as_of; closure wins a tie, as it does in the stages."""
    inactive_date = spells["last_purchase_date"] + pd.to_timedelta(spells["inactive_days"], unit="D")
    closed = spells["closed_date"].where(spells["closed_date"] >= spells["last_purchase_date"])
    is_closed = (closed <= inactive_date) & (closed <= as_of)
    is_inactive = ~is_closed & (inactive_date <= as_of)
    end = pd.Series(as_of, index=spells.index).where(~is_inactive, inactive_date).where(~is_closed, closed)
    spells = spells.assign(
        end_date=end,
        duration_days=(end - spells["start_date"]).dt.days.astype(float),
        entry_days=0.0,
        event_observed=is_inactive,
        cause=np.select([is_closed, is_inactive], [spells["closed_as"], "inactivation"], "none"),
        is_start_known=True,
    )
    return Spells.validate(spells[list(Spells.to_schema().columns)])


def detect_left_truncation(
    first_purchase_dates: pd.Series, *, window_start: pd.Timestamp, as_of: pd.Timestamp, inactive_days: float
) -> Truncation:
    """Return whether far more customers seem to begin in the first ``inactive_days`` than later on.

    A shop that opened its books today meets its old customers first: more than three times the median of the later
    stretches of the same length says so. With fewer than two later stretches nothing can be said (not truncated); nor
    where nobody begins later, as in a set of customers chosen by their start (ratio infinite, not truncated).
    """
    ages = (first_purchase_dates - pd.Timestamp(window_start)).dt.days.to_numpy()
    n_stretches = int((pd.Timestamp(as_of) - pd.Timestamp(window_start)).days // inactive_days)
    counts = np.bincount((ages // inactive_days).astype(int), minlength=max(n_stretches, 1))[: max(n_stretches, 1)]
    if n_stretches < 3:
        return Truncation(n_early=int(counts[0]), later_median=np.nan, ratio=np.nan, is_truncated=False)
    later = float(np.median(counts[1:]))
    ratio = counts[0] / later if later else np.inf
    return Truncation(
        n_early=int(counts[0]), later_median=later, ratio=float(ratio), is_truncated=bool(3 < ratio < np.inf)
    )


def derive_entry(
    spells: pd.DataFrame, known_starts: pd.Series | None = None, *, window_start: pd.Timestamp
) -> pd.DataFrame:
    """Return the spells with delayed entry for customers who were here before the order history began.

    Grain: ``Spells``. ``known_starts``: day of the first purchase or of the opening of the account, index customer_id.
    Whether a customer was active when the window opened shows only after its first ``inactive_days``; old customers
    therefore come under observation then, at the age they have by then, and those who ended before are left out.
    First spells that begin in that stretch without a known start keep no age (``is_start_known`` false): leave them
    out of curves over age. Source: Klein and Moeschberger (2003), chapter 4.6; Cole and Hudgens (2010).
    """
    opening = pd.Timestamp(window_start) + pd.to_timedelta(spells["inactive_days"], unit="D")
    is_early = (spells["spell_number"] == 1) & (spells["start_date"] < opening)
    known = spells["customer_id"].map(known_starts) if known_starts is not None else pd.Series(pd.NaT, spells.index)
    known = pd.to_datetime(known)
    is_old = is_early & (known < pd.Timestamp(window_start))
    start = spells["start_date"].where(~is_old, known)
    entry = (opening - start).dt.days.astype(float).where(is_old, spells["entry_days"])
    watched = spells.assign(
        start_date=start,
        duration_days=(spells["end_date"] - start).dt.days.astype(float),
        entry_days=entry,
        is_start_known=~is_early | known.notna(),
    )
    return watched[~is_old | (watched["duration_days"] > watched["entry_days"])].reset_index(drop=True)


def as_lifetimes(spells: pd.DataFrame) -> pd.DataFrame:
    """Return the spells of known age in the words of the survival analysis: duration, event_observed, entry (days)."""
    known = spells[spells["is_start_known"]].reset_index(drop=True)
    return known.rename(columns={"duration_days": "duration", "entry_days": "entry"})
