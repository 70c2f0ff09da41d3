"""Customers who got another salesperson because of a route, a date or a leaver: before and after, beside the others.

Gains over time may be compared only where the customers' own orders did not bring the change about; the dip of the
last period before it is looked at first. Sources: Callaway and Sant'Anna (2021); Roth (2022).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.observational.cohort import index_events, to_days
from portfolio_lab.analysis.observational.panels import EventStudy, PreTest, fit_event_study, look_before
from portfolio_lab.analysis.observational.staggered import Staggered, fit_staggered, look_before_starts
from portfolio_lab.analysis.observational.triggers import DesignChoice, choose_design
from portfolio_lab.errors import AnalysisError

PERIOD_DAYS = 91
N_BEFORE = 4
MAX_AFTER = 4
MIN_UNITS = 30
MIN_PER_START = 10


@dataclass(frozen=True)
class Rollout:
    """What a change on one date brought per customer and quarter (mean over the quarters after), and how sure it is.

    ``choice`` says whether the comparison is allowed; ``study`` and ``before`` are None where it is not. ``low`` and
    ``high`` belong to ``effect``.
    """

    n_changed: int
    n_others: int
    choice: DesignChoice
    study: EventStudy | None = None
    before: PreTest | None = None
    effect: float = np.nan
    low: float = np.nan
    high: float = np.nan

    @property
    def is_sound(self) -> bool:
        """Whether the look before passed and an unseen drift could not have made the whole effect."""
        return self.before is not None and self.before.passed and self.before.bias_unseen < abs(self.effect)


@dataclass(frozen=True)
class Changes:
    """What changes of owner on many dates brought per customer and quarter; ``found`` is None where refused."""

    n_changed: int
    n_others: int
    n_left_out: int
    choice: DesignChoice
    found: Staggered | None = None
    before: PreTest | None = None

    @property
    def is_sound(self) -> bool:
        """Whether the look before passed and an unseen drift could not have made the whole effect."""
        return self.before is not None and self.before.passed and self.before.bias_unseen < abs(self.found.overall)


def find_changes(assignments: pd.DataFrame) -> pd.DataFrame:
    """Return each change of owner: customer_id, change_date; a customer's first owner is no change."""
    stays = assignments.dropna(subset=["start_date"]).sort_values(["customer_id", "start_date"])
    before = stays.groupby("customer_id")["salesperson_id"].shift()
    changed = stays[before.notna() & (before != stays["salesperson_id"])]
    return changed[["customer_id", "start_date"]].rename(columns={"start_date": "change_date"}).reset_index(drop=True)


def build_quarters(
    order_days: pd.DataFrame, starts: pd.Series, others: pd.Index, *, dates: list[pd.Timestamp]
) -> pd.DataFrame:
    """Return orders per customer and quarter for those who changed (``starts``: period by customer_id) and the others.

    Grain: customer × period of 91 days from each of ``dates``; unit, period, start (empty = never), orders. Customers
    who had not ordered before the first period are left out.
    """
    purchases = order_days[order_days["is_purchase_day"]]
    first = purchases.groupby("customer_id")["order_date"].min()
    known = first.index[first < dates[0]]
    units = pd.Index(np.sort(known.intersection(starts.index.union(others))))
    events = index_events(purchases, units, date="order_date")
    code = np.tile(np.arange(len(units)), len(dates))
    day = np.repeat(to_days(pd.Series(dates)), len(units))
    period = np.repeat(np.arange(len(dates)), len(units))
    panel = pd.DataFrame({"unit": units[code], "period": period})
    return panel.assign(
        start=panel["unit"].map(starts).astype(float), orders=events.count(code, day, day + PERIOD_DAYS).astype(float)
    )


def judge_rollout(
    order_days: pd.DataFrame, changes: pd.DataFrame, *, start: pd.Timestamp, end: pd.Timestamp, as_of: pd.Timestamp
) -> Rollout:
    """Return what the changes of owner from ``start`` to ``end`` brought, against customers who never changed.

    Raises AnalysisError with fewer than 30 customers on either side, or without a complete quarter after the change.
    """
    moved = changes[(changes["change_date"] >= start) & (changes["change_date"] <= end)]
    ever = pd.Index(changes["customer_id"].unique())
    bought = order_days.loc[order_days["is_purchase_day"], "customer_id"].unique()
    others = pd.Index(bought).difference(ever)
    n_after = min(int(((pd.Timestamp(as_of) - start).days + 1) // PERIOD_DAYS), MAX_AFTER)
    if n_after < 1:
        raise AnalysisError("no quarter after the change is over", remedy="wait for the end of the quarter")
    dates = [start + pd.Timedelta(days=PERIOD_DAYS * k) for k in range(-N_BEFORE, n_after)]
    starts = pd.Series(N_BEFORE, index=pd.Index(moved["customer_id"].unique()))
    panel = build_quarters(order_days, starts, others, dates=dates)
    choice, n_changed, n_others = _look_at_choice(panel, at=np.array([N_BEFORE]))
    if choice.refusal("difference_in_differences"):
        return Rollout(n_changed, n_others, choice)
    study = fit_event_study(panel, unit="unit", period="period", start="start", outcome="orders")
    effect, error = study.mean_after()
    reach = norm.ppf(0.975) * error
    return Rollout(n_changed, n_others, choice, study, look_before(study), effect, effect - reach, effect + reach)


def judge_changes(order_days: pd.DataFrame, changes: pd.DataFrame, *, as_of: pd.Timestamp, n_quarters: int) -> Changes:
    """Return what the first change of owner brought, whenever it was, against customers not changed by then.

    Quarters with fewer than 10 changes are left out (``n_left_out`` customers). Raises AnalysisError with fewer than
    30 customers on either side.
    """
    if n_quarters <= N_BEFORE:
        remedy = f"bring orders of more than {N_BEFORE} quarters"
        raise AnalysisError("the history is too short for a look before the change", remedy=remedy, value=n_quarters)
    end = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    dates = [end - pd.Timedelta(days=PERIOD_DAYS * k) for k in range(n_quarters, 0, -1)]
    first = changes.groupby("customer_id")["change_date"].min()
    bought = order_days.loc[order_days["is_purchase_day"], "customer_id"].unique()
    others = pd.Index(bought).difference(first.index)
    period = (first - dates[0]).dt.days // PERIOD_DAYS
    usable = period[(period >= N_BEFORE) & (period < n_quarters)]
    sizes = usable.value_counts()
    kept = usable[usable.map(sizes) >= MIN_PER_START]
    panel = build_quarters(order_days, kept, others, dates=dates)
    choice, n_changed, n_others = _look_at_choice(panel, at=np.sort(kept.unique()))
    n_left_out = len(usable) - len(kept)
    if choice.refusal("difference_in_differences"):
        return Changes(n_changed, n_others, n_left_out, choice)
    found = fit_staggered(panel, unit="unit", period="period", start="start", outcome="orders")
    return Changes(n_changed, n_others, n_left_out, choice, found, look_before_starts(found))


def _look_at_choice(panel: pd.DataFrame, *, at: np.ndarray) -> tuple[DesignChoice, int, int]:
    """Whether a dip decided who changed: the four periods before each start, those who changed then and the others."""
    wide = panel.pivot_table(index="unit", columns="period", values="orders")
    starts = panel.groupby("unit")["start"].first()
    n_changed, n_others = int(starts.notna().sum()), int(starts.isna().sum())
    if min(n_changed, n_others) < MIN_UNITS:
        remedy = "wait until more customers have changed"
        raise AnalysisError("too few customers changed or stayed", remedy=remedy, value=min(n_changed, n_others))
    lags = tuple(f"lag_{k}" for k in range(1, N_BEFORE + 1))
    found = []
    for start in at:
        chosen = starts.index[starts.isna() | (starts == start)]
        past = wide.loc[chosen, [start - k for k in range(1, N_BEFORE + 1)]].set_axis(list(lags), axis=1)
        found.append(past.assign(is_treated=starts.loc[chosen].notna()))
    return choose_design(pd.concat(found), lags=lags, declared="rollout"), n_changed, n_others
