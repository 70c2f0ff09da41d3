import numpy as np
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational import checks
from portfolio_lab.analysis.observational.effect import fit_effect
from portfolio_lab.analysis.observational.lots import Lots
from portfolio_lab.analysis.observational.nuisances import Recipe
from portfolio_lab.analysis.observational.sample import build_sample
from portfolio_lab.analysis.observational.triggers import choose_design
from portfolio_lab.analysis.verdicts import Check

X = ("x",)


def fires(strength, n_runs, seed=0):
    """How often each look for something hidden fails."""
    drawn = [sim.hidden_cause(np.random.default_rng(seed + run), strength=strength) for run in range(n_runs)]
    moved = [checks.check_negative_control(rows, outcome="negative_control", covariates=X).passed for rows in drawn]
    left = [checks.check_not_executed(rows, outcome="outcome", covariates=X).passed for rows in drawn]
    return n_runs - sum(moved), n_runs - sum(left)


def test_a_hidden_cause_is_found_and_none_is_not():
    assert fires(1.0, 4) == (4, 4)
    assert max(fires(0.0, 4)) <= 2


@pytest.mark.full
def test_how_often_a_hidden_cause_is_found():
    assert min(fires(1.0, 200)) >= 190
    assert max(fires(0.0, 300)) <= 27


def test_too_few_to_look_at_is_not_possible_and_not_a_pass():
    rows = sim.hidden_cause(np.random.default_rng(1), n=300).assign(is_planned=lambda rows: rows["is_treated"])
    assert checks.check_not_executed(rows, outcome="outcome", covariates=X).passed is None
    few = rows.assign(is_treated=np.arange(300) < 10)
    assert checks.check_negative_control(few, outcome="negative_control", covariates=X).passed is None


def test_what_is_known_of_the_contact_is_not_fitted_again_for_an_outcome_that_cannot_move(monkeypatch):
    monkeypatch.setattr(checks, "MANY_ROWS", 0)
    asked = {"outcome": "negative_control", "covariates": X, "seed": 5}
    for strength, passed in ((0.0, True), (1.0, False)):
        rows = sim.hidden_cause(np.random.default_rng(3), strength=strength)
        sample = build_sample(rows, outcome="outcome", covariates=X)
        found = fit_effect(sample, recipe=checks.choose_recipe(len(rows)), seed=5)
        anew = checks.check_negative_control(rows, **asked)
        with monkeypatch.context() as patched:
            patched.setattr(checks, "_try", None)
            assert checks.check_negative_control(rows, fitted=(sample, found), **asked) == anew
            empty = rows.assign(negative_control=np.nan)
            assert checks.check_negative_control(empty, fitted=(sample, found), **asked).passed is None
        assert anew.passed is passed


def passes_history(n_runs):
    """The same comparison on a time when contacts did nothing, and the gain over the gain of the others."""
    lag, did = [], []
    for run in range(n_runs):
        rows = sim.contacts_after_a_dip(np.random.default_rng(run))
        sample = build_sample(rows, outcome="outcome", covariates=sim.S2_LAGS)
        lag.append(checks.check_history(fit_effect(sample, recipe=checks.QUICK, seed=run)).passed)
        gain = rows["outcome"] - rows["lag_1"]
        groups = [gain[rows["is_treated"]], gain[~rows["is_treated"]]]
        error = np.sqrt(sum(group.var() / len(group) for group in groups))
        did.append(abs(groups[0].mean() - groups[1].mean()) < 1.96 * error)
    return np.mean(lag), np.mean(did)


def test_history_passes_the_sound_comparison_and_fails_the_gain_over_the_gain():
    lag, did = passes_history(10)
    assert lag >= 0.7 and did == 0


@pytest.mark.full
def test_history_over_two_hundred_companies():
    lag, did = passes_history(200)
    assert lag >= 0.9 and did <= 0.01


def test_history_can_be_too_short():
    assert checks.check_history(None).passed is None


def test_contacts_dealt_out_by_lot_seem_to_work_rarely(sample, contacts):
    groups = contacts["is_a"].to_numpy().astype(int)
    check = checks.check_shuffled(sample, groups=groups, n=30)
    assert check.passed and check.sentence.startswith("Dealt out by lot 30 times, ")


def test_the_sentence_says_within_what_contacts_were_dealt_out(sample, contacts):
    groups = contacts["is_a"].to_numpy().astype(int)
    told = checks.check_shuffled(sample, groups=groups, within="class and stage", n=10).sentence
    assert told.startswith("Dealt out by lot within class and stage 10 times, the contacts")


def deals(monkeypatch, *found):
    """The check when contacts dealt out by lot find this, first and (if asked again) second."""
    given = iter(found)
    monkeypatch.setattr(checks, "deal_contacts", lambda sample, **options: next(given))


EVEN = np.array([-0.02, 0.02] * 5)


def test_a_method_that_always_finds_something_fails_the_shuffle(sample, monkeypatch):
    deals(monkeypatch, *[Lots(EVEN, misses=10)] * 2)
    check = checks.check_shuffled(sample, n=10)
    assert not check.passed and "to work or to harm 10 times, more often than chance allows." in check.sentence


def test_a_method_that_leans_to_one_side_fails_the_shuffle_though_it_rarely_finds_anything(sample, monkeypatch):
    deals(monkeypatch, *[Lots(EVEN / 20 + 0.01, misses=0)] * 2)
    check = checks.check_shuffled(sample, n=10)
    assert not check.passed and check.sentence.endswith(
        "never, as rarely as chance allows, and on average they leaned to more."
    )


def test_who_fails_by_luck_is_asked_once_more(sample, monkeypatch):
    deals(monkeypatch, Lots(EVEN, misses=3), Lots(EVEN, misses=1))
    check = checks.check_shuffled(sample, n=10)
    assert check.passed and "10 times, a second round after the first had failed, the contacts" in check.sentence
    deals(monkeypatch, Lots(EVEN, misses=1), Lots(EVEN, misses=9))
    first = checks.check_shuffled(sample, n=10)
    assert first.passed and "second round" not in first.sentence


def test_a_sound_number_stays_in_eight_of_ten_customers(sample):
    found = fit_effect(sample, recipe=Recipe("logit", n_splits=3))
    assert checks.check_subsets(sample, found).passed
    moved = type(found)(**{**vars(found), "effect": found.effect + found.error})
    assert not checks.check_subsets(sample, moved).passed


def test_a_hidden_cause_as_strong_as_decline_could_explain_this_number(sample, adjusted):
    check = checks.check_hidden_cause(sample, adjusted)
    assert not check.passed and "as strong as decline" in check.sentence
    assert "Without decline the number would lie outside its range: make sure that it was known" in check.sentence
    solid = type(adjusted)(**{**vars(adjusted), "effect": 0.9})
    assert checks.check_hidden_cause(sample, solid).passed
    steady = checks.check_hidden_cause(sample, type(adjusted)(**{**vars(adjusted), "error": 0.045}))
    assert "outside its range" not in steady.sentence
    nothing = checks.check_hidden_cause(sample, type(adjusted)(**{**vars(adjusted), "effect": 0.0}))
    assert nothing.passed is False and "no difference at all already" in nothing.sentence


def test_e_value_against_the_known(sample, adjusted):
    assert not checks.check_e_value(sample, adjusted).passed
    solid = type(adjusted)(**{**vars(adjusted), "effect": 0.9, "control_mean": 0.05})
    assert checks.check_e_value(sample, solid).passed


def test_of_a_few_customers_without_an_order_nobody_makes_a_strong_cause(sample, adjusted):
    n, odd = sample.n, np.arange(sample.n) < 40
    terms = np.column_stack([sample.terms, odd.astype(float)])
    still = type(sample)(**{**vars(sample), "terms": terms, "sources": (*sample.sources, "region"),
                            "is_plain": np.append(sample.is_plain, True)})  # fmt: skip
    empty = type(sample)(**{**vars(still), "outcome": np.where(odd, 0.0, still.outcome)})
    assert checks._ratio_of(empty, odd.astype(float)) == 1.0
    told = [checks.check_e_value(each, adjusted).sentence for each in (empty, sample)]
    known = [float(text.rsplit("(", 1)[1].rstrip(").")) for text in told]
    assert known[0] == pytest.approx(known[1], rel=0.05)
    half = np.arange(n) < n / 2
    rich = type(sample)(**{**vars(sample), "outcome": np.where(half, 3.0, 1.0)})
    assert checks._ratio_of(rich, half.astype(float)) == pytest.approx(3.0)


def test_the_last_period_is_not_used_after_a_dip_and_used_otherwise():
    rows = sim.contacts_after_a_dip(np.random.default_rng(0))
    sample = build_sample(rows, outcome="lag_1", covariates=sim.S2_LAGS[1:])
    found = fit_effect(sample, recipe=checks.QUICK)
    dip = checks.check_last_period(choose_design(rows, lags=sim.S2_LAGS), found)
    assert dip.passed is None and "caused the contact" in dip.sentence
    by_lot = rows.assign(is_treated=np.random.default_rng(1).random(len(rows)) < 0.5)
    unknown = checks.check_last_period(choose_design(by_lot, lags=sim.S2_LAGS), found)
    assert unknown.passed is None and "Nobody has said" in unknown.sentence
    choice = choose_design(by_lot, lags=sim.S2_LAGS, declared="rollout")
    assert checks.check_last_period(choice, found).passed is False
    assert checks.check_last_period(choice, None).passed is None


def test_the_trigger_is_told_with_what_it_forbids():
    rows = sim.contacts_after_a_dip(np.random.default_rng(0))
    note = checks.note_trigger(choose_design(rows, lags=sim.S2_LAGS))
    assert note.passed is None and note.name == checks.TRIGGER
    assert note.sentence.startswith("Contacts follow a dip") and note.sentence.count("recover by themselves") == 1
    assert "so a comparison of before and after" in note.sentence
    assert "For the same reason the gain of the contacted over the gain of the others" in note.sentence
    by_lot = rows.assign(is_treated=np.random.default_rng(1).random(len(rows)) < 0.5)
    loose = checks.note_trigger(choose_design(by_lot, lags=sim.S2_LAGS, declared="rollout")).sentence
    assert "season and trend" in loose and "recover" not in loose


def complete(**changed):
    names = {checks.OVERLAP: True, checks.HISTORY: True, checks.HIDDEN: True, checks.NEGATIVE: True,
             checks.NOT_EXECUTED: None, checks.SHUFFLED: True} | changed  # fmt: skip
    return tuple(Check(name, passed, "") for name, passed in names.items())


@pytest.mark.parametrize(
    ("changed", "label"),
    [
        ({}, "C"),
        ({checks.NEGATIVE: None, checks.NOT_EXECUTED: True}, "C"),
        ({checks.NEGATIVE: None}, "D"),
        ({checks.NOT_EXECUTED: False}, "D"),
        ({checks.HISTORY: None}, "D"),
        ({checks.OVERLAP: False}, "D"),
        ({checks.HIDDEN: False}, "D"),
        ({checks.SHUFFLED: False}, "D"),
    ],
)
def test_the_label_follows_the_checks(changed, label):
    assert checks.grade(complete(**changed)) == label


def test_a_comparison_without_any_check_is_weak():
    assert checks.grade(()) == "D"
