"""Experiments that nobody planned on the page: each is shown, or told why not."""

import numpy as np
import pandas as pd
import pytest
from simulators.contacts import SHOP_END, review_of_a_shop

from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import effectiveness_free as page

WORDING = Wording("en_GB", "EUR")


def owners(ids, *, moved_share):
    """Everybody has one salesperson since 2020; some got another in the middle of the time."""
    first = pd.DataFrame({"customer_id": ids, "salesperson_id": "s1", "start_date": pd.Timestamp("2020-01-01")})
    moved = ids[: int(moved_share * len(ids))]
    later = pd.DataFrame(
        {"customer_id": moved, "salesperson_id": "s2", "start_date": SHOP_END - pd.Timedelta(days=200)}
    )
    return pd.concat([first, later.assign()], ignore_index=True)


@pytest.fixture(scope="module")
def shop():
    rng = np.random.default_rng(4)
    review, company = review_of_a_shop(rng)
    ids = np.sort(company.order_days["customer_id"].unique())
    due = SHOP_END - pd.to_timedelta(rng.integers(30, 500, 4000), unit="D")
    tasks = pd.DataFrame({"customer_id": rng.choice(ids, 4000), "due_date": due, "channel": "visit"})
    days = SHOP_END - pd.to_timedelta(rng.integers(30, 500, 12), unit="D")
    off = pd.DataFrame({"salesperson_id": "s1", "start_date": days, "end_date": days + pd.Timedelta(days=9)})
    start = SHOP_END - pd.Timedelta(days=200)
    plan = {"plan_id": "RO", "name": "New routes", "kind": "rotation", "start_date": start, "end_date": start}
    tables = {"assignments": owners(ids, moved_share=0.3), "plan_tasks": tasks, "absences": off.assign(kind="holiday"),
              "plans": pd.DataFrame([plan])}  # fmt: skip
    review, company = review_of_a_shop(np.random.default_rng(4), **tables)
    return review, page.show_free_experiments(review, company, wording=WORDING)


def test_every_source_is_told(shop):
    review, found = shop
    names = [each.name for each in found]
    assert names == [
        "Limit: class A", "Limit: class B", "Limit: pre-inactive", "Limit: inactivated",
        "Salesperson on a day off", "New routes", "Change of owner",
    ]  # fmt: skip
    assert all(each.sentence in review.out.texts for each in found)


def test_days_off_that_change_no_contact_are_refused_in_words(shop):
    _, found = shop
    assert found[4].sentence.endswith("Days off hardly change who is contacted.") and found[4].effect is None


def test_a_change_of_owner_is_shown_with_its_range(shop):
    review, found = shop
    routes = found[5]
    assert routes.n_moved > 100 and routes.effect[1] < 0 < routes.effect[2] and not routes.is_sound
    shown = review.out.tables["free_experiments"].set_index("name")
    assert shown.loc["New routes", "evidence"] == "D" and shown.loc["New routes", "days"] == 91
    assert "New routes" in review.out.figures["free_experiments"]


def test_a_rotation_without_a_date_is_told():
    plans = pd.DataFrame(
        [{"plan_id": "RO", "name": None, "kind": "rotation", "start_date": pd.NaT, "end_date": pd.NaT}]
    )
    ids = pd.Series(["a", "b"])
    review, company = review_of_a_shop(np.random.default_rng(4), assignments=owners(ids, moved_share=0.5), plans=plans)
    found = page.show_free_experiments(review, company, wording=WORDING)
    assert "RO: nothing can be said. Nobody has written down when it began." in [each.sentence for each in found]
    assert found[-1].name == "Change of owner" and "too few customers" in found[-1].sentence.lower()


def test_missing_tables_are_named():
    review, company = review_of_a_shop(np.random.default_rng(4))
    found = page.show_free_experiments(review, company, wording=WORDING)
    assert any("Without the table absences" in each.sentence for each in found)
    assert any("what a change of owner brings" in each.sentence for each in found)
    assert "free_experiments" not in review.out.tables
    assert page.show_free_experiments(review, None, wording=WORDING) == []


def test_of_very_many_tasks_the_latest_whole_days_are_looked_at(monkeypatch):
    tasks = pd.DataFrame({"due_date": pd.date_range("2026-01-01", periods=10).repeat(3), "customer_id": "c"})
    assert page.choose_latest(tasks) is tasks
    monkeypatch.setattr(page, "MAX_TASKS", 8)
    latest = page.choose_latest(tasks)
    assert latest["due_date"].value_counts().tolist() == [3, 3] and latest["due_date"].max() == tasks["due_date"].max()
    monkeypatch.setattr(page, "MAX_TASKS", 2)
    assert page.choose_latest(tasks)["due_date"].unique().tolist() == [tasks["due_date"].max()]
