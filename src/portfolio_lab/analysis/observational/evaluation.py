"""A plan that nobody randomised, from its rows to a verdict: overlap, effect, attempts to prove it wrong, label."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.observational.checks import (
    QUICK,
    TRIGGER,
    check_e_value,
    check_hidden_cause,
    check_history,
    check_last_period,
    check_negative_control,
    check_not_executed,
    check_shuffled,
    check_subsets,
    grade,
    note_repeated,
    note_trigger,
)
from portfolio_lab.analysis.observational.effect import Adjusted, as_estimate, compute_naive, fit_effect, score_rows
from portfolio_lab.analysis.observational.logit import add_one, fit_line, fit_logit
from portfolio_lab.analysis.observational.matching import Matched, compare_estimators, match_pairs
from portfolio_lab.analysis.observational.nuisances import Recipe
from portfolio_lab.analysis.observational.overlap import OverlapCard, check_overlap, fit_comparable
from portfolio_lab.analysis.observational.sample import Sample, build_sample, take
from portfolio_lab.analysis.observational.triggers import Trigger, choose_design
from portfolio_lab.analysis.verdicts import Check, Estimate, PlanCase, PlanResult, judge, leave_unjudged
from portfolio_lab.errors import AnalysisError

DESIGN = "comparison with customers of the same history"
ESTIMAND = "customers who were contacted"
METHOD = "adjusted for what was known before"
MAX_EXPLAINED = 0.95  # of the outcome by one column alone: no past says that much of what customers do next
NO_HISTORY = (
    "There are no orders by quarter from before the contact, so nobody can see whether customers were contacted after "
    "a weak quarter, nor try this comparison on an earlier time. Comparisons of before and after, and of gains over "
    "time, are therefore refused, and the evidence is weak (D) whatever else passes. With the orders and the contacts "
    "themselves instead of a finished table both can be read."
)
MANY_ROWS = 10_000  # from here on the division into folds hardly matters


@dataclass(frozen=True)
class Question:
    """What is asked of the rows: the outcome, what is known before, and the columns for checks where there are any.

    ``negative_controls``: outcomes that a contact cannot move. ``planned``: who was to be contacted. ``earlier``: rows
    of a time before the plan, with the same columns. ``lags``: columns of orders per quarter before the start day, the
    last one first, from which it is read how contacts were triggered; ``declared``: what the company says of that.
    ``strata``: columns known before within which contacts are dealt out by lot as a check, and their name in words.
    """

    outcome: str
    covariates: tuple[str, ...]
    negative_controls: tuple[str, ...] = ()
    planned: str | None = None
    earlier: pd.DataFrame | None = None
    lags: tuple[str, ...] = ()
    declared: Trigger = "unknown"
    strata: tuple[str, ...] = ()
    strata_name: str = ""


@dataclass(frozen=True)
class Unrandomised:
    """One plan judged without an experiment: the result and all that it rests on (None without an estimate)."""

    result: PlanResult
    sample: Sample | None = None
    adjusted: Adjusted | None = None
    card: OverlapCard | None = None
    everybody: Estimate | None = None
    pairs: Estimate | None = None


def evaluate_unrandomised(
    rows: pd.DataFrame, case: PlanCase, question: Question, *, recipe: Recipe | None = None, seed: int = 0
) -> Unrandomised:
    """Return the verdict on a plan whose customers were chosen. ``rows``: see ``build_sample``.

    The headline is the effect on those contacted; ``everybody`` is that on all customers of the comparison, ``pairs``
    what a second estimator says. Too few customers on one side leave the plan without an estimate, labelled D.
    """
    case = replace(case, design=DESIGN, estimand=ESTIMAND)
    try:
        whole = build_sample(rows, outcome=question.outcome, covariates=question.covariates)
        refuse_unknown(whole)
        refuse_constant(whole)
        refuse_leaks(whole)
        recipe = recipe or Recipe(n_splits=3 if whole.n < MANY_ROWS else 1)
        comparable = fit_comparable(whole, recipe=recipe, seed=seed)
        return _judge_comparable(rows, whole, comparable, case=case, question=question, seed=seed)
    except AnalysisError as error:
        return Unrandomised(refuse(case, reason=f"Nothing can be compared: {error.problem}."))


def _judge_comparable(
    rows: pd.DataFrame,
    whole: Sample,
    comparable: tuple[Sample, Adjusted, OverlapCard],
    *,
    case: PlanCase,
    question: Question,
    seed: int,
) -> Unrandomised:
    """The result of a fitted comparison, with its checks and what a second estimator says."""
    sample, found, card = comparable
    naive = compute_naive(whole)
    if not card.is_ok:
        checks = (*note_design(rows, question), check_overlap(card), *note_repeated(sample))
        result = replace(refuse(case, reason=" ".join(card.reasons)), checks=checks, naive_effect=naive)
        return Unrandomised(result, sample, found, card)
    pairs = _match(sample, found)
    checks = list_checks(rows, sample, found, card=card, pairs=pairs, question=question, seed=seed)
    if card.n_trimmed:
        case = replace(case, estimand=card.population)
    result = judge(
        case,
        as_estimate(sample, found, method=METHOD),
        label=grade(checks),
        checks=checks,
        naive_effect=naive,
    )
    everybody = as_estimate(sample, estimate_everybody(sample, found, seed=seed), method=METHOD)
    return Unrandomised(result, sample, found, card, everybody, _as_estimate_of_pairs(pairs, sample, found))


def estimate_everybody(sample: Sample, found: Adjusted, *, seed: int = 0) -> Adjusted:
    """Return the effect on all customers of the comparison, from one division into folds (that of ``found`` if one)."""
    if found.recipe.n_splits == 1:
        return score_rows(sample, found.predictions, estimand="ate", recipe=found.recipe)
    return fit_effect(sample, estimand="ate", recipe=Recipe(found.recipe.kind, n_splits=1), seed=seed)


def refuse_unknown(sample: Sample) -> None:
    """Raise AnalysisError where nothing tells customers apart: then nobody can be said to be like another."""
    if not sample.sources:
        remedy = "name columns that were known before the contact"
        raise AnalysisError("nothing is known of the customers from before the contact", remedy=remedy, value=sample.n)


def refuse_constant(sample: Sample) -> None:
    """Raise AnalysisError where all customers did the same: from that no effect and no range can be told."""
    if sample.outcome.min() == sample.outcome.max():
        remedy = "choose an outcome that some customers reach and others do not"
        raise AnalysisError("all customers have the same outcome", remedy=remedy, value=float(sample.outcome[0]))


def refuse_leaks(sample: Sample) -> None:
    """Raise AnalysisError where a column that should have been known before says the outcome itself."""
    spread = float(((sample.outcome - sample.outcome.mean()) ** 2).sum())
    if spread <= 0:
        return
    for name in dict.fromkeys(sample.sources):
        X = add_one(sample.terms[:, [source == name for source in sample.sources]])
        rest = sample.outcome - X @ fit_line(X, sample.outcome, ridge=0.0)
        if (rest**2).sum() < (1 - MAX_EXPLAINED) * spread:
            remedy = "leave it out: it was not known before the contact"
            told = f"{name.replace('_', ' ')} says nearly the same as the outcome, so it was not known before"
            raise AnalysisError(told, remedy=remedy, value=name)


def refuse(case: PlanCase, *, reason: str) -> PlanResult:
    """Return a plan that has nobody to be compared with: weak evidence, no number, no money."""
    return leave_unjudged(case, reason=reason, label="D", is_measurable=False)


def list_checks(
    rows: pd.DataFrame,
    sample: Sample,
    found: Adjusted,
    *,
    card: OverlapCard,
    pairs: Matched | None,
    question: Question,
    seed: int = 0,
) -> tuple[Check, ...]:
    """Return every attempt to prove the effect wrong, the overlap first."""
    checks = [*note_design(rows, question), check_overlap(card)]
    checks += [check_history(refit_earlier(rows, question, seed=seed))]
    known = {"covariates": question.covariates, "seed": seed}
    fitted = (sample, found)
    checks += [
        check_negative_control(rows, outcome=name, fitted=fitted, **known) for name in question.negative_controls
    ]
    if question.planned:
        checks.append(check_not_executed(rows, outcome=question.outcome, planned=question.planned, **known))
    checks += [check_hidden_cause(sample, found, seed=seed), check_e_value(sample, found)]
    checks += [check_by_lot(rows, sample, question, seed=seed), check_subsets(sample, found, seed=seed)]
    if pairs is not None:
        checks.append(compare_estimators(found, pairs))
    return (*checks, *note_repeated(sample))


def check_by_lot(rows: pd.DataFrame, sample: Sample, question: Question, *, seed: int = 0) -> Check:
    """Return whether contacts dealt out by lot, within the strata of the question, seem to work too often."""
    if not question.strata:
        return check_shuffled(sample, seed=seed)
    groups = rows.groupby(list(question.strata), dropna=False, sort=True).ngroup().to_numpy()[sample.place]
    return check_shuffled(sample, groups=groups, within=question.strata_name, seed=seed)


def note_design(rows: pd.DataFrame, question: Question) -> tuple[Check, ...]:
    """Return how contacts were triggered, what is refused for it, and whether the quarter before may be a check.

    Read from orders per quarter (``lags``); what was declared may only be stricter. Without them it says so.
    """
    if not question.lags:
        return (Check(TRIGGER, None, NO_HISTORY),)
    choice = choose_design(rows, lags=question.lags, declared=question.declared)
    return note_trigger(choice), check_last_period(choice, None)


def refit_earlier(rows: pd.DataFrame, question: Question, *, seed: int = 0) -> Adjusted | None:
    """Return the same comparison on rows of a time before the plan, with contacts dealt by the plan's own rule.

    The rule (the chance of being contacted, given what is known) is learnt from ``rows`` and applied to the earlier
    rows; nobody was contacted then by this plan, so any effect would be one of the rule. None without earlier rows.
    """
    if question.earlier is None or question.earlier.empty:
        return None
    names = list(dict.fromkeys([*question.covariates, question.outcome]))
    both = pd.concat([rows[[*names, "is_treated", "customer_id"]], question.earlier[[*names, "customer_id"]]])
    is_now = np.arange(len(both)) < len(rows)
    both = both.assign(is_treated=both["is_treated"].eq(other=True)).reset_index(drop=True)
    try:
        sample = build_sample(both, outcome=question.outcome, covariates=question.covariates)
        X = add_one(sample.terms)
        beta = fit_logit(X[is_now], sample.treated[is_now].astype(float))
        chance = 1 / (1 + np.exp(-X[~is_now] @ beta))
        dealt = np.random.default_rng(seed).random(len(chance)) < chance
        treated = sample.treated.copy()
        treated[~is_now] = dealt
        return fit_effect(take(replace(sample, treated=treated), ~is_now), recipe=QUICK, seed=seed)
    except AnalysisError:
        return None


def _match(sample: Sample, found: Adjusted) -> Matched | None:
    try:
        return match_pairs(sample, found)
    except AnalysisError:
        return None


def _as_estimate_of_pairs(pairs: Matched | None, sample: Sample, found: Adjusted) -> Estimate | None:
    if pairs is None:
        return None
    reach = norm.ppf(0.975) * pairs.error
    mean = float(sample.outcome[sample.treated].mean())
    n_treated = int(sample.treated.sum())
    return Estimate(
        effect=pairs.effect, se=pairs.error, low=pairs.effect - reach, high=pairs.effect + reach,
        n_treated=n_treated, n_control=sample.n - n_treated, control_mean=mean - found.effect,
        method="pairs of neighbours",
    )  # fmt: skip
