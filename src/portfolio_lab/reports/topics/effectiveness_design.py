"""The next hold-out of a company: what its plan will spend on whom, what is settled, who is left out by chance."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.contact_plan import derive_plan
from portfolio_lab.analysis.experiments.holdout_design import (
    DesignTerms,
    design_hold_out,
    draw_hold_out,
    rank_questions,
)
from portfolio_lab.analysis.experiments.outcomes import build_outcomes
from portfolio_lab.analysis.periods import period_containing
from portfolio_lab.analysis.verdicts import DECISIVE, WORKS_PAY_OFF_OPEN
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.topics.effectiveness_evidence import Evidence
from portfolio_lab.reports.topics.effectiveness_inputs import Company, read_customers

BY = ["abc_class", "stage"]


@dataclass(frozen=True)
class NextHoldOut:
    """The proposal: every question with its worth, the cells chosen, and the list to be used (``plan_arms``)."""

    questions: pd.DataFrame
    design: pd.DataFrame
    arms: pd.DataFrame


def propose_hold_out(review: Review, company: Company, evidence: Evidence) -> NextHoldOut | None:
    """Return the hold-out for the period after this one, or None where nobody knows what a contact costs."""
    costs = find_contact_costs(company.log.rows, default=review.params.contact_cost_amount)
    if costs is None:
        return None
    terms = DesignTerms(seed=review.params.seed)
    customers = price_customers(review, company, costs)
    questions = rank_questions(customers, settled=find_settled(company, evidence))
    design = design_hold_out(questions, terms=terms)
    start = period_containing(review.as_of, review.run.period).end
    arms = draw_hold_out(customers, design, plan_id=f"HO-{start}", start_date=pd.Timestamp(start), terms=terms)
    return NextHoldOut(questions, design, arms)


def find_contact_costs(contacts: pd.DataFrame, *, default: float) -> pd.Series | None:
    """Return the mean cost of a contact by channel, or ``default`` for all; None where neither is known."""
    known = contacts.dropna(subset=["cost_amount"])
    if len(known):
        return known.groupby("channel")["cost_amount"].mean()
    return pd.Series(dtype=float) if default > 0 else None


def price_customers(review: Review, company: Company, costs: pd.Series) -> pd.DataFrame:
    """Return the customers of now with what the plan will spend on each, and what such customers did last period.

    One row per customer: customer_id, abc_class, stage, channel, amount, planned_cost_amount, is_buyer (share of
    buyers of the period among customers of that class and stage at its start), margin_amount (per such buyer).
    """
    now = read_customers(review, review.as_of)
    closed = review.snapshots().set_index("customer_id")["closed_date"].notna()
    now = now[now["stage"].notna() & ~now["customer_id"].map(closed).fillna(value=False).astype(bool)]
    planned = derive_plan(now, policy=review.policy.plan)
    cost = planned["channel"].map(costs).fillna(review.params.contact_cost_amount or costs.mean())
    planned["planned_cost_amount"] = planned["contacts_per_period"] * cost
    planned["abc_class"] = planned["abc_class"].fillna("not ranked")
    return planned.drop(columns="margin_amount").join(_rates(company, review), on=BY)


def find_settled(company: Company, evidence: Evidence) -> frozenset[tuple[str, str]]:
    """Return the classes and channels for which an experiment has given a decisive verdict.

    One that works while its pay-off is open is not settled: what it must still show is whether it pays.
    """
    pairs = set()
    for result in evidence.results:
        made = company.log.rows.loc[company.log.rows["plan_id"] == result.case.plan_id, "channel"]
        if result.verdict not in DECISIVE or result.verdict == WORKS_PAY_OFF_OPEN or made.empty:
            continue
        cells = evidence.cells[evidence.cells["plan_id"] == result.case.plan_id]
        classes = cells.loc[(cells["cell"] == "abc_class") & ~cells["is_small"].astype(bool), "value"]
        pairs |= {(abc_class, made.mode().iloc[0]) for abc_class in classes}
    return frozenset(pairs)


def _rates(company: Company, review: Review) -> pd.DataFrame:
    """Share of buyers and margin per buyer of the period, by class and stage at its start."""
    starts = company.customers.assign(start_date=company.since)
    days = (pd.Timestamp(review.as_of) - company.since).days + 1
    done = build_outcomes(company.order_days, starts, horizon_days=days)
    rows = starts[BY].reset_index(drop=True).assign(is_buyer=done["is_buyer"], margin_amount=done["margin_amount"])
    rows["abc_class"] = rows["abc_class"].fillna("not ranked")
    rows["margin_amount"] = rows["margin_amount"].where(rows["is_buyer"] > 0, np.nan)
    return rows.groupby(BY).mean()
