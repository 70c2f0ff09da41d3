"""What the page reads of companies that record much, little and hardly anything."""

import numpy as np
import pandas as pd
import pytest
from simulators.service_review import review_of

from portfolio_lab.reports.topics.service_inputs import NO_TEAM, read_service


@pytest.fixture(scope="module")
def full():
    return read_service(review_of(np.random.default_rng(3)))


@pytest.fixture(scope="module")
def bare():
    return read_service(review_of(np.random.default_rng(3), with_tables=False))


def test_cases_know_team_person_family_stage_and_standard(full):
    cases = full.cases
    assert set(cases["team"]) == {"North", "South"}
    assert set(cases["owner"]) == {"Ana", "Ben"}
    assert set(cases["family"]) == {"Tools"}
    assert set(cases["stage"]) <= {"active", "pre_inactive", "inactivated", "inactive"}
    assert (cases["standard_days"] == 2).all()


def test_the_team_is_that_of_the_day_on_which_the_case_was_opened(full):
    """Customers change from Ana to Ben half way."""
    early = full.cases["opened_date"] < pd.Timestamp("2025-01-01")
    assert set(full.cases.loc[early, "owner"]) == {"Ana"}
    assert set(full.cases.loc[~early, "owner"]) == {"Ben"}


def test_the_window_opens_after_its_first_day(full):
    assert full.start == full.as_of - pd.DateOffset(months=12)
    assert (full.recent["opened_date"] > full.start).all()
    assert len(full.recent) < len(full.cases)
    assert (full.recent_answers["survey_date"] > full.start).all()


def test_a_company_with_claims_alone_is_read_all_the_same(bare):
    assert set(bare.cases["team"]) == {NO_TEAM}
    assert bare.cases[["first_response_date", "closed_date", "cause"]].isna().all().all()
    assert bare.answers.empty
    assert bare.recent_answers.empty
    assert bare.benchmarks is None
    assert not bare.has_products


def test_lines_and_last_purchases_are_known_of_every_buyer(full):
    assert full.inactive_days.eq(120).all()
    assert full.last_purchases.index.equals(full.inactive_days.index)
    assert set(full.of_kind("claim")["kind"]) == {"claim"}
