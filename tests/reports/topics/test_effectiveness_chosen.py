"""Which rows a plan with chosen customers is judged on, and the table of an analyst whose arms were chosen."""

import re
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from simulators.email_experiment import CONTROL, MENS, MENS_EFFECT, WOMENS, email_experiment

from portfolio_lab.analysis.observational import checks
from portfolio_lab.analysis.observational.attempts import Question, refit_earlier
from portfolio_lab.analysis.observational.brought import find_earlier, read_history
from portfolio_lab.analysis.observational.cohort import build_timelines, index_events
from portfolio_lab.analysis.observational.known_before import index_records
from portfolio_lab.analysis.stages import build_stage_stays
from portfolio_lab.analysis.verdicts import INCONCLUSIVE, NOT_MEASURABLE, PlanCase, leave_unjudged
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import Policy
from portfolio_lab.reports.topics import effectiveness_chosen as chosen
from portfolio_lab.reports.topics.effectiveness_inputs import keep_late

DAY = pd.Timedelta(days=1)


def dates(*texts):
    return pd.Series(pd.to_datetime(list(texts)))


def test_a_campaign_has_one_start_and_is_one_window_long():
    starts, windows = chosen.choose_starts(dates("2026-03-02", "2026-03-10"), as_of="2026-09-30", follow_days=45)
    assert starts == [pd.Timestamp("2026-03-02")] and (windows.grace_days, windows.follow_days) == (9, 45)


def test_a_lasting_plan_has_a_start_every_four_weeks_the_latest_six():
    contacts = dates("2024-01-02", "2026-09-30")
    starts, windows = chosen.choose_starts(contacts, as_of="2026-09-30", follow_days=90)
    assert len(starts) == 6 and windows.grace_days == 7
    assert {(b - a).days for a, b in pairwise(starts)} == {28}
    assert starts[-1] + 96 * DAY <= pd.Timestamp("2026-09-30") < starts[-1] + 28 * DAY + 96 * DAY


def test_a_plan_whose_follow_up_is_not_over_or_that_is_long_past_has_no_start():
    for contacts in (dates("2026-08-01", "2026-09-20"), dates("2026-09-01"), dates("2020-01-01", "2020-06-01")):
        assert chosen.choose_starts(contacts, as_of="2026-09-30", follow_days=90)[0] == []


def test_the_time_before_ends_before_the_plan_on_the_same_days_of_the_year():
    seen = []

    def read(starts):
        seen.extend(starts)
        return pd.DataFrame({"row": starts})

    days = [pd.Timestamp("2026-03-02"), pd.Timestamp("2026-06-01")]
    _, windows = chosen.choose_starts(pd.Series(days), as_of="2026-09-30", follow_days=90)
    rows = chosen.read_earlier(read, days, windows=windows, started=pd.Timestamp("2026-01-02"))
    assert len(rows) == 2 and [(a - b).days for a, b in zip(days, seen, strict=True)] == [364, 364]
    assert seen[-1] + 97 * DAY < pd.Timestamp("2026-01-02")
    assert chosen.read_earlier(lambda starts: pd.DataFrame(), days, windows=windows, started=days[0]) is None


def test_owners_are_those_of_the_start_day():
    rows = pd.DataFrame(
        {"customer_id": ["b", "a", "a"], "landmark_date": pd.to_datetime(["2026-02-01", "2026-01-31", "2026-02-01"])}
    )
    stays = pd.DataFrame(
        {
            "customer_id": ["a", "a"],
            "salesperson_id": ["s1", "s2"],
            "start_date": pd.to_datetime(["2025-01-01", "2026-02-01"]),
        }
    )
    owners = chosen.find_owners(rows, stays)
    assert owners[1:].tolist() == ["s1", "s2"] and pd.isna(owners[0])
    many = pd.DataFrame({"owner": ["s1", "s2"] * 20, "is_treated": [True] * 20 + [False] * 20})
    assert chosen.has_owners(many) and not chosen.has_owners(many.iloc[1:])
    assert not chosen.has_owners(many.drop(columns="owner"))


def test_late_payers_are_those_of_the_quarter_before():
    start = pd.Timestamp("2026-04-01")
    rows = pd.DataFrame({"customer_id": list("abcd"), "landmark_date": start})
    invoices = pd.DataFrame(
        {
            "customer_id": list("abcd"),
            "due_date": [start - 91 * DAY, start - 92 * DAY, start - DAY, start],
            "paid_date": [pd.NaT, pd.NaT, start - DAY, pd.NaT],
        }
    )
    customers = pd.Index(["", *"abcd"])
    for brought, expected in ((invoices, [1, 0, 0, 0]), (invoices.drop(columns="paid_date"), [1, 0, 1, 0])):
        late = index_events(keep_late(brought), customers, date="due_date")
        assert chosen.find_late_payers(rows, late, customers).tolist() == expected


def review(frame, **params):
    own = {"outcomes": {"visit": "binary"}, "covariates": ["recency"], "cells": [], "control_arm": "none", "seed": 1,
           "negative_controls": [], "contact_cost_amount": 0.1, "margin_amounts": {"visit": 5.0}, "min_effects": {},
           "n_looks": 1} | params  # fmt: skip
    data = SimpleNamespace(format_of=lambda name: SimpleNamespace(decimal="."))
    return SimpleNamespace(
        params=SimpleNamespace(**own), table=lambda name: frame, run=SimpleNamespace(data=data), has=lambda name: False
    )


@pytest.fixture(scope="module")
def log():
    rng = np.random.default_rng(4)
    recency = rng.integers(1, 13, 1800)
    arm = np.where(rng.random(1800) < 0.2 + 0.04 * recency, "call", "none")
    visit = (rng.random(1800) < 0.5 - 0.03 * recency + 0.15 * (arm == "call")).astype(int)
    frame = {"arm": arm, "visit": visit.astype(str), "recency": recency.astype(str), "old": (visit * 0).astype(str)}
    return pd.DataFrame(frame)


def test_a_log_of_chosen_customers_is_weak_and_without_money(log):
    result = chosen.judge_chosen_arms(review(log, negative_controls=["old"])).results[0]
    assert (result.label, result.money) == ("D", None)
    assert result.estimate.low < 0.15 < result.estimate.high
    assert result.naive_effect < result.estimate.effect - 0.05
    assert chosen.find_only_arm(review(log)) is None


def test_a_table_of_chosen_customers_gets_the_test_of_the_method_on_its_own_numbers(log):
    judged = chosen.judge_chosen_arms(review(log)).judged
    told = chosen.say_self_test(judged, seed=1)
    found = re.match(
        r"With data like yours this method covers the truth in (\d+) of 100 runs, the simple .*in (\d+)\.", told
    )
    assert int(found[1]) >= 88 and int(found[2]) < 40 and "draws 1,800 customers" in told and "“visit”" in told
    nobody = chosen.judge_chosen_arms(review(log.assign(visit="0"))).judged
    assert chosen.say_self_test(nobody, seed=1) == "" == chosen.say_self_test([], seed=1)


def test_a_log_in_which_everybody_was_contacted_is_weak_and_has_no_number(log):
    result = chosen.find_only_arm(review(log.assign(arm="call")))[0]
    assert (result.case.plan_id, result.label, result.verdict, result.estimate) == ("call", "D", NOT_MEASURABLE, None)
    nobody = chosen.find_only_arm(review(log.assign(arm="none"), control_arm="none"))[0]
    assert "no contact to judge" in nobody.reason and (nobody.label, nobody.money) == ("D", None)


def confounded_emails(rng, n):
    """An e-mail test drawn by lot, from which customers are then removed by how long they had been silent."""
    emails = email_experiment(rng, n=n).rename(columns={"segment": "arm"})
    emails = emails[emails["arm"] != WOMENS]
    silent = emails["recency"].astype(int).to_numpy()
    lively = rng.random(len(emails)) < 0.012 * (12 - silent)
    emails["visit"] = np.where(lively, "1", emails["visit"])
    is_mens = (emails["arm"] == MENS).to_numpy()
    kept = rng.random(len(emails)) < np.where(is_mens, 0.1 + 0.07 * silent, 1.0 - 0.05 * silent)
    share = (0.012 * (12 - silent))[kept & is_mens].mean()
    return emails[kept].reset_index(drop=True), MENS_EFFECT * (1 - share)


@pytest.mark.parametrize("n", [12_000, pytest.param(64_000, marks=pytest.mark.full)])
def test_an_experiment_confounded_afterwards_gives_its_effect_back_and_no_money(n):
    frame, true = confounded_emails(np.random.default_rng(6), n)
    known = ["recency", "history", "mens", "womens", "zip_code", "newbie", "channel"]
    asked = review(frame, control_arm=CONTROL, covariates=known)
    result = chosen.judge_chosen_arms(asked).results[0]
    assert result.estimate.low <= true <= result.estimate.high
    assert result.naive_effect < true - 0.025
    assert (result.label, result.verdict, result.money) == ("D", INCONCLUSIVE, None)
    assert {check.name for check in result.checks if check.passed} >= {"overlap", "second way of comparing"}


def quarters_of(rng, *, n, rule):
    """Customers with a rate of their own over six quarters, contacted by ``rule``; contacts add 0.6 orders."""
    rate = rng.gamma(2.0, 1.5, n)
    before = rng.poisson(np.tile(rate[:, None], 6))
    dip = (before[:, 1:].mean(axis=1) - before[:, 0]) / np.sqrt(before[:, 1:].mean(axis=1) + 1)
    chance = {
        "after a dip": 1 / (1 + np.exp(1.0 - 1.0 * dip)),
        "by size": 1 / (1 + np.exp(1.5 - 0.25 * before.mean(axis=1))),
    }[rule]
    treated = rng.random(n) < chance
    columns = {f"q{6 - k}": before[:, k].astype(str) for k in range(6)}
    orders = rng.poisson(rate + 0.6 * treated)
    frame = {"arm": np.where(treated, "call", "none"), "orders": orders.astype(str), "size": (rate > 3).astype(str)}
    return pd.DataFrame(frame | columns), list(columns)


@pytest.mark.parametrize("rule", ["after a dip", "by size"])
def test_from_quarters_before_it_is_read_how_customers_were_chosen(rule):
    frame, quarters = quarters_of(np.random.default_rng(1), n=4000, rule=rule)
    asked = review(frame, outcomes={"orders": "amount"}, covariates=["size", {"orders": quarters}], margin_amounts={})
    result = chosen.judge_chosen_arms(asked).results[0]
    by_name = {check.name: check for check in result.checks}
    assert ("after a weak quarter" in by_name[checks.TRIGGER].sentence) == (rule == "after a dip")
    assert by_name[checks.HISTORY].passed and by_name[checks.DAYS].passed is None
    assert result.estimate.low < 0.6 < result.estimate.high
    if rule == "by size":
        assert result.naive_effect > 1.5
    assert (result.label, result.money) == ("D", None)


@pytest.mark.full
@pytest.mark.parametrize("rule", ["after a dip", "by size"])
def test_a_quarter_earlier_the_comparison_finds_nothing_in_nine_of_ten_tables(rule):
    passed, effects = 0, []
    for run in range(60):
        frame, quarters = quarters_of(np.random.default_rng(run), n=4000, rule=rule)
        past = read_history(frame, {"orders": quarters}, outcomes={"orders": "amount"})["orders"]
        rows = past.assign(outcome=frame["orders"].astype(float), is_treated=frame["arm"] == "call")
        earlier = find_earlier(past, outcome="outcome", kind="amount")
        question = Question("outcome", tuple(past), rule=tuple(past)[:-1], earlier=earlier)
        found = refit_earlier(rows.assign(customer_id=np.arange(len(rows))), question, seed=1)
        low, high = found.interval()
        passed, effects = passed + (low < 0 < high), [*effects, found.effect]
    assert passed >= 54 and abs(np.mean(effects)) < 3 * np.std(effects) / np.sqrt(60)


def test_passed_attempts_do_not_lift_a_table_without_days():
    frame, quarters = quarters_of(np.random.default_rng(5), n=4000, rule="by size")
    frame["paid_late"] = (np.random.default_rng(8).random(len(frame)) < 0.3).astype(int).astype(str)
    known = {"covariates": [{"orders": quarters}], "negative_controls": ["paid_late"], "margin_amounts": {}}
    result = chosen.judge_chosen_arms(review(frame, outcomes={"orders": "amount"}, **known)).results[0]
    assert checks.grade(result.checks) == "C" and result.label == "D"


@pytest.mark.parametrize("contacted", ["by a score", "five", "nobody visits", "cities"])
def test_odd_logs_are_weak_without_money_and_stop_nothing(contacted):
    rng = np.random.default_rng(7)
    frame, _ = confounded_emails(rng, 3000)
    score = rng.random(len(frame))
    odd = {
        "by a score": {"arm": np.where(score > 0.7, MENS, CONTROL), "zip_code": score.round(4).astype(str)},
        "five": {"arm": np.where(np.arange(len(frame)) < 5, MENS, CONTROL)},
        "nobody visits": {"visit": "0"},
        "cities": {"zip_code": [f"c{k}" for k in rng.integers(0, 40, len(frame))]},
    }
    asked = review(frame.assign(**odd[contacted]), control_arm=CONTROL, covariates=["recency", "zip_code"])
    result = chosen.judge_chosen_arms(asked).results[0]
    assert (result.label, result.money) == ("D", None)
    assert result.verdict in (INCONCLUSIVE, NOT_MEASURABLE)
    assert (result.verdict == NOT_MEASURABLE) >= (contacted in ("by a score", "five"))


def test_an_unknown_column_is_refused(log):
    with pytest.raises(AnalysisError, match="no such column"):
        chosen.judge_chosen_arms(review(log, negative_controls=["hair"]))


def company(*, n=600, seed=3):
    """Customers who order by a rhythm of their own; in spring those who are late are called more."""
    rng = np.random.default_rng(seed)
    gaps = rng.exponential(40.0, (n, 40))
    ages = np.cumsum(gaps, axis=1)
    row, k = np.nonzero(ages < 900)
    ids = np.char.add("c", np.arange(n).astype(str))
    orders = pd.DataFrame(
        {
            "customer_id": ids[row],
            "order_date": pd.Timestamp("2024-01-01") + pd.to_timedelta(np.floor(ages[row, k]), unit="D"),
            "amount": 100.0,
            "margin_amount": 25.0,
            "is_purchase_day": True,
        }
    ).drop_duplicates(["customer_id", "order_date"])
    called = ids[rng.random(n) < 0.35]
    log = pd.DataFrame({"customer_id": called, "contact_date": pd.Timestamp("2026-03-02"), "plan_id": "CA"})
    log, known = log.assign(cost_amount=2.0), pd.DataFrame({"customer_id": ids})
    return SimpleNamespace(
        order_days=orders,
        log=SimpleNamespace(rows=log),
        timelines=build_timelines(orders, log),
        late_invoices=None,
        records=index_records(orders, build_timelines(orders, log).customers, tables={}),
        stays=build_stage_stays(orders, known, as_of="2026-06-10", policy=Policy().stages),
    )


def seen_by_the_page():
    return SimpleNamespace(as_of="2026-06-10", params=SimpleNamespace(seed=1), has=lambda name: False, policy=Policy())


def test_contacts_dated_before_a_plan_began_are_not_of_the_plan_and_are_named():
    case, began = PlanCase("CA", "purchase", "binary", window_days=45.0), pd.Timestamp("2026-03-02")
    clean, late = company(), company()
    early = clean.log.rows.head(7).assign(contact_date=pd.Timestamp("2025-06-01"))
    late.log.rows = pd.concat([late.log.rows, early], ignore_index=True)
    found = {
        name: chosen.judge_chosen_plan(seen_by_the_page(), each, case, started=began).result
        for name, each in {"clean": clean, "late": late}.items()
    }
    assert found["late"].estimate.n_treated == found["clean"].estimate.n_treated
    assert found["late"].estimate.effect == pytest.approx(found["clean"].estimate.effect, abs=1e-12)
    note = found["late"].checks[-1]
    assert (note.name, note.passed) == (checks.EARLY, None)
    assert note.sentence.startswith("7 contacts bear its name but a day before it began (2026-03-02)")
    assert all(check.name != checks.EARLY for check in found["clean"].checks)
    stretched = chosen.judge_chosen_plan(seen_by_the_page(), late, case).result
    assert stretched.estimate is None or stretched.estimate.n_treated != found["clean"].estimate.n_treated


def test_a_campaign_whose_customers_all_order_meanwhile_says_how_many_could_be_compared():
    """A mailing over four weeks to customers who order every week: nobody is left who did not order in them."""
    case, found = PlanCase("CA", "purchase", "binary", window_days=45.0), company(n=400)
    log, day = found.log.rows, pd.Timestamp("2026-03-02")
    found.log.rows = log.assign(contact_date=day + pd.to_timedelta(np.arange(len(log)) % 28, unit="D"))
    order = log[["customer_id"]].assign(order_date=day, amount=100.0, margin_amount=25.0, is_purchase_day=True)
    found.order_days = pd.concat([found.order_days, order]).drop_duplicates(["customer_id", "order_date"])
    found.timelines = build_timelines(found.order_days, found.log.rows)
    result = chosen.judge_chosen_plan(seen_by_the_page(), found, case).result
    assert (result.estimate, result.label) == (None, "D")
    assert result.reason.startswith(f"Of {len(log)} customers contacted none can be compared: they must have bought")
    assert "order nothing in the 28 days from the start" in result.reason


def test_a_campaign_of_the_company_is_judged_on_customers_of_the_same_history():
    case = PlanCase("CA", "purchase", "binary", window_days=45.0)
    seen = seen_by_the_page()
    found = chosen.judge_chosen_plan(seen, company(), case)
    assert found.result.label in "CD" and found.result.estimate.low < 0 < found.result.estimate.high
    assert found.result.case.cost_amount == 2.0
    assert found.result.case.margin_amount == pytest.approx(40.0, rel=0.25)
    assert {c.name for c in found.result.checks if c.passed is not None} >= {"before the plan existed", "overlap"}
    by_name = {check.name: check for check in found.result.checks}
    assert "after a weak quarter" not in by_name[checks.TRIGGER].sentence
    declared = chosen.judge_chosen_plan(seen, company(), case, declared="dip").result.checks[0].sentence
    assert declared.startswith("Contacts follow a dip") and "after a weak quarter" in declared
    assert chosen.judge_chosen_plan(seen, company(), PlanCase("XX", "purchase", "binary", window_days=45.0)) is None
    assert chosen.judge_chosen_plan(seen, company(), PlanCase("CA", "margin", "amount", window_days=45.0)) is None


def with_claims(found, *, seed=5):
    """The company after claims in winter: who had one is called more and orders half as much, called or not."""
    rng = np.random.default_rng(seed)
    customers = found.timelines.customers
    claimed = customers[rng.random(len(customers)) < 0.3]
    cases = pd.DataFrame({"customer_id": claimed, "opened_date": pd.Timestamp("2026-02-20")})
    orders = found.order_days
    is_lost = (
        orders["customer_id"].isin(claimed) & (orders["order_date"] > "2026-03-01") & (rng.random(len(orders)) < 0.5)
    )
    called = customers[rng.random(len(customers)) < np.where(customers.isin(claimed), 0.6, 0.2)]
    log = found.log.rows.head(1).drop(columns="customer_id").merge(pd.DataFrame({"customer_id": called}), how="cross")
    orders, stays = orders[~is_lost].reset_index(drop=True), found.stays
    timelines = build_timelines(orders, log)
    known = {"order_days": orders, "log": SimpleNamespace(rows=log), "timelines": timelines, "stays": stays}
    kept = {"kept": {"service_events": cases}, "nobody keeps cases": {}}
    return {
        name: SimpleNamespace(
            late_invoices=None, records=index_records(orders, timelines.customers, tables=tables), **known
        )
        for name, tables in kept.items()
    }


def test_customers_are_compared_with_others_of_the_same_claims_where_they_are_kept():
    case = PlanCase("CA", "purchase", "binary", window_days=45.0)
    found = {
        name: chosen.judge_chosen_plan(seen_by_the_page(), each, case)
        for name, each in with_claims(company(n=2500)).items()
    }
    kept, bare = found["kept"], found["nobody keeps cases"]
    assert bare.result.estimate.high < 0  # the calls seem to do harm
    assert kept.result.estimate.low < 0 < kept.result.estimate.high
    assert "cases_half_year" in kept.sample.sources and "cases_half_year" not in bare.sample.sources
    assert "dip" in bare.sample.sources


def test_of_a_large_company_the_latest_starts_are_compared(monkeypatch):
    found = company()
    days = pd.Timestamp("2026-01-05") + pd.to_timedelta(np.arange(len(found.log.rows)) % 120, unit="D")
    found.log.rows["contact_date"] = days
    seen = seen_by_the_page()
    starts = []
    case = PlanCase("CA", "purchase", "binary", window_days=30.0)

    def note(rows, *_, **__):
        starts.append(sorted(set(rows["landmark_date"])))
        return chosen.Unrandomised(leave_unjudged(case, reason="noted"))

    monkeypatch.setattr(chosen, "evaluate_unrandomised", note)
    chosen.judge_chosen_plan(seen, found, case)
    monkeypatch.setattr(chosen, "MAX_ROWS", 2 * found.order_days["customer_id"].nunique())
    chosen.judge_chosen_plan(seen, found, case)
    monkeypatch.setattr(chosen, "MAX_ROWS", 10)
    chosen.judge_chosen_plan(seen, found, case)
    assert len(starts[0]) >= 4 and starts[1] == starts[0][-2:] and starts[2] == starts[0][-1:]
