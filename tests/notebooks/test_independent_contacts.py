"""Contacts of the demo company against its planted effects: all inside their ranges, the idle channel not praised."""

from pathlib import Path

import pandas as pd
import pytest

from portfolio_lab.analysis.observational.contact_effects import (
    choose_weeks,
    choose_windows,
    estimate_contact_effects,
)

ROOT = Path(__file__).parents[2]
DATA, TRUTH = ROOT / "data" / "demo", ROOT / "data" / "demo_truth"
AS_OF = pd.Timestamp("2026-09-30")
MAX_SILENT_DAYS = 120
WITH_EFFECTS_OF_THEIR_OWN = ("RT-1", "RT-2", "CA-1", "LP-1")


def read_company():
    lines = pd.read_csv(
        DATA / "orders.csv", usecols=["customer_id", "order_date", "amount"], parse_dates=["order_date"]
    )
    bought = lines[lines["amount"] > 0].groupby(["customer_id", "order_date"], as_index=False)["amount"].sum()
    log = pd.read_csv(DATA / "contacts.csv", parse_dates=["contact_date"], low_memory=False)
    log = log[(log["direction"] == "out") & ~log["plan_id"].isin(WITH_EFFECTS_OF_THEIR_OWN)]
    return bought.assign(is_purchase_day=True), log[["customer_id", "contact_date", "channel"]]


def find_effects(n_weeks):
    """The estimated cells with the effect that was planted: (multiplier − 1) × orders without a contact."""
    order_days, log = read_company()
    windows = choose_windows(order_days, log, as_of=AS_OF, max_silent_days=MAX_SILENT_DAYS)
    weeks = choose_weeks(AS_OF, n_weeks=n_weeks, windows=windows)
    cells = estimate_contact_effects(order_days, log, dates=weeks, as_of=AS_OF, windows=windows).cells
    planted = pd.read_csv(TRUTH / "contact_effects.csv").set_index(["abc_class", "channel"])["rate_multiplier"]
    multiplier = planted.loc[list(zip(cells["abc_class"], cells["channel"], strict=True))].to_numpy()
    return cells.assign(planted=(multiplier - 1) * cells["control_mean"])


def assert_found(cells, *, n_cells):
    assert len(cells) >= n_cells
    assert ((cells["low"] <= cells["planted"]) & (cells["planted"] <= cells["high"])).all()
    assert not cells.loc[cells["channel"] == "message", "is_clear"].any()
    clear = cells[cells["is_clear"]]
    assert {"visit", "call"} <= set(clear["channel"]) and (clear["effect"] > 0).all()


def test_planted_effects_of_a_year_lie_inside_and_messages_are_not_praised():
    assert_found(find_effects(52), n_cells=8)


@pytest.mark.full
def test_planted_effects_of_all_years_lie_inside_and_messages_are_not_praised():
    cells = find_effects(150)
    assert_found(cells, n_cells=15)
    assert (abs(cells["effect"] - cells["planted"]) < 1.96 * cells["error"]).sum() >= 12
