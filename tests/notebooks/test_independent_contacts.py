"""Contacts of the demo company against its planted effects: all inside their ranges, the idle channel not praised."""

from pathlib import Path

import pandas as pd
import pytest

from portfolio_lab.analysis.observational.contact_effects import (
    choose_weeks,
    choose_windows,
    estimate_contact_effects,
)
from portfolio_lab.analysis.observational.contact_rows import build_contact_rows, look_up_stages
from portfolio_lab.analysis.observational.known_before import index_records
from portfolio_lab.analysis.stages import build_stage_stays
from portfolio_lab.policy import StagePolicy

ROOT = Path(__file__).parents[2]
DATA, TRUTH = ROOT / "data" / "demo", ROOT / "data" / "demo_truth"
AS_OF = pd.Timestamp("2026-09-30")
MAX_SILENT_DAYS = 120
WITH_EFFECTS_OF_THEIR_OWN = ("RT-1", "RT-2", "CA-1", "LP-1")


def read_company():
    columns = ["customer_id", "order_date", "amount", "margin_amount"]
    lines = pd.read_csv(DATA / "orders.csv", usecols=columns, parse_dates=["order_date"])
    bought = lines[lines["amount"] > 0].groupby(["customer_id", "order_date"], as_index=False).sum()
    log = pd.read_csv(DATA / "contacts.csv", parse_dates=["contact_date"], low_memory=False)
    log = log[(log["direction"] == "out") & ~log["plan_id"].isin(WITH_EFFECTS_OF_THEIR_OWN)]
    return bought.assign(is_purchase_day=True), log[["customer_id", "contact_date", "channel"]]


def read_records(order_days):
    """What else the company keeps of its customers before a contact: the page compares alike in these too."""
    dates = {"service_events": ["opened_date"], "satisfaction": ["survey_date"], "customers": [],
             "quotes": ["quote_date", "outcome_date"]}  # fmt: skip
    tables = {name: pd.read_csv(DATA / f"{name}.csv", parse_dates=days) for name, days in dates.items()}
    customers = pd.Index(sorted(order_days["customer_id"].unique()))
    return index_records(order_days, customers, tables=tables)


def find_effects(n_weeks):
    """The lines on the page with the effect that was planted: (multiplier − 1) × orders without a contact.

    Several cells in one line: their mean by how many were contacted; the multiplier is the same in every stage.
    """
    order_days, log = read_company()
    windows = choose_windows(order_days, log, as_of=AS_OF, max_silent_days=MAX_SILENT_DAYS)
    weeks = choose_weeks(AS_OF, n_weeks=n_weeks, windows=windows)
    records = read_records(order_days)
    rows = build_contact_rows(order_days, log, dates=weeks, as_of=AS_OF, windows=windows, records=records)
    customers = pd.read_csv(DATA / "customers.csv", usecols=["customer_id", "segment"])
    rows["stage"] = look_up_stages(rows, build_stage_stays(order_days, customers, as_of=AS_OF, policy=StagePolicy()))
    found = estimate_contact_effects(rows)
    planted = pd.read_csv(TRUTH / "contact_effects.csv").set_index(["abc_class", "channel"])["rate_multiplier"]
    multiplier = planted.loc[list(zip(found.cells["abc_class"], found.cells["channel"], strict=True))].to_numpy()
    part = pd.DataFrame({"line": found.cells["line"], "n": found.cells["n_treated"], "gain": multiplier - 1})
    gain = (part["gain"] * part["n"]).groupby(part["line"]).sum() / part.groupby("line")["n"].sum()
    planted = found.lines["line"].map(gain) * found.lines["control_mean"]
    return found, found.lines.assign(planted=planted)


def assert_found(lines, *, n_own):
    own = lines[~lines["is_joined"]]
    assert len(own) >= n_own and set(own["stage"]) >= {"active", "pre_inactive"}
    assert ((own["low"] <= own["planted"]) & (own["planted"] <= own["high"])).all()
    assert not lines.loc[lines["channel"].str.contains("message"), "is_clear"].any()
    clear = lines[lines["is_clear"]]
    assert {"visit", "call"} <= set(clear["channel"]) and (clear["effect"] > 0).all()
    assert not clear["is_joined"].any()


def test_planted_effects_of_a_year_lie_inside_and_messages_are_not_praised():
    found, lines = find_effects(52)
    assert_found(lines, n_own=15)
    joined = lines[lines["is_joined"] & ~lines["is_small"]]
    assert ((joined["low"] <= joined["planted"]) & (joined["planted"] <= joined["high"])).all()
    for table in (found.cells, lines):
        assert (table["share"] * table["effect"]).sum() == pytest.approx(found.total.effect, abs=1e-10)


@pytest.mark.full
def test_planted_effects_of_all_years_lie_inside_and_messages_are_not_praised():
    _, lines = find_effects(150)
    assert_found(lines, n_own=25)
    own = lines[~lines["is_joined"]]
    assert (abs(own["effect"] - own["planted"]) < 1.96 * own["error"]).mean() >= 0.8
