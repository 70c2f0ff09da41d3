"""The facts of the monitor on money and stages, known or null."""

import json

from simulators.monitor import open_company

from portfolio_lab.reports.topics import monitor_facts
from portfolio_lab.reports.topics.monitor_quarter import read_quarter
from portfolio_lab.reports.topics.monitor_stages import read_stages

NAMES = [
    "net_sales_amount", "net_sales_change", "gross_retention", "net_retention", "n_prospect", "n_active",
    "n_pre_inactive", "n_inactivated", "n_inactive", "n_ex_customer", "n_recovered", "n_lost",
]  # fmt: skip


def _facts(review):
    monitor_facts.record_money(review.out, read_quarter(review))
    monitor_facts.record_stages(review.out, read_stages(review))
    written = json.loads((review.out.folder / "facts.json").read_text())
    return {name: fact["value"] for name, fact in written.items()}, review.out.page["tiles"]


def test_facts_of_a_company_that_can_be_compared(tmp_path):
    facts, tiles = _facts(open_company(tmp_path))
    assert list(facts) == NAMES
    assert (facts["net_sales_amount"], facts["n_active"], facts["n_prospect"], facts["n_lost"]) == (315.0, 3, 1, 1)
    assert facts["net_sales_change"] == 315 / 380 - 1
    assert len(tiles) <= 5  # the other sections of the page want a place too


def test_facts_that_nothing_can_be_compared_with_are_null(tmp_path):
    facts, _ = _facts(open_company(tmp_path, as_of="2025-01-31", with_tables=False))
    assert list(facts) == NAMES
    unknown = {name for name, value in facts.items() if value is None}
    assert unknown == {"net_sales_change", "gross_retention", "net_retention", "n_recovered", "n_lost"}
