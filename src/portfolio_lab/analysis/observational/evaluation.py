"""A plan that nobody randomised, from its rows to a verdict: overlap, effect, attempts to prove it wrong, label."""

from dataclasses import dataclass, replace

import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.observational.attempts import Question, list_checks, note_design
from portfolio_lab.analysis.observational.checks import grade, note_repeated
from portfolio_lab.analysis.observational.effect import Adjusted, as_estimate, compute_naive, fit_effect, score_rows
from portfolio_lab.analysis.observational.logit import add_one, fit_line
from portfolio_lab.analysis.observational.matching import Matched, match_pairs
from portfolio_lab.analysis.observational.nuisances import Recipe
from portfolio_lab.analysis.observational.overlap import OverlapCard, check_overlap, fit_comparable
from portfolio_lab.analysis.observational.sample import Sample, build_sample
from portfolio_lab.analysis.verdicts import Estimate, PlanCase, PlanResult, judge, leave_unjudged
from portfolio_lab.errors import AnalysisError

DESIGN = "comparison with customers of the same history"
ESTIMAND = "customers who were contacted"
METHOD = "adjusted for what was known before"
MAX_EXPLAINED = 0.95  # of the outcome by one column alone: no past says that much of what customers do next
MANY_ROWS = 10_000  # from here on the division into folds hardly matters


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
        label=grade(checks) if question.is_dated else "D",
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
