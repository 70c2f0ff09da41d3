"""The evidence of the effectiveness report: every plan, and every arm of a finished experiment, judged."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pandas as pd

from portfolio_lab.analysis.adherence.contacts import take_own_contacts
from portfolio_lab.analysis.experiments.arms import (
    build_experiment_cells,
    build_rankings,
    build_views,
    evaluate_experiment,
)
from portfolio_lab.analysis.experiments.cells import Cells, mark_clear_cells
from portfolio_lab.analysis.experiments.compliance import Compliance
from portfolio_lab.analysis.experiments.entrance import Experiment, read_experiment
from portfolio_lab.analysis.experiments.hold_outs import (
    DAYS_PER_MONTH,
    build_hold_out_rows,
    compare_simply,
    evaluate_hold_out,
    leave_open,
    price_plan,
)
from portfolio_lab.analysis.experiments.outcomes import OUTCOMES, find_outcome
from portfolio_lab.analysis.experiments.randomised import Terms
from portfolio_lab.analysis.experiments.rankings import empty_rankings, rank_hold_out
from portfolio_lab.analysis.experiments.views import as_views
from portfolio_lab.analysis.observational.arms import list_views
from portfolio_lab.analysis.observational.brought import split_covariates
from portfolio_lab.analysis.observational.checks import note_early
from portfolio_lab.analysis.verdicts import Kind, PlanCase, PlanResult, count_earlier_looks, leave_unjudged
from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences.wording import capitalised
from portfolio_lab.reports.topics.effectiveness_chosen import (
    find_only_arm,
    judge_chosen_arms,
    judge_chosen_plan,
    say_self_test,
)
from portfolio_lab.reports.topics.effectiveness_inputs import Company, read_arms, read_log

RANDOM = "random hold-out"
N_BOOTSTRAP = 200
# The window of a plan that names none: a quarter, the period in which plans are made.
DEFAULT_WINDOW_DAYS = 90.0
MAX_LISTED = 50_000  # customers; a list as long as that is judged as well by those of it who were drawn
ESTIMAND = "everybody on the list, contacted or not"


@dataclass(frozen=True)
class Evidence:
    """All plans judged, with the rows of the tables views, cells and rankings, and who was contacted per plan.

    ``self_test``: whether the method can be trusted with a table whose arms were chosen, in words.
    """

    results: list[PlanResult]
    views: pd.DataFrame = field(default_factory=lambda: as_views([]))
    cells: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(Cells.to_schema().columns)))
    rankings: pd.DataFrame = field(default_factory=empty_rankings)
    compliance: dict[str, Compliance] = field(default_factory=dict)
    self_test: str = ""


def read_evidence(review: Review, company: Company | None) -> Evidence:
    """Return everything that the run's plans and its finished experiment show, the company's plans first."""
    found = [judge_plans(review, company)] if company is not None and review.has("plans") else []
    found += [judge_experiment(review)] if review.has("experiment") else []
    return join_evidence(found)


def judge_experiment(review: Review) -> Evidence:
    """Return the verdict on each arm and outcome of the table ``experiment``, with views, cells and rankings.

    Raises AnalysisError where the run file names an arm or a column that the table does not have.
    """
    if review.params.design != "randomised":
        return _judge_chosen_arms(review)
    experiment = read_brought(review)
    params = review.params
    terms = Terms(params.contact_cost_amount, params.margin_amounts, params.min_effects, params.n_looks)
    return Evidence(
        results=evaluate_experiment(experiment, terms=terms, arm_shares=params.arm_shares),
        views=build_views(experiment),
        cells=mark_clear_cells(build_experiment_cells(experiment)),
        rankings=build_rankings(experiment, n_bootstrap=N_BOOTSTRAP, seed=params.seed),
    )


def read_brought(review: Review) -> Experiment:
    """Return the table ``experiment`` as the run file describes it."""
    params = review.params
    alone, quarters = split_covariates(params.covariates)
    return read_experiment(
        review.table("experiment"),
        control_arm=params.control_arm,
        outcomes=params.outcomes,
        covariates=[*alone, *dict.fromkeys(name for columns in quarters.values() for name in columns)],
        cells=params.cells,
        decimal=review.run.data.format_of("experiment").decimal or ".",
    )


def judge_plans(review: Review, company: Company) -> Evidence:
    """Return each row of ``plans``: judged where customers were held out or can be compared, else described."""
    return join_evidence([_judge_plan(review, company, plan) for _, plan in _plans(review).iterrows()])


def join_evidence(parts: Iterable[Evidence]) -> Evidence:
    """Return several pieces of evidence as one, in their order."""
    parts = list(parts)
    joined = {
        name: pd.concat(frames, ignore_index=True)
        for name in ("views", "cells", "rankings")
        if (frames := [getattr(part, name) for part in parts if len(getattr(part, name))])
    }
    compliance = {key: value for part in parts for key, value in part.compliance.items()}
    tested = " ".join(part.self_test for part in parts if part.self_test)
    results = [result for part in parts for result in part.results]
    return Evidence(results, **joined, compliance=compliance, self_test=tested)


def _plans(review: Review) -> pd.DataFrame:
    columns = ["plan_id", "name", "kind", "start_date", "end_date", "outcome", "horizon_days", "cost_amount"]
    columns += ["trigger"]
    plans = review.table("plans").reindex(columns=columns)
    return plans.sort_values(["start_date", "plan_id"], na_position="last", ignore_index=True)


def _judge_plan(review: Review, company: Company, plan: pd.Series) -> Evidence:
    case = _case(review, plan)
    is_randomised = review.has("plan_arms") and plan["plan_id"] in set(review.table("plan_arms")["plan_id"])
    if not is_randomised:
        chosen = _judge_chosen(review, company, case, plan=plan) if case.outcome in OUTCOMES else None
        return chosen or Evidence([_describe(case, plan, company)])
    if case.outcome not in OUTCOMES:
        reason = f"Its outcome, {case.outcome}, cannot be read from orders."
        return Evidence([leave_unjudged(case, reason=reason, is_measurable=False)])
    return _judge_hold_out(review, company, case, cost_amount=_known(plan["cost_amount"]))


def _judge_hold_out(review: Review, company: Company, case: PlanCase, *, cost_amount: float | None) -> Evidence:
    review, company = widen(review, company, case.plan_id)
    arms, customers = read_arms(review, case.plan_id, log=company.log, horizon_days=case.window_days)
    ends = arms["start_date"] + pd.Timedelta(days=case.window_days - 1)
    over = ends <= pd.Timestamp(review.as_of)
    if not over.any():
        return Evidence([leave_open(case, ends=ends.min())])
    listed = arms[over]
    rows = build_hold_out_rows(listed[listed["is_known"]], company.order_days, horizon_days=case.window_days)
    priced = price_plan(_with_pace(case, listed), rows, plan_cost_amount=cost_amount)
    naive = compare_simply(rows, customers, company.order_days, case=case)
    common = {"naive_effect": naive, "n_looks": _looks(review, case, len(rows)), "seed": review.params.seed}
    try:
        judged = evaluate_hold_out(rows, priced, n_assigned=len(listed), **common)
    except AnalysisError as error:
        return Evidence([leave_unjudged(priced, reason=f"{capitalised(error.problem)}.", is_measurable=False)])
    compliance = {case.plan_id: judged.compliance} if judged.compliance else {}
    found = {"views": as_views(judged.views), "cells": mark_clear_cells(judged.cells), "compliance": compliance}
    if judged.result.label != "A":
        return Evidence([judged.result], **found)
    rankings = rank_hold_out(rows, priced, n_bootstrap=N_BOOTSTRAP, seed=review.params.seed)
    return Evidence([judged.result], rankings=rankings, **found)


def widen(review: Review, company: Company, plan_id: str) -> tuple[Review, Company]:
    """Return review and company with everybody on a plan's list, where customers were drawn and the list is not long.

    Of a list longer than ``MAX_LISTED`` the drawn ones are judged, whose arms are as random as those of all.
    """
    if review.drawn is None:
        return review, company
    arms = review.table("plan_arms")
    listed = arms.loc[arms["plan_id"] == plan_id, "customer_id"]
    if len(listed) > MAX_LISTED:
        return review, company
    wide = review.with_more(listed)
    return wide, replace(company, order_days=wide.order_days(), log=read_log(wide))


def _case(review: Review, plan: pd.Series) -> PlanCase:
    params, outcome = review.params, plan["outcome"] if isinstance(plan["outcome"], str) else "purchase"
    kind: Kind = find_outcome(outcome)[0] if outcome in OUTCOMES else "binary"
    return PlanCase(
        plan_id=plan["plan_id"],
        outcome=outcome,
        kind=kind,
        name=plan["name"] if isinstance(plan["name"], str) else "",
        window_days=_known(plan["horizon_days"]) or DEFAULT_WINDOW_DAYS,
        mwe=params.min_effects.get(outcome),
        cost_amount=params.contact_cost_amount or None,
        margin_amount=params.margin_amounts.get(outcome),
        plan_kind=plan["kind"] if isinstance(plan["kind"], str) else "",
    )


def _with_pace(case: PlanCase, listed: pd.DataFrame) -> PlanCase:
    """How many customers such a plan takes in a month: one list per window, or as its starts are spread."""
    days = max((listed["start_date"].max() - listed["start_date"].min()).days, case.window_days)
    pace = len(listed) / (days / DAYS_PER_MONTH)
    return PlanCase(**{**vars(case), "design": RANDOM, "estimand": ESTIMAND, "n_per_month": pace})


def _looks(review: Review, case: PlanCase, n: int) -> int:
    """The looks that were planned, or those that there have been with this one if that is more."""
    earlier = review.previous()
    history = earlier.table("history") if earlier else None
    return max(review.params.n_looks, 1 + count_earlier_looks(history, plan_id=case.plan_id, outcome=case.outcome, n=n))


def _describe(case: PlanCase, plan: pd.Series, company: Company) -> PlanResult:
    """What was done, without a word on what it brought."""
    made, n_early = take_own_contacts(company.log.rows, plan_id=case.plan_id, started=plan["start_date"])
    n = made["customer_id"].nunique()
    text = f"{len(made):,} contacts with {n:,} customers are recorded; who got them was chosen, not left to chance."
    if made.empty:
        text = "No contact is recorded under this plan, and nobody was held out by chance."
    return leave_unjudged(case, reason=text, checks=note_early(n_early, started=plan["start_date"]))


def _judge_chosen_arms(review: Review) -> Evidence:
    """Arms that were not drawn by chance: customers of the same past compared."""
    if (described := find_only_arm(review)) is not None:
        return Evidence(described)
    found = judge_chosen_arms(review)
    tested = say_self_test(found.judged, seed=review.params.seed)
    return Evidence(found.results, views=found.views, cells=mark_clear_cells(found.cells), self_test=tested)


def _judge_chosen(review: Review, company: Company, case: PlanCase, *, plan: pd.Series) -> Evidence | None:
    """A plan whose customers were chosen, why if anybody said; None where nothing can be compared."""
    declared = plan["trigger"] if isinstance(plan["trigger"], str) else "unknown"
    found = judge_chosen_plan(review, company, case, declared=declared, started=plan["start_date"])
    return None if found is None else Evidence([found.result], views=as_views(list_views(found)))


def _known(value: object) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
