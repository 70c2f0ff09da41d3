"""Customers just across the limit of a class or a stage: alike but for the plan, which changes at the limit.

First it is looked whether contacts really change there; only then can what follows say something of contacts.
Source: Imbens and Lemieux (2008) on regression discontinuity.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.abc_classes.cuts import Cuts, compute_limits
from portfolio_lab.analysis.observational.cohort import Events, index_events, to_days
from portfolio_lab.analysis.observational.discontinuity import Jump, fit_jump
from portfolio_lab.analysis.observational.instrument import MIN_F
from portfolio_lab.analysis.stages.histories import build_histories
from portfolio_lab.analysis.stages.ladder import compute_customer_ladder
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import AbcPolicy, StagePolicy

CLASS_LIMITS = ("class A", "class B")
STAGE_LIMITS = ("pre-inactive", "inactivated")


@dataclass(frozen=True)
class Limit:
    """One limit: the jump of contacts there and of orders, both per customer and planning period; None: too few.

    ``strength`` tells the jump of contacts from none (squared, in its own errors; 10 or more is clear).
    """

    name: str
    contacts: Jump | None
    orders: Jump | None
    strength: float

    @property
    def has_jump(self) -> bool:
        """Whether contacts clearly change at the limit."""
        return self.contacts is not None and self.strength >= MIN_F

    @property
    def is_sound(self) -> bool:
        """Whether the orders beyond the limit may be put down to the plan: a jump, and nobody moved across."""
        return self.has_jump and self.orders is not None and not self.orders.is_crowded


def build_class_scores(order_days: pd.DataFrame, *, days: list[pd.Timestamp], policy: AbcPolicy) -> pd.DataFrame:
    """Return how far each customer stood above the limits of class A and B on each planning day.

    Grain: customer × day with a positive value; customer_id, day, and a column per limit: log of value over limit.
    """
    column = "amount" if policy.criterion == "amount" else "margin_amount"
    found = []
    for day in days:
        first = order_days["order_date"].min()
        if policy.window_months is not None:
            first = day - pd.DateOffset(months=policy.window_months)
        window = order_days[(order_days["order_date"] >= first) & (order_days["order_date"] < day)]
        value = window.groupby("customer_id")[column].sum()
        value = value[value > 0]
        if value.empty:
            continue
        limits = _limits(value, cuts=policy.cuts)
        scores = {name: np.log(value / limit) for name, limit in zip(CLASS_LIMITS, limits, strict=True)}
        found.append(pd.DataFrame(scores).rename_axis("customer_id").reset_index().assign(day=day))
    columns = ["customer_id", "day", *CLASS_LIMITS]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)


def _limits(value: pd.Series, *, cuts: Cuts) -> tuple[float, float]:
    limits = compute_limits(np.rint(value.to_numpy() * 100).astype(np.int64), cuts=cuts)
    return limits.a_cents / 100, limits.b_cents / 100


def build_stage_scores(
    order_days: pd.DataFrame, segments: pd.Series, *, days: list[pd.Timestamp], policy: StagePolicy
) -> pd.DataFrame:
    """Return how many days each customer stood beyond the lines of silence on each planning day.

    Grain: customer × day with an earlier purchase; customer_id, day, and a column per line. Only customers silent for
    less than twice the line have a score. ``segments``: by customer_id.
    """
    histories = build_histories(order_days, as_of=max(days) - pd.Timedelta(days=1))
    known = segments.reindex(histories.customer_ids)
    following = np.where(histories.is_last, np.inf, np.append(histories.day[1:], 0))
    found = []
    for day, number in zip(days, to_days(pd.Series(days)), strict=True):
        # a row knows nothing of later ones, so one history serves all days
        rows = np.flatnonzero((histories.day < number) & (following >= number))
        lines = compute_customer_ladder(histories, rows, known, policy)
        silent = number - histories.day[rows]
        frame = {"customer_id": histories.customer_ids[histories.customer[rows]], "day": day}
        for name, line in zip(STAGE_LIMITS, lines, strict=True):
            frame[name] = np.where(silent < 2 * line, silent - line.astype(float), np.nan)
        found.append(pd.DataFrame(frame))
    return pd.concat(found, ignore_index=True)


def compare_at_limits(
    scores: pd.DataFrame,
    order_days: pd.DataFrame,
    contacts: pd.DataFrame,
    *,
    names: tuple[str, ...],
    period_days: int,
) -> list[Limit]:
    """Return what changes at each limit in the planning period of ``period_days`` after each planning day.

    ``scores`` from one of the two builders; ``contacts``: customer_id, contact_date, outgoing.
    """
    purchases = order_days[order_days["is_purchase_day"]]
    customers = pd.Index(np.sort(scores["customer_id"].unique()))
    rows = scores.assign(
        n_contacts=_count(index_events(contacts, customers, date="contact_date"), scores, customers, period_days),
        n_orders=_count(index_events(purchases, customers, date="order_date"), scores, customers, period_days),
    )
    return [_compare(rows.dropna(subset=[name]), name) for name in names]


def _count(events: Events, scores: pd.DataFrame, customers: pd.Index, period_days: int) -> np.ndarray:
    code, start = customers.get_indexer(scores["customer_id"]), to_days(scores["day"])
    return events.count(code, start, start + period_days).astype(float)


def _compare(rows: pd.DataFrame, name: str) -> Limit:
    asked = {"score": name, "cutoff": 0.0, "cluster": "customer_id"}
    try:
        contacts = fit_jump(rows, outcome="n_contacts", **asked)
        orders = fit_jump(rows, outcome="n_orders", **asked)
    except AnalysisError:
        return Limit(name, None, None, 0.0)
    return Limit(name, contacts, orders, _measure_strength(contacts))


def _measure_strength(jump: Jump) -> float:
    """How clear a jump is by the limit of its interval nearer to 0."""
    if jump.low <= 0 <= jump.high or jump.error <= 0:
        return 0.0
    return float((min(abs(jump.low), abs(jump.high)) / jump.error + norm.ppf(0.975)) ** 2)
