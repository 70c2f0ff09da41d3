"""Names on a page, of the company of eight customers."""

import pandas as pd
import pytest
from simulators.monitor import open_company

from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import monitor_names as page
from portfolio_lab.reports.topics.monitor_ruptures import read_ruptures

WORDING = Wording("en_GB", "EUR")


@pytest.fixture(scope="module")
def review(tmp_path_factory):
    review = open_company(tmp_path_factory.mktemp("names"))
    stopped = read_ruptures(review)
    page.show_names(review, stopped, wording=WORDING)
    page.show_likely(review, stopped, wording=WORDING)
    return review


def test_the_director_sees_who_is_going(review):
    director = pd.read_parquet(review.out.folder / "tables" / "director.parquet")
    assert director[["name", "owner", "at_risk_amount", "todo"]].to_numpy().tolist() == [
        ["Shrunk Ltd", "Ana", 240.0, "visit by the manager"]
    ]
    assert review.out.facts["value_at_risk_amount"]["value"] == 240.0


def test_each_salesperson_has_a_list_of_the_customers_counted(review):
    folder = review.out.folder / "tables"
    counted = pd.read_parquet(folder / "at_risk_by_salesperson.parquet").set_index("owner")
    lists = {
        path.name: pd.read_csv(path, encoding="utf-8-sig") for path in (folder / "at_risk_by_salesperson").iterdir()
    }
    assert list(lists) == ["1_ana.csv"]
    rows = lists["1_ana.csv"]
    assert rows[["Customer", "Stage", "Amount at risk"]].to_numpy().tolist() == [["Shrunk Ltd", "Pre-inactive", 240.0]]
    assert counted.loc["Ana", ["n_customers", "at_risk_amount"]].tolist() == [1, 240.0]


def test_orders_alone_give_one_list_without_empty_columns(tmp_path):
    bare = open_company(tmp_path, with_tables=False)
    page.show_names(bare, read_ruptures(bare), wording=WORDING)
    assert [item["text"] for item in bare.out.page["missing"]] == [page.say.NO_OWNERS, page.say.NO_CONTACTS]
    assert list(bare.out.page["tables"]) == ["director", "at_risk"]


def test_what_is_lacking_is_said(review):
    assert [item["text"] for item in review.out.page["missing"]] == [page.say.NO_NEXT_STEPS]
    assert "likely_a" not in review.out.page["tables"]


def test_open_promises_are_listed_a_first(tmp_path, monkeypatch):
    review = open_company(tmp_path)
    contacts = pd.DataFrame(
        {"customer_id": ["lost", "grown", "lost"], "next_step": ["call_back", "visit", "visit"],
         "contact_date": pd.to_datetime(["2026-08-01", "2026-08-01", "2026-08-02"]),
         "next_step_date": pd.to_datetime(["2026-08-10", "2026-09-10", "2026-10-10"])}
    )  # fmt: skip
    monkeypatch.setattr(type(review), "table", lambda self, name: contacts)
    people = pd.DataFrame({"customer_id": ["lost", "grown"], "name": ["Lost SA", None], "owner": "Ben",
                           "abc_class": ["B", "A"], "stage": "active"})  # fmt: skip
    page.show_promises(review, people, wording=WORDING)
    table = pd.read_parquet(review.out.folder / "tables" / "promises.parquet")
    assert table["name"].tolist() == ["grown", "Lost SA"]
    assert table["next_step"].tolist() == ["visit", "call back"]
