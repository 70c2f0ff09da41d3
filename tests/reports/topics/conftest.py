"""What several tests of a topic read: a company with plans and its plans judged, portfolios and their returns, once."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from simulators.value import review_of_portfolios

from portfolio_lab.policy import Policy
from portfolio_lab.reports.catalog import Twr
from portfolio_lab.reports.topics.effectiveness_evidence import read_evidence
from portfolio_lab.reports.topics.effectiveness_inputs import read_company
from portfolio_lab.reports.topics.twr_inputs import read_portfolios


@pytest.fixture(scope="session")
def plans_company(company_with_plans):
    """What the effectiveness report reads of the company with plans; tests replace parts of it, never change them."""
    return read_company(company_with_plans)


@pytest.fixture(scope="session")
def plans_evidence(company_with_plans, plans_company):
    """Every plan of that company, judged."""
    return read_evidence(company_with_plans, plans_company)


@pytest.fixture(scope="session")
def team_review():
    """A review of two salespeople with a team, six months of returns."""
    return review_of_portfolios(Twr(months=6, n_bootstrap=100))


@pytest.fixture(scope="session")
def team_returns(team_review):
    """The returns of those portfolios; tests replace parts of it, never change them."""
    return read_portfolios(team_review)


@pytest.fixture(scope="session")
def reference():
    """A review that brought the published reference table alone."""
    table = pd.DataFrame(
        {
            "portfolio_id": "reference",
            "valuation_date": pd.to_datetime(["2020-01-01", "2020-06-30", "2021-01-01", "2021-06-30", "2021-12-31"]),
            "nav_before": [np.nan, 105_000.0, 160_000, 190_000, 205_000],
            "cash_flow": [100_000.0, 50_000, 25_000, 10_000, np.nan],
        }
    )
    params = Twr(day_count="NL/365", annualise_short=True)
    return SimpleNamespace(
        params=params, policy=Policy(), has=lambda name: name == "valuations", table=lambda name: table
    )


@pytest.fixture(scope="session")
def brought(reference):
    """The returns of the reference table."""
    return read_portfolios(reference)
