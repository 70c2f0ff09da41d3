"""What the growth report reads from a review: customers with class, stage, owner and headroom; leads; contacts."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from portfolio_lab.analysis.abc_classes import classify_earlier, derive_owner
from portfolio_lab.analysis.acquisition.leads import build_leads, count_contacts
from portfolio_lab.analysis.acquisition.prospects import select_prospects
from portfolio_lab.analysis.growth.headroom import derive_headroom, derive_level, derive_rhythm, sum_last_year
from portfolio_lab.analysis.stages import build_stages
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.topics.table_dates import read_table

# A company that opens on 3 January has no orders on the 1st, and still a whole year on 31 December.
SLACK_DAYS = 14
BUYING = ("active", "pre_inactive")
NO_CLASS, NOBODY = "not classified", "nobody known"


@dataclass(frozen=True)
class GrowthTables:
    """Customers as known at as_of, with abc_class, stage and owner; orders by day; contacts where there are any.

    ``customers`` has one row per customer of the snapshots; ``history_start`` is the first day with an order.
    """

    as_of: pd.Timestamp
    customers: pd.DataFrame
    order_days: pd.DataFrame
    stages: pd.DataFrame
    contacts: pd.DataFrame | None
    history_start: pd.Timestamp

    @property
    def has_whole_year(self) -> bool:
        """Whether the orders reach back twelve months; with fewer, what a customer bought in a year is not known."""
        return bool(self.history_start <= self.as_of - pd.DateOffset(months=12) + pd.Timedelta(days=SLACK_DAYS))

    @cached_property
    def headroom(self) -> pd.DataFrame:
        """The customers that have bought and are not gone for good, with their headroom; none without a whole year."""
        bought = (self.customers["n_purchase_days"] > 0) & (self.customers["stage"] != "ex_customer")
        year = sum_last_year(self.order_days, as_of=self.as_of)
        rows = self.customers[bought].drop(columns="amount")
        rows = rows.assign(amount=rows["customer_id"].map(year).fillna(0.0), rhythm=derive_rhythm(rows))
        if self.has_whole_year:
            return derive_headroom(rows.join(self._derive_levels(rows)).reset_index(drop=True))
        return derive_headroom(rows.reset_index(drop=True).assign(potential_amount=float("nan")), likeness=())

    def _derive_levels(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Level and tenure of the customers that buy now; of nobody where the orders do not reach back two years."""
        earlier = self.as_of - pd.DateOffset(months=12)
        year = sum_last_year(self.order_days, as_of=earlier)
        is_covered = self.history_start <= earlier - pd.DateOffset(months=12) + pd.Timedelta(days=SLACK_DAYS)
        before = rows["customer_id"].map(year).astype(float).where(rows["stage"].isin(BUYING) & is_covered)
        return derive_level(before, rows["tenure_days"])

    @property
    def has_potential(self) -> bool:
        """Whether the company knows the potential of anybody."""
        return "potential_amount" in self.customers and bool(self.customers["potential_amount"].notna().any())

    @property
    def has_arrivals(self) -> bool:
        """Whether the company knows when customers became known."""
        return bool(self.customers["created_date"].notna().any())

    @property
    def has_sources(self) -> bool:
        """Whether the company knows where leads come from."""
        return "lead_source" in self.customers and bool(self.customers["lead_source"].notna().any())

    @property
    def has_referrals(self) -> bool:
        """Whether the company knows who was brought by whom."""
        return "referred_by" in self.customers and bool(self.customers["referred_by"].notna().any())

    @property
    def has_costs(self) -> bool:
        """Whether the company knows what contacts cost."""
        return self.contacts is not None and bool(self.contacts["cost_amount"].notna().any())

    @cached_property
    def leads(self) -> pd.DataFrame:
        """The customers that became known since the orders begin, with contacts and money up to the first order."""
        leads = build_leads(self.customers, as_of=self.as_of, history_start=self.history_start)
        return count_contacts(leads, self.contacts)

    @cached_property
    def prospects(self) -> pd.DataFrame:
        """The known customers that have never bought."""
        return select_prospects(self.customers, self.stages, as_of=self.as_of)


def read_growth(review: Review) -> GrowthTables:
    """Return what the growth report looks at; what a company did not bring is left empty."""
    as_of, days = pd.Timestamp(review.as_of), review.order_days()
    people = read_table(review, "customers") if review.has("customers") else review.snapshots()[["customer_id"]]
    stages = build_stages(days, people, as_of=as_of, policy=review.policy.stages)
    return GrowthTables(
        as_of=as_of,
        customers=_derive_customers(review, stages),
        order_days=days,
        stages=stages,
        contacts=_read_contacts(review),
        history_start=days["order_date"].min(),
    )


def _derive_customers(review: Review, stages: pd.DataFrame) -> pd.DataFrame:
    salespeople = read_table(review, "salespeople") if review.has("salespeople") else None
    owned = derive_owner(review.snapshots(), salespeople)
    policy = review.policy.abc
    classes = classify_earlier(review.snapshots(), criterion=policy.criterion, cuts=policy.cuts)
    found = owned["customer_id"].map(classes.set_index("customer_id")["abc_class"])
    name = owned["name"].where(owned["name"].notna(), owned["customer_id"])
    return owned.assign(
        name=name,
        abc_class=found.where(found.notna(), NO_CLASS),
        stage=owned["customer_id"].map(stages.set_index("customer_id")["stage"]),
        owner=owned["owner"].where(owned["owner"].notna(), NOBODY),
    )


def _read_contacts(review: Review) -> pd.DataFrame | None:
    """The contacts with a column for their cost, empty where the company does not know it."""
    if not review.has("contacts"):
        return None
    contacts = read_table(review, "contacts")
    cost = contacts.get("cost_amount", pd.Series(float("nan"), index=contacts.index))
    return contacts.assign(cost_amount=cost.astype(float))
