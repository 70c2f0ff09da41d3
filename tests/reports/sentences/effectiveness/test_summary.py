"""The sentences around the cards."""

from dataclasses import replace

import pandas as pd
import pytest

from portfolio_lab.analysis.experiments.balance import LEFT_ALONE
from portfolio_lab.analysis.experiments.pooling import PooledKind
from portfolio_lab.analysis.observational import checks
from portfolio_lab.analysis.observational.checks import note_early
from portfolio_lab.analysis.verdicts import Check, judge, leave_unjudged
from portfolio_lab.reports.sentences.effectiveness import summary

COUNTS = {"n_plans": 4, "n_works": 1, "n_does_not_work": 2, "n_inconclusive": 0, "n_not_measurable": 1, "n_unpriced": 0}


def test_the_headline_counts_what_there_is(wording):
    assert summary.headline(COUNTS, wording=wording) == "Of 4 plans, one works, two do not work and one has no verdict."
    unpriced = COUNTS | {"n_works": 0, "n_does_not_work": 0, "n_not_measurable": 2, "n_unpriced": 2, "n_plans": 2}
    text = "Both plans make a difference, but nobody has said what it is worth."
    assert summary.headline(unpriced, wording=wording) == text
    alike = dict.fromkeys(COUNTS, 0) | {"n_plans": 3, "n_works": 3}
    assert summary.headline(alike, wording=wording) == "All three plans work."
    assert summary.headline(alike | {"n_plans": 1, "n_works": 1}, wording=wording) == "The only plan works."
    assert "nothing to evaluate" in summary.headline(dict.fromkeys(COUNTS, 0), wording=wording)


def test_a_page_of_some_customers_says_of_which(wording):
    text = summary.drawn(150_000, 1_000_000, wording=wording)
    assert text.startswith("**This page looks at 150,000 customers, drawn by chance from all 1,000,000.** Shares and")
    assert "is counted of those drawn. Short lists of customers held out by chance are judged whole." in text


def test_the_decision_follows_the_verdicts(make_result):
    works, fails = make_result("works_and_pays"), make_result("does_not_work", kind="amount")
    open_one = make_result("inconclusive", kind="days")
    text = summary.decision([works, fails, open_one])
    assert text == "Stop or replace “Mens E-Mail”, continue “Call before they go quiet” and test “Visit” further."
    unpriced = judge(replace(works.case, mwe=None), works.estimate, label="A")
    assert summary.decision([unpriced]).startswith("Say what a contact costs")
    assert summary.decision([make_result(label="E")]).startswith("Hold out")
    second = replace(open_one, case=replace(open_one.case, plan_id=works.case.plan_id))
    assert summary.decision([works, second]) == "Continue “Call before they go quiet”."
    drawn = leave_unjudged(replace(works.case, design="random hold-out"), reason="Lost.", is_measurable=False)
    assert summary.decision([drawn]) == "Put right what the cards name, then repeat the experiment."
    assert summary.decision([]) == ""


@pytest.mark.parametrize(
    ("naive", "words"),
    [(-0.118, "wrong sign"), (0.30, "far too favourable"), (0.01, "hides"), (0.08, "the two agree")],
)
def test_what_the_simple_comparison_would_have_told(make_result, wording, naive, words):
    text = summary.naive(make_result(naive_effect=naive), wording=wording)
    assert words in text
    assert "the hold-out 7.0 more" in text


def test_nothing_is_said_of_it_where_it_is_the_same_or_not_known(make_result, wording):
    assert summary.naive(make_result(naive_effect=0.07), wording=wording) == ""
    assert summary.naive(make_result(), wording=wording) == ""
    assert summary.naive(make_result(naive_effect=-0.1, label="E"), wording=wording) == ""


@pytest.mark.parametrize(
    ("naive", "words"), [(-0.118, "points the other way"), (0.30, "outside the whole range"), (0.08, "the two agree")]
)
def test_of_a_weak_comparison_it_is_said_that_both_are_weak(make_result, wording, naive, words):
    text = summary.naive(make_result(naive_effect=naive, label="D"), wording=wording)
    assert words in text and "customers of the same history 7.0 more" in text
    assert ("both are weak (D)" in text) == (naive != 0.08)


def test_the_simple_comparison_of_amounts(make_result, wording):
    text = summary.naive(make_result(kind="amount", naive_effect=-0.1, label="C"), wording=wording)
    assert text.startswith("**Call before they go quiet, ") or text.startswith("**Mens")
    assert "gives €0.10 less each; customers of the same history" in text and "more each" in text


def test_checks_are_counted_by_outcome(make_result):
    tried = (Check("a", True, "All there."), Check("b", None, "Not known."), Check("c", True, "Alike."))
    tried += (Check("d", False, "Unlike."), Check(checks.TRIGGER, None, "After a dip."))
    result = make_result(checks=tried)
    assert summary.checks(result) == "Call before they go quiet (purchase): 2 passed, 1 failed and 1 not possible"
    assert summary.checks(make_result(checks=tried[-1:])).endswith("nothing could be tried")
    assert [summary.name_outcome(check) for check in tried] == ["Passed", "Not possible", "Passed", "Failed", "Noted"]
    assert summary.name_outcome(Check(checks.LAST_PERIOD, None, "")) == "Not used"
    assert summary.checks(make_result()) == ""


def test_groups_that_differ_beyond_chance(wording):
    found = pd.DataFrame({"plan_id": ["W"], "outcome": "visit", "cell": "womens", "best": "1", "worst": "0",
                          "is_uneven": [True]})  # fmt: skip
    text = summary.contrasts(found, wording=wording, names={"W": "Womens E-Mail"})
    assert "Womens E-Mail does more for “visit” in womens: 1 than in womens: 0" in text
    weak = summary.contrasts(found, wording=wording, names={"W": "Womens E-Mail"}, weak={"W"})
    assert "goes with more for “visit” in womens: 1 than in womens: 0 (weak evidence)" in weak and "does" not in weak
    assert "No group" in summary.contrasts(found.assign(is_uneven=False), wording=wording, names={})
    assert summary.contrasts(found.head(0), wording=wording, names={}) == ""


def test_the_extremes_are_named_with_their_numbers(wording):
    # pooled with each other both would be the same, as of groups that do not differ
    cells = pd.DataFrame({"label": ["womens: 0", "womens: 1"], "effect": [0.073, 0.0753], "shrunk_effect": 0.0741})
    text = summary.extremes(cells, "binary", wording=wording)
    assert text == "alone, the effect is largest in womens: 1 (+7.5 of 100) and smallest in womens: 0 (+7.3 of 100)."
    assert summary.extremes(cells.head(1), "binary", wording=wording) == "the effect in womens: 0 (+7.3 of 100)."


def test_what_spoils_a_number_is_said_on_top(make_result):
    lost = Check("group sizes", False, "Customers were lost.", blocks=True)
    left = Check(LEFT_ALONE, False, "30 were contacted.")
    assert summary.warning(make_result(checks=(left,))) == "**Beware, Call before they go quiet:** 30 were contacted."
    assert "Customers were lost." in summary.warning(make_result(label="E", checks=(lost,)))
    fine = (Check(LEFT_ALONE, True, "Nobody."), Check("all comparisons", False, "It could be chance."))
    assert summary.warning(make_result(checks=fine)) == ""
    early = note_early(12, started=pd.Timestamp("2026-03-02"))
    told = "12 contacts bear its name but a day before it began (2026-03-02); what was done before is not counted."
    for label in "ADE":
        assert summary.warning(make_result(label=label, checks=early)).endswith(told)
    assert summary.name_outcome(early[0]) == "Noted"
    assert note_early(1, started=pd.Timestamp("2026-03-02"))[0].sentence.startswith("1 contact bears its name")
    assert note_early(0, started=pd.NaT) == ()


def test_plans_of_one_kind_together(make_result, wording):
    case = make_result().case
    found = PooledKind("campaign", "Buyers", (0.03, -0.01, 0.07), {"P": (0.0, 0.0, 0.0), "Q": (0.0, 0.0, 0.0)}, True)
    text = summary.pooled(found, case, wording=wording)
    assert text.startswith("**All of kind “campaign” (2)**, taken together: +3.0 of 100 (between −1.0 of 100 and +7.0")
    assert "further apart than chance" in text
    assert "do not lie further apart" in summary.pooled(
        PooledKind(found.plan_kind, "Buyers", found.mean, found.plans, False), case, wording=wording
    )


def test_chosen_customers_are_no_hold_out(make_result, wording):
    text = summary.naive(make_result(naive_effect=-0.1, label="C"), wording=wording)
    assert "hold-out" not in text
    assert "customers of the same history 7.0 more" in text
