"""What is the same for every customer: the period, the sales force, the assortment and the days when plans start."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from portfolio_lab.data.demo.assortment import Assortment, build_assortment
from portfolio_lab.data.demo.calendar import Calendar, build_calendar
from portfolio_lab.data.demo.parameters import PARAMETERS, Parameters
from portfolio_lab.data.demo.people import People, build_people, handover_positions

# buying by month, January first; rows in the order of words.SEGMENTS, and a last one for the summer-only customer
SEASONS = np.array(
    [
        [0.75, 0.75, 0.90, 1.05, 1.15, 1.25, 1.35, 1.30, 1.10, 0.95, 0.75, 0.95],  # hospitality
        [0.85, 0.80, 0.90, 0.95, 0.95, 0.95, 0.90, 0.80, 1.00, 1.10, 1.40, 1.40],  # retail
        [1.00, 1.05, 1.10, 1.05, 1.10, 1.05, 0.95, 0.55, 1.05, 1.10, 1.05, 0.80],  # industry
        [0.75, 0.90, 1.10, 1.15, 1.20, 1.20, 1.10, 0.60, 1.10, 1.10, 0.95, 0.70],  # construction
        [1.10, 1.10, 1.05, 1.00, 0.95, 0.95, 0.90, 0.80, 0.95, 1.05, 1.10, 1.05],  # health
        [0.00, 0.00, 0.00, 0.00, 0.80, 2.50, 3.00, 3.00, 1.50, 0.00, 0.00, 0.00],  # open in summer only
    ]
)
SUMMER_ONLY = len(SEASONS) - 1


@dataclass(frozen=True)
class Plan:
    """One plan of the company; positions are working days."""

    plan_id: str
    name: str
    kind: str
    objective: str
    outcome: str
    start_t: int
    end_t: int
    horizon_days: int
    cost_amount: float
    channel: str = "email"


@dataclass(frozen=True)
class World:
    """Everything that the blocks of customers share."""

    seed: int
    n_customers: int
    parameters: Parameters
    calendar: Calendar
    people: People
    assortment: Assortment
    plans: dict[str, Plan]

    @property
    def cut_over(self) -> int:
        """Position of the day from which the old customers of the old system have a history."""
        month = self.calendar.start.astype("datetime64[M]") + self.parameters.cut_over_month
        return self.calendar.position(month.astype("datetime64[D]"))

    @property
    def customer_width(self) -> int:
        """Digits of a customer's number: five, or as many as are needed."""
        return max(5, len(str(self.n_customers)))


def build_world(n_customers: int, n_months: int, *, seed: int, end: date) -> World:
    """Return the shared part of a demo company of that size, length, seed and last day."""
    calendar = build_calendar(end, n_months)
    return World(
        seed=seed,
        n_customers=n_customers,
        parameters=PARAMETERS,
        calendar=calendar,
        people=build_people(PARAMETERS, calendar, n_customers=n_customers, seed=seed),
        assortment=build_assortment(calendar, price_growth=PARAMETERS.price_growth_a_year, seed=seed),
        plans=_plans(calendar),
    )


def _plans(calendar: Calendar) -> dict[str, Plan]:
    """Return the plans by id; dates are counted back from the end, so that every length of history has them all."""
    plans = [_contact_plan(calendar, year) for year in _years(calendar)]
    rotation = handover_positions(calendar)[2]
    loyalty, campaign, trial, null = (_months_before_end(calendar, back) for back in (20, 11, 9, 6))
    plans += [
        Plan("RO-1", "New routes in the East", "rotation", "balance portfolios", "positivation",
             rotation, rotation + 10, 180, 6000.0, "visit"),
        Plan("LP-1", "Club of regulars", "loyalty programme", "keep", "retention",
             loyalty, calendar.n_days - 1, 365, 24000.0, "call"),
        Plan("CA-1", "Autumn offers", "campaign", "reactivate", "purchase",
             campaign, campaign + 20, 45, 9500.0, "email"),
        Plan("RT-1", "Call before they go quiet", "contact plan", "keep", "purchase",
             trial, trial + 20, 90, 11000.0, "call"),
        Plan("RT-2", "Friendly message", "contact plan", "keep", "purchase", null, null + 20, 90, 1500.0, "message"),
    ]  # fmt: skip
    return {plan.plan_id: plan for plan in plans}


def _years(calendar: Calendar) -> range:
    return range(int(str(calendar.start)[:4]), int(str(calendar.end)[:4]) + 1)


def _contact_plan(calendar: Calendar, year: int) -> Plan:
    first = calendar.position(np.datetime64(f"{year}-01-01", "D"))
    last = calendar.position(np.datetime64(f"{year + 1}-01-01", "D")) - 1
    return Plan(
        f"CP-{year}", f"Contact plan {year}", "contact plan", "keep", "retention", first, last, 90, 180000.0, "call"
    )


def _months_before_end(calendar: Calendar, back: int) -> int:
    """Position of the first working day of the month that begins ``back`` months before the day after the end."""
    month = (calendar.end + 1).astype("datetime64[M]") - back
    return calendar.position(month.astype("datetime64[D]"))
