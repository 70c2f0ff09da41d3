"""What the survival report reads from a review, in the words of its analysis; what is not there is left out."""

import pandas as pd

from portfolio_lab.analysis.spells import as_lifetimes, compute_inactive_days
from portfolio_lab.analysis.stages.ladder import build_stages, typical_rule_days
from portfolio_lab.analysis.survival.company import build_company, build_landmark_groups, derive_start_groups
from portfolio_lab.analysis.survival.guards import find_gone_stale
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.topics.survival_durations import read_durations
from portfolio_lab.reports.topics.survival_events import Sources, choose_driver_rows, read_events
from portfolio_lab.reports.topics.survival_groups import read_landmark_values
from portfolio_lab.reports.topics.survival_stays import NO_ROWS, Stays

START_GROUPS = ("segment", "cohort")
LANDMARK_GROUPS = ("abc_class", "team", "salesperson", "satisfaction")


def read_stays(review: Review) -> Stays:
    """Return what the report follows: from the orders where there are some, else from the table ``durations``."""
    return read_dated(review) if review.has("orders") else read_durations(review)


def read_dated(review: Review) -> Stays:
    """Return the spells of the company with their groups, and the rows on which drivers may change."""
    as_of, (order_days, customers) = pd.Timestamp(review.as_of), read_company_tables(review)
    inactive_days = compute_inactive_days(order_days, customers, as_of=as_of, policy=review.policy.stages)
    stages = build_stages(order_days, customers, as_of=as_of, policy=review.policy.stages)
    company = build_company(order_days, customers, as_of=as_of, inactive_days=inactive_days)
    lifetimes = derive_start_groups(as_lifetimes(company.spells), review.snapshots())
    landmark = as_of - pd.Timedelta(days=review.params.landmark_days)
    events, theta = read_events(review), typical_rule_days(stages)[1]
    at_landmark = NO_ROWS
    # before that day nobody could have been seen to leave, and some measures of the day would be empty
    if landmark > company.window_start + pd.Timedelta(days=float(theta)):
        known = read_landmark_values(review, landmark)
        at_landmark = build_landmark_groups(company.spells, known, landmark=landmark, columns=LANDMARK_GROUPS)
    sources = gather_sources(review, inactive_days=inactive_days, events=events)
    drivers = choose_driver_rows(company, sources)
    return Stays(
        unit="days",
        lifetimes=lifetimes,
        groupings=tuple(name for name in START_GROUPS if name in lifetimes),
        driver_rows=drivers.rows,
        covariates=drivers.covariates,
        findings=(*company.findings, *find_gone_stale(lifetimes)),
        cluster="customer_id",
        driver_strata=drivers.strata,
        driver_factor=drivers.factor,
        theta_days=theta,
        landmark=landmark,
        landmark_rows=at_landmark,
        landmark_groupings=tuple(name for name in LANDMARK_GROUPS if name in at_landmark),
        events=events,
        company=company,
        stages=stages,
        inactive_days=inactive_days,
        measure=name_measure(review.snapshots()),
    )


def gather_sources(review: Review, *, inactive_days: pd.Series, events: dict[str, pd.DataFrame]) -> Sources:
    """Return what the rows of the drivers are made of, at the line in force."""
    order_days, customers = read_company_tables(review)
    return Sources(
        order_days=order_days,
        customers=customers,
        as_of=pd.Timestamp(review.as_of),
        inactive_days=inactive_days,
        events=events,
        segments=review.snapshots().set_index("customer_id")["segment"],
        width=float(review.params.exposure_days),
    )


def name_measure(snapshots: pd.DataFrame) -> str:
    """Return what a list by money at stake is ranked by: "margin", or "sales" where no customer's margin is known."""
    return "margin" if snapshots["margin_amount"].notna().any() else "sales"


def read_company_tables(review: Review) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the order days and the customers: the company's own table, or just everybody who ordered."""
    if review.has("customers"):
        return review.order_days(), review.table("customers")
    return review.order_days(), review.snapshots()[["customer_id"]]
