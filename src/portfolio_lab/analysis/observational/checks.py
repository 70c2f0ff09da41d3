"""Attempts to prove an adjusted effect wrong, each a pass or a failure with its sentence.

None can prove it right: they tell whether this way of comparing finds an effect where there can be none.
Sources: Lipsitch, Tchetgen Tchetgen and Cohen (2010) on negative controls; Eggers, Tuñón and Dafoe (2024) on placebos.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from portfolio_lab.analysis.observational.cohort import name_in_words
from portfolio_lab.analysis.observational.effect import Adjusted, fit_effect, refit_outcome
from portfolio_lab.analysis.observational.lots import N_LOTS, deal_contacts
from portfolio_lab.analysis.observational.nuisances import Recipe
from portfolio_lab.analysis.observational.sample import MIN_PER_ARM, Sample, build_sample, take
from portfolio_lab.analysis.observational.sensitivity import (
    benchmark_covariates,
    compute_e_value,
    compute_e_values,
    compute_robustness,
)
from portfolio_lab.analysis.observational.triggers import DesignChoice, describe_refusals
from portfolio_lab.analysis.verdicts import Check, LabelCode
from portfolio_lab.errors import AnalysisError

HISTORY = "before the plan existed"
NEGATIVE = "an outcome the contact cannot move"
NOT_EXECUTED = "planned but not carried out"
SHUFFLED = "contacts dealt out by lot"
SUBSETS = "eight in ten customers"
HIDDEN = "hidden cause as strong as the strongest known"
E_VALUE = "how strong a hidden cause must be"
REPEATED = "said twice"
LAST_PERIOD = "the quarter before the contact"
EARLY = "contacts dated before the plan"
TRIGGER = "how customers came to be contacted"
DAYS = "the days of contacts and orders"
OVERLAP = "overlap"
MIN_EVENTS = 5
MANY_ROWS = 10_000
AGAIN = 7919  # far from the seeds that anybody gives
N_SUBSETS, N_SUBSETS_OF_MANY_TERMS = 20, 8
MANY_CELLS = 150_000  # rows times terms from which a refit takes its time
# far nearer than luck moves a coefficient, and of the effect only the square of what is left
QUICK = Recipe("logit", n_folds=2, n_splits=1, near=1e-4)


def check_history(found: Adjusted | None) -> Check:
    """Return whether the same comparison, of a time before the plan existed, finds nothing (it should)."""
    if found is None:
        return Check(HISTORY, None, "There is no time before the plan on which to try this comparison.")
    passed = _holds_zero(found)
    told = "finds nothing, as it should" if passed else "finds an effect of a plan that did not exist"
    return Check(HISTORY, passed, f"Tried on a time before the plan, the same comparison {told}.")


def check_negative_control(
    rows: pd.DataFrame,
    *,
    outcome: str,
    covariates: tuple[str, ...],
    seed: int = 0,
    fitted: tuple[Sample, Adjusted] | None = None,
) -> Check:
    """Return whether the contact seems to move an outcome that it cannot move.

    ``rows`` as for ``build_sample``; ``outcome`` a column that the same hidden causes would move, but no contact.
    ``fitted``: a comparison of these rows by these covariates; what it knows of the contact is not fitted again.
    """
    values, recipe = rows[outcome], choose_recipe(len(rows))
    if fitted is not None and fitted[0].n == len(rows) and fitted[1].recipe == recipe and recipe.n_splits == 1:
        known = None if values.isna().any() else values.to_numpy(dtype=float)[fitted[0].place]
        found = None if known is None else refit_outcome(*fitted, known, seed=seed)
    else:
        found = _try(rows, outcome=outcome, covariates=covariates, treatment="is_treated", seed=seed)
    name = outcome.replace("_", " ")
    if found is None:
        return Check(NEGATIVE, None, f"Too few customers to look at {name}.")
    passed = _holds_zero(found)
    told = "does not seem" if passed else "seems"
    tail = "." if passed else ": something that nobody wrote down tells the groups apart."
    return Check(NEGATIVE, passed, f"The contact {told} to change what it cannot change ({name}){tail}")


def check_not_executed(
    rows: pd.DataFrame, *, outcome: str, covariates: tuple[str, ...], planned: str = "is_planned", seed: int = 0
) -> Check:
    """Return whether customers planned but not contacted differ from those never planned (they should not)."""
    untouched = rows[~rows["is_treated"].astype(bool)]
    found = _try(untouched, outcome=outcome, covariates=covariates, treatment=planned, seed=seed)
    if found is None:
        return Check(NOT_EXECUTED, None, "Too few customers were planned and then not contacted to compare them.")
    passed = _holds_zero(found)
    told = "do as well as" if passed else "already differ from"
    tail = "" if passed else ": the choice of customers shows even without a contact"
    return Check(NOT_EXECUTED, passed, f"Customers planned but not contacted {told} customers never planned{tail}.")


def _try(rows: pd.DataFrame, *, seed: int, **columns: object) -> Adjusted | None:
    """The effect, or None where a group is too small."""
    try:
        return fit_effect(build_sample(rows, **columns), recipe=choose_recipe(len(rows)), seed=seed)
    except AnalysisError:
        return None


def choose_recipe(n_rows: int) -> Recipe:
    """Return how a check is fitted: where rows are many, how they are divided into folds hardly matters."""
    return Recipe("logit", n_splits=3 if n_rows < MANY_ROWS else 1)


def _holds_zero(found: Adjusted) -> bool:
    low, high = found.interval()
    return bool(low <= 0 <= high)


def check_shuffled(
    sample: Sample, *, groups: np.ndarray | None = None, within: str = "", n: int = N_LOTS, seed: int = 0
) -> Check:
    """Return whether contacts dealt out by lot (within ``groups``, in words ``within``) seem to work too often.

    A hundred times: at most one in ten may, and the mean of what they seem to bring must lie within two of its
    standard errors of 0. A sound comparison misses one of the two now and then, by luck alone, so contacts are then
    dealt out as often again, and only who fails twice has failed.
    """
    known = {"groups": groups, "n": n}
    lots, again = deal_contacts(sample, seed=seed, **known), ""
    if not lots.is_fair:
        lots, again = deal_contacts(sample, seed=seed + AGAIN, **known), ", a second round after the first had failed"
    told = "as rarely as chance allows" if lots.is_rare else "more often than chance allows"
    leaning = "" if lots.is_even else f", and on average they leaned to {'more' if lots.mean > 0 else 'less'}"
    where = f" within {within}" if within else ""
    sentence = (
        f"Dealt out by lot{where} {n} times{again}, the contacts seemed to work or to harm {_times(lots.misses)}, "
        f"{told}{leaning}."
    )
    return Check(SHUFFLED, lots.is_fair, sentence)


def _times(n: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(n, f"{n} times")


def check_subsets(sample: Sample, found: Adjusted, *, n: int | None = None, seed: int = 0) -> Check:
    """Return whether the effect stays (within half a standard error, on average) when a fifth of the customers goes.

    Twenty times over, or eight where much is known of many.
    """
    n = n or (N_SUBSETS_OF_MANY_TERMS if sample.terms.size >= MANY_CELLS else N_SUBSETS)
    rng = np.random.default_rng(seed)
    n_clusters = int(sample.cluster.max()) + 1
    effects = []
    if min(sample.treated.sum(), (~sample.treated).sum()) < 2 * MIN_PER_ARM:
        return Check(SUBSETS, None, "Too few customers to leave out a fifth of them.")
    for each in range(n):
        rest = take(sample, (rng.random(n_clusters) < 0.8)[sample.cluster])
        rest = replace(rest, cluster=np.unique(rest.cluster, return_inverse=True)[1])
        again = fit_effect(rest, estimand=found.estimand, recipe=QUICK, seed=each, like=found.predictions)
        effects.append(again.effect)
    moved = abs(float(np.mean(effects)) - found.effect)
    passed = bool(moved < 0.5 * found.error)
    told = "stays" if passed else "changes"
    return Check(SUBSETS, passed, f"With eight in ten of the customers, {n} times over, the number {told}.")


def check_hidden_cause(sample: Sample, found: Adjusted, *, seed: int = 0) -> Check:
    """Return whether something as strong as the strongest known covariate could not move the interval to 0."""
    robust = compute_robustness(sample, found)
    if robust.value_of_limit <= 0:
        text = (
            "Something unknown need not explain the number away: its range holds no difference at all already, and to "
            f"account for {robust.value:.1%} of what is unexplained in both contact and outcome would turn the sign."
        )
        return Check(HIDDEN, False, text)
    known = benchmark_covariates(sample, found, seed=seed)
    strongest = known.iloc[0]
    name = name_in_words(str(strongest["covariate"]))
    passed = bool(robust.value_of_limit > strongest["strength"])
    told = "could not" if passed else "could"
    return Check(
        HIDDEN,
        passed,
        f"Something unknown as strong as {name}, the strongest of what is known, {told} explain the number away. It "
        f"would have to account for {robust.value:.1%} of what is unexplained in both contact and outcome to turn the "
        f"sign, for {robust.value_of_limit:.1%} to bring the range to zero; {name} does so for "
        f"{strongest['strength']:.1%}.{_name_deciding(known, found)}",
    )


def _name_deciding(known: pd.DataFrame, found: Adjusted) -> str:
    """What to ask of a column on which the effect hangs: it must not have come after the contact."""
    most = known.loc[known["shift"].abs().idxmax()]
    low, high = found.interval()
    if low <= found.effect + most["shift"] <= high:
        return ""
    name = name_in_words(str(most["covariate"]))
    return f" Without {name} the number would lie outside its range: make sure that it was known before the contact."


def check_e_value(sample: Sample, found: Adjusted) -> Check:
    """Return whether a hidden cause would have to go with both contact and outcome more than any known one does.

    Known covariates are measured by the risk ratio of their upper against their lower half, or of their flag.
    """
    spread = None if sample.is_binary else float(sample.outcome.std())
    needed = compute_e_values(found, spread=spread)[1]
    if needed <= 1:
        return Check(E_VALUE, False, "Nothing unknown is needed to explain the number: its range holds zero already.")
    known = max((_ratio_of(sample, column) for column in sample.terms[:, sample.is_plain].T), default=1.0)
    passed = bool(needed > compute_e_value(known))
    told = "more than" if passed else "not more than"
    sentence = (
        f"To explain the number away, something unknown would have to go with both contact and outcome by a factor "
        f"of {needed:.1f}, {told} the strongest known does ({compute_e_value(known):.1f})."
    )
    return Check(E_VALUE, passed, sentence)


def _ratio_of(sample: Sample, column: np.ndarray) -> float:
    """Ratio of outcomes between the upper and the lower half of a term, at least 1; 1 where a half is too small."""
    upper = column > np.median(column) if len(np.unique(column[:1000])) > 2 else column > column.min()
    halves = [sample.outcome[part] for part in (upper, ~upper)]
    if min(map(len, halves)) < MIN_PER_ARM or min(int((half > 0).sum()) for half in halves) < MIN_EVENTS:
        return 1.0
    high, low = (float(half.mean()) for half in halves)
    return max(high / low, low / high) if min(high, low) > 0 else 1.0


def note_repeated(sample: Sample) -> tuple[Check, ...]:
    """Return a remark on the columns that were left out because others say the same; none where all were needed."""
    if not sample.repeated:
        return ()
    names = ", ".join(name_in_words(name) for name in sample.repeated)
    return (Check(REPEATED, None, f"Left out, because the rest of what is known already says it: {names}."),)


def note_trigger(choice: DesignChoice) -> Check:
    """Return how customers came to be contacted, and in words which simple comparisons are refused for it."""
    return Check(TRIGGER, None, f"{choice.sentence} {describe_refusals(choice)}".strip())


def note_early(n_early: int, *, started: pd.Timestamp) -> tuple[Check, ...]:
    """Return a remark on contacts that bear a plan's name but a day before it began; none where there are none."""
    if not n_early:
        return ()
    told = "1 contact bears" if n_early == 1 else f"{n_early:,} contacts bear"
    sentence = f"{told} its name but a day before it began ({started:%Y-%m-%d}); what was done before is not counted."
    return (Check(EARLY, None, sentence),)


def check_last_period(choice: DesignChoice, found: Adjusted | None) -> Check:
    """Return whether the contact seems to change the period before it; not used where that period caused it."""
    reason = choice.refusal("placebo_last_period")
    if reason or found is None:
        return Check(LAST_PERIOD, None, reason or "There is no earlier period to look at.")
    passed = _holds_zero(found)
    told = "does not seem" if passed else "seems"
    return Check(LAST_PERIOD, passed, f"The contact {told} to change the quarter before it.")


REQUIRED = (OVERLAP, HISTORY, HIDDEN)
ONE_OF = (NEGATIVE, NOT_EXECUTED)


def grade(checks: tuple[Check, ...]) -> LabelCode:
    """Return the evidence label of an adjusted comparison: C if all that it needs passed, else D.

    Needed are the overlap, the time before the plan, the hidden cause, and one of the two looks for something hidden
    (an outcome that cannot move, customers planned but not contacted); what was not possible has not passed. A failed
    one of those, or of the shuffles, makes it D whatever else passed.
    """
    by_name = {check.name: check.passed for check in checks}
    failed = [name for name in (*REQUIRED, *ONE_OF, SHUFFLED) if by_name.get(name) is False]
    complete = all(by_name.get(name) for name in REQUIRED) and any(by_name.get(name) for name in ONE_OF)
    return "C" if complete and not failed else "D"
