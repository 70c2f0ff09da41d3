import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.experiments.entrance import read_experiment
from portfolio_lab.analysis.experiments.randomised import Terms
from portfolio_lab.analysis.observational import arms as chosen
from portfolio_lab.analysis.observational.nuisances import Recipe
from portfolio_lab.analysis.verdicts import INCONCLUSIVE, NOT_MEASURABLE

QUICK = Recipe("logit", n_splits=1)
TERMS = Terms(cost_amount=0.1, min_effects={"visit": 0.01}, margin_amounts={"visit": 5.0, "spend": 0.3})
TRUE = {"call": 0.08, "letter": 0.0}


def draw(rng, n=9_000):
    """A test drawn by lot, from which some are then removed so that the simple comparison fails."""
    arm = rng.choice(["none", "call", "letter"], n)
    recency, newcomer = rng.integers(1, 13, n), rng.random(n) < 0.4
    rate = 0.12 + 0.10 * (recency < 5) + np.vectorize(lambda a: TRUE.get(a, 0.0))(arm) + 0.04 * newcomer
    visit = rng.random(n) < rate
    spend = np.where(visit, np.exp(rng.normal(3.0, 0.5, n)), 0.0)
    kept = (arm == "none") | (recency >= 5) | (rng.random(n) < 0.2)
    frame = pd.DataFrame(
        {"arm": arm, "visit": visit.astype(int), "spend": spend, "recency": recency, "newcomer": newcomer}
    )
    return frame[kept].reset_index(drop=True)


@pytest.fixture(scope="module")
def frame():
    return draw(np.random.default_rng(3))


@pytest.fixture(scope="module")
def found(frame):
    experiment = read_experiment(
        frame, control_arm="none", outcomes={"visit": "binary", "spend": "amount"}, covariates=["recency", "newcomer"],
        cells=["newcomer"],
    )  # fmt: skip
    return chosen.evaluate_chosen_arms(experiment, terms=TERMS, recipe=QUICK)


def test_effects_come_back_where_the_simple_comparison_fails(found):
    for result in found.results:
        if result.case.outcome == "visit":
            true, estimate = TRUE[result.case.plan_id], result.estimate
            assert estimate.low <= true <= estimate.high
            assert abs(result.naive_effect - true) > max(0.02, abs(estimate.effect - true))
    assert [(r.case.plan_id, r.case.outcome) for r in found.results] == [
        ("call", "visit"), ("call", "spend"), ("letter", "visit"), ("letter", "spend"),
    ]  # fmt: skip


def test_they_are_weak_without_further_checks_and_say_nothing_of_money(found):
    for result in found.results:
        assert (result.label, result.verdict, result.money) == ("D", INCONCLUSIVE, None)


def test_views_and_cells_say_the_same(found):
    assert found.views.groupby(["plan_id", "outcome"]).size().tolist() == [2] * 4
    cells = found.cells[(found.cells["plan_id"] == "call") & (found.cells["outcome"] == "visit")]
    total = next(r for r in found.results if (r.case.plan_id, r.case.outcome) == ("call", "visit")).estimate
    assert np.average(cells["effect"], weights=cells["n_treated"]) == pytest.approx(total.effect, abs=1e-9)
    assert np.average(cells["control_mean"], weights=cells["n_treated"]) == pytest.approx(total.control_mean, abs=1e-9)
    assert cells["is_clear"].all() and not cells["is_small"].any()


def test_an_outcome_that_no_arm_can_move_is_looked_at(frame):
    experiment = read_experiment(
        frame, control_arm="none", outcomes={"visit": "binary"}, covariates=["recency", "newcomer"]
    )
    rng = np.random.default_rng(1)
    moved = pd.DataFrame({"earlier_claim": (rng.random(len(frame)) < 0.1 + 0.2 * (frame["arm"] == "call")) * 1.0})
    found = chosen.evaluate_chosen_arms(experiment, terms=TERMS, recipe=QUICK, negative_controls=moved)
    by_arm = {r.case.plan_id: [c for c in r.checks if "earlier claim" in c.sentence] for r in found.results}
    assert by_arm["call"][0].passed is False and by_arm["letter"][0].passed is True


def test_a_log_in_which_everybody_was_contacted_is_weak_without_number_or_money():
    results = chosen.describe_only_arm("call", [("visit", "binary"), ("spend", "amount")])
    assert [(r.label, r.verdict, r.estimate, r.money) for r in results] == [("D", NOT_MEASURABLE, None, None)] * 2
    assert "nothing to compare with" in results[0].reason


def test_a_log_in_which_nobody_was_contacted_says_so():
    result = chosen.describe_only_arm("none", [("visit", "binary")], is_control=True)[0]
    assert (result.label, result.verdict, result.money) == ("D", NOT_MEASURABLE, None)
    assert "no contact to judge" in result.reason
