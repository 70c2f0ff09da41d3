"""Before the page says what drives customers away: no value behind it may use what was not known yet."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from portfolio_lab.analysis.landmarks import derive_rhythm
from portfolio_lab.analysis.survival.leakage import assert_no_leaks
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.topics.survival_events import build_changes, find_events, read_event_tables
from portfolio_lab.reports.topics.survival_inputs import gather_sources
from portfolio_lab.reports.topics.survival_stays import Stays

DATES = {"assignments": "start_date", "service_events": "opened_date", "contacts": "contact_date"}
N_DAYS = 12


@dataclass(frozen=True)
class Checked:
    """How much was recomputed with later rows deleted."""

    n_days: int
    n_rows: int


def check_for_leaks(review: Review, stays: Stays) -> Checked:
    """Return how many rows on how many past days were recomputed from earlier rows alone and came out the same.

    Checks the flags of the drivers and the rhythm of the watch list. Raises AnalysisError naming what differs.
    """
    starts = _draw_starts(stays, seed=review.params.seed)
    if starts.empty:
        return Checked(0, 0)
    _check_flags(review, stays, starts)
    _check_rhythm(review, stays, starts)
    # after the last of the days there is nothing that could be deleted
    is_tried = starts["start_date"] < starts["start_date"].max()
    return Checked(starts.loc[is_tried, "start_date"].nunique(), int(is_tried.sum()))


def _draw_starts(stays: Stays, *, seed: int) -> pd.DataFrame:
    """The rows of the drivers that begin on some past days drawn at random."""
    rows = stays.driver_rows
    column = "episode_start_date" if "episode_start_date" in rows else "start_date"
    starts = rows[["customer_id", column]].rename(columns={column: "start_date"})
    starts = starts[starts["start_date"] >= stays.company.window_start + pd.Timedelta(days=float(stays.theta_days))]
    days = starts["start_date"].drop_duplicates().sort_values()
    chosen = days.sample(min(N_DAYS + 1, len(days)), random_state=seed)
    return starts[starts["start_date"].isin(chosen)].reset_index(drop=True)


def _check_flags(review: Review, stays: Stays, starts: pd.DataFrame) -> None:
    tables = {name: rows for name, rows in read_event_tables(review).items() if len(rows)}
    if not stays.events:
        return
    sources = gather_sources(review, inactive_days=stays.inactive_days, events=stays.events)
    lines = np.ceil(sources.inactive_days * stays.driver_factor)

    def build(rows: pd.DataFrame, known: dict[str, pd.DataFrame]) -> pd.DataFrame:
        as_of = max(rows["start_date"].max(), stays.company.window_start)
        events = find_events(known, as_of=as_of)
        flags = pd.DataFrame(0.0, index=rows.index, columns=list(stays.events))
        if not events:
            return flags
        changes = build_changes(replace(sources, events=events, as_of=as_of), inactive_days=lines)
        return flags.assign(**{name: _value_at(rows, changes, name) for name in events})

    assert_no_leaks(build, starts, tables, date_columns={name: DATES[name] for name in tables})


def _value_at(rows: pd.DataFrame, changes: pd.DataFrame, name: str) -> pd.Series:
    wanted = rows.assign(_place=range(len(rows))).sort_values("start_date", kind="stable")
    known = changes[["customer_id", "valid_from", name]].sort_values("valid_from", kind="stable")
    joined = pd.merge_asof(wanted, known, left_on="start_date", right_on="valid_from", by="customer_id")
    return pd.Series(joined.sort_values("_place")[name].fillna(0.0).to_numpy(), index=rows.index)


def _check_rhythm(review: Review, stays: Stays, starts: pd.DataFrame) -> None:
    order_days = review.order_days()
    bought = order_days.loc[order_days["is_purchase_day"].astype(bool)].groupby("customer_id")["order_date"].min()
    rows = starts[starts["start_date"] >= starts["customer_id"].map(bought)].drop_duplicates()

    def build(rows: pd.DataFrame, known: dict[str, pd.DataFrame]) -> pd.DataFrame:
        landmarks = rows.rename(columns={"start_date": "landmark_date"})
        lines = pd.Series(float(stays.theta_days), index=pd.Index(landmarks["customer_id"].unique()))
        found = derive_rhythm(landmarks, known["order_days"], inactive_days=lines)
        return found[["days_since_last_order", "n_purchase_days", "cycle_days", "days_to_inactivation"]]

    histories = {"order_days": order_days}
    assert_no_leaks(build, rows.reset_index(drop=True), histories, date_columns={"order_days": "order_date"})
