"""The next hold-out of a company."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.verdicts import WORKS_PAY_OFF_OPEN
from portfolio_lab.reports.topics.effectiveness_design import find_contact_costs, find_settled, propose_hold_out
from portfolio_lab.reports.topics.effectiveness_evidence import Evidence


@pytest.fixture
def company(plans_company):
    return plans_company


@pytest.fixture
def evidence(plans_evidence):
    return plans_evidence


def test_the_list_of_the_next_period_is_complete_and_seeded(company_with_plans, company):
    proposal, again = (propose_hold_out(company_with_plans, company, Evidence([])) for _ in range(2))
    assert proposal.arms.equals(again.arms)
    assert set(proposal.arms["start_date"]) == {pd.Timestamp("2026-07-01")}
    assert set(proposal.arms["plan_id"]) == {"HO-2026-07-01"}
    assert 1 <= len(proposal.design) <= 3
    cell = proposal.design.iloc[0]
    assert (proposal.arms["arm"] == "hold_out").sum() == proposal.design["n_hold_out"].sum()
    assert len(proposal.arms) == proposal.design["n_customers"].sum()
    assert cell["baseline_rate"] == pytest.approx(0.5, abs=0.1)


def test_what_an_experiment_has_settled_is_not_asked_again(company_with_plans, company, evidence):
    settled = find_settled(company, evidence)
    assert {channel for _, channel in settled} == {"call"}
    asked = propose_hold_out(company_with_plans, company, evidence).questions
    for row in asked.itertuples():
        assert bool(row.is_settled) == ((row.abc_class, row.channel) in settled)


def test_what_works_with_an_open_pay_off_is_asked_again(company, evidence):
    is_open = [replace(result, verdict=WORKS_PAY_OFF_OPEN) for result in evidence.results]
    assert find_settled(company, evidence)
    assert find_settled(company, replace(evidence, results=is_open)) == frozenset()


def test_costs_come_from_contacts_else_from_the_run_file_else_nobody_knows():
    contacts = pd.DataFrame({"channel": ["call", "call", "visit"], "cost_amount": [10.0, 14.0, 90.0]})
    assert find_contact_costs(contacts, default=0.0).to_dict() == {"call": 12.0, "visit": 90.0}
    unknown = contacts.assign(cost_amount=np.nan)
    assert find_contact_costs(unknown, default=5.0).empty
    assert find_contact_costs(unknown, default=0.0) is None


def test_without_any_cost_nothing_is_proposed(company_with_plans, company):
    free = replace(company, log=replace(company.log, rows=company.log.rows.assign(cost_amount=np.nan)))
    assert propose_hold_out(company_with_plans, free, Evidence([])) is None
