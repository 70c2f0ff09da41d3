"""Cards: short, in plain words, and never more than the evidence allows."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio_lab.analysis.verdicts import Check, Estimate, PlanCase, find_banned_words, judge, leave_unjudged
from portfolio_lab.reports.sentences.effectiveness import Wording
from portfolio_lab.reports.sentences.effectiveness.cards import CLAIMS, MAX_WORDS, in_reading_order, write_card

WORDING = Wording("en_GB", "EUR")
CASES = {
    "binary": PlanCase("P1", "purchase", "binary", window_days=90.0, cost_amount=3.0, margin_amount=100.0,
                       n_per_month=300.0),
    "amount": PlanCase("P2", "spend", "amount", cost_amount=0.03, margin_amount=1.0, n_per_month=30.0),
    "days": PlanCase("P3", "return", "days", window_days=180.0, cost_amount=3.0, margin_amount=100.0),
}  # fmt: skip


def test_no_card_is_longer_than_120_words_nor_says_more_than_its_label(all_results, wording):
    for result in all_results:
        card = write_card(result, wording)
        assert card.n_words <= MAX_WORDS
        assert find_banned_words(card.text, label=result.label) == (), card.text
        assert all(word in card.text for word in ("We can say", "We cannot say", "change our mind", "Next step"))
        assert f"Evidence: {result.label}" in card.text
        assert "nan" not in card.text.lower().split()


@given(
    effect=st.floats(-0.9, 0.9), se=st.floats(1e-5, 0.4), kind=st.sampled_from(list(CASES)),
    label=st.sampled_from("ABCDE"), mwe=st.none() | st.floats(1e-4, 0.5), n_words=st.integers(1, 40),
    n_failed=st.integers(0, 6),
)  # fmt: skip
def test_no_name_number_or_failed_check_makes_a_card_too_long(effect, se, kind, label, mwe, n_words, n_failed):
    case = replace(CASES[kind], name="word " * n_words, mwe=mwe)
    estimate = Estimate(effect, se, effect - 2 * se, effect + 2 * se, 10**6, 10**6, 0.4)
    lost = Check("sizes", False, "The groups are not as large as they were drawn (1,000 one, 900 other).", blocks=True)
    card = write_card(judge(case, estimate, label=label, checks=[lost] * n_failed), WORDING)
    assert card.n_words <= MAX_WORDS, card.text
    assert find_banned_words(card.text, label="E" if n_failed and label == "E" else label) == (), card.text


def test_the_ban_would_be_seen(make_result, wording):
    card = write_card(make_result("works_and_pays", "A"), wording)
    assert find_banned_words(card.text, label="C") == ("caused",) or "proven" in find_banned_words(card.text, label="C")
    assert "effect" in find_banned_words("an effect of the plan", label="E")


def test_money_stands_only_where_the_label_allows(all_results, wording):
    for result in all_results:
        if result.label in "DE" and result.case.kind == "binary":
            assert "€" not in write_card(result, wording).text


def test_an_effect_in_natural_frequencies_with_its_range(make_result, wording):
    text = write_card(make_result(), wording).text
    assert "Of 100 customers meant to be treated, about 7.0 more bought within 90 days than without the plan" in text
    assert "(between 4.0 and 10)" in text
    assert "The plan caused it." in text
    assert "It pays from 3.0 of 100 customers on. Each customer won cost €42.86 (from €30.00 to €75.00)." in text


def test_cost_without_an_upper_limit_is_not_bounded(make_result, wording):
    result = make_result("works_pay_off_open")
    unbounded = replace(result, money=replace(result.money, cost_per_recovered_high=None))
    assert "to not bounded)" in write_card(unbounded, wording).text
    text = write_card(make_result("inconclusive"), wording).text
    assert "Each customer won would cost €150 (from €50.00 to not bounded)." in text


def test_evidence_c_names_money_as_a_range_only(make_result, wording):
    text = write_card(make_result(label="C"), wording).text
    assert "consistent with an effect" in text
    assert "cost between €30.00 and €75.00" in text


def test_no_claim_where_the_range_holds_zero(make_result, wording):
    text = write_card(make_result("inconclusive"), wording).text
    assert CLAIMS["A"] not in text
    assert "includes no difference" in text
    assert "Evidence: A, a sound experiment." in text and "proven" not in text
    assert "Evidence: A, proven." in write_card(make_result("works_and_pays"), wording).text
    assert "repeat with a hold-out" in text


@pytest.mark.parametrize(
    ("n_more", "months", "words"),
    [
        (500, 2.0, "about 2 months"),
        (9e5, 40.0, "longer than a year"),
        (0, 0.0, "next period"),
        (500, None, "500 more customers"),
    ],
)
def test_an_open_question_says_what_would_settle_it(make_result, wording, n_more, months, words):
    result = replace(make_result("inconclusive"), n_more=n_more, months_more=months)
    assert words in write_card(result, wording).text


def test_a_sound_difference_of_unknown_worth(make_result, wording):
    result = make_result()
    unpriced = judge(replace(result.case, mwe=None), result.estimate, label="A")
    text = write_card(unpriced, wording).text
    assert "Moves customers; no verdict without its cost." in text
    assert "it moves customers (any rise counts, as no cost was given)" in text
    assert "One more takes about 14 treated (10 to 25): it pays where that one brings more than they cost." in text
    assert "nobody has said what it costs" in text
    harm = judge(replace(result.case, mwe=None), make_result("harms").estimate, label="A")
    assert "customers do less with it" in write_card(harm, wording).text
    assert "Next step:** stop it." in write_card(harm, wording).text
    unclear = judge(replace(result.case, mwe=None), make_result("inconclusive").estimate, label="A")
    assert "No clear difference; no verdict without its cost." in write_card(unclear, wording).text
    assert unclear.verdict == harm.verdict == unpriced.verdict == "no_verdict"
    money = make_result(kind="amount")
    worth = write_card(judge(replace(money.case, mwe=None), money.estimate, label="A"), wording).text
    assert "It pays where treating a customer costs less than the margin on €0.04." in worth


def test_several_outcomes_of_a_plan_are_told_apart(make_result, wording):
    assert write_card(make_result(kind="amount"), wording).heading.startswith("**Mens E-Mail, spend**")


def test_weak_evidence_asks_for_a_hold_out_not_for_more_customers(make_result, wording):
    text = write_card(make_result("works_and_pays", "D"), wording).text
    assert "different customers to begin with" in text
    assert "change our mind:** a part of the customers left out by chance" in text
    few = leave_unjudged(make_result().case, reason="Too few.", label="D", is_measurable=False)
    assert "Next step:** hold out one customer in five" in write_card(few, wording).text


def test_the_best_evidence_is_read_first(make_result):
    results = [make_result(label="D"), make_result(label="A"), make_result(label="C")]
    assert [result.label for result in in_reading_order(results)] == ["A", "C", "D"]
