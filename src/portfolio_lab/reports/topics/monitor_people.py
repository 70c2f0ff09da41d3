"""Every customer on a day, as the parts of the monitor on people read it: owner, class, stage, plan."""

from datetime import date, timedelta

import pandas as pd

from portfolio_lab.analysis.abc_classes import classify_earlier, derive_owner
from portfolio_lab.analysis.contact_plan import derive_plan
from portfolio_lab.analysis.positivation import build_portfolio
from portfolio_lab.analysis.stages import build_stages
from portfolio_lab.reports.review import Review


def read_people(review: Review, day: date) -> pd.DataFrame:
    """Return every customer as known at the end of a day.

    Grain: customer: the columns of the snapshots, owner (a name where one is known), abc_class (None: never ordered),
    stage, inactive_days, and what the contact plan asks for (channel, contacts_per_period, role, minutes, …).
    """
    salespeople = review.table("salespeople") if review.has("salespeople") else None
    snapshots = derive_owner(review.snapshots(day), salespeople)
    stages = build_stages(review.order_days(day), snapshots, as_of=day, policy=review.policy.stages)
    by_id = snapshots["customer_id"]
    known = snapshots.assign(
        stage=by_id.map(stages.set_index("customer_id")["stage"]),
        inactive_days=by_id.map(stages.set_index("customer_id")["inactive_days"]),
        abc_class=by_id.map(_classes(review, day)),
    )
    known["abc_class"] = known["abc_class"].astype(object).where(known["abc_class"].notna(), None)
    return derive_plan(known, policy=review.policy.plan)


def read_portfolio(review: Review, period: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the portfolio at the start of a period (contract Portfolio) and everybody as known the day before."""
    known = read_people(review, period.start - timedelta(days=1))
    classes = known.loc[known["abc_class"].notna(), ["customer_id", "abc_class"]]
    return build_portfolio(known, known[["customer_id", "stage"]], classes, review.order_days(), period=period), known


def has_columns(review: Review, table: str, *columns: str) -> bool:
    """Whether the company brought that table with these columns, each with at least one value."""
    if not review.has(table):
        return False
    rows = review.table(table)
    return all(name in rows and rows[name].notna().any() for name in columns)


def _classes(review: Review, day: date) -> pd.Series:
    abc, snapshots = review.policy.abc, review.snapshots(day)
    if not (snapshots["amount"] > 0).any():
        return pd.Series(dtype=object)
    return classify_earlier(snapshots, criterion=abc.criterion, cuts=abc.cuts).set_index("customer_id")["abc_class"]
