"""What a contact brings by class and channel: rested customers, contacted by one channel, against others like them.

Channels exclude each other: who was contacted in the window by any other channel is left out, so every channel is
compared with none. How long orders are counted follows from how often customers are contacted, not from what they did.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.abc_classes.cuts import Cuts, assign_classes, compute_limits
from portfolio_lab.analysis.observational.cells import shrink_cells
from portfolio_lab.analysis.observational.cohort import HISTORY, LAGS, Windows, build_cohort, index_events, to_days
from portfolio_lab.analysis.observational.effect import Adjusted, compute_naive
from portfolio_lab.analysis.observational.nuisances import Recipe
from portfolio_lab.analysis.observational.overlap import OverlapCard, fit_comparable
from portfolio_lab.analysis.observational.sample import Sample, build_sample
from portfolio_lab.analysis.observational.triggers import DesignChoice, choose_design
from portfolio_lab.errors import AnalysisError

STEP_DAYS = 7
RESTED_DAYS = 30  # a month: an earlier contact should no longer be at work
MEANWHILE_SHARE = 0.20  # of customers contacted anyway before the follow-up closes
FOLLOW_DAYS = (7, 14, 21, 28)
RECIPE = Recipe("logit", n_folds=3, n_splits=1)
CLASS_NAMES = ("A", "B", "C")
EVERY_FOURTH = 4
COLUMNS = ["abc_class", "channel", "n_treated", "n_control", "control_mean", "naive_effect", "effect", "error",
           "is_comparable"]  # fmt: skip


@dataclass(frozen=True)
class ContactEffects:
    """``cells``: one row per class and channel, see ``estimate_contact_effects``; ``design`` says how contacts came.

    ``sample`` and ``adjusted`` are those of contacts of every kind, for the self-test; None without any cell.
    """

    cells: pd.DataFrame
    design: DesignChoice | None
    sample: Sample | None
    adjusted: Adjusted | None


def choose_windows(
    order_days: pd.DataFrame, contacts: pd.DataFrame, *, as_of: pd.Timestamp, max_silent_days: int
) -> Windows:
    """Return the windows of the comparison: a week for the contact, then one to four whole weeks of orders.

    As many weeks as leave at least four in five customers without a contact in them, because contacts that others get
    meanwhile blur the comparison; whole weeks, so that the day of the week does not matter. Read from the last year's
    contacts of customers silent for at most ``max_silent_days``, never from what they ordered afterwards.
    """
    purchases = order_days[order_days["is_purchase_day"]]
    customers = pd.Index(np.sort(purchases["customer_id"].unique()))
    days = pd.date_range(end=pd.Timestamp(as_of) - pd.Timedelta(days=FOLLOW_DAYS[-1]), periods=13, freq="28D")
    code, start = np.tile(np.arange(len(customers)), len(days)), np.repeat(to_days(pd.Series(days)), len(customers))
    since = start - index_events(purchases, customers, date="order_date").last_before(code, start)
    touched = index_events(contacts, customers, date="contact_date")
    wait = (touched.first_from(code, start) - start)[since <= max_silent_days]
    n_fit = sum(bool((wait < length).mean() <= MEANWHILE_SHARE) for length in FOLLOW_DAYS) if len(wait) else 0
    follow = FOLLOW_DAYS[max(n_fit, 1) - 1]
    return Windows(STEP_DAYS, follow, max_silent_days=max_silent_days, rested_days=RESTED_DAYS)


def choose_weeks(as_of: pd.Timestamp, *, n_weeks: int, windows: Windows) -> list[pd.Timestamp]:
    """Return the latest ``n_weeks`` start days, a week apart, whose follow-up is over on ``as_of``."""
    last = pd.Timestamp(as_of) - pd.Timedelta(days=windows.grace_days + windows.follow_days - 1)
    return list(pd.date_range(end=last, periods=n_weeks, freq=f"{STEP_DAYS}D"))


def estimate_contact_effects(
    order_days: pd.DataFrame,
    contacts: pd.DataFrame,
    *,
    dates: list[pd.Timestamp],
    as_of: pd.Timestamp,
    windows: Windows,
    cuts: Cuts = (80.0, 95.0),
) -> ContactEffects:
    """Return what one contact adds to the orders of the days after its window, by class and channel.

    ``contacts``: customer_id, contact_date, channel, outgoing; ``windows`` from ``choose_windows``. Grain of ``cells``:
    class × channel with at least 30 contacted; n_treated and n_control count customers once per start day;
    control_mean, naive_effect, effect, error, shrunk_effect (drawn towards the cells of its channel), low, high in
    orders per customer; is_clear. The ranges hold for all cells together (Bonferroni), so that among many of them none
    is missed by luck. Where the groups are not comparable the cell keeps its numbers but is never clear.
    """
    found = []
    for channel in sorted(contacts["channel"].dropna().unique()):
        own = contacts[contacts["channel"] == channel]
        rows = build_cohort(order_days, contacts, dates=dates, as_of=as_of, windows=windows, own_contacts=own)
        rows["abc_class"] = rank_by_year(rows, cuts=cuts)
        rows = rows[~rows["is_mixed"]]
        found += [_fit_cell(rows[rows["abc_class"] == each], each, channel) for each in CLASS_NAMES]
    cells = pd.DataFrame([row for row in found if row], columns=COLUMNS)
    if cells.empty:
        return ContactEffects(cells, None, None, None)
    every = build_cohort(order_days, contacts, dates=dates[::EVERY_FOURTH], as_of=as_of, windows=windows)
    design = choose_design(every, lags=LAGS)
    return ContactEffects(_widen(cells), design, *_fit(every)[:2])


def _widen(cells: pd.DataFrame) -> pd.DataFrame:
    """Partial pooling within a channel, ranges for all cells together, and which are clear by both."""
    cells = shrink_cells(cells, within="channel")
    reach = norm.ppf(1 - 0.025 / len(cells)) * cells["error"]
    cells = cells.assign(low=cells["effect"] - reach, high=cells["effect"] + reach)
    cells["is_clear"] &= cells["is_comparable"] & ((cells["low"] > 0) | (cells["high"] < 0))
    return cells


def _fit(rows: pd.DataFrame) -> tuple[Sample, Adjusted, OverlapCard]:
    sample = build_sample(rows, outcome="n_orders", covariates=HISTORY)
    return fit_comparable(sample, recipe=RECIPE)


def _fit_cell(rows: pd.DataFrame, abc_class: str, channel: str) -> dict[str, object] | None:
    try:
        sample, found, card = _fit(rows)
    except AnalysisError:
        return None
    n_treated = int(sample.treated.sum())
    return {
        "abc_class": abc_class, "channel": channel, "n_treated": n_treated, "n_control": sample.n - n_treated,
        "control_mean": found.control_mean, "naive_effect": compute_naive(sample), "effect": found.effect,
        "error": found.error, "is_comparable": card.is_ok,
    }  # fmt: skip


def rank_by_year(rows: pd.DataFrame, *, cuts: Cuts) -> pd.Series:
    """Return the class of each row by what its customer bought in the year before the start day (C: the rest)."""
    found = pd.Series("C", index=rows.index)
    for _, amount in rows.groupby("landmark_date")["amount_year"]:
        cents = np.rint(amount.to_numpy() * 100).astype(np.int64)
        if (cents > 0).any():
            place = np.minimum(assign_classes(cents, compute_limits(cents, cuts=cuts)), len(CLASS_NAMES) - 1)
            found[amount.index] = np.array(CLASS_NAMES)[place]
    return found
