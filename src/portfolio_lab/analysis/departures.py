"""When did a customer decide to leave? Somewhere between its last order and the next one that was due.

Nobody sees that day. It is spread over the gap that it fell into, by the customer's own pace, and an event counts to
the degree in which the day of decision may lie within reach of it. Customers are compared on the same day, with others
of their pace and age: handovers come in waves, and who is still there late in a history is of the lasting kind.
"""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.landmarks import SPAN, look_up_line
from portfolio_lab.analysis.stages.histories import as_dates, build_histories
from portfolio_lab.analysis.survival.episodes import split_at
from portfolio_lab.errors import AnalysisError

N_PLACES = 5
PRIOR_GAPS = 2.0
GRID_DAYS = 91.0
AGE_EDGES = (91.0, 365.0, 730.0)
N_PACES = 6
STRATA = ("pace", "age")


def measure_pace(order_days: pd.DataFrame, wanted: pd.DataFrame, *, date: str, typical_days: float) -> pd.DataFrame:
    """Return each customer's pace as it was known on the row's ``date``: pace_days and last_purchase_date.

    Same index as ``wanted`` (customer_id and ``date``). Pace is the mean gap between purchase days up to that date,
    shrunk towards ``typical_days`` by two gaps; both are missing before the first purchase. Days.
    """
    histories = build_histories(order_days)
    keys = histories.customer * SPAN + histories.day
    day = pd.to_datetime(wanted[date]).to_numpy().astype("datetime64[D]").astype(np.int64)
    customer = histories.customer_ids.get_indexer(wanted["customer_id"])
    found = np.searchsorted(keys, customer * SPAN + day, "right") - 1
    is_known = (customer >= 0) & (found >= 0)
    is_known[is_known] &= histories.customer[found[is_known]] == customer[is_known]
    place = np.where(is_known, found, 0)
    pace = (histories.age_days[place] + PRIOR_GAPS * typical_days) / (histories.n_repeats[place] + PRIOR_GAPS)
    last = pd.Series(as_dates(histories.day[place]), index=wanted.index).where(is_known)
    return pd.DataFrame({"pace_days": np.where(is_known, pace, np.nan), "last_purchase_date": last}, index=wanted.index)


def measure_typical_gap(order_days: pd.DataFrame) -> float:
    """Return the mean gap between purchase days over all customers, in days, at least 1: one number of the company."""
    histories = build_histories(order_days)
    n_gaps = histories.n_repeats[histories.is_last].sum()
    return max(float(histories.age_days[histories.is_last].sum() / n_gaps), 1.0) if n_gaps else 1.0


def place_departures(order_days: pd.DataFrame, *, n: int = N_PLACES) -> tuple[float, ...]:
    """Return after how much of its own pace from the last order a customer leaves: ``n`` equally likely places.

    A day drawn at random falls into a long gap more often than into a short one, and anywhere within it: up to s lies
    the share Σ min(gap, s) / Σ gap of all days. Gaps are in units of the pace known when they began; without a gap the
    places are those of a gap of one pace. Source: the forward recurrence time of a renewal process, Cox (1962).
    """
    days = order_days.loc[order_days["is_purchase_day"].astype(bool), ["customer_id", "order_date"]]
    days = days.drop_duplicates().sort_values(["customer_id", "order_date"], ignore_index=True)
    gap = days.groupby("customer_id")["order_date"].shift(-1) - days["order_date"]
    pace = measure_pace(order_days, days, date="order_date", typical_days=measure_typical_gap(order_days))["pace_days"]
    sizes = np.sort((gap.dt.days / pace).dropna().to_numpy()) if len(days) else np.array([])
    wanted = (np.arange(n) + 0.5) / n
    if not len(sizes):
        return tuple(float(place) for place in wanted)
    grid = np.append(0.0, sizes)
    left = len(sizes) - np.arange(len(sizes))
    covered = np.append(0.0, np.cumsum(np.diff(grid) * left)) / sizes.sum()
    return tuple(float(place) for place in np.interp(wanted, covered, grid))


def date_exposures(
    events: pd.DataFrame, order_days: pd.DataFrame, *, inactive_days: float | pd.Series, places: tuple[float, ...]
) -> pd.DataFrame:
    """Return from when on each event can show in the ends of stays, for each place of the day of decision.

    Grain: event × place: customer_id, event_date, place, from_date. An end comes ``inactive_days`` after the last
    order; a decision ``place`` paces after that order is one that came so much sooner before the end. Never before the
    event itself. Events before a customer's first order are left out. ``inactive_days`` as for ``build_spells``.
    """
    known = events.join(
        measure_pace(order_days, events, date="event_date", typical_days=measure_typical_gap(order_days))
    ).dropna(subset=["pace_days"])
    line = look_up_line(known["customer_id"], known["last_purchase_date"], inactive_days)
    parts = []
    for place in places:
        lag = np.ceil(np.maximum(line - place * known["pace_days"].to_numpy(), 0.0))
        from_date = known["event_date"] + pd.to_timedelta(lag, unit="D")
        parts.append(known[["customer_id", "event_date"]].assign(place=place, from_date=from_date))
    return pd.concat(parts, ignore_index=True)


def build_exposure_changes(
    exposures: dict[str, pd.DataFrame], *, width_days: float, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Return how exposed each customer is from which day on: the share of places whose window is open.

    Grain: customer × day of change: customer_id, valid_from and one column (0 to 1) per name in ``exposures`` (of
    ``date_exposures``); a window is open for ``width_days`` from ``from_date``. Changes after ``as_of`` are left out.
    Raises AnalysisError for a window that opens before its event.
    """
    parts = []
    for name, rows in exposures.items():
        if (rows["from_date"] < rows["event_date"]).any():
            raise AnalysisError("the window of a driver opens before its event", remedy="lengthen its lag", value=name)
        for step, shift in ((1, 0.0), (-1, width_days)):
            edge = rows["from_date"] + pd.Timedelta(days=float(shift))
            parts.append(rows[["customer_id", "place"]].assign(name=name, valid_from=edge, step=step))
    steps = pd.concat(parts, ignore_index=True)
    steps = steps[steps["valid_from"] <= as_of]
    keys = ["customer_id", "valid_from"]
    table = steps.pivot_table(index=keys, columns=["name", "place"], values="step", aggfunc="sum", fill_value=0)
    is_open = (table.groupby(level="customer_id").cumsum() > 0).astype(float)
    shares = is_open.T.groupby(level="name").mean().T.reindex(columns=list(exposures), fill_value=0.0)
    return shares.reset_index().rename_axis(columns=None)


def place_on_calendar(rows: pd.DataFrame, order_days: pd.DataFrame, *, origin: pd.Timestamp) -> pd.DataFrame:
    """Return the rows on a clock of days since ``origin``, cut every quarter, with the ``pace`` and ``age`` known then.

    Grain: stay × stretch: entry and duration count from ``origin``; ``pace`` is one of six bands of the pace known at
    the row's start, ``age`` how long the stay had lasted one line earlier, when those who end now ordered last: under
    91 days, a year, two years, or longer (text). Nobody can end before the line, so nobody is counted before it.
    ``rows``: start_date, inactive_days and lifetimes in days since the start, with a purchase before each row's start.
    """
    aged = split_at(rows, tuple(float(rows["inactive_days"].median()) + edge for edge in AGE_EDGES))
    aged = aged.assign(entry=np.maximum(aged["entry"], aged["inactive_days"] - 1))
    offset = (aged["start_date"] - pd.Timestamp(origin)).dt.days.astype(float)
    moved = aged.assign(
        age=aged["period"].astype(str), entry=aged["entry"] + offset, duration=aged["duration"] + offset
    )
    moved = moved[(moved["duration"] > moved["entry"]) & (moved["entry"] >= 0)]
    reach = float(moved["duration"].max()) if len(moved) else 0.0
    cut = split_at(moved, tuple(np.arange(GRID_DAYS, reach, GRID_DAYS)))
    cut = cut.assign(episode_start_date=pd.Timestamp(origin) + pd.to_timedelta(cut["entry"], unit="D"))
    typical = measure_typical_gap(order_days)
    pace = measure_pace(order_days, cut, date="episode_start_date", typical_days=typical)["pace_days"]
    return cut.assign(pace=_band(pace))


def _band(pace: pd.Series) -> pd.Series:
    if pace.notna().sum() == 0:
        return pd.Series("unknown", index=pace.index)
    edges = np.nanquantile(pace, np.arange(1, N_PACES) / N_PACES)
    bands = pd.Series(np.searchsorted(edges, pace, "right").astype(str), index=pace.index)
    return bands.where(pace.notna(), "unknown")
