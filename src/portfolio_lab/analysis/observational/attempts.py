"""The attempts to prove a comparison wrong, for the question that is asked of its rows."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from portfolio_lab.analysis.observational.checks import (
    DAYS,
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
    note_repeated,
    note_trigger,
)
from portfolio_lab.analysis.observational.effect import Adjusted, fit_effect
from portfolio_lab.analysis.observational.logit import add_one, fit_logit
from portfolio_lab.analysis.observational.matching import Matched, compare_estimators
from portfolio_lab.analysis.observational.overlap import OverlapCard, check_overlap
from portfolio_lab.analysis.observational.sample import Sample, build_sample, take
from portfolio_lab.analysis.observational.triggers import Trigger, choose_design
from portfolio_lab.analysis.verdicts import Check
from portfolio_lab.errors import AnalysisError

NO_HISTORY = (
    "There are no orders by quarter from before the contact, so nobody can see whether customers were contacted after "
    "a weak quarter, nor try this comparison on an earlier time. Comparisons of before and after, and of gains over "
    "time, are therefore refused, and the evidence is weak (D) whatever else passes. With columns of earlier quarters "
    "both can be read; with the orders and the contacts themselves instead of a finished table the days too."
)
NO_DAYS = (
    "The table does not say on which days customers were contacted and ordered, so nobody can see whether what "
    "followed began after the contact for all alike. The evidence is weak (D) whatever else passes. With the orders "
    "and the contacts themselves instead of a finished table it can be read."
)


@dataclass(frozen=True)
class Question:
    """What is asked of the rows: the outcome, what is known before, and the columns for checks where there are any.

    ``negative_controls``: outcomes that a contact cannot move. ``planned``: who was to be contacted. ``earlier``: rows
    of a time before the plan, with the same columns. ``lags``: columns of orders per quarter before the start day, the
    last one first, from which it is read how contacts were triggered; ``declared``: what the company says of that.
    ``strata``: columns known before within which contacts are dealt out by lot as a check, and their name in words.
    ``rule``: the covariates that the earlier rows have too (none: all). ``is_dated``: whether the days of contacts and
    orders are known; without them nobody can see that what followed began after the contact.
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
    rule: tuple[str, ...] = ()
    is_dated: bool = True


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

    Read from orders per quarter (``lags``); what was declared may only be stricter. Without them it says so, as it does
    where the days of contacts are not known.
    """
    if not question.lags:
        return (Check(TRIGGER, None, NO_HISTORY),)
    choice = choose_design(rows, lags=question.lags, declared=question.declared)
    notes = (note_trigger(choice), check_last_period(choice, None))
    return notes if question.is_dated else (*notes, Check(DAYS, None, NO_DAYS))


def refit_earlier(rows: pd.DataFrame, question: Question, *, seed: int = 0) -> Adjusted | None:
    """Return the same comparison on rows of a time before the plan, with contacts dealt by the plan's own rule.

    The rule (the chance of being contacted, given what is known) is learnt from ``rows`` and applied to the earlier
    rows; nobody was contacted then by this plan, so any effect would be one of the rule. None without earlier rows.
    """
    if question.earlier is None or question.earlier.empty:
        return None
    known = question.rule or question.covariates
    names = list(dict.fromkeys([*known, question.outcome]))
    both = pd.concat([rows[[*names, "is_treated", "customer_id"]], question.earlier[[*names, "customer_id"]]])
    is_now = np.arange(len(both)) < len(rows)
    both = both.assign(is_treated=both["is_treated"].eq(other=True)).reset_index(drop=True)
    try:
        sample = build_sample(both, outcome=question.outcome, covariates=known)
        X = add_one(sample.terms)
        beta = fit_logit(X[is_now], sample.treated[is_now].astype(float))
        chance = 1 / (1 + np.exp(-X[~is_now] @ beta))
        dealt = np.random.default_rng(seed).random(len(chance)) < chance
        treated = sample.treated.copy()
        treated[~is_now] = dealt
        return fit_effect(take(replace(sample, treated=treated), ~is_now), recipe=QUICK, seed=seed)
    except AnalysisError:
        return None
