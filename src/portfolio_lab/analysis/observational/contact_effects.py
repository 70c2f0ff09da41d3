"""What a contact brings by class and channel: rested customers, contacted by one channel, against others like them.

Channels exclude each other: who was contacted in the window by any other channel is left out, so every channel is
compared with none. Orders are counted in the days in which a contact is still at work.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.observational.cells import shrink_cells
from portfolio_lab.analysis.observational.cohort import HISTORY, LAGS, Windows, build_cohort
from portfolio_lab.analysis.observational.effect import Adjusted, compute_naive
from portfolio_lab.analysis.observational.nuisances import Recipe
from portfolio_lab.analysis.observational.overlap import fit_comparable
from portfolio_lab.analysis.observational.sample import Sample, build_sample
from portfolio_lab.analysis.observational.triggers import DesignChoice, choose_design
from portfolio_lab.errors import AnalysisError

WINDOWS = Windows(grace_days=3, follow_days=10, max_silent_days=240, rested_days=30)
STEP_DAYS = 7
RECIPE = Recipe("logit", n_splits=1)
CLASS_NAMES = ("A", "B", "C")
COLUMNS = ["abc_class", "channel", "n_treated", "n_control", "control_mean", "naive_effect", "effect", "error",
           "is_comparable"]  # fmt: skip


@dataclass(frozen=True)
class ContactEffects:
    """``cells``: one row per class and channel, see ``estimate_contact_effects``; ``design`` says how contacts came.

    ``sample`` and ``adjusted`` are those of the most frequent cell, for the self-test; None without any cell.
    """

    cells: pd.DataFrame
    design: DesignChoice | None
    sample: Sample | None
    adjusted: Adjusted | None


def choose_weeks(as_of: pd.Timestamp, *, n_weeks: int, windows: Windows = WINDOWS) -> list[pd.Timestamp]:
    """Return the latest ``n_weeks`` start days, a week apart, whose follow-up is over on ``as_of``."""
    last = pd.Timestamp(as_of) - pd.Timedelta(days=windows.grace_days + windows.follow_days - 1)
    return list(pd.date_range(end=last, periods=n_weeks, freq=f"{STEP_DAYS}D"))


def estimate_contact_effects(
    order_days: pd.DataFrame,
    contacts: pd.DataFrame,
    *,
    dates: list[pd.Timestamp],
    as_of: pd.Timestamp,
    cuts: tuple[float, float] = (80.0, 95.0),
    seed: int = 0,
) -> ContactEffects:
    """Return what one contact adds to the orders of the ten days after its window, by class and channel.

    ``contacts``: customer_id, contact_date, channel, outgoing. Grain of ``cells``: class × channel with at least 30
    contacted; n_treated and n_control count customers once per start day; control_mean, naive_effect, effect, error,
    shrunk_effect (drawn towards the cells of its channel), low, high in orders per customer; is_clear. The ranges hold
    for all cells together (Bonferroni), so that among many of them none is missed by luck.
    Where the groups are not comparable the cell keeps its numbers but is never clear (``is_comparable``).
    """
    found, design, largest = [], None, (0, None, None)
    for channel in sorted(contacts["channel"].dropna().unique()):
        rows = build_cohort(
            order_days, contacts, dates=dates, as_of=as_of, windows=WINDOWS,
            own_contacts=contacts[contacts["channel"] == channel],
        )  # fmt: skip
        rows["abc_class"] = rank_by_year(rows, cuts=cuts)
        design = design or choose_design(_with_all(order_days, contacts, dates=dates, as_of=as_of), lags=LAGS)
        for abc_class in CLASS_NAMES:
            row, sample, adjusted = _fit_cell(rows[rows["abc_class"] == abc_class], abc_class, channel, seed=seed)
            if row is None:
                continue
            found.append(row)
            if row["n_treated"] > largest[0]:
                largest = (row["n_treated"], sample, adjusted)
    cells = pd.DataFrame(found, columns=COLUMNS)
    if len(cells):
        cells = shrink_cells(cells, within="channel")
        cells["is_clear"] &= cells["is_comparable"]
        reach = norm.ppf(1 - 0.025 / len(cells)) * cells["error"]
        cells = cells.assign(low=cells["effect"] - reach, high=cells["effect"] + reach)
        cells["is_clear"] &= (cells["low"] > 0) | (cells["high"] < 0)
    return ContactEffects(cells, design, *largest[1:])


def _with_all(
    order_days: pd.DataFrame, contacts: pd.DataFrame, *, dates: list[pd.Timestamp], as_of: pd.Timestamp
) -> pd.DataFrame:
    """The rows on which it is read how contacts come about: every contact, every fourth week."""
    return build_cohort(order_days, contacts, dates=dates[::4], as_of=as_of, windows=WINDOWS)


def _fit_cell(
    rows: pd.DataFrame, abc_class: str, channel: str, *, seed: int
) -> tuple[dict[str, object] | None, Sample | None, Adjusted | None]:
    try:
        sample = build_sample(rows, outcome="n_orders", covariates=HISTORY)
        sample, found, card = fit_comparable(sample, recipe=RECIPE, seed=seed)
    except AnalysisError:
        return None, None, None
    n_treated = int(sample.treated.sum())
    row = {
        "abc_class": abc_class, "channel": channel, "n_treated": n_treated, "n_control": sample.n - n_treated,
        "control_mean": found.control_mean, "naive_effect": compute_naive(sample), "effect": found.effect,
        "error": found.error, "is_comparable": card.is_ok,
    }  # fmt: skip
    return row, sample, found


def rank_by_year(rows: pd.DataFrame, *, cuts: tuple[float, float]) -> pd.Series:
    """Return the class of each row by what its customer bought in the year before the start day (C: the rest).

    A customer is in A while those before it have not reached the first cut (percent of the total), then in B.
    """
    ordered = rows.sort_values(["landmark_date", "amount_year"], ascending=[True, False], kind="stable")
    amount = ordered["amount_year"].clip(lower=0)
    by_day = amount.groupby(ordered["landmark_date"])
    before = (by_day.cumsum() - amount) / by_day.transform("sum").clip(lower=1e-9)
    place = np.searchsorted(np.array(cuts) / 100, before.to_numpy(), side="right")
    classes = pd.Series(np.array(CLASS_NAMES)[place], index=ordered.index)
    return classes.where(amount > 0, "C").reindex(rows.index)
