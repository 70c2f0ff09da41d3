"""Monthly states: stage, months of silence and own frequency of every customer at the ends of the last months."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.stages import STAGES, build_histories, build_stage_stays
from portfolio_lab.analysis.stages.histories import Histories, as_day
from portfolio_lab.policy import StagePolicy

DAYS_PER_YEAR, LONGEST_MONTHS, _ALL_MONTHS = 365, 12, 12 * 100
# Purchase days of the last year: none, one, two or three, four to seven, eight or more.
FREQUENCY_STEPS = (1, 2, 4, 8)
N_SILENCE, N_FREQUENCY = LONGEST_MONTHS + 1, len(FREQUENCY_STEPS) + 1
N_STATES = len(STAGES) * N_SILENCE * N_FREQUENCY
UNKNOWN = N_STATES
_LATER = 10**6  # more days than any calendar holds: a customer's days never reach the next customer's


@dataclass(frozen=True)
class StatePanel:
    """``states``: months × customers, codes from 0, ``UNKNOWN`` before a customer was known; ``days``: month ends.

    A code tells stage, month ends since the last purchase (0..12) and frequency; ``stage_of`` gives the stage back.
    """

    days: tuple[pd.Timestamp, ...]
    customer_ids: pd.Index
    states: np.ndarray


def stage_of(states: np.ndarray) -> np.ndarray:
    """Return the position in ``STAGES`` of state codes; ``len(STAGES)`` for customers not known yet."""
    return states // (N_SILENCE * N_FREQUENCY)


def list_month_ends(as_of: object, *, first: object, longest: int) -> tuple[pd.Timestamp, ...]:
    """Return as_of and the same day of the months before, oldest first, none before ``first``, at most ``longest``.

    From the last day of a month the days are last days of months.
    """
    day = pd.Timestamp(as_of)
    days = [day - pd.DateOffset(months=back) for back in range(longest)]
    days = [one + pd.offsets.MonthEnd(0) if day.is_month_end else one for one in days]
    return tuple(one for one in reversed(days) if one >= pd.Timestamp(first))


def build_state_panel(
    order_days: pd.DataFrame, customers: pd.DataFrame, *, as_of: object, policy: StagePolicy, longest: int = 36
) -> StatePanel:
    """Return the state of every customer at the end of as_of and of the months before, at most ``longest`` of them.

    ``customers``: contract ``Snapshots`` of as_of. The stage is that of ``build_stages`` on each day, with today's
    segment of each customer.
    """
    stays = build_stage_stays(order_days, customers, as_of=as_of, policy=policy)
    histories = build_histories(order_days, as_of=pd.Timestamp(as_of))
    first = order_days["order_date"].min()
    days = list_month_ends(as_of, first=first, longest=longest)
    people = customers.drop_duplicates("customer_id").set_index("customer_id").sort_index()
    known_from, closed = _known_from(people), _as_days(people["closed_date"], missing=_LATER)
    since = (histories.customer_ids.get_indexer(people.index), known_from, closed)
    calendar = np.array([as_day(one) for one in list_month_ends(as_of, first=first, longest=_ALL_MONTHS)])
    keys = _stay_keys(stays, histories.customer_ids)
    states = [_states_on(as_day(day), histories, keys, since, calendar) for day in days]
    return StatePanel(days, people.index, np.array(states, dtype=np.int32).reshape(len(days), len(people)))


def _known_from(people: pd.DataFrame) -> np.ndarray:
    """The day from which a customer is known: created, or always if in the customers table without a date."""
    created = _as_days(people["created_date"], missing=-_LATER)
    ordered = _as_days(people["first_order_date"], missing=_LATER)
    in_table = people["is_known"].to_numpy(bool)
    return np.where(in_table, np.minimum(created, ordered), ordered)


def _as_days(dates: pd.Series, *, missing: int) -> np.ndarray:
    """Dates as days since 1970, ``missing`` where there is none."""
    values = pd.to_datetime(dates).to_numpy().astype("datetime64[D]")
    return np.where(np.isnat(values), missing, values.astype(np.int64))


def _stay_keys(stays: pd.DataFrame, ids: pd.Index) -> tuple[np.ndarray, np.ndarray]:
    """Starts of the stays as one rising number a customer and day, and their stages."""
    key = ids.get_indexer(stays["customer_id"]) * _LATER + _as_days(stays["start_date"], missing=0)
    stage = stays["stage"].map(STAGES.index).to_numpy(np.int64)
    order = np.argsort(key, kind="stable")
    return key[order], stage[order]


def _states_on(
    day: int,
    histories: Histories,
    stays: tuple[np.ndarray, np.ndarray],
    since: tuple[np.ndarray, np.ndarray, np.ndarray],
    calendar: np.ndarray,
) -> np.ndarray:
    """The state codes of all customers at the end of one day."""
    place, known_from, closed = since
    bought_key = histories.customer.astype(np.int64) * _LATER + histories.day
    here = np.maximum(place, 0) * np.int64(_LATER)
    last, before_all = np.searchsorted(bought_key, here + day, "right") - 1, np.searchsorted(bought_key, here)
    bought = (place >= 0) & (last >= before_all)
    year_ago = np.searchsorted(bought_key, here + max(day - DAYS_PER_YEAR, 0), "right")
    n_year = np.where(bought, last + 1 - np.maximum(year_ago, before_all), 0)
    began = known_from  # a prospect waits since it is known, a customer since its last purchase
    stage = np.full(len(place), STAGES.index("prospect"))
    if len(histories.day):
        began = np.where(bought, histories.day[np.maximum(last, 0)], known_from)
        stay = np.searchsorted(stays[0], here + day, "right") - 1
        stage = np.where(bought, stays[1][np.maximum(stay, 0)], stage)
    stage = np.where(~bought & (closed <= day), STAGES.index("ex_customer"), stage)
    # Month ends that have passed, not days over 30: so every silence grows by exactly one a month.
    passed = np.searchsorted(calendar, day) - np.searchsorted(calendar, began)
    frequency = np.searchsorted(FREQUENCY_STEPS, n_year, "right")
    code = (stage * N_SILENCE + np.clip(passed, 0, LONGEST_MONTHS)) * N_FREQUENCY + frequency
    return np.where(known_from <= day, code, UNKNOWN)
