from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from simulators.contacts import contacts_in_sixty_cells, contacts_of_a_shop

from portfolio_lab.analysis.observational import contact_effects
from portfolio_lab.analysis.observational.cohort import Windows
from portfolio_lab.analysis.observational.contact_effects import (
    choose_weeks,
    choose_windows,
    estimate_contact_effects,
)
from portfolio_lab.analysis.observational.contact_rows import build_contact_rows
from portfolio_lab.analysis.observational.overlap import fit_comparable

AS_OF = pd.Timestamp("2026-06-30")
WINDOWS = Windows(grace_days=7, follow_days=14, max_silent_days=240, rested_days=30)


def find(order_days, log, *, n_weeks=50, windows=WINDOWS):
    """Effects with two stages: silent for at most a month on the start day, or longer."""
    dates = choose_weeks(AS_OF, n_weeks=n_weeks, windows=windows)
    rows = build_contact_rows(order_days, log, dates=dates, as_of=AS_OF, windows=windows)
    rows["stage"] = np.where(rows["days_since_last_order"] <= 30, "active", "pre_inactive")
    return estimate_contact_effects(rows)


@pytest.fixture(scope="module")
def found(shop):
    return find(*shop)


def test_the_planted_effect_lies_inside_and_the_idle_channel_is_not_praised(found):
    cells = found.lines[~found.lines["is_joined"]]
    visits = cells[cells["channel"] == "visit"]
    assert set(cells["channel"]) == {"visit", "message"} and len(visits)
    for row in visits.itertuples():
        assert row.low <= 0.8 * row.control_mean <= row.high
    messages = cells[cells["channel"] == "message"]
    assert ((messages["low"] <= 0) & (messages["high"] >= 0)).all() and not messages["is_clear"].any()
    assert visits["is_clear"].any()
    clear = found.lines[found.lines["is_clear"]]
    assert ((clear["low"] > 0) | (clear["high"] < 0)).all() and not clear["is_joined"].any()


def test_lines_and_cells_average_back_to_the_total(found):
    assert len(found.lines) < len(found.cells) and found.cells["n_treated"].min() > 0
    for table in (found.lines, found.cells):
        assert (table["share"] * table["effect"]).sum() == pytest.approx(found.total.effect, abs=1e-10)
        assert set(table["abc_class"].str.split(", ").explode()) == {"A", "B", "C"}
    without = (found.lines["share"] * found.lines["control_mean"]).sum()
    assert without == pytest.approx(found.total.control_mean, abs=1e-10)


def test_the_total_is_surer_than_any_line_and_not_surer_than_its_channels_alone(found, shop):
    assert found.total.error < found.lines["error"].min()
    order_days, log = shop
    alone = find(order_days, log[log["channel"] == "visit"])
    assert alone.total.error > found.total.error and set(alone.cells["channel"]) == {"visit"}


def test_small_lines_have_no_verdict_and_no_pooled_figure(found):
    lines, joined = found.lines, found.lines["is_joined"]
    assert joined.any() and lines.loc[joined, "shrunk_effect"].isna().all()
    assert lines.loc[~joined, "shrunk_effect"].notna().all()
    small = (lines[["n_treated", "n_control"]].min(axis=1) < 30) | (lines["n_events"] < 5)
    assert (small == lines["is_small"]).all() and lines["low"].isna().eq(small).all() and small.sum() <= 1


def test_who_stands_beside_nobody_contacted_is_left_out_and_the_total_still_adds_up():
    rows = contacts_in_sixty_cells(np.random.default_rng(6), largest=60)
    alone = (rows["channel"] == "") & (rows["stage"] == "prospect") & (np.arange(len(rows)) % 2 == 0)
    found = estimate_contact_effects(rows.assign(stage=rows["stage"].where(~alone, "ex_customer")))
    assert "ex_customer" not in set(found.cells["stage"]) and found.cells["n_treated"].min() > 0
    for table in (found.lines, found.cells):
        assert (table["share"] * table["effect"]).sum() == pytest.approx(found.total.effect, abs=1e-10)


def test_where_groups_cannot_be_compared_nothing_is_clear(monkeypatch):
    def fit_apart(sample, **options):
        sample, found, card = fit_comparable(sample, **options)
        return sample, found, replace(card, reasons=("They differ.",))

    rows = contacts_in_sixty_cells(np.random.default_rng(6), largest=60)
    rows["n_orders"] += 2.0 * rows["is_treated"]
    assert estimate_contact_effects(rows).lines["is_clear"].any()
    monkeypatch.setattr(contact_effects, "fit_comparable", fit_apart)
    lines = estimate_contact_effects(rows).lines
    assert not lines["is_clear"].any() and not lines["is_comparable"].any()


def test_a_channel_that_cannot_be_compared_is_named(shop):
    order_days, log = shop
    first = log.index[:40]
    rare = log.assign(channel=log["channel"].where(~log.index.isin(first), "letter"))
    found = find(order_days, rare, n_weeks=20)
    assert found.left_out == ("letter",) or "letter" not in set(found.cells["channel"])


def test_it_says_how_contacts_came_about_and_keeps_a_sample_for_the_self_test(found):
    assert found.design.refusal("before_after")
    assert found.sample.treated.sum() >= 100
    assert len(found.adjusted.score) == found.sample.n


def test_weeks_end_with_their_follow_up():
    weeks = choose_weeks(AS_OF, n_weeks=3, windows=WINDOWS)
    assert weeks[-1] == AS_OF - pd.Timedelta(days=20) and (weeks[1] - weeks[0]).days == 7


def test_nobody_contacted_gives_no_cell(shop):
    order_days, log = shop
    none = find(order_days, log.head(5), n_weeks=3)
    assert none.lines.empty and none.cells.empty and none.sample is None


@pytest.mark.parametrize(("every_days", "follow"), [(20, 7), (60, 7), (75, 14), (200, 28)])
def test_orders_are_counted_for_as_long_as_few_are_contacted_meanwhile(every_days, follow):
    rng = np.random.default_rng(0)
    ids = [f"c{i}" for i in range(300)]
    orders = pd.DataFrame({"customer_id": ids, "order_date": AS_OF - pd.Timedelta(days=460), "amount": 1.0})
    steps = np.arange(0, 460, every_days)
    days = (rng.integers(0, every_days, (300, 1)) + steps).ravel()
    log = pd.DataFrame(
        {"customer_id": np.repeat(ids, len(steps)), "contact_date": AS_OF - pd.to_timedelta(days, unit="D")}
    )
    windows = choose_windows(orders.assign(is_purchase_day=True), log, as_of=AS_OF, max_silent_days=600)
    assert (windows.grace_days, windows.follow_days, windows.rested_days) == (7, follow, 30)


@pytest.mark.full
def test_planted_effects_lie_inside_as_often_as_claimed_and_no_idle_channel_is_praised():
    inside, n_visits, praised = 0, 0, 0
    for seed in range(10):
        order_days, log = contacts_of_a_shop(np.random.default_rng(100 + seed))
        windows = choose_windows(order_days, log, as_of=AS_OF, max_silent_days=240)
        lines = find(order_days, log, windows=windows).lines
        cells = lines[~lines["is_joined"]]
        visits = cells[cells["channel"] == "visit"]
        planted = 0.8 * visits["control_mean"]
        inside += int(((visits["low"] <= planted) & (planted <= visits["high"])).sum())
        n_visits += len(visits)
        praised += int((cells["is_clear"] & (cells["channel"] == "message") & (cells["effect"] > 0)).sum())
    assert n_visits >= 25 and inside >= 0.93 * n_visits and praised == 0
