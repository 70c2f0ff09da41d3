"""The parts of the page, for a company that records much and one with orders alone."""

import json

import numpy as np
import pandas as pd
import pytest
from simulators.growth_review import review_of

from portfolio_lab.analysis.textbook.findings import Finding
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.topics import growth_page as page
from portfolio_lab.reports.topics.growth_inputs import read_growth
from portfolio_lab.reports.topics.likely_customers import LikelyCustomers

FULL = review_of(np.random.default_rng(3))


@pytest.fixture(scope="module")
def full():
    return read_growth(FULL)


@pytest.fixture(scope="module")
def bare():
    return read_growth(review_of(np.random.default_rng(3), n=120, with_tables=False))


@pytest.fixture
def out(make_context, tmp_path):
    return Outputs(tmp_path, context=make_context("growth"))


def test_most_room_lists_those_who_buy_now(full):
    listed = page.list_room(full, n=5)
    assert listed.columns.tolist() == page.ROOM_COLUMNS
    assert set(listed["stage"]) <= {"active", "pre_inactive"}
    assert listed["headroom_amount"].is_monotonic_decreasing


def test_names_are_added_and_unknown_columns_stay_empty(full, bare):
    rows = full.customers[["customer_id"]].head(2)
    named = page.name_customers(rows, full, ["name", "owner", "headroom_amount", "no such thing"])
    assert named["owner"].tolist() == ["Ana", "Ana"]
    assert named["no such thing"].isna().all()
    likely = LikelyCustomers(
        pd.DataFrame({"customer_id": rows["customer_id"], "abc_class": "B", "amount": 1.0, "p_a": 0.6})
    )
    assert page.list_likely(full, likely).columns.tolist() == page.LIKELY_COLUMNS


def test_silent_customers_are_ranked_and_the_list_is_tried_on_the_year_before(full):
    ranked, problem = page.rank_silent(full, family="mbg_nbd")
    assert problem == ""
    assert len(ranked) == full.stages["stage"].isin(["inactive", "inactivated"]).sum()
    trial = page.try_returns(FULL, full, family="mbg_nbd", n_first=10)
    assert trial.n_first == 10
    assert page.sum_or_none(ranked["expected_amount"].head(3)) > 0


def test_where_nothing_can_be_fitted_there_is_a_sentence(bare):
    few = read_growth(review_of(np.random.default_rng(5), n=3, with_tables=False))
    ranked, problem = page.rank_silent(few, family="mbg_nbd")
    assert ranked.empty
    assert problem.startswith("Who may come back cannot be said")
    assert page.sum_or_none(ranked["expected_amount"]) is None


def test_a_short_history_is_not_tried(full):
    young = type(full)(**{**{k: getattr(full, k) for k in full.__dataclass_fields__}, "history_start": full.as_of})
    assert page.try_returns(FULL, young, family="mbg_nbd", n_first=10) is None


def test_without_a_whole_year_no_room_is_counted(full):
    fields = {name: getattr(full, name) for name in full.__dataclass_fields__}
    year_ago = full.as_of - pd.DateOffset(months=12)
    young = type(full)(**fields | {"history_start": year_ago + pd.Timedelta(days=15)})
    assert page.sum_room(young) is None
    assert set(young.headroom["target_source"]) == {"not known"}
    assert young.headroom["headroom_amount"].sum() == 0
    old = type(full)(**fields | {"history_start": year_ago + pd.Timedelta(days=14)})
    assert page.sum_room(old) == pytest.approx(full.headroom["headroom_amount"].sum())


def test_winning_beside_keeping(full, bare):
    value, limits = page.read_finding(page.compare_winning(full, n_bootstrap=50, seed=1))
    assert limits[0] <= value <= limits[1]
    assert page.read_finding(page.compare_winning(bare, n_bootstrap=50, seed=1)) == (None, None)
    assert page.read_finding(Finding("x", "times", 2, 6, 3.0)) == (None, None)


def test_the_share_of_referrals(full, bare):
    share, limits = page.read_share(page.measure_brought(full))
    assert limits[0] <= 0.5 <= limits[1]
    assert share == pytest.approx(0.5, abs=0.1)
    assert page.read_share(page.measure_brought(bare)) == (None, None)


def test_acquisition_is_shown_with_its_figures_and_tables(full, out, tmp_path):
    page.show_conversion(out, full)
    page.show_effort(out, full, n_bootstrap=50, seed=1)
    page.show_referrals(out, full, n=5)
    written = json.loads((tmp_path / "page.json").read_text())
    assert list(written["figures"]) == ["conversion", "effort"]
    assert list(written["tables"]) == ["conversion", "effort", "referrers"]
    assert written["tables"]["referrers"]["n_rows"] == 1


def test_labels_are_those_of_columns_that_are_there():
    assert page.labels_for(pd.DataFrame({"owner": []}), page.GROUP_LABELS) == {"owner": "In charge"}
