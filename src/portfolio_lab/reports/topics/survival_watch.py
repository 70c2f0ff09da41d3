"""The watch list of a review: the model learned on past landmarks, tried on a later one, and applied to today."""

from dataclasses import dataclass
from datetime import timedelta

import pandas as pd

from portfolio_lab.analysis.survival.cox import CoxModel
from portfolio_lab.analysis.survival.validation import compute_calibration, compute_concordance
from portfolio_lab.analysis.watch_list import compare_rankings, name_drivers, rank_watch_list, resample_gain
from portfolio_lab.analysis.watch_model import (
    RHYTHM_TERMS,
    build_watch_rows,
    choose_landmarks,
    fit_watch_model,
    score_watch_rows,
)
from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.catalog import ReportParams
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.topics.survival_groups import add_salespeople
from portfolio_lab.reports.topics.survival_stays import Stays

HORIZONS = (30.0, 90.0, 180.0)
FOLLOW_DAYS = 180.0
TRIAL_DAYS = 90
RECENCY = "days_since_last_order"
LATE_CYCLES = 1.5
COLUMNS = (
    "rank", "customer_id", "name", "salesperson", "stage", "days_to_inactivation", "p_30", "p_90", "p_90_low",
    "p_90_high", "p_180", "median_residual_days", "margin_at_risk_amount", "drivers", "last_contact_date",
    "latest_contact_date",
)  # fmt: skip
NO_WATCH = pd.DataFrame(columns=list(COLUMNS))
UNITS = {"p_30": "share", "p_90": "share", "p_90_low": "share", "p_90_high": "share", "p_180": "share"}


def list_known_columns(listed: pd.DataFrame, columns: list[str]) -> list[str]:
    """Return the columns but those on people where nobody is known: no salesperson, or nobody ever spoken to."""
    silent = {name for name in ("salesperson", "last_contact_date") if listed[name].isna().all()}
    return [name for name in columns if name not in silent]


@dataclass(frozen=True)
class Trial:
    """How the list would have done on a past day whose outcome is known."""

    date: pd.Timestamp
    k: int
    n: int
    rankings: pd.DataFrame
    precision_gain: dict[str, float]
    margin_gain: dict[str, float]
    calibration: pd.DataFrame
    c_index: float
    n_lost: int = 0


@dataclass(frozen=True)
class Watch:
    """The list with everybody active today, and its trial; ``problem`` says why there is none."""

    listed: pd.DataFrame
    n_active: int
    trial: Trial | None
    problem: str = ""

    @property
    def n_listed(self) -> int | None:
        """How many customers are on the list; not known, rather than none, where there is no list."""
        return None if self.problem else len(self.listed)

    @property
    def at_risk_amount(self) -> float | None:
        """The yearly margin at risk of those on the list, in currency units; not known where there is no list."""
        return None if self.problem else float(self.listed["margin_at_risk_amount"].sum())


def draw_up(review: Review, stays: Stays, *, phrases: dict[str, str]) -> Watch:
    """Return the watch list of a review and how such a list would have done 90 days ago.

    Stays without dates have none; neither has a company whose history is too short to learn from.
    """
    if not stays.is_dated:
        return Watch(NO_WATCH, 0, None, "Stays without dates have no watch list.")
    days = review.order_days()
    try:
        model, scored = score_today(stays, days)
        trial = try_out(stays, days, read_margins(review, TRIAL_DAYS), params=review.params)
    except AnalysisError as error:
        return Watch(NO_WATCH, 0, None, f"There is no watch list yet: {error.problem}.")
    known = add_salespeople(review, review.snapshots())
    options = {"phrases": phrases, "capacity": review.params.capacity}
    return Watch(build_watch_list(scored, model, known, stays.stages, **options), len(scored), trial)


def read_margins(review: Review, days_ago: int) -> pd.Series:
    """Return each customer's margin of the 12 months up to some days ago (sales where it is not known), by customer."""
    snapshots = review.snapshots(review.as_of - timedelta(days=days_ago)).set_index("customer_id")
    return snapshots["margin_amount"].fillna(snapshots["amount"])


def try_out(stays: Stays, order_days: pd.DataFrame, margins: pd.Series, *, params: ReportParams) -> Trial:
    """Return how the risks of 90 days ago compare with what happened since, and with a ranking by recency.

    ``margins``: margin known on that day, index customer_id. The model has seen only what was over by then. The length
    of the list is what the salespeople can contact. Raises AnalysisError when the history is too short.
    """
    date = stays.company.as_of - pd.Timedelta(days=90)
    model, known = _learn(stays, order_days, until=date)
    rows = _rows(stays, order_days, [date])
    scored = score_watch_rows(model, known, rows, horizons=(90.0,))
    is_lost = scored["event_observed"] & (scored["duration"] <= 90)
    lifetimes = scored.assign(event_observed=is_lost, duration=scored["duration"].clip(upper=90))
    margin = scored["customer_id"].map(margins).fillna(0).clip(lower=0)
    past = lifetimes.assign(is_lost=is_lost, margin_amount=margin, risk=scored["p_90"])
    past = past.assign(margin_at_risk=past["risk"] * past["margin_amount"])
    k = max(1, min(params.capacity * stays.n_salespeople, len(past) // 4))
    draws = {"n_bootstrap": params.n_bootstrap, "seed": params.seed}
    by_risk, by_margin = ("risk", RECENCY), ("margin_at_risk", RECENCY)
    return Trial(
        date=date,
        k=k,
        n=len(past),
        rankings=compare_rankings(past, k=k, scores=("margin_at_risk", "risk", RECENCY)),
        precision_gain=resample_gain(past, k=k, scores=by_risk, measure="precision", **draws),
        margin_gain=resample_gain(past, k=k, scores=by_margin, measure="margin_captured", **draws),
        calibration=compute_calibration(lifetimes, past["risk"].to_numpy(), horizon=90),
        c_index=compute_concordance(lifetimes, past["risk"].to_numpy()),
        n_lost=int(is_lost.sum()),
    )


def score_today(stays: Stays, order_days: pd.DataFrame) -> tuple[CoxModel, pd.DataFrame]:
    """Return the model learned on everything that is over by today, and every active customer with its risks."""
    as_of = stays.company.as_of
    model, known = _learn(stays, order_days, until=as_of)
    today = _today(stays, order_days)
    return model, score_watch_rows(model, known, today, horizons=HORIZONS)


def build_watch_list(
    scored: pd.DataFrame,
    model: CoxModel,
    snapshots: pd.DataFrame,
    stages: pd.DataFrame,
    *,
    phrases: dict[str, str],
    capacity: int,
) -> pd.DataFrame:
    """Return the customers to contact now, best first, at most ``capacity`` for each salesperson.

    Grain: customer: the columns of ``COLUMNS``. Margin is that of the last 12 months, sales where no margin is known.
    ``snapshots``: with the name of the ``salesperson``.
    """
    known = snapshots.set_index("customer_id")
    margin = known["margin_amount"].fillna(known["amount"])
    rows = scored.assign(
        risk=scored["p_90"],
        margin_amount=scored["customer_id"].map(margin),
        salesperson_id=scored["customer_id"].map(known["salesperson_id"]),
        salesperson=scored["customer_id"].map(known["salesperson"]),
        name=scored["customer_id"].map(_name_customers(known)),
        last_contact_date=scored["customer_id"].map(known["last_contact_date"]),
        stage=scored["customer_id"].map(stages.set_index("customer_id")["stage"]),
        drivers=_name_reasons(scored, name_drivers(model, scored, phrases)),
        latest_contact_date=scored["landmark_date"] + pd.to_timedelta(scored["latest_contact_days"], unit="D"),
    )
    return rank_watch_list(rows, capacity=capacity)[list(COLUMNS)]


def _name_customers(known: pd.DataFrame) -> pd.Series:
    """A company that brings no names is shown its own customer ids, which is all that it can call by."""
    ids = pd.Series(known.index.astype(str), index=known.index, dtype=object)
    return known["name"].where(known["name"].notna() & (known["name"] != ""), ids)


def _name_reasons(scored: pd.DataFrame, drivers: pd.Series) -> pd.Series:
    """The baseline already knows how late an order is; a reader should too. Three reasons at most."""
    late = scored["cycle_ratio"].map(lambda ratio: f"silent for {ratio:.1f} of its usual order cycles").astype(object)
    reasons = late.where(scored["cycle_ratio"] >= LATE_CYCLES, "").str.cat(drivers, sep="; ").str.strip("; ")
    return reasons.str.split("; ").str[:3].str.join("; ")


def _learn(stays: Stays, order_days: pd.DataFrame, *, until: pd.Timestamp) -> tuple[CoxModel, pd.DataFrame]:
    first = stays.company.window_start + pd.Timedelta(days=float(stays.theta_days))
    dates = choose_landmarks(until - pd.Timedelta(days=FOLLOW_DAYS), first=first)
    return fit_watch_model(_rows(stays, order_days, dates), (*RHYTHM_TERMS, *stays.events))


def _rows(stays: Stays, order_days: pd.DataFrame, dates: list[pd.Timestamp]) -> pd.DataFrame:
    return build_watch_rows(
        stays.company.spells,
        order_days,
        stays.events,
        dates=dates,
        inactive_days=stays.inactive_days,
        follow_days=FOLLOW_DAYS,
    )


def _today(stays: Stays, order_days: pd.DataFrame) -> pd.DataFrame:
    """Everybody active at the end of as_of; their follow-up begins now, so their spells are drawn a day longer."""
    spells = stays.company.spells
    is_open = ~spells["event_observed"] & (spells["end_date"] == stays.company.as_of) & (spells["cause"] == "none")
    longer = spells.assign(end_date=spells["end_date"].where(~is_open, spells["end_date"] + pd.Timedelta(days=1)))
    return build_watch_rows(
        longer[is_open],
        order_days,
        stays.events,
        dates=[stays.company.as_of],
        inactive_days=stays.inactive_days,
        follow_days=1,
    )
