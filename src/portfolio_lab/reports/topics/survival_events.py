"""The dated events that may have driven customers away or held them, and the rows on which their effects are read."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.departures import (
    STRATA,
    build_exposure_changes,
    date_exposures,
    place_departures,
    place_on_calendar,
)
from portfolio_lab.analysis.drivers import build_driver_rows, find_contacts, find_handovers, find_late_responses
from portfolio_lab.analysis.spells import name_cause
from portfolio_lab.analysis.survival.company import Company, build_company
from portfolio_lab.analysis.survival.guards import MIN_EVENTS
from portfolio_lab.reports.review import Review

LATE_RESPONSE_DAYS = 7
EVENT_TABLES = ("assignments", "service_events", "contacts")
EVENT_TERMS = ("salesperson_changed", "answered_late", "not_contacted")
# twice the line: most of those who come back have come back by then
LASTING = 2.0
# contacts that follow a silence are an answer to it, so only those up to the last order count
AT_LAST_ORDER = (0.0,)


@dataclass(frozen=True)
class Sources:
    """What rows for the drivers are made of: orders and customers, their lines, dated events, segments, one width."""

    order_days: pd.DataFrame
    customers: pd.DataFrame
    as_of: pd.Timestamp
    inactive_days: pd.Series
    events: dict[str, pd.DataFrame]
    segments: pd.Series
    width: float


@dataclass(frozen=True)
class DriverRows:
    """Stays cut where a flag changes, their covariates, the same stays uncut, and the strata of the comparison."""

    rows: pd.DataFrame
    covariates: tuple[str, ...]
    stays: pd.DataFrame
    strata: tuple[str, ...] = ()
    factor: float = 1.0


def read_events(review: Review) -> dict[str, pd.DataFrame]:
    """Return the dated events that may have driven customers away or held them: handovers, late answers, contacts."""
    return find_events(read_event_tables(review), as_of=pd.Timestamp(review.as_of))


def read_event_tables(review: Review) -> dict[str, pd.DataFrame]:
    """Return the tables of the company that hold dated events, by name."""
    return {name: review.table(name) for name in EVENT_TABLES if review.has(name)}


def find_events(tables: dict[str, pd.DataFrame], *, as_of: pd.Timestamp) -> dict[str, pd.DataFrame]:
    """Return the events in ``tables`` (of ``read_event_tables``) by kind: customer_id, event_date; empty ones out."""
    events = {}
    if "assignments" in tables:
        events["salesperson_changed"] = find_handovers(tables["assignments"])
    if "service_events" in tables:
        events["answered_late"] = find_late_responses(
            tables["service_events"], as_of=as_of, late_days=LATE_RESPONSE_DAYS
        )
    if "contacts" in tables:
        events["contacted"] = find_contacts(tables["contacts"])
    return {name: rows for name, rows in events.items() if len(rows)}


def choose_driver_rows(company: Company, sources: Sources) -> DriverRows:
    """Return the rows of the drivers: with dated events those of leaving for good, where there are ten ends for each.

    Crossing the line is not yet leaving: what drives customers away shows among those who stay away.
    """
    if not sources.events:
        return build_drivers(company, sources, factor=1.0)
    found = build_drivers(company, sources, factor=LASTING)
    if found.rows["event_observed"].sum() >= MIN_EVENTS * len(found.covariates):
        return found
    return build_drivers(company, sources, factor=1.0)


def build_drivers(company: Company, sources: Sources, *, factor: float) -> DriverRows:
    """Return the stays at a multiple of the line, cut where a flag of the events changes, with their covariates.

    ``company``: that of the line in force. At ``LASTING`` an account that its customer closed counts as silent from its
    last order on. With events the clock counts days since the order history began.
    """
    lines = np.ceil(sources.inactive_days * factor)
    if factor != 1.0:
        customers = _forget_closures(sources.customers) if factor == LASTING else sources.customers
        company = build_company(sources.order_days, customers, as_of=sources.as_of, inactive_days=lines)
    stays = rows = build_driver_rows(company.spells, None)
    strata = STRATA if sources.events else ()
    if sources.events:
        changes = build_changes(sources, inactive_days=lines)
        rows = build_driver_rows(company.spells, changes)
        rows = place_on_calendar(rows, sources.order_days, origin=company.window_start)
    if "contacted" in rows:
        rows["not_contacted"] = 1.0 - rows.pop("contacted")
    flags = tuple(name for name in EVENT_TERMS if name in rows)
    rows = rows.assign(is_returned=(rows["spell_number"] > 1).astype(float))
    if sources.segments.notna().any():
        rows["segment"] = rows["customer_id"].map(sources.segments).fillna("unknown")
        return DriverRows(rows, (*flags, "is_returned", "segment"), stays, strata, factor)
    return DriverRows(rows, (*flags, "is_returned"), stays, strata, factor)


def build_changes(sources: Sources, *, inactive_days: pd.Series) -> pd.DataFrame:
    """Return how exposed each customer is to each kind of event from which day on (``build_exposure_changes``)."""
    places = place_departures(sources.order_days)
    exposures = {
        name: date_exposures(
            rows,
            sources.order_days,
            inactive_days=inactive_days,
            places=AT_LAST_ORDER if name == "contacted" else places,
        )
        for name, rows in sources.events.items()
    }
    return build_exposure_changes(exposures, width_days=sources.width, as_of=sources.as_of)


def _forget_closures(customers: pd.DataFrame) -> pd.DataFrame:
    """Who closes an account has left; whom we blocked has not, and is followed up to that day only."""
    if "closed_date" not in customers:
        return customers
    reasons = customers.get("closed_reason", pd.Series("", index=customers.index))
    is_ours = reasons.map(name_cause) == "blocked"
    return customers.assign(closed_date=customers["closed_date"].where(is_ours))
