"""What several tests of the effectiveness page read: a small company with plans, and its plans judged, once."""

import pytest

from portfolio_lab.reports.topics.effectiveness_evidence import read_evidence
from portfolio_lab.reports.topics.effectiveness_inputs import read_company


@pytest.fixture(scope="session")
def plans_company(company_with_plans):
    """What the effectiveness report reads of the company with plans; tests replace parts of it, never change them."""
    return read_company(company_with_plans)


@pytest.fixture(scope="session")
def plans_evidence(company_with_plans, plans_company):
    """Every plan of that company, judged."""
    return read_evidence(company_with_plans, plans_company)
