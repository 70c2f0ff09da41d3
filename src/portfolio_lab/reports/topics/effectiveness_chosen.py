"""Plans whose customers were chosen, not drawn: what the effectiveness report asks of them, and of which rows."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from portfolio_lab.analysis.adherence.contacts import take_own_contacts
from portfolio_lab.analysis.experiments.entrance import as_numbers, read_experiment
from portfolio_lab.analysis.experiments.outcomes import find_outcome
from portfolio_lab.analysis.experiments.randomised import Terms
from portfolio_lab.analysis.observational.arms import ChosenArms, describe_only_arm, evaluate_chosen_arms
from portfolio_lab.analysis.observational.attempts import Question
from portfolio_lab.analysis.observational.brought import read_history, split_covariates
from portfolio_lab.analysis.observational.checks import note_early
from portfolio_lab.analysis.observational.cohort import (
    LAG_DAYS,
    LAGS,
    Events,
    Windows,
    find_places,
    follow_timelines,
    to_days,
)
from portfolio_lab.analysis.observational.contact_rows import look_up_stages, rank_by_year
from portfolio_lab.analysis.observational.evaluation import Unrandomised, evaluate_unrandomised
from portfolio_lab.analysis.observational.known_before import join_known, list_known
from portfolio_lab.analysis.observational.nuisances import Recipe
from portfolio_lab.analysis.observational.sample import MIN_PER_ARM
from portfolio_lab.analysis.observational.self_test import run_self_test
from portfolio_lab.analysis.observational.triggers import Trigger
from portfolio_lab.analysis.verdicts import PlanCase, PlanResult, compute_break_even
from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.topics.effectiveness_inputs import Company

STEP_DAYS, MAX_STARTS, CAMPAIGN_DAYS, YEAR_DAYS = 28, 6, 31, 364
MAX_ROWS = 150_000  # customers times start days; of a large company the latest starts say enough
RECENT_DAYS = 2 * YEAR_DAYS
COLUMNS = {"is_buyer": "has_ordered", "amount": "amount"}
STRATA = ("abc_class", "stage")
LATE_PAYMENT = "late_payment_before"
MIN_PER_OWNER = 10
RECIPE = Recipe("logit", n_splits=1)
PLANTED_SHARE = 0.25  # of what customers do anyway


def find_only_arm(review: Review) -> list[PlanResult] | None:
    """Return the results of a table with one arm only (no number, weak); None where there are more."""
    arms = review.table("experiment")["arm"].astype(str).str.strip()
    if len(set(arms)) != 1:
        return None
    is_control = arms.iloc[0] == review.params.control_arm
    return describe_only_arm(arms.iloc[0], review.params.outcomes.items(), is_control=is_control)


def judge_chosen_arms(review: Review) -> ChosenArms:
    """Return the verdict on each arm and outcome of the table ``experiment`` whose customers were chosen.

    Raises AnalysisError where the run file names an arm or a column that the table does not have.
    """
    params, table = review.params, review.table("experiment").reset_index(drop=True)
    decimal = review.run.data.format_of("experiment").decimal or "."
    covariates, quarters = split_covariates(params.covariates)
    history = read_history(table, quarters, outcomes=params.outcomes, decimal=decimal)
    experiment = read_experiment(
        table,
        control_arm=params.control_arm,
        outcomes=params.outcomes,
        covariates=covariates,
        cells=params.cells,
        decimal=decimal,
    )
    unknown = [name for name in params.negative_controls if name not in table]
    if unknown:
        remedy = "name columns of the table under reports.effectiveness.negative_controls"
        raise AnalysisError("the table experiment has no such column", remedy=remedy, value=unknown)
    controls = {name: as_numbers(table[name], decimal=decimal).fillna(0.0) for name in params.negative_controls}
    terms = Terms(params.contact_cost_amount, params.margin_amounts, params.min_effects, params.n_looks)
    frame = pd.DataFrame(controls, index=table.index)
    return evaluate_chosen_arms(experiment, terms=terms, negative_controls=frame, history=history, seed=params.seed)


def say_self_test(judged: Sequence[Unrandomised], *, seed: int) -> str:
    """Return in how many of a hundred tables like the one brought the method found an effect that was put in.

    Of the first arm and outcome that could be compared; empty without one.
    """
    known = next((each for each in judged if each.result.estimate is not None), None)
    if known is None or known.adjusted.control_mean <= 0:
        return ""
    planted = PLANTED_SHARE * known.adjusted.control_mean
    test, case = run_self_test(known.sample, known.adjusted, planted=planted, seed=seed), known.result.case
    return (
        f"{test.sentence} Each run draws {test.n_rows:,} customers from your own, with their chances of being in "
        f"“{case.title}” and of “{case.outcome}”, and puts in an effect of a quarter more. What nobody wrote down is "
        "in neither."
    )


def judge_chosen_plan(
    review: Review,
    company: Company,
    case: PlanCase,
    *,
    declared: Trigger = "unknown",
    started: pd.Timestamp | None = None,
) -> Unrandomised | None:
    """Return the verdict on a plan of the company whose customers were chosen; None where nothing can be compared.

    Compared are customers of the same history on the same start days, contacted under the plan or not. Plans without
    contacts of their own, without a complete follow-up, or older than two years are left to their description.
    ``declared``: how customers came to be contacted, as the company says; may only be stricter than what is seen.
    ``started``: its first day; contacts dated earlier are not of the plan, and a check says how many there are.
    """
    own, n_early = take_own_contacts(company.log.rows, plan_id=case.plan_id, started=started)
    column = COLUMNS.get(find_outcome(case.outcome)[1])
    if own.empty or column is None:
        return None
    dates, windows = choose_starts(own["contact_date"], as_of=review.as_of, follow_days=int(case.window_days))
    if not dates:
        return None
    dates = dates[-max(MAX_ROWS // company.order_days["customer_id"].nunique(), 1) :]

    def read(starts: list[pd.Timestamp]) -> pd.DataFrame:
        return _read_rows(review, company, own, starts=starts, windows=windows)

    rows = read(dates)
    earlier = read_earlier(read, dates, windows=windows, started=own["contact_date"].min())
    known = (*list_known(rows), *STRATA, *(("owner",) if has_owners(rows) else ()))
    controls = (LATE_PAYMENT,) if LATE_PAYMENT in rows else ()
    by_lot = {"strata": STRATA, "strata_name": "class and stage"}
    question = Question(column, known, controls, earlier=earlier, lags=LAGS, declared=declared, **by_lot)
    priced = _price(case, rows, own, company.order_days)
    found = evaluate_unrandomised(rows, priced, question, recipe=RECIPE, seed=review.params.seed)
    result, checks = found.result, note_early(n_early, started=started) if n_early else ()
    reason = say_who_fits(rows, own, windows=windows) or result.reason
    return replace(found, result=replace(result, reason=reason, checks=(*result.checks, *checks)))


def say_who_fits(rows: pd.DataFrame, own: pd.DataFrame, *, windows: Windows) -> str:
    """Return why next to none of those contacted can be compared; empty where thirty or more can."""
    n_fit = rows.loc[rows["is_treated"], "customer_id"].nunique()
    if n_fit >= MIN_PER_ARM:
        return ""
    return (
        f"Of {own['customer_id'].nunique():,} customers contacted {n_fit or 'none'} can be compared: they must have "
        f"bought for the first time at least {windows.min_tenure_days} days before, and order nothing in the "
        f"{windows.grace_days} days from the start, in which the contacts are made."
    )


def choose_starts(contact_dates: pd.Series, *, as_of: object, follow_days: int) -> tuple[list[pd.Timestamp], Windows]:
    """Return the start days of a plan's comparison and its windows; none where no follow-up is over.

    A campaign of at most a month has one start and is one window long; other plans have a start every four weeks, the
    latest six of the last two years, with a contact window of a week.
    """
    first, last, day = contact_dates.min(), contact_dates.max(), pd.Timedelta(days=1)
    span = (last - first).days + 1
    is_campaign = span <= CAMPAIGN_DAYS
    windows = Windows(grace_days=span if is_campaign else 7, follow_days=follow_days)
    end = pd.Timestamp(as_of) - (windows.grace_days + follow_days - 1) * day
    oldest = pd.Timestamp(as_of) - RECENT_DAYS * day
    if is_campaign:
        return ([first] if oldest <= first <= end else []), windows
    starts = pd.date_range(first, min(last, end), freq=f"{STEP_DAYS}D") if first <= min(last, end) else []
    return [start for start in starts if start >= oldest][-MAX_STARTS:], windows


def read_earlier(
    read: Callable[[list[pd.Timestamp]], pd.DataFrame],
    dates: list[pd.Timestamp],
    *,
    windows: Windows,
    started: pd.Timestamp,
) -> pd.DataFrame | None:
    """Return the rows of the same days of the year, whole years back, so that all follow-up ends before the plan."""
    last_day = dates[-1] + pd.Timedelta(days=windows.grace_days + windows.follow_days)
    n_years = int(np.ceil((last_day - started).days / YEAR_DAYS))
    rows = read([date - pd.Timedelta(days=YEAR_DAYS * n_years) for date in dates])
    return rows if len(rows) else None


def _read_rows(
    review: Review, company: Company, own: pd.DataFrame, *, starts: list[pd.Timestamp], windows: Windows
) -> pd.DataFrame:
    """The cohort of some start days, with class, stage, owner and all else that was known then, late payment too."""
    rows = follow_timelines(
        company.timelines,
        dates=starts,
        as_of=pd.Timestamp(review.as_of),
        windows=windows,
        own_contacts=own,
    )
    rows["abc_class"] = rank_by_year(rows, cuts=review.policy.abc.cuts)
    rows["stage"] = look_up_stages(rows, company.stays)
    rows = join_known(rows, company.records)
    if review.has("assignments"):
        rows["owner"] = find_owners(rows, review.table("assignments"))
    if company.late_invoices is not None:
        rows[LATE_PAYMENT] = find_late_payers(rows, company.late_payments, company.timelines.customers)
    return rows


def find_owners(rows: pd.DataFrame, assignments: pd.DataFrame) -> pd.Series:
    """Return who owned each customer on the start day (empty = nobody known), in the order of ``rows``."""
    stays = assignments[["customer_id", "salesperson_id", "start_date"]].dropna().sort_values("start_date")
    starts = rows[["customer_id", "landmark_date"]].assign(row=np.arange(len(rows))).sort_values("landmark_date")
    stays = stays.assign(start_date=stays["start_date"].astype(starts["landmark_date"].dtype))
    found = pd.merge_asof(starts, stays, left_on="landmark_date", right_on="start_date", by="customer_id")
    return found.set_index("row")["salesperson_id"].reindex(np.arange(len(rows))).set_axis(rows.index)


def has_owners(rows: pd.DataFrame) -> bool:
    """Return whether owners are known and few enough to compare customers of the same owner (ten contacted each)."""
    return "owner" in rows and rows["is_treated"].sum() >= MIN_PER_OWNER * rows["owner"].nunique()


def find_late_payers(rows: pd.DataFrame, late: Events, customers: pd.Index) -> np.ndarray:
    """Return whether an invoice that fell due in the quarter before the start day was not paid on its day (0/1).

    ``late``: those invoices by place in ``customers``, as in ``Company.late_payments``.
    """
    code, start = find_places(rows["customer_id"], customers), to_days(rows["landmark_date"])
    return (late.count(code, start - LAG_DAYS, start) > 0).astype(float)


def _price(case: PlanCase, rows: pd.DataFrame, own: pd.DataFrame, order_days: pd.DataFrame) -> PlanCase:
    """The case with its cost per contacted customer, margin per success and break-even, where they can be known."""
    cost = case.cost_amount or _positive(own["cost_amount"].astype(float).mean())
    sold = order_days.dropna(subset=["margin_amount"])
    rate = _positive(sold["margin_amount"].sum() / sold["amount"].sum()) if sold["amount"].sum() > 0 else None
    buyers = rows[~rows["is_treated"] & (rows["has_ordered"] > 0)]
    per_unit = rate if case.kind == "amount" else rate and _positive(rate * buyers["amount"].mean())
    margin = case.margin_amount or per_unit
    mwe = case.mwe
    if mwe is None and cost and margin:
        mwe = compute_break_even(cost_amount=cost, margin_amount=margin)
    return replace(case, cost_amount=cost, margin_amount=margin, mwe=mwe)


def _positive(value: float) -> float | None:
    return float(value) if np.isfinite(value) and value > 0 else None
