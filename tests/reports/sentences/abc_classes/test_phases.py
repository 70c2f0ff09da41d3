"""The answer, the four phases and the classes in words."""

import datetime as dt

import pandas as pd
import pytest

from portfolio_lab.analysis.abc_classes.concentration import compute_concentration, count_customers_for
from portfolio_lab.analysis.abc_classes.contingency import summarise_losses
from portfolio_lab.analysis.abc_classes.facts import compute_facts
from portfolio_lab.analysis.abc_classes.phases import classify_customers, find_notices, summarise_classes
from portfolio_lab.analysis.abc_classes.population import Window
from portfolio_lab.policy import AbcPolicy
from portfolio_lab.reports.sentences.abc_classes import phases as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")
LONG_TAIL = [100, 80, 60, 40, 30, 20, 10, 5, 3, 2]


def _classes(values) -> pd.DataFrame:
    frame = pd.DataFrame({"customer_id": [f"c{i}" for i in range(len(values))], "amount": values})
    return classify_customers(frame.astype({"amount": float}))


def _facts(classes) -> dict:
    return compute_facts(classes, pd.DataFrame({"is_unstable": [False] * len(classes)}))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            LONG_TAIL,
            "Half of sales comes from 2 of 10 customers with sales (20.0%); the largest alone brings 28.6%.",
        ),
        ([96, 1, 1, 1, 1, 0], "The largest of 5 customers with sales alone brings 96.0% of sales."),
        ([5, 0], "One customer brings all sales."),
    ],
)
def test_headline(values, sentence):
    classes = _classes(values)
    n_half = count_customers_for(classes, share=0.5)
    assert say.headline(_facts(classes), n_half=n_half, wording=WORDING) == sentence


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            LONG_TAIL,
            "Who looks after the largest five customers, which bring 88.6% of sales, and what happens if one leaves?",
        ),
        ([5], "Who looks after the largest customer, which brings 100.0% of sales, and what happens if it leaves?"),
    ],
)
def test_decision(values, sentence):
    losses = summarise_losses(_classes(values).assign(**dict.fromkeys(OTHER_COLUMNS)).astype(TYPES))
    assert say.decision(losses, wording=WORDING) == sentence


OTHER_COLUMNS = ("name", "owner", "last_contact_date", "days_since_last_order")
TYPES = {"last_contact_date": "datetime64[ns]", "days_since_last_order": float}


def test_criterion_states_window_population_and_base():
    window = Window(dt.date(2025, 10, 1), dt.date(2026, 9, 30), 12)
    assert say.criterion(_facts(_classes([*LONG_TAIL, 0, -5])), window, wording=WORDING) == (
        "Customers are ranked by sales from 1 October 2025 to 30 September 2026 (12 months). 12 customers ordered at "
        "least once up to that day; 10 of them brought more than they took back, €350 in all. "
        "That sum is the base of every share on this page."
    )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            LONG_TAIL,
            "The largest customer brings €100, 4.0 times the €25.00 of the customer in the middle (the median).",
        ),
        ([1000, 1, 1], "The largest customer brings €1,000, 1,000 times the €1.00 of the customer in the middle"),
        ([7, 7, 0], "All 2 customers with sales bring the same, €7.00."),
        ([7, -1], "There is one customer with sales, of €7.00."),
    ],
)
def test_sorted_values(values, sentence):
    assert say.sorted_values(_classes(values), wording=WORDING).startswith(sentence)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            LONG_TAIL,
            "Added up from the largest down, the first 2 customers bring 51.4% of sales: that is the top fifth",
        ),
        ([6, 3, 1], "Added up from the largest down, the first customer brings 60.0% of sales: that is the top fifth"),
    ],
)
def test_cumulative(values, sentence):
    assert say.cumulative(compute_concentration(_classes(values)), wording=WORDING).startswith(sentence)


def test_zones_with_an_empty_class_and_a_class_of_one():
    assert say.zones(summarise_classes(_classes([96, 1, 1, 1, 1, 0])), wording=WORDING) == (
        "**A**: 1 customer (20.0%) brings 96.0%; **B** is empty; **C**: 4 customers (80.0%) bring 4.0%."
    )


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (LONG_TAIL, "Everybody who ever ordered has sales above zero in the window, so C0 and N are empty."),
        (
            [5, 0, -2],
            "1 customer is at zero in the window (C0) and 1 customer is net negative (N), €2.00 in all, which stays",
        ),
        ([5, 0, 0], "2 customers are at zero in the window (C0) and no customers are net negative (N)."),
        ([5, -1, -1], "No customers are at zero in the window (C0) and 2 customers are net negative (N), €2.00 in all"),
    ],
)
def test_outside(values, sentence):
    assert say.outside(summarise_classes(_classes(values)), wording=WORDING).startswith(sentence)


def test_rule_names_the_cuts_in_force():
    assert "less than 79.5% together, in B while they bring less than 95%" in say.rule(AbcPolicy(cuts=(79.5, 95)))
    assert "computed from the curve" in say.rule(AbcPolicy(cuts="computed"))


@pytest.mark.parametrize(
    ("values", "words", "n_bold"),
    [
        (LONG_TAIL, "Nothing stands against reading the classes", 0),
        ([10] * 10, "the classes do not tell them apart", 1),
        ([96, 1, 1, 1, 1], "One customer brings more than half of sales", 2),
    ],
)
def test_notices(values, words, n_bold):
    text = say.notices(find_notices(_classes(values)), wording=WORDING)
    assert words in text
    assert text.count("**") == 2 * n_bold


def test_every_notice_has_its_words():
    text = say.notices(("small_n", "dominant_customer", "no_discrimination"), wording=Wording("en_GB", "EUR", "margin"))
    assert "half of margin" in text and "customers with margin" in text and "sales" not in text
