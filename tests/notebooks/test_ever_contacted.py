"""What "ever contacted" says is shown nowhere: whoever orders at once leaves no time for a contact."""

import re

import numpy as np
import pandas as pd
import pytest
from simulators.contacts import contacts_that_stop_at_the_order, review_of_contacts

from portfolio_lab.analysis.observational.cohort import build_timelines
from portfolio_lab.analysis.observational.known_before import index_records
from portfolio_lab.analysis.verdicts import PlanCase, build_verdict_table
from portfolio_lab.reports.sentences.effectiveness import cards, summary
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.effectiveness_chosen import judge_chosen_plan
from portfolio_lab.reports.topics.effectiveness_contacts import show_contact_effects
from portfolio_lab.reports.topics.effectiveness_frequency import show_frequency

WORDING = Wording("en_GB", "EUR")
NUMBER = re.compile(r"[−-]?\d+(?:\.\d+)?")


@pytest.fixture(scope="module")
def shown():
    """The page of a company whose contacts do nothing, each wait for an order ending the contacts of that wait."""
    order_days, log = contacts_that_stop_at_the_order(np.random.default_rng(11))
    review, company = review_of_contacts(order_days, log)
    show_contact_effects(review, company, wording=WORDING)
    show_frequency(review, company, wording=WORDING)
    company.log.rows["plan_id"], company.log.rows["cost_amount"] = "P", 2.0
    company.timelines, company.late_invoices = build_timelines(order_days, company.log.rows), None
    company.records = index_records(order_days, company.timelines.customers, tables={})
    case = PlanCase("P", "purchase", "binary", name="Calls", window_days=90.0)
    result = judge_chosen_plan(review, company, case).result
    review.out.tables["plans"] = build_verdict_table([result])
    card = cards.write_card(result, WORDING)
    review.out.texts += [card.heading, *card.paragraphs, summary.naive(result, wording=WORDING)]
    review.out.texts += [check.sentence for check in result.checks]
    return order_days, review.out, result


def ever_contacted(order_days):
    """The comparison that no page may show: waits with a contact against waits without one."""
    waits = order_days[order_days["is_after"]]["wait"], order_days[~order_days["is_after"]]["wait"]
    within = [float((wait <= 90).mean()) for wait in waits]
    days = [float(wait.clip(upper=90).mean()) for wait in waits]
    rates = [len(wait) / wait.sum() for wait in waits]
    ratio = rates[0] / rates[1]
    return {"share": within[0] - within[1], "days": days[1] - days[0], "ratio": ratio, "log ratio": np.log(ratio)}


def numbers_of(out):
    """Every number of the facts and tables."""
    found = [float(value) for value in out.facts.values() if isinstance(value, (int, float))]
    for frame in out.tables.values():
        found += pd.DataFrame(frame).select_dtypes("number").to_numpy(dtype=float).ravel().tolist()
    return np.array([each for each in found if np.isfinite(each)])


def test_the_comparison_of_ever_contacted_is_far_from_the_truth(shown):
    wrong = ever_contacted(shown[0])
    assert wrong["share"] < -0.25 and wrong["days"] < -15 and wrong["ratio"] < 0.55


def test_no_fact_no_table_and_no_sentence_holds_it(shown):
    order_days, out, _ = shown
    numbers, texts = numbers_of(out), " ".join([*out.texts, *out.figures.values()])
    assert len(numbers) > 50 and "ever contacted" not in texts
    for name in ("share", "days", "log ratio"):
        wrong = ever_contacted(order_days)[name]
        assert np.abs(numbers - wrong).min() > 0.01 * abs(wrong), name
    told = [float(each.replace("−", "-")) for each in NUMBER.findall(texts)]
    assert min(abs(each - ever_contacted(order_days)["days"]) for each in told) > 0.05


def test_what_is_shown_instead_holds_the_truth_that_contacts_do_nothing(shown):
    _, out, result = shown
    lines = out.tables["contact_effects"].dropna(subset=["low", "high"])
    assert len(lines) and (lines["low"] <= 0).all() and (lines["high"] >= 0).all()
    days = out.tables["days_earlier"]
    assert len(days) and (days["low"] <= 0).all() and (days["high"] >= 0).all()
    assert result.estimate.low < 0 < result.estimate.high
    levels = out.tables["doses"]
    assert levels["mean"].max() - levels["mean"].min() < 0.12 * levels["mean"].max() + 0.1
