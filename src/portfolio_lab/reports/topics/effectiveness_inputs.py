"""What the effectiveness report reads from a review: customers as known on a day, contacts, tasks, plans with arms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from portfolio_lab.analysis.abc_classes import build_values, derive_classes, derive_ranking, select_population
from portfolio_lab.analysis.adherence.contacts import ContactLog, clean_contacts, find_contaminated
from portfolio_lab.analysis.adherence.matrix import build_matrix_tasks
from portfolio_lab.analysis.adherence.tasks import Tolerance, match_tasks
from portfolio_lab.analysis.observational.cohort import Events, Timelines, build_timelines, index_events
from portfolio_lab.analysis.observational.known_before import Records, index_records
from portfolio_lab.analysis.stages import build_stage_stays, build_stages
from portfolio_lab.policy import StagePolicy
from portfolio_lab.reports.review import Review

NO_CONTACTS = pd.DataFrame({"customer_id": [], "contact_date": pd.to_datetime([]), "channel": []})
GROUPINGS = ("abc_class", "stage", "channel", "salesperson", "role")
BESIDE = ("service_events", "quotes", "satisfaction", "customers")  # what may be known of a customer before a contact
# A company's contacts, tasks and orders of so many customers fit into 4 GB, and say as much as those of millions.
MAX_CUSTOMERS = 150_000
MATRIX_PLAN = "the plan by class and stage"


@dataclass(frozen=True)
class Known:
    """What the stages of customers are derived from: the customers as known on ``as_of``, and the company's rules."""

    snapshots: pd.DataFrame
    as_of: date
    policy: StagePolicy


@dataclass(frozen=True)
class Company:
    """The company as the report sees it: customers at the start of the period, contacts, and tasks that were due.

    ``customers``: see ``read_customers``. ``tasks`` as in ``Tasks`` with a column per grouping; empty without contacts.
    ``is_matrix``: nobody keeps tasks, so the plan by class and stage stands in. ``since``: first day of the period.
    ``late_invoices``: those not paid on their day, None where nobody keeps invoices. ``known``: what stages follow
    from. ``kept``: those tables of ``BESIDE`` that the company keeps.
    """

    customers: pd.DataFrame
    order_days: pd.DataFrame
    log: ContactLog
    tasks: pd.DataFrame
    is_matrix: bool
    since: pd.Timestamp
    late_invoices: pd.DataFrame | None = None
    known: Known | None = None
    kept: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @cached_property
    def stays(self) -> pd.DataFrame:
        """Every customer's stays in a stage; every plan and the contacts of every kind are judged from the same."""
        known = self.known
        return build_stage_stays(self.order_days, known.snapshots, as_of=known.as_of, policy=known.policy)

    @cached_property
    def timelines(self) -> Timelines:
        """Orders and contacts of every customer in order; every plan is judged from the same."""
        return build_timelines(self.order_days, self.log.rows)

    @cached_property
    def late_payments(self) -> Events:
        """The invoices not paid on their day, in order, of the customers of ``timelines``."""
        return index_events(self.late_invoices, self.timelines.customers, date="due_date")

    @cached_property
    def records(self) -> Records:
        """What is known of the customers of ``timelines`` beside their orders and contacts."""
        return index_records(self.order_days, self.timelines.customers, tables=self.kept)


def limit_customers(review: Review) -> Review:
    """Return the review of ``MAX_CUSTOMERS`` customers drawn by chance; itself for a company that has no more."""
    return review.of_some(n_customers=MAX_CUSTOMERS)


def read_company(review: Review) -> Company | None:
    """Return the company, or None where the run brings a finished experiment only."""
    if not review.has("orders"):
        return None
    order_days, since = review.order_days(), pd.Timestamp(review.period.start)
    customers = read_customers(review, (since - pd.Timedelta(days=1)).date())
    log = read_log(review)
    is_matrix = not review.has("plan_tasks")
    tasks = _match(review, customers, log, is_matrix=is_matrix) if review.has("contacts") else pd.DataFrame()
    late = keep_late(review.table("receivables")) if review.has("receivables") else None
    known = Known(review.snapshots(), review.as_of, review.policy.stages)
    kept = {name: review.table(name) for name in BESIDE if review.has(name)}
    return Company(customers, order_days, log, tasks, is_matrix, since, late, known, kept)


def read_log(review: Review) -> ContactLog:
    """Return the contacts that count; none where nobody keeps contacts."""
    days = review.order_days()
    contacts = review.table("contacts") if review.has("contacts") else NO_CONTACTS
    return clean_contacts(contacts, days[days["is_purchase_day"]])


def keep_late(receivables: pd.DataFrame) -> pd.DataFrame:
    """Return the invoices that were not paid on the day on which they fell due: customer_id, due_date, paid_date."""
    known = receivables.reindex(columns=["customer_id", "due_date", "paid_date"])
    return known[known["paid_date"].isna() | (pd.to_datetime(known["paid_date"]) > known["due_date"])]


def read_customers(review: Review, day: date) -> pd.DataFrame:
    """Return every customer as known at the end of ``day``: customer_id, name, abc_class, stage, salesperson, money.

    One row per customer; abc_class is empty for who never ordered; ``salesperson`` is a name where one is known.
    ``amount`` and ``margin_amount`` over the window of the ranking.
    """
    snapshots = review.snapshots(day)
    policy = review.policy.abc
    population, classes = select_population(snapshots), pd.Series(dtype=object)
    if len(population):
        ranking = derive_ranking(build_values(population, criterion=policy.criterion))
        classes = derive_classes(ranking, cuts=policy.cuts).set_index("customer_id")["abc_class"]
    stages = build_stages(review.order_days(), snapshots, as_of=day, policy=review.policy.stages)
    known = snapshots[["customer_id", "name", "salesperson_id", "amount", "margin_amount"]]
    known = known.assign(
        abc_class=known["customer_id"].map(classes).astype(object),
        stage=known["customer_id"].map(stages.set_index("customer_id")["stage"]),
        salesperson=known["salesperson_id"],
    )
    if review.has("salespeople"):
        names = review.table("salespeople", day).drop_duplicates("salesperson_id").set_index("salesperson_id")
        if "name" in names:
            known["salesperson"] = known["salesperson_id"].map(names["name"]).fillna(known["salesperson_id"])
    known["abc_class"] = known["abc_class"].where(known["abc_class"].notna(), None)
    return known


def read_arms(
    review: Review, plan_id: str, *, log: ContactLog, horizon_days: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the list of a randomised plan with what was known on the day before it began, and all customers then.

    One row per customer on the list, of a review of some customers those of them: the columns of ``plan_arms``,
    abc_class, stage, salesperson_id, is_contacted (empty where nobody keeps contacts) and is_known (the company has
    such a customer).
    """
    arms = review.table("plan_arms")
    arms = arms[arms["plan_id"] == plan_id].reindex(
        columns=["customer_id", "plan_id", "start_date", "arm", "probability"]
    )
    arms = arms[arms["customer_id"].isin(review.drawn.customers)] if review.drawn is not None else arms
    arms = arms.reset_index(drop=True)
    before = (arms["start_date"].min() - pd.Timedelta(days=1)).date()
    customers = read_customers(review, before)
    known = customers.set_index("customer_id")
    for name in ("abc_class", "stage", "salesperson_id"):
        arms[name] = arms["customer_id"].map(known[name])
    arms["is_known"] = arms["customer_id"].isin(review.snapshots()["customer_id"])
    has_contacts = len(log.rows) > 0
    contacted = find_contaminated(log.rows, arms, horizon_days=horizon_days)
    return arms.assign(is_contacted=contacted if has_contacts else np.nan), customers


def _match(review: Review, customers: pd.DataFrame, log: ContactLog, *, is_matrix: bool) -> pd.DataFrame:
    """Tasks of the period whose time is over, each with its contact and its groups."""
    start, end = pd.Timestamp(review.period.start), pd.Timestamp(review.as_of) + pd.Timedelta(days=1)
    tolerance = Tolerance()
    if is_matrix:
        known = customers[customers["stage"].notna()]
        planned = build_matrix_tasks(known, policy=review.policy.plan, start=start, end=end)
        length = (end - start).days
        tolerance = Tolerance(window_days=length, on_time_days=length)
    else:
        planned = review.table("plan_tasks")
    last = end if is_matrix else end - pd.Timedelta(days=tolerance.on_time_days)
    due = planned[(planned["due_date"] >= start) & (planned["due_date"] < last)].reset_index(drop=True)
    rows = log.rows[log.rows["contact_date"] >= start - pd.Timedelta(days=tolerance.window_days)]
    if is_matrix:
        # the matrix has no plan of its own: within the period, every contact is one that it asked for
        rows = rows[rows["contact_date"] >= start].assign(plan_id=None)
    tasks = match_tasks(due, rows, tolerance=tolerance)
    groups = customers.set_index("customer_id")[["abc_class", "stage", "salesperson"]]
    return tasks.join(groups, on="customer_id")
