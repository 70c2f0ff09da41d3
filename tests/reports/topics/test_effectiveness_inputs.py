"""What the report reads: customers on a day, tasks of the period, the list of a plan."""

from types import SimpleNamespace

import pandas as pd
import pytest
from simulators.effectiveness_review import open_effectiveness, write_company

from portfolio_lab.reports.topics import effectiveness_inputs
from portfolio_lab.reports.topics.effectiveness_inputs import (
    limit_customers,
    read_arms,
    read_company,
    read_customers,
    read_log,
)


@pytest.fixture
def company(plans_company):
    return plans_company


def test_tasks_of_the_period_stand_beside_their_contacts(company):
    assert company.since == pd.Timestamp("2026-04-01")
    assert len(company.tasks) == 450
    assert not company.is_matrix
    # every second customer was to be visited, every third was
    assert company.tasks["is_executed"].sum() == 150
    assert company.tasks["is_adherent"].sum() == 150
    assert set(company.tasks["salesperson"]) == {"Ana", "Luis"}


def test_customers_are_those_known_on_the_day(company_with_plans):
    before = read_customers(company_with_plans, pd.Timestamp("2026-01-01").date())
    assert before["customer_id"].is_unique
    assert set(before["stage"]) == {"active"}
    assert before["salesperson"].isin(["Ana", "Luis"]).all()
    assert before["abc_class"].isin(["A", "B", "C"]).all()


def test_the_list_of_a_plan_has_what_was_known_before_it(company_with_plans, company):
    arms, customers = read_arms(company_with_plans, "RT-1", log=company.log, horizon_days=90)
    assert len(arms) == 900
    assert arms["is_known"].all()
    assert not arms.loc[arms["arm"] == "hold_out", "is_contacted"].any()
    assert arms.loc[arms["arm"] == "treated", "is_contacted"].mean() == pytest.approx(0.9, abs=0.04)
    assert len(customers) == 900


def test_without_tasks_the_plan_by_class_and_stage_stands_in(tmp_path):
    review = open_effectiveness(write_company(tmp_path, n=90, only=("orders", "contacts", "plans")))
    company = read_company(review)
    assert company.is_matrix
    assert company.tasks["due_date"].between("2026-04-01", "2026-06-30").all()
    assert 0 < company.tasks["is_executed"].sum() < len(company.tasks)


def test_a_credit_on_the_day_of_a_contact_is_no_order(company_with_plans, company):
    contact = company.log.rows[["customer_id", "contact_date"]].iloc[[0]]
    days = contact.rename(columns={"contact_date": "order_date"}).assign(is_purchase_day=False)
    bought = company.order_days[["customer_id", "order_date", "is_purchase_day"]]
    bought = bought[~(bought["customer_id"].isin(days["customer_id"]) & bought["order_date"].isin(days["order_date"]))]
    counted = []
    for is_purchase in (False, True):
        known = pd.concat([bought, days.assign(is_purchase_day=is_purchase)])
        review = SimpleNamespace(
            has=company_with_plans.has, table=company_with_plans.table, order_days=lambda known=known: known
        )
        counted.append(read_log(review).n_order_days)
    assert counted[1] == counted[0] + 1


def test_without_contacts_nothing_is_matched(tmp_path):
    company = read_company(open_effectiveness(write_company(tmp_path, n=90, only=("orders", "plans", "plan_arms"))))
    assert company.tasks.empty
    assert company.log.rows.empty


def test_before_the_first_order_nobody_has_a_class(company_with_plans):
    before = read_customers(company_with_plans, pd.Timestamp("2025-06-30").date())
    assert before["abc_class"].isna().all()
    assert list(before) == list(read_customers(company_with_plans, pd.Timestamp("2026-01-01").date()))


def test_of_a_large_company_some_customers_are_read_with_all_that_is_theirs(company_with_plans, company, monkeypatch):
    assert limit_customers(company_with_plans) is company_with_plans
    monkeypatch.setattr(effectiveness_inputs, "MAX_CUSTOMERS", 300)
    some = limit_customers(company_with_plans)
    names, found = set(some.drawn.customers), read_company(some)
    assert len(names) == 300
    for of_some, of_all in (
        (found.customers, company.customers),
        (found.order_days, company.order_days),
        (found.log.rows, company.log.rows),
        (found.tasks, company.tasks),
    ):
        own = of_all[of_all["customer_id"].isin(names)].reset_index(drop=True)
        pd.testing.assert_frame_equal(
            of_some.drop(columns="abc_class", errors="ignore"), own.drop(columns="abc_class", errors="ignore"),
            check_categorical=False, check_dtype=False,
        )  # fmt: skip
