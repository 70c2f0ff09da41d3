"""One randomised comparison from end to end, and how its verdicts come out over many experiments."""

import numpy as np
import pytest
from simulators.effectiveness import two_arms

from portfolio_lab.analysis.experiments.proportions import Counts, compare_proportions
from portfolio_lab.analysis.experiments.randomised import Terms, evaluate_randomised
from portfolio_lab.analysis.verdicts import (
    DECISIVE,
    FAILS,
    INCONCLUSIVE,
    NOT_MEASURABLE,
    WORKS,
    Check,
    PlanCase,
    compute_n_more,
    confidence_of_look,
    decide,
)
from portfolio_lab.errors import AnalysisError

CASE = PlanCase("P1", "purchase", "binary", mwe=0.03)
MWE, PLANNED = 0.03, 2032


def verdict(treated, control, n, *, n_looks=1):
    estimate = compare_proportions(Counts(treated, n, control, n), confidence=confidence_of_look(n_looks))
    return estimate, decide(estimate.low, estimate.high, mwe=MWE, label="A")


def shares(effect, n_runs, seed, n=PLANNED):
    rng = np.random.default_rng(seed)
    found = [verdict(*two_arms(rng, n=n, effect=effect), n)[1] for _ in range(n_runs)]
    return {name: np.mean([one in group for one in found]) for name, group in (("works", WORKS), ("fails", FAILS))}


def check_calibration(n_runs, slack):
    nothing, worth, harm = (shares(effect, n_runs, seed) for seed, effect in enumerate((0.0, MWE, -0.02)))
    assert nothing["works"] <= 0.03 + slack
    assert worth["fails"] <= 0.03 + slack
    assert nothing["works"] + nothing["fails"] >= 0.80 - slack
    assert worth["works"] >= 0.77 - slack
    assert harm["fails"] >= 0.98 - slack


def extend(rng, n, effect):
    """A first look; where it is open, the printed number more and a second look, each with half the error."""
    one, other = two_arms(rng, n=n, effect=effect)
    estimate, first = verdict(one, other, n, n_looks=2)
    if first != INCONCLUSIVE:
        return first, None
    more = compute_n_more(estimate.se, n=n, mwe=MWE)
    one_more, other_more = two_arms(rng, n=more, effect=effect)
    return first, verdict(one + one_more, other + other_more, n + more, n_looks=2)[1]


def check_extension(n_runs, slack):
    rng = np.random.default_rng(9)
    for effect in (0.0, MWE):
        runs = [extend(rng, 300, effect) for _ in range(n_runs)]
        seconds = [second for _, second in runs if second is not None]
        assert np.mean([second in DECISIVE for second in seconds]) >= 0.70 - slack
        if effect == 0:
            assert np.mean([(second or first) in WORKS for first, second in runs]) <= 0.03 + slack


def test_verdicts_are_calibrated_at_the_planned_size():
    check_calibration(400, slack=0.025)


def test_following_the_printed_number_settles_it():
    check_extension(300, slack=0.06)


@pytest.mark.full
def test_verdicts_are_calibrated_at_the_planned_size_in_two_thousand_runs():
    check_calibration(2000, slack=0.0)


@pytest.mark.full
def test_following_the_printed_number_settles_it_in_two_thousand_runs():
    check_extension(2000, slack=0.0)


@pytest.mark.parametrize("n_runs", [120, pytest.param(400, marks=pytest.mark.full)])
def test_twelve_looks_keep_the_error(n_runs):
    """Judged every month for a year, no effect: each look has its part of the five per cent."""
    rng, alarms, careless = np.random.default_rng(4), 0, 0
    for _ in range(n_runs):
        treated, control = (rng.binomial(200, 0.12, 12).cumsum() for _ in range(2))
        looks = [
            Counts(int(t), 200 * k, int(c), 200 * k)
            for k, (t, c) in enumerate(zip(treated, control, strict=True), start=1)
        ]
        alarms += any(_excludes_zero(look, confidence_of_look(12)) for look in looks)
        careless += any(_excludes_zero(look, 0.95) for look in looks)
    assert alarms / n_runs <= 0.05
    assert careless / n_runs > 0.12


def _excludes_zero(counts, confidence):
    estimate = compare_proportions(counts, confidence=confidence)
    return estimate.low > 0 or estimate.high < 0


@pytest.mark.parametrize(("n_treated", "n_control", "n_events"), [(29, 500, 60), (500, 29, 60), (500, 500, 4)])
def test_too_few_customers_or_events_are_not_measured(n_treated, n_control, n_events):
    y = np.r_[np.ones(n_events), np.zeros(n_treated + n_control - n_events)]
    result = evaluate_randomised(CASE, y, np.arange(len(y)) < n_treated)
    assert result.verdict == NOT_MEASURABLE
    assert "Too few" in result.reason


def test_just_enough_is_measured_and_a_blocked_check_is_no_experiment():
    y = np.r_[np.ones(5), np.zeros(55)]
    d = np.arange(60) % 2 == 0
    assert evaluate_randomised(CASE, y, d).label == "A"
    blocked = evaluate_randomised(CASE, y, d, checks=(Check("sizes", False, "Lost.", blocks=True),))
    assert (blocked.verdict, blocked.label, blocked.reason) == (NOT_MEASURABLE, "E", "Lost.")


def test_what_an_effect_must_be_worth():
    terms = Terms(cost_amount=2.0, margin_amounts={"visit": 50.0}, min_effects={"spend": 0.4})
    assert terms.min_effect("visit") == 0.04
    assert terms.min_effect("spend") == 0.4
    assert Terms().min_effect("visit") is None


def test_days_are_compared_elsewhere():
    with pytest.raises(AnalysisError, match="unknown kind"):
        evaluate_randomised(PlanCase("P", "return", "days"), np.ones(3), np.ones(3))
