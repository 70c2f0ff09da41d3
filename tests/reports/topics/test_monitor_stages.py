"""Stages and movements, read from a company of eight customers and put on a page."""

import json

import pandas as pd
import pytest
from simulators.monitor import open_company

from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import monitor_stages as page

WORDING = Wording("en_GB", "EUR")


@pytest.fixture(scope="module")
def review(tmp_path_factory):
    return open_company(tmp_path_factory.mktemp("full"))


@pytest.fixture(scope="module")
def picture(review):
    return page.read_stages(review)


def test_stages_now_and_on_the_earlier_days(picture):
    now = picture.stages.set_index("customer_id")["stage"]
    assert now.to_dict() == {
        "grown": "active", "shrunk": "pre_inactive", "lost": "inactive", "returned": "active", "new": "active",
        "credit": "inactive", "gone": "inactive", "asked": "prospect",
    }  # fmt: skip
    before = picture.by_day["previous"].set_index("customer_id")["stage"]
    assert before.to_dict() == {"grown": "active", "shrunk": "active", "lost": "pre_inactive", "returned": "inactive",
                                "credit": "inactive", "gone": "inactive", "asked": "prospect"}  # fmt: skip
    assert picture.count("active") == 3
    assert picture.by_day["now"].set_index("customer_id").loc["grown", "amount"] == 280.0


def test_movements(picture):
    counts = {name: picture.count_moves(name) for name in ("recovered", "lost", "became_pre_inactive", "won", "stayed")}
    assert counts == {"recovered": 1, "lost": 1, "became_pre_inactive": 1, "won": 1, "stayed": 4}


def test_movements_of_the_portfolio_the_teams_and_the_people(review, picture):
    table = page.tabulate_movements(review, picture.moves).set_index("group")
    assert table["level"].tolist() == ["portfolio", "team", "team", "salesperson", "salesperson"]
    assert table.loc["Whole portfolio", ["n_customers", "n_lost", "lost_amount"]].tolist() == [8, 1, 80.0]
    assert table.loc["Ben", ["n_customers", "n_lost", "n_recovered"]].tolist() == [4, 1, 1]
    assert table.loc["East", "n_became_pre_inactive"] == 1


def test_the_page_says_and_writes_it(review, picture):
    page.show_stages(review, picture, wording=WORDING)
    page.show_movements(review, picture, wording=WORDING)
    written = json.loads((review.out.folder / "page.json").read_text())
    assert set(written["tables"]) == {"stages", "flows", "movements"}
    flows = pd.read_parquet(review.out.folder / "tables" / "flows.parquet")
    assert flows["n_customers"].sum() == 8
    assert written["missing"] == []


def test_data_that_have_just_begun_show_no_movements_and_orders_alone_no_people(tmp_path):
    early = open_company(tmp_path / "early", as_of="2025-01-31", with_tables=False)
    picture = page.read_stages(early)
    assert picture.moves is None
    assert picture.count_moves("lost") is None
    page.show_stages(early, picture, wording=WORDING)
    page.show_movements(early, picture, wording=WORDING)
    bare = open_company(tmp_path / "bare", with_tables=False)
    page.show_movements(bare, page.read_stages(bare), wording=WORDING)
    written = json.loads((bare.out.folder / "page.json").read_text())
    assert [entry["table"] for entry in written["missing"]] == ["salespeople"]
