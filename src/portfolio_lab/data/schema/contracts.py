"""Contracts of the tables that a company brings: columns, types, keys, and when each fact became known.

Every class is one table; its docstring states the grain. A column without ``Optional`` is required within its table.
``Config.metadata`` says how a table is cut at ``as_of``:

* ``dated_by``: the row exists from this day on;
* ``known_from``: columns that became known on a later day of their own. Beyond ``as_of`` they are emptied,
  for what had not happened yet was not known yet.

Types are the logical ones of pandas; ``data.load`` casts every engine's own types to them.
"""

from typing import Any, Optional

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

CHANNELS = ("visit", "call", "email", "message", "video")
DIRECTIONS = ("out", "in")
ARMS = ("treated", "hold_out")
EVENT_KINDS = ("claim", "information_request", "after_sales")
ABSENCE_KINDS = ("holiday", "leaver")
QUOTE_OUTCOMES = ("won", "lost", "open")
PLAN_KINDS = ("contact plan", "campaign", "loyalty programme", "rotation")
PLAN_TRIGGERS = ("dip", "unknown")  # how customers came to be contacted, as far as the company says it
ROLES = ("salesperson", "manager", "director", "inside_sales")


def _identifier(**more: Any) -> Any:
    """An identifier: a non-blank string, never a number (``00123`` is not ``123``)."""
    return pa.Field(metadata={"kind": "identifier"}, **more)


def _optional_identifier() -> Any:
    return pa.Field(nullable=True, metadata={"kind": "identifier"})


def _choice(values: tuple[str, ...], *, nullable: bool = True) -> Any:
    return pa.Field(isin=values, nullable=nullable, metadata={"kind": "text"})


def _empty(**more: Any) -> Any:
    """A value that may be empty."""
    return pa.Field(nullable=True, **more)


class SourceTable(pa.DataFrameModel):
    """Base of the source contracts: further columns are allowed (and kept only where a table says so)."""

    class Config:
        strict = False


class Orders(SourceTable):
    """One row per order line. ``amount`` is net, in currency units; negative = return or credit."""

    customer_id: Series[str] = _identifier()
    order_date: Series[pd.Timestamp]
    amount: Series[float]
    order_id: Optional[Series[str]] = _optional_identifier()
    product_id: Optional[Series[str]] = _optional_identifier()
    quantity: Optional[Series[float]] = _empty()
    margin_amount: Optional[Series[float]] = _empty()
    cost_amount: Optional[Series[float]] = _empty()
    discount_amount: Optional[Series[float]] = _empty()
    salesperson_id: Optional[Series[str]] = _optional_identifier()
    sales_channel: Optional[Series[str]] = _empty()
    promised_date: Optional[Series[pd.Timestamp]] = _empty()
    delivered_date: Optional[Series[pd.Timestamp]] = _empty()

    class Config:
        metadata = {"dated_by": "order_date", "known_from": {"delivered_date": ("delivered_date",)}}


class Customers(SourceTable):
    """One row per customer; any further column is an attribute of the customer and is kept as text."""

    customer_id: Series[str] = _identifier(unique=True)
    name: Optional[Series[str]] = _empty()
    created_date: Optional[Series[pd.Timestamp]] = _empty()
    closed_date: Optional[Series[pd.Timestamp]] = _empty()
    closed_reason: Optional[Series[str]] = _empty()
    is_locked: Optional[Series[bool]] = _empty()
    has_open_deal: Optional[Series[bool]] = _empty()
    region: Optional[Series[str]] = _empty()
    city: Optional[Series[str]] = _empty()
    latitude: Optional[Series[float]] = _empty(ge=-90, le=90)
    longitude: Optional[Series[float]] = _empty(ge=-180, le=180)
    segment: Optional[Series[str]] = _empty()
    potential_amount: Optional[Series[float]] = _empty()
    lead_source: Optional[Series[str]] = _empty()
    referred_by: Optional[Series[str]] = _optional_identifier()
    acquisition_cost_amount: Optional[Series[float]] = _empty()

    class Config:
        metadata = {
            "dated_by": "created_date",
            "known_from": {"closed_date": ("closed_date", "closed_reason")},
            "keeps_more_columns": True,
        }


class Salespeople(SourceTable):
    """One row per person of the sales force, managers and directors among them."""

    salesperson_id: Series[str] = _identifier(unique=True)
    name: Optional[Series[str]] = _empty()
    team: Optional[Series[str]] = _empty()
    manager_id: Optional[Series[str]] = _optional_identifier()
    director_id: Optional[Series[str]] = _optional_identifier()
    minutes_per_day: Optional[Series[float]] = _empty(ge=0)
    latitude: Optional[Series[float]] = _empty(ge=-90, le=90)
    longitude: Optional[Series[float]] = _empty(ge=-180, le=180)


class Assignments(SourceTable):
    """One row per stay of a customer with a salesperson: [start_date, end_date); no end = still there."""

    customer_id: Series[str] = _identifier()
    salesperson_id: Series[str] = _identifier()
    start_date: Series[pd.Timestamp]
    end_date: Optional[Series[pd.Timestamp]] = _empty()

    class Config:
        unique = ["customer_id", "start_date"]
        metadata = {
            "dated_by": "start_date",
            "known_from": {"end_date": ("end_date",)},
            "interval": ("start_date", "end_date"),
            "no_overlap_by": ("customer_id",),
        }


class Absences(SourceTable):
    """One row per absence of a salesperson: first and last day away, both included."""

    salesperson_id: Series[str] = _identifier()
    start_date: Series[pd.Timestamp]
    end_date: Series[pd.Timestamp]
    kind: Optional[Series[str]] = _choice(ABSENCE_KINDS)

    class Config:
        metadata = {"dated_by": "start_date", "interval": ("start_date", "end_date")}


class Contacts(SourceTable):
    """One row per contact with a customer, outgoing or incoming."""

    customer_id: Series[str] = _identifier()
    contact_date: Series[pd.Timestamp]
    channel: Series[str]
    contact_id: Optional[Series[str]] = _optional_identifier()
    direction: Optional[Series[str]] = _choice(DIRECTIONS)
    salesperson_id: Optional[Series[str]] = _optional_identifier()
    role: Optional[Series[str]] = _empty()
    objective: Optional[Series[str]] = _empty()
    plan_id: Optional[Series[str]] = _optional_identifier()
    minutes: Optional[Series[float]] = _empty(ge=0)
    cost_amount: Optional[Series[float]] = _empty()
    outcome: Optional[Series[str]] = _empty()
    note: Optional[Series[str]] = _empty()
    next_step: Optional[Series[str]] = _empty()
    next_step_date: Optional[Series[pd.Timestamp]] = _empty()

    class Config:
        metadata = {"dated_by": "contact_date"}


class Plans(SourceTable):
    """One row per plan whose effect is to be judged."""

    plan_id: Series[str] = _identifier(unique=True)
    name: Optional[Series[str]] = _empty()
    kind: Optional[Series[str]] = _choice(PLAN_KINDS)
    objective: Optional[Series[str]] = _empty()
    start_date: Optional[Series[pd.Timestamp]] = _empty()
    end_date: Optional[Series[pd.Timestamp]] = _empty()
    outcome: Optional[Series[str]] = _empty()
    horizon_days: Optional[Series[float]] = pa.Field(gt=0, nullable=True, metadata={"kind": "integer"})
    cost_amount: Optional[Series[float]] = _empty()
    trigger: Optional[Series[str]] = _choice(PLAN_TRIGGERS)

    class Config:
        metadata = {"dated_by": "start_date", "interval": ("start_date", "end_date")}


class PlanTasks(SourceTable):
    """One row per planned contact. Due dates after as_of are kept: a plan is known before it is due."""

    customer_id: Series[str] = _identifier()
    due_date: Series[pd.Timestamp]
    channel: Series[str]
    plan_id: Optional[Series[str]] = _optional_identifier()
    role: Optional[Series[str]] = _empty()
    objective: Optional[Series[str]] = _empty()


class PlanArms(SourceTable):
    """One row per customer and randomised plan: who was treated and who was held out."""

    customer_id: Series[str] = _identifier()
    plan_id: Series[str] = _identifier()
    start_date: Series[pd.Timestamp]
    arm: Series[str] = _choice(ARMS, nullable=False)
    probability: Optional[Series[float]] = _empty(gt=0, lt=1)

    class Config:
        unique = ["customer_id", "plan_id"]
        metadata = {"dated_by": "start_date"}


class ServiceEvents(SourceTable):
    """One row per claim, information request or after-sales case."""

    customer_id: Series[str] = _identifier()
    opened_date: Series[pd.Timestamp]
    kind: Series[str] = _choice(EVENT_KINDS, nullable=False)
    first_response_date: Optional[Series[pd.Timestamp]] = _empty()
    closed_date: Optional[Series[pd.Timestamp]] = _empty()
    cause: Optional[Series[str]] = _empty()
    detail: Optional[Series[str]] = _empty()
    product_id: Optional[Series[str]] = _optional_identifier()

    class Config:
        metadata = {
            "dated_by": "opened_date",
            "known_from": {"first_response_date": ("first_response_date",), "closed_date": ("closed_date",)},
        }


class Satisfaction(SourceTable):
    """One row per survey answer of a customer on one aspect."""

    customer_id: Series[str] = _identifier()
    survey_date: Series[pd.Timestamp]
    score: Series[float]
    aspect: Optional[Series[str]] = _empty()
    reason: Optional[Series[str]] = _empty()

    class Config:
        metadata = {"dated_by": "survey_date"}


class Receivables(SourceTable):
    """One row per invoice. Due dates after as_of are kept: a debt is known before it is due."""

    customer_id: Series[str] = _identifier()
    due_date: Series[pd.Timestamp]
    amount: Series[float]
    paid_date: Optional[Series[pd.Timestamp]] = _empty()

    class Config:
        metadata = {"known_from": {"paid_date": ("paid_date",)}}


class Quotes(SourceTable):
    """One row per quotation."""

    customer_id: Series[str] = _identifier()
    quote_date: Series[pd.Timestamp]
    amount: Series[float]
    outcome: Optional[Series[str]] = _choice(QUOTE_OUTCOMES)
    outcome_date: Optional[Series[pd.Timestamp]] = _empty()

    class Config:
        metadata = {"dated_by": "quote_date", "known_from": {"outcome_date": ("outcome_date", "outcome")}}


class Products(SourceTable):
    """One row per product."""

    product_id: Series[str] = _identifier(unique=True)
    name: Optional[Series[str]] = _empty()
    family: Optional[Series[str]] = _empty()
    unit_margin_amount: Optional[Series[float]] = _empty()
    is_discontinued: Optional[Series[bool]] = _empty()


class Stock(SourceTable):
    """One row per product, day and lot: what was in stock."""

    product_id: Series[str] = _identifier()
    stock_date: Series[pd.Timestamp]
    quantity: Series[float]
    expiry_date: Optional[Series[pd.Timestamp]] = _empty()

    class Config:
        metadata = {"dated_by": "stock_date"}


class Attributes(SourceTable):
    """One row per dated change of a customer's attribute; it holds from valid_from to the next change."""

    customer_id: Series[str] = _identifier()
    attribute: Series[str]
    value: Series[str]
    valid_from: Series[pd.Timestamp]

    class Config:
        unique = ["customer_id", "attribute", "valid_from"]
        metadata = {"dated_by": "valid_from", "value_of": ("attribute", "value", "customers")}


class Targets(SourceTable):
    """One row per salesperson or team and month (its first day): what was to be reached. Known beforehand."""

    month: Series[pd.Timestamp]
    salesperson_id: Optional[Series[str]] = _optional_identifier()
    team: Optional[Series[str]] = _empty()
    amount: Optional[Series[float]] = _empty()
    positivation_rate: Optional[Series[float]] = _empty(ge=0, le=1)

    class Config:
        metadata = {"one_of": ("salesperson_id", "team")}


class Benchmarks(SourceTable):
    """One row per indicator, peer and day, such as a competitor's satisfaction index."""

    indicator: Series[str]
    peer: Series[str]
    benchmark_date: Series[pd.Timestamp]
    value: Series[float]

    class Config:
        metadata = {"dated_by": "benchmark_date"}


class Valuations(SourceTable):
    """One row per portfolio and valuation day; nav_before is valued just before the flow of that day.

    nav_before is empty where a flow came without a valuation. nav_after and nav_initial are checked where given.
    """

    portfolio_id: Series[str] = _identifier()
    valuation_date: Series[pd.Timestamp]
    nav_before: Series[float] = _empty()
    cash_flow: Optional[Series[float]] = _empty()
    income: Optional[Series[float]] = _empty()
    nav_after: Optional[Series[float]] = _empty()
    nav_initial: Optional[Series[float]] = _empty()

    class Config:
        unique = ["portfolio_id", "valuation_date"]
        metadata = {"dated_by": "valuation_date", "stands_alone": True, "every_row_counts": True}


class Durations(SourceTable):
    """One row per customer: a finished or censored lifetime, with any attributes."""

    duration: Series[float] = pa.Field(ge=0)
    event_observed: Series[bool]
    entry: Optional[Series[float]] = _empty(ge=0)

    class Config:
        metadata = {"keeps_more_columns": True, "stands_alone": True, "watched": ("entry", "duration")}


class Experiment(SourceTable):
    """One row per customer of a finished experiment: the arm, one column per outcome, any covariate."""

    arm: Series[str]

    class Config:
        metadata = {"keeps_more_columns": True, "stands_alone": True}


CONTRACTS: dict[str, type[SourceTable]] = {
    "orders": Orders,
    "customers": Customers,
    "salespeople": Salespeople,
    "assignments": Assignments,
    "absences": Absences,
    "contacts": Contacts,
    "plans": Plans,
    "plan_tasks": PlanTasks,
    "plan_arms": PlanArms,
    "service_events": ServiceEvents,
    "satisfaction": Satisfaction,
    "receivables": Receivables,
    "quotes": Quotes,
    "products": Products,
    "stock": Stock,
    "attributes": Attributes,
    "targets": Targets,
    "benchmarks": Benchmarks,
    "valuations": Valuations,
    "durations": Durations,
    "experiment": Experiment,
}
