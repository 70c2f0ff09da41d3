"""What the service report reads from a review: cases with their standard and team, satisfaction, what was bought."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from portfolio_lab.analysis.abc_classes import classify_earlier
from portfolio_lab.analysis.landmarks import look_up_values
from portfolio_lab.analysis.periods import shift_months
from portfolio_lab.analysis.service.causes import derive_families
from portfolio_lab.analysis.service.standards import look_up_stages, look_up_standards
from portfolio_lab.analysis.service.waits import drop_impossible
from portfolio_lab.analysis.stages import build_stage_stays, build_stages
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.topics.table_dates import read_table

OPTIONAL = {"first_response_date": "datetime64[ns]", "closed_date": "datetime64[ns]", "cause": "object",
            "product_id": "object"}  # fmt: skip
NO_TEAM = "no team known"
NO_ROWS = pd.DataFrame({"customer_id": [], "score": []})


@dataclass(frozen=True)
class ServiceTables:
    """The cases of all history and of the window (start, as_of], and what is needed to judge them.

    ``cases``: those of the table with name, salesperson_id, team, family, abc_class (at the start of the window), stage
    (on the day the case was opened) and standard_days.
    """

    as_of: pd.Timestamp
    start: pd.Timestamp
    cases: pd.DataFrame
    n_impossible: int
    order_days: pd.DataFrame
    stages: pd.DataFrame
    answers: pd.DataFrame
    benchmarks: pd.DataFrame | None
    has_products: bool
    has_teams: bool

    @cached_property
    def recent(self) -> pd.DataFrame:
        """The cases of the window."""
        return self.cases[self.cases["opened_date"] > self.start].reset_index(drop=True)

    @cached_property
    def recent_answers(self) -> pd.DataFrame:
        """The survey answers of the window."""
        if self.answers.empty:
            return self.answers
        return self.answers[self.answers["survey_date"] > self.start].reset_index(drop=True)

    @cached_property
    def inactive_days(self) -> pd.Series:
        """After how many silent days each customer counts as inactive. Index: customer_id."""
        return self.stages.dropna(subset=["inactive_days"]).set_index("customer_id")["inactive_days"]

    @cached_property
    def last_purchases(self) -> pd.Series:
        """The last purchase of each customer. Index: customer_id."""
        return self.stages.dropna(subset=["last_purchase_date"]).set_index("customer_id")["last_purchase_date"]

    def of_kind(self, kind: str) -> pd.DataFrame:
        """The cases of one kind, over all of history."""
        return self.cases[self.cases["kind"] == kind].reset_index(drop=True)


def read_service(review: Review) -> ServiceTables:
    """Return what the service report looks at; what a company did not bring is left empty."""
    as_of, start = pd.Timestamp(review.as_of), pd.Timestamp(shift_months(review.as_of, -review.params.window_months))
    customers = read_table(review, "customers") if review.has("customers") else review.snapshots()[["customer_id"]]
    days, policy = review.order_days(), review.policy.stages
    cases, n_impossible = drop_impossible(_with_columns(read_table(review, "service_events")))
    return ServiceTables(
        as_of=as_of,
        start=start,
        cases=_derive_cases(review, cases, start=start, customers=customers),
        n_impossible=n_impossible,
        order_days=days,
        stages=build_stages(days, customers, as_of=as_of, policy=policy),
        answers=read_table(review, "satisfaction") if review.has("satisfaction") else NO_ROWS,
        benchmarks=read_table(review, "benchmarks") if review.has("benchmarks") else None,
        has_products=review.has("products"),
        has_teams=review.has("salespeople") and "team" in read_table(review, "salespeople"),
    )


def _with_columns(events: pd.DataFrame) -> pd.DataFrame:
    """The events with every column of the contract, empty where the company has none of them."""
    missing = {name: pd.Series(None, index=events.index, dtype=kind) for name, kind in OPTIONAL.items()}
    return events.assign(**{name: values for name, values in missing.items() if name not in events})


def _derive_cases(review: Review, cases: pd.DataFrame, *, start: pd.Timestamp, customers: pd.DataFrame) -> pd.DataFrame:
    snapshots, policy = review.snapshots().set_index("customer_id"), review.policy
    stays = build_stage_stays(review.order_days(), customers, as_of=review.as_of, policy=policy.stages)
    earlier = classify_earlier(
        review.snapshots(start.date()), criterion=policy.abc.criterion, cuts=policy.abc.cuts
    ).set_index("customer_id")["abc_class"]
    known = cases.assign(
        name=cases["customer_id"].map(snapshots["name"]).fillna(cases["customer_id"]),
        salesperson_id=_look_up_salespeople(review, cases),
        family=derive_families(cases, read_table(review, "products") if review.has("products") else None),
        abc_class=cases["customer_id"].map(earlier),
        stage=look_up_stages(cases, stays),
    )
    known["standard_days"] = look_up_standards(known["abc_class"], known["stage"], rules=policy.plan.rules)
    return known.assign(team=_look_up_teams(review, known), owner=_look_up_names(review, known))


def _look_up_salespeople(review: Review, cases: pd.DataFrame) -> pd.Series:
    """Who was in charge when the case was opened; without assignments, who is in charge now."""
    if review.has("assignments"):
        words = {"start_date": "valid_from", "salesperson_id": "value"}
        stays = read_table(review, "assignments").rename(columns=words)
        return look_up_values(cases, stays, date="opened_date")
    return cases["customer_id"].map(review.snapshots().set_index("customer_id")["salesperson_id"])


def _look_up_teams(review: Review, cases: pd.DataFrame) -> pd.Series:
    return _look_up_person(review, cases, "team").fillna(NO_TEAM)


def _look_up_names(review: Review, cases: pd.DataFrame) -> pd.Series:
    names = _look_up_person(review, cases, "name")
    return names.where(names.notna(), cases["salesperson_id"])


def _look_up_person(review: Review, cases: pd.DataFrame, column: str) -> pd.Series:
    people = read_table(review, "salespeople") if review.has("salespeople") else pd.DataFrame()
    if column not in people:
        return pd.Series(None, index=cases.index, dtype=object)
    return cases["salesperson_id"].map(people.drop_duplicates("salesperson_id").set_index("salesperson_id")[column])
