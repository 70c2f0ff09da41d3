"""Positivation and ruptures on a page: the company of eight customers, with its tables and with orders alone."""

import json

import pandas as pd
import pytest
from simulators.monitor import open_company

from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import monitor_ruptures as page

WORDING = Wording("en_GB", "EUR")


def shown(folder, **options):
    review = open_company(folder, **options)
    stopped = page.read_ruptures(review)
    page.show_positivation(review, stopped, wording=WORDING)
    page.show_ruptures(review, stopped, wording=WORDING)
    return review, stopped


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    return shown(tmp_path_factory.mktemp("full"))


def test_facts_by_hand(full):
    facts = json.loads((full[0].out.folder / "facts.json").read_text())
    assert facts["positivation_rate"]["value"] == 0.5
    assert facts["positivation_rate"]["interval"][0] < 0.5
    assert facts["n_ruptures"]["value"] == 0
    assert facts["rupture_default_share"]["value"] is None


def test_marks_are_looked_for_where_there_is_a_table(full):
    assert full[1].unseen == ("default", "claim_open", "out_of_stock", "price")
    missing = [item["table"] for item in full[0].out.page["missing"]]
    assert missing == ["receivables, service_events, stock, quotes"]


def test_tables_are_written(full):
    folder = full[0].out.folder / "tables"
    assert pd.read_parquet(folder / "positivation.parquet")["n_customers"].tolist() == [2, 4]
    assert not (folder / "ruptures.parquet").exists()  # nobody stopped: no list of nobody
    groups = pd.read_parquet(folder / "positivation_groups.parquet")["group"].tolist()
    assert groups == ["A", "B", "C0 (no purchase)", "Active", "Pre-inactive", "Inactive"]


def test_orders_alone_say_what_they_would_need(tmp_path):
    review, _ = shown(tmp_path, with_tables=False)
    missing = [item["table"] for item in review.out.page["missing"]]
    assert missing == ["assignments", "receivables, contacts, service_events, stock, quotes"]
    assert review.out.facts["positivation_rate"]["value"] == 0.5


def test_one_earlier_period_makes_the_lost_a_rupture(tmp_path, monkeypatch):
    review = open_company(tmp_path)
    monitor = review.policy.monitor.model_copy(update={"rupture_periods": 1})
    monkeypatch.setattr(type(review), "policy", review.policy.model_copy(update={"monitor": monitor}))
    stopped = page.read_ruptures(review)
    gone = stopped.causes[stopped.causes["is_rupture"]]
    assert gone["customer_id"].tolist() == ["lost"]
    assert gone["cause"].tolist() == ["not_attended"]  # the customer called, nobody of ours did
    page.show_ruptures(review, stopped, wording=WORDING)
    assert review.out.facts["rupture_not_attended_share"]["value"] == 1.0
    assert set(review.out.page["figures"]) == {"rupture_causes"}
