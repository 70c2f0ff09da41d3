"""The period in money, read from a company of eight customers and put on a page."""

import json

import pytest
from simulators.monitor import open_company

from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import monitor_quarter as page

WORDING = Wording("en_GB", "EUR")


@pytest.fixture(scope="module")
def review(tmp_path_factory):
    return open_company(tmp_path_factory.mktemp("full"))


@pytest.fixture(scope="module")
def quarter(review):
    return page.read_quarter(review)


def test_totals_of_the_period_and_of_those_it_is_compared_with(quarter):
    assert quarter.totals.amount == 315.0
    assert quarter.previous.totals.amount == 380.0
    assert quarter.year_ago.totals.amount == 100.0
    assert (quarter.totals.n_customers, quarter.totals.n_small) == (4, 2)
    assert (quarter.totals.n_due_deliveries, quarter.totals.n_on_time_deliveries) == (3, 2)
    assert quarter.totals.margin_amount == 74.0
    assert quarter.target == 300.0


def test_the_bridge_from_the_quarter_before(quarter):
    bridge = quarter.previous.bridge.set_index("step")
    assert bridge.loc[bridge["n_customers"] > 0, "change_amount"].to_dict() == {
        "new": 45.0, "returned": 60.0, "grown": 80.0, "shrunk": -160.0, "lost": -80.0, "credits": -10.0,
    }  # fmt: skip
    # 12 soaps at 12.50 instead of 10.00; 4 at 10.00 as before
    assert bridge.loc[["grown", "shrunk"], "price_amount"].tolist() == [30.0, 0.0]
    assert quarter.previous.retention.gross_share == pytest.approx(140 / 380)
    assert quarter.previous.retention.net_share == pytest.approx(220 / 380)


def test_a_period_that_began_before_the_data_is_not_compared(tmp_path):
    early = page.read_quarter(open_company(tmp_path, as_of="2025-03-31"))
    assert (early.previous, early.year_ago) == (None, None)
    assert early.target is None


def test_a_running_period_is_compared_over_as_many_days(tmp_path):
    running = page.read_quarter(open_company(tmp_path, as_of="2026-07-31"))
    assert running.totals.amount == 40.0
    assert running.previous.period.n_days == 31
    assert running.previous.totals.amount == 80.0  # April and the first of May
    assert running.target == 100.0


def test_who_was_won_after_the_compared_days_is_not_new_in_the_period(tmp_path):
    running = page.read_quarter(open_company(tmp_path, as_of="2026-07-20")).previous.bridge.set_index("step")
    # First purchase on 20 June: after the first 20 days of Q2 and before Q3.
    assert running.loc[["new", "between"], "amount"].tolist() == [0.0, 40.0]
    year = page.read_quarter(open_company(tmp_path, as_of="2026-09-30")).year_ago.bridge.set_index("step")
    assert year.loc["new", ["n_customers", "amount"]].tolist() == [1, 45.0]
    assert year.loc["between", ["n_customers", "amount"]].tolist() == [1, 40.0]


def test_the_page_says_and_writes_it(review, quarter):
    page.show_money(review, quarter, wording=WORDING)
    page.show_quality(review, quarter, wording=WORDING)
    written = json.loads((review.out.folder / "page.json").read_text())
    assert set(written["tables"]) == {"money", "bridge", "quality"}
    assert set(written["figures"]) == {"bridge"}
    assert written["missing"] == []


def test_orders_alone_say_what_is_missing(tmp_path):
    review = open_company(tmp_path, with_tables=False)
    quarter = page.read_quarter(review)
    assert quarter.totals.amount == 315.0
    page.show_money(review, quarter, wording=WORDING)
    page.show_quality(review, quarter, wording=WORDING)
    written = json.loads((review.out.folder / "page.json").read_text())
    missing = [entry["table"] for entry in written["missing"]]
    assert missing == ["orders.margin_amount, targets, products, orders.promised_date"]
    assert [column["name"] for column in written["tables"]["bridge"]["columns"]] == [
        "step", "n_customers", "change_amount", "n_year", "year_amount",
    ]  # fmt: skip
