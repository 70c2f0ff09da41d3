"""Experiments that nobody planned: limits of classes and stages, days off, changes of owner, each told or refused."""

from dataclasses import dataclass

import matplotlib.pyplot as plt
import pandas as pd

from portfolio_lab.analysis.observational import owner_changes
from portfolio_lab.analysis.observational.absences import Absence, build_task_rows, fit_absence
from portfolio_lab.analysis.observational.thresholds import (
    CLASS_LIMITS,
    STAGE_LIMITS,
    Limit,
    build_class_scores,
    build_stage_scores,
    compare_at_limits,
)
from portfolio_lab.errors import AnalysisError
from portfolio_lab.plots import effectiveness_contacts as plots
from portfolio_lab.plots.style import FIGURE_WIDTH
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences.effectiveness import free_experiments as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.effectiveness_contacts import Basis, read_basis
from portfolio_lab.reports.topics.effectiveness_inputs import Company

N_PERIODS = 8
PERIOD_STARTS = {"month": ("MS", 30), "quarter": ("QS", 91), "year": ("QS", 91)}
TASK_YEARS_DAYS = 730
MAX_TASKS = 150_000
MAX_QUARTERS = 12
ABSENCE_DAYS = 28  # a week for the contact, three for what follows
COLUMNS = ["name", "n_moved", "n_others", "days", "effect", "low", "high", "evidence"]


@dataclass(frozen=True)
class FreeExperiment:
    """One line: what chance moved, the effect in orders per customer over ``days`` (None: not shown), and its words."""

    name: str
    sentence: str
    n_moved: int | None = None
    n_others: int | None = None
    days: int | None = None
    effect: tuple[float, float, float] | None = None
    is_sound: bool = False


def show_free_experiments(review: Review, company: Company | None, *, wording: Wording) -> list[FreeExperiment]:
    """Show what chance brought about without a plan, and in one sentence each why the others say nothing."""
    basis = read_basis(review, company)
    if basis is None:
        return []
    out = review.out
    out.say(say.INTRO)
    found = [*find_limits(review, basis, wording), *find_absences(review, basis, wording)]
    found += find_changes(review, basis, wording)
    shown = [each for each in found if each.effect is not None]
    if shown:
        _show_figure(review, shown, wording)
        labels = {"name": "What chance moved", "n_moved": "Customers or tasks", "n_others": "Compared with"}
        labels |= {"days": "Days", "effect": "More orders", "low": "From", "high": "To", "evidence": "Evidence"}
        units = dict.fromkeys(("effect", "low", "high"), "number") | {"n_moved": "count", "n_others": "count"}
        title = "Orders per customer that go with a contact, or a change, that chance decided"
        out.table("free_experiments", as_table(shown), title, labels=labels, units=units, columns=COLUMNS)
    for each in found:
        out.say(each.sentence)
    return found


def as_table(found: list[FreeExperiment]) -> pd.DataFrame:
    """Return the experiments with an effect as a table, one row each."""
    rows = [
        {
            "name": each.name, "n_moved": each.n_moved, "n_others": each.n_others, "days": each.days,
            "effect": each.effect[0], "low": each.effect[1], "high": each.effect[2],
            "evidence": "B" if each.is_sound else "D",
        }
        for each in found
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COLUMNS)


def _show_figure(review: Review, shown: list[FreeExperiment], wording: Wording) -> None:
    rows = as_table(shown).rename(columns={"name": "label"})
    figure, ax = plt.subplots(figsize=(FIGURE_WIDTH, 1.1 + 0.42 * len(rows)))
    plots.plot_ranges(rows, ax=ax, label="More orders per customer", locale=wording.locale)
    alt = " ".join(say.in_one_line(each.name, each.effect, wording) for each in shown)
    caption = "Orders per customer over the days named in the table. 95% ranges; coloured where they leave out zero."
    review.out.figure("free_experiments", figure, alt=alt, caption=caption)


def find_limits(review: Review, basis: Basis, wording: Wording) -> list[FreeExperiment]:
    """Return what changes for customers just across the limits of classes and stages."""
    freq, n_days = PERIOD_STARTS[review.run.period]
    end = basis.as_of + pd.Timedelta(days=1 - n_days)
    first = basis.order_days["order_date"].min()
    days = [day for day in pd.date_range(end=end, periods=N_PERIODS, freq=freq) if day > first]
    if not days:
        return []
    segments = review.snapshots().set_index("customer_id")
    segments = segments["segment"] if "segment" in segments else pd.Series(dtype=object)
    asked = {"period_days": n_days}
    by_class = build_class_scores(basis.order_days, days=days, policy=review.policy.abc)
    by_stage = build_stage_scores(basis.order_days, segments, days=days, policy=review.policy.stages)
    found: list[Limit] = []
    for scores, names in ((by_class, CLASS_LIMITS), (by_stage, STAGE_LIMITS)):
        if len(scores):
            found += compare_at_limits(scores, basis.order_days, basis.contacts, names=names, **asked)
    return [_as_limit(limit, days=n_days, wording=wording) for limit in found]


def _as_limit(limit: Limit, *, days: int, wording: Wording) -> FreeExperiment:
    name = f"Limit: {limit.name}"
    sentence = say.limit(limit, days=days, wording=wording)
    if not limit.is_sound:
        return FreeExperiment(name, sentence)
    jump = limit.orders
    return FreeExperiment(
        name, sentence, jump.n_above, jump.n_below, days, (jump.effect, jump.low, jump.high), is_sound=True
    )


def find_absences(review: Review, basis: Basis, wording: Wording) -> list[FreeExperiment]:
    """Return what contacts bring, from planned ones that fell on a salesperson's day off."""
    name = "Salesperson on a day off"
    for table in ("absences", "plan_tasks", "assignments"):
        if not review.has(table):
            return [FreeExperiment(name, say.no_table(table))]
    tasks, contact_days = review.table("plan_tasks"), basis.windows.grace_days
    follow_days = ABSENCE_DAYS - contact_days
    last = basis.as_of - pd.Timedelta(days=ABSENCE_DAYS - 1)
    tasks = tasks[(tasks["due_date"] > basis.as_of - pd.Timedelta(days=TASK_YEARS_DAYS)) & (tasks["due_date"] <= last)]
    tasks = choose_latest(tasks)
    try:
        rows = build_task_rows(tasks, review.table("assignments"), review.table("absences"))
        days = {"contact_days": contact_days, "follow_days": follow_days}
        found = fit_absence(rows, basis.order_days, basis.contacts, **days)
    except AnalysisError as error:
        return [FreeExperiment(name, say.refused(name, error.problem))]
    return [_as_absence(found, name=name, days=follow_days, wording=wording)]


def choose_latest(tasks: pd.DataFrame) -> pd.DataFrame:
    """Return the tasks, of a large company those of the latest days only: whole days, so that no day is cut in two."""
    if len(tasks) <= MAX_TASKS:
        return tasks
    since = tasks["due_date"].nlargest(MAX_TASKS).iloc[-1]
    later = tasks["due_date"] > since
    return tasks[later if later.any() else tasks["due_date"] == since]


def _as_absence(found: Absence, *, name: str, days: int, wording: Wording) -> FreeExperiment:
    low, high = found.found.interval()
    sentence = say.absence(found, days=days, wording=wording)
    effect = (found.found.effect, low, high)
    return FreeExperiment(name, sentence, found.n_away, found.n_there, days, effect, is_sound=True)


def find_changes(review: Review, basis: Basis, wording: Wording) -> list[FreeExperiment]:
    """Return what plans that changed owners on a date brought, and changes of owner at any time."""
    if not review.has("assignments"):
        return [FreeExperiment("Change of owner", say.no_table("assignments", "what a change of owner brings"))]
    changes = owner_changes.find_changes(review.table("assignments"))
    plans = review.table("plans") if review.has("plans") else pd.DataFrame(columns=["kind"])
    found = []
    for plan in plans[plans.get("kind", pd.Series("", index=plans.index)) == "rotation"].itertuples():
        name = plan.name if isinstance(plan.name, str) else plan.plan_id
        found.append(_judge_rotation(basis, changes, plan, name=name, wording=wording))
    return [*found, _judge_any_time(basis, changes, wording=wording)]


def _judge_rotation(
    basis: Basis, changes: pd.DataFrame, plan: object, *, name: str, wording: Wording
) -> FreeExperiment:
    if pd.isna(plan.start_date):
        return FreeExperiment(name, say.refused(name, "nobody has written down when it began"))
    start = pd.Timestamp(plan.start_date)
    end = pd.Timestamp(plan.end_date) if pd.notna(plan.end_date) else start
    try:
        found = owner_changes.judge_rollout(basis.order_days, changes, start=start, end=end, as_of=basis.as_of)
    except AnalysisError as error:
        return FreeExperiment(name, say.refused(name, error.problem))
    refusal = found.choice.refusal("difference_in_differences")
    if refusal:
        return FreeExperiment(name, say.refused(name, refusal))
    effect = (found.effect, found.low, found.high)
    sentence = _say_change(name, effect, found, wording)
    return FreeExperiment(name, sentence, found.n_changed, found.n_others, 91, effect, is_sound=found.is_sound)


def _say_change(
    name: str,
    effect: tuple[float, float, float],
    found: owner_changes.Rollout | owner_changes.Changes,
    wording: Wording,
) -> str:
    told = {"dip_auc": found.choice.dip_auc, "wording": wording, "is_sound": found.is_sound}
    return say.change(name, effect, found.before, **told)


def _judge_any_time(basis: Basis, changes: pd.DataFrame, *, wording: Wording) -> FreeExperiment:
    name = "Change of owner"
    known = (basis.as_of - basis.order_days["order_date"].min()).days + 1
    n_quarters = min(MAX_QUARTERS, known // owner_changes.PERIOD_DAYS)
    try:
        found = owner_changes.judge_changes(basis.order_days, changes, as_of=basis.as_of, n_quarters=n_quarters)
    except AnalysisError as error:
        return FreeExperiment(name, say.refused(name, error.problem))
    refusal = found.choice.refusal("difference_in_differences")
    if refusal:
        return FreeExperiment(name, say.refused(name, refusal))
    low, high = found.found.interval()
    effect = (found.found.overall, float(low), float(high))
    sentence = _say_change(name, effect, found, wording)
    return FreeExperiment(name, sentence, found.n_changed, found.n_others, 91, effect, is_sound=found.is_sound)
