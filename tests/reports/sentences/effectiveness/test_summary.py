"""The sentences around the cards."""

from dataclasses import replace

import pandas as pd
import pytest

from portfolio_lab.analysis.verdicts import Check, judge
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


def test_the_decision_follows_the_verdicts(make_result):
    works, fails = make_result("works_and_pays"), make_result("does_not_work", kind="amount")
    open_one = make_result("inconclusive", kind="days")
    text = summary.decision([works, fails, open_one])
    assert text == "Stop or replace Mens E-Mail, continue Call before they go quiet and test Visit further."
    unpriced = judge(replace(works.case, mwe=None), works.estimate, label="A")
    assert summary.decision([unpriced]).startswith("Say what a contact costs")
    assert summary.decision([make_result(label="E")]).startswith("Hold out")
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
    assert summary.naive(make_result(naive_effect=-0.1, label="D"), wording=wording) == ""


def test_checks_are_told_in_a_row(make_result):
    result = make_result(checks=(Check("a", True, "All there."), Check("b", None, "Not known.")))
    assert summary.checks(result) == "**Call before they go quiet** (purchase): All there. Not known."
    assert summary.checks(make_result()) == ""


def test_groups_that_differ_beyond_chance(wording):
    found = pd.DataFrame({"plan_id": ["W"], "outcome": "visit", "cell": "womens", "best": "1", "worst": "0",
                          "is_uneven": [True]})  # fmt: skip
    text = summary.contrasts(found, wording=wording, names={"W": "Womens E-Mail"})
    assert "Womens E-Mail does more for “visit” in womens: 1 than in womens: 0" in text
    assert "No group" in summary.contrasts(found.assign(is_uneven=False), wording=wording, names={})
    assert summary.contrasts(found.head(0), wording=wording, names={}) == ""


def test_the_extremes_are_named_with_their_numbers(wording):
    # pooled with each other both would be the same, as of groups that do not differ
    cells = pd.DataFrame({"label": ["womens: 0", "womens: 1"], "effect": [0.073, 0.0753], "shrunk_effect": 0.0741})
    text = summary.extremes(cells, "binary", wording=wording)
    assert text == "alone, the effect is largest in womens: 1 (+7.5 of 100) and smallest in womens: 0 (+7.3 of 100)."
    assert summary.extremes(cells.head(1), "binary", wording=wording) == "the effect in womens: 0 (+7.3 of 100)."


def test_rankings_and_memory(wording):
    ranked = pd.DataFrame(
        {"plan_id": ["W"], "outcome": ["visit"], "is_better_than_random": [True], "ranked_by": ["recency, last_spend"]}
    )
    assert "beats a random order for Womens" in summary.ranking(ranked, names={"W": "Womens"})
    none = ranked.assign(is_better_than_random=False)
    told = "A ranking by recency and last spend does not beat a random order for any plan."
    uneven = pd.DataFrame({"is_uneven": [True]})
    assert summary.ranking(none, names={}, contrasts=uneven.assign(is_uneven=False)) == told
    assert summary.ranking(none, names={}, contrasts=uneven).startswith(f"{told} The groups named above tell more")
    compared = pd.DataFrame({"plan_id": ["P"], "outcome": ["visit"], "is_changed": [True]})
    assert "P (visit) came out differently" in summary.memory(compared, names={}, wording=wording)
    assert "none came out" in summary.memory(compared.assign(is_changed=False), names={}, wording=wording)
    assert "No earlier review" in summary.memory(compared.head(0), names={}, wording=wording)
