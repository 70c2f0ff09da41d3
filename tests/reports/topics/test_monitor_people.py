"""Everybody on a day, and the portfolio at the start of a period, of the company of eight customers."""

from datetime import date

import pytest
from simulators.monitor import open_company

from portfolio_lab.reports.topics.monitor_people import has_columns, read_people, read_portfolio


@pytest.fixture(scope="module")
def review(tmp_path_factory):
    return open_company(tmp_path_factory.mktemp("people"))


def test_everybody_with_class_stage_owner_and_plan(review):
    people = read_people(review, review.as_of).set_index("customer_id")
    assert people.loc["grown", ["stage", "owner", "abc_class"]].tolist() == ["active", "Ana", "A"]
    assert people.loc["asked", "stage"] == "prospect"
    assert people.loc["asked", "abc_class"] is None
    assert people.loc["asked", ["channel", "contacts_per_period"]].tolist() == ["call", 1]
    assert people.loc["gone", "abc_class"] == "C0"


def test_a_day_before_the_first_order_has_no_classes(review):
    people = read_people(review, date(2024, 1, 1))
    assert people["abc_class"].isna().all()


def test_the_portfolio_is_that_of_the_day_before_the_period(review):
    portfolio, known = read_portfolio(review, review.period)
    bought = dict(zip(portfolio["customer_id"], portfolio["is_bought"], strict=True))
    assert bought == {"grown": True, "shrunk": True, "returned": True, "lost": False, "credit": False, "gone": False}
    assert known.set_index("customer_id").loc["lost", "stage"] == "pre_inactive"


def test_a_table_counts_only_with_its_columns(review):
    assert has_columns(review, "contacts", "contact_date")
    assert not has_columns(review, "contacts", "minutes")
    assert not has_columns(review, "receivables", "paid_date")
