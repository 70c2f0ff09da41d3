"""The portfolio read by class, stage and grouping, from a company of eight customers."""

import json

import pandas as pd
import pytest
from simulators.monitor import open_company

from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import monitor_reading as page
from portfolio_lab.reports.topics.monitor_stages import read_stages

WORDING = Wording("en_GB", "EUR")


def _written(review, name="page.json"):
    return json.loads((review.out.folder / name).read_text())


@pytest.fixture(scope="module")
def review(tmp_path_factory):
    return open_company(tmp_path_factory.mktemp("full"))


def test_every_customer_has_its_groups(review):
    customers = page.read_customers(review, read_stages(review)).set_index("customer_id")
    assert customers.loc["grown", ["stage", "amount", "salesperson", "region"]].tolist() == [
        "active",
        280.0,
        "Ana",
        "North",
    ]
    relationships = customers["relationship"].to_dict()
    assert relationships.pop("asked") is None
    # the score of 3; first purchase within a year; one task of the plan, met by an incoming contact only
    assert relationships == {"shrunk": "dissatisfied", "new": "new", "lost": "new", "grown": "settled",
                             "returned": "settled", "credit": "settled", "gone": "settled"}  # fmt: skip
    assert customers.loc["asked", "abc_class"] is None or pd.isna(customers.loc["asked", "abc_class"])


def test_a_plan_that_is_not_kept_is_neglect(review):
    older = review.policy.monitor.relationships[0].model_copy(update={"name": "neglected", "max_satisfaction": None,
                                                                     "max_kept_share": 0.5})  # fmt: skip
    rules = (older, review.policy.monitor.relationships[-1])
    monitor = review.policy.monitor.model_copy(update={"relationships": rules})
    run = review.run.model_copy(update={"policy": review.policy.model_copy(update={"monitor": monitor})})
    changed = type(review)(review.topic, run, review.as_of, review.params, review.prepared, review.run_dir)
    customers = page.read_customers(changed, read_stages(changed)).set_index("customer_id")
    assert customers.loc["lost", "relationship"] == "neglected"
    assert customers.loc["grown", "relationship"] == "settled"


def test_the_page_has_a_heat_table_for_each_grouping_and_a_file_of_all_counts(review):
    page.show_reading(review, page.read_customers(review, read_stages(review)), wording=WORDING)
    written = _written(review)
    assert list(written["figures"]) == [f"reading_{name}" for name in page.DIMENSIONS]
    assert written["missing"] == []
    reading = pd.read_parquet(review.out.folder / "tables" / "reading.parquet")
    assert reading.groupby("dimension")["n_customers"].sum().to_dict() == dict.fromkeys(page.DIMENSIONS, 7)


def test_orders_alone_say_what_would_add_to_it(tmp_path):
    bare = open_company(tmp_path, with_tables=False)
    page.show_reading(bare, page.read_customers(bare, read_stages(bare)), wording=WORDING)
    written = _written(bare)
    assert list(written["figures"]) == ["reading_relationship"]
    assert [entry["table"] for entry in written["missing"]] == ["customers, satisfaction, plan_tasks"]


def test_where_nobody_has_a_value_there_are_no_classes_to_read_by(review, tmp_path):
    none = page.read_customers(review, read_stages(review)).assign(abc_class=None)
    other = open_company(tmp_path)
    page.show_reading(other, none, wording=WORDING)
    assert _written(other)["figures"] == {}
