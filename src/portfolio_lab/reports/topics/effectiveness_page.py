"""Parts of the effectiveness page that repeat for every plan: cards, figures of effects, checks, facts."""

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from portfolio_lab.analysis.verdicts import FAILS, INCONCLUSIVE, NO_VERDICT, WORKS, PlanResult
from portfolio_lab.plots import effectiveness as plots
from portfolio_lab.plots.style import FIGURE_WIDTH
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.sentences import effectiveness as say
from portfolio_lab.reports.sentences.wording import Wording

UNITS = {"binary": "share", "amount": "currency", "days": "days"}


@dataclass(frozen=True)
class Totals:
    """What the facts of the page are made of; None where no plan shows it."""

    counts: dict[str, int]
    best: PlanResult | None
    incremental: tuple[float, float, float] | None
    cost_per_recovered: tuple[float, float, float | None] | None


def add_up(results: Sequence[PlanResult]) -> Totals:
    """Return the totals over plans; a plan with several outcomes is judged by its first one.

    Recovered customers and their cost are those of plans with a binary outcome that work, by an experiment or nearly.
    """
    first = list({result.case.plan_id: result for result in reversed(results)}.values())[::-1]
    verdicts = [result.verdict for result in first]
    unpriced = [result for result in first if result.verdict == NO_VERDICT and _is_clear(result)]
    told = {
        "n_works": sum(verdict in WORKS for verdict in verdicts),
        "n_does_not_work": sum(verdict in FAILS for verdict in verdicts),
        "n_inconclusive": verdicts.count(INCONCLUSIVE),
    }
    counts = {"n_plans": len(first), **told, "n_not_measurable": len(first) - sum(told.values())}
    counts["n_unpriced"] = len(unpriced)
    working = [result for result in first if result.verdict in WORKS]
    best = max(working, key=_worth, default=None)
    recovered = [r for r in working if r.case.kind == "binary" and r.label in "AB" and r.money is not None]
    if not recovered:
        return Totals(counts, best, None, None)
    sums = [
        sum(getattr(result.money, name) for result in recovered)
        for name in ("incremental", "incremental_low", "incremental_high")
    ]
    cost = sum(result.case.cost_amount * result.estimate.n_treated for result in recovered)
    dear = cost / sums[1] if sums[1] > 0 else None
    return Totals(counts, best, tuple(sums), (cost / sums[0], cost / sums[2], dear))


def show_facts(out: Outputs, totals: Totals, *, adherence_rate: float | None, index_rate: float | None) -> None:
    """Record the facts of the report."""
    counts = totals.counts
    out.fact("n_plans", counts["n_plans"], label="Plans", unit="count")
    out.fact("n_works", counts["n_works"], label="Plans that work", unit="count", better="higher")
    out.fact("n_does_not_work", counts["n_does_not_work"], label="Plans that do not work", unit="count")
    out.fact("n_inconclusive", counts["n_inconclusive"], label="Plans not settled", unit="count", better="lower")
    out.fact("n_not_measurable", counts["n_not_measurable"], label="Plans without a verdict", unit="count")
    out.fact("adherence_rate", adherence_rate, label="Planned contacts made", unit="share", better="higher")
    _show_best(out, totals.best)
    _show_recovered(out, totals)
    label = "Contacts fully as planned"
    out.fact("adherence_index", index_rate, label=label, unit="share", better="higher", tile=False)


def _show_best(out: Outputs, best: PlanResult | None) -> None:
    out.fact("best_plan", best.case.title if best else None, label="Best plan", unit="text", tile=False)
    label, unit = "Effect of the best plan", "points"
    if best is None:
        out.fact("best_plan_effect", None, label=label, unit=unit, better="higher")
        return
    unit = "points" if best.case.kind == "binary" else UNITS[best.case.kind]
    effect, interval = best.estimate.effect, (best.estimate.low, best.estimate.high)
    out.fact("best_plan_effect", effect, label=label, unit=unit, interval=interval, better="higher")


def _show_recovered(out: Outputs, totals: Totals) -> None:
    """Customers won and what one cost; the cost has no interval where it is not bounded."""
    more, cost = totals.incremental or (None, None, None), totals.cost_per_recovered or (None, None, None)
    out.fact(
        "incremental_recovered",
        more[0],
        label="Customers won by plans that work",
        unit="customers",
        interval=more[1:] if more[0] is not None else None,
        better="higher",
        tile=False,
    )
    out.fact(
        "cost_per_recovered_amount",
        cost[0],
        label="Cost of a customer won",
        unit="currency",
        interval=cost[1:] if cost[2] is not None else None,
        better="lower",
        tile=False,
    )


def show_cards(out: Outputs, results: Sequence[PlanResult], *, wording: Wording) -> None:
    """Show one card per plan and outcome, those with a verdict first."""
    for result in sorted(results, key=lambda each: each.estimate is None):
        card = say.cards.write_card(result, wording)
        out.say(card.heading)
        for paragraph in card.paragraphs:
            out.say(paragraph)


def show_checks(out: Outputs, results: Sequence[PlanResult]) -> None:
    """Say, plan by plan, what was looked at before its number was believed."""
    for result in results:
        if text := say.summary.checks(result):
            out.say(text)


def show_forest(out: Outputs, results: Sequence[PlanResult], *, wording: Wording) -> None:
    """Show the effects of all plans against their break-even, one figure for each unit of effects."""
    shown = [result for result in results if has_effect(result)]
    for kind in UNITS:
        same = [result for result in shown if result.case.kind == kind]
        for outcome in dict.fromkeys(_axis_of(result) for result in same):
            rows = [result for result in same if _axis_of(result) == outcome]
            is_first = kind == shown[0].case.kind and rows[0] is next(r for r in shown if r.case.kind == kind)
            _draw_forest(out, rows, kind=kind, outcome=outcome, wording=wording, thumbnail=is_first)


def has_effect(result: PlanResult) -> bool:
    """Return whether a result has an effect that may be shown."""
    return result.estimate is not None and result.label in "ABC"


def show_cells(out: Outputs, cells: pd.DataFrame, results: Sequence[PlanResult], *, wording: Wording) -> None:
    """Show, per outcome, the effect in each group of customers, alone and pooled with the others."""
    if cells.empty:
        return
    names = {result.case.plan_id: result.case.title for result in results}
    kinds = {result.case.outcome: result.case.kind for result in results}
    for outcome, rows in cells[~cells["is_small"]].groupby("outcome", sort=False):
        for plan_id, own in rows.groupby("plan_id", sort=False):
            labels = [say.labels.name_cell(row.cell, row.value) for row in own.itertuples()]
            titled = own.assign(label=labels, mwe=np.nan)
            figure, ax = plt.subplots(figsize=(FIGURE_WIDTH, 1.3 + 0.42 * min(len(titled), plots.MAX_ROWS)))
            unit, shown = UNITS[kinds[outcome]], {"locale": wording.locale, "currency": wording.currency}
            plots.plot_forest(titled, ax=ax, unit=unit, **shown)
            alt = f"{names[plan_id]}, {outcome}: {say.summary.extremes(titled, kinds[outcome], wording=wording)}"
            caption = (
                f"{names[plan_id]}, “{outcome}” by group of customers: alone, and pooled with the other groups so that "
                f"small ones do not stand out by luck. {_per_arm(own)} 95% intervals."
            )
            out.figure(f"cells_{_slug(plan_id)}_{_slug(outcome)}", figure, alt=alt, caption=caption)


def show_naive(out: Outputs, results: Sequence[PlanResult], *, wording: Wording) -> None:
    """Show what the simple comparison would have told beside what the hold-out tells, and say why it is wrong."""
    told = [(result, text) for result in results if (text := say.summary.naive(result, wording=wording))]
    if told:
        out.say(say.summary.NAIVE_INTRO)
    for kind in UNITS:
        rows = [
            {"label": r.case.title, "naive_effect": r.naive_effect, "effect": r.estimate.effect,
             "low": r.estimate.low, "high": r.estimate.high}
            for r, _ in told if r.case.kind == kind
        ]  # fmt: skip
        if rows:
            figure, ax = plt.subplots(figsize=(FIGURE_WIDTH, 1.5 + 0.7 * len(rows)))
            shown = {"locale": wording.locale, "currency": wording.currency}
            plots.plot_naive(pd.DataFrame(rows), ax=ax, unit=UNITS[kind], **shown)
            alt = " ".join(text.replace("**", "") for result, text in told if result.case.kind == kind)
            caption = "The simple comparison sets contacted against not contacted; the hold-out was drawn by chance."
            out.figure(f"naive_{kind}", figure, alt=alt, caption=caption)
    for _, text in told:
        out.say(text)


def _draw_forest(
    out: Outputs, results: Sequence[PlanResult], *, kind: str, outcome: str, wording: Wording, thumbnail: bool
) -> None:
    rows = pd.DataFrame(
        [
            {"label": _row_label(r), "effect": r.estimate.effect, "low": r.estimate.low, "high": r.estimate.high,
             "mwe": np.nan if r.case.mwe is None else r.case.mwe}
            for r in results
        ]
    )  # fmt: skip
    figure, ax = plt.subplots(figsize=(FIGURE_WIDTH, 1.5 + 0.5 * len(rows)))
    plots.plot_forest(rows, ax=ax, unit=UNITS[kind], locale=wording.locale, currency=wording.currency)
    alt = " ".join(f"{r.case.title}: {say.cards.VERDICTS[r.verdict].lower()}." for r in results)
    arms = "; ".join(_arms_in_words(r, wording) for r in results)
    caption = (
        f"{outcome}: everybody counted in the group that was drawn for them. Treated against held out: {arms}. "
        f"Intervals of {wording.share(results[0].estimate.confidence, digits=0)}."
    )
    out.figure(f"effects_{_slug(outcome)}", figure, alt=alt, caption=caption, thumbnail=thumbnail)


def _arms_in_words(result: PlanResult, wording: Wording) -> str:
    sizes = [wording.number(n) for n in (result.estimate.n_treated, result.estimate.n_control)]
    window = f" within {result.case.window_days:.0f} days" if result.case.window_days else ""
    return f"{result.case.title} {sizes[0]} against {sizes[1]}{window}"


def _axis_of(result: PlanResult) -> str:
    """Outcomes that share an axis: purchases of any name and window, else each outcome its own."""
    if result.case.window_days:
        return "Buyers" if result.case.kind == "binary" else result.case.outcome
    return result.case.outcome


def _row_label(result: PlanResult) -> str:
    days = f"\n{result.case.window_days:.0f} days" if result.case.window_days else ""
    return f"{result.case.title}{days}"


def _per_arm(rows: pd.DataFrame) -> str:
    least = int(rows[["n_treated", "n_control"]].min(axis=None))
    return f"At least {least:,} customers on each side of each group."


def _slug(text: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in str(text).lower()).strip("_")[:40] or "x"


def _is_clear(result: PlanResult) -> bool:
    estimate = result.estimate
    return result.label in "ABC" and estimate is not None and (estimate.low > 0 or estimate.high < 0)


def _worth(result: PlanResult) -> tuple[float, float]:
    """Money first, effect in its own errors where no money is known."""
    net = result.money.net_amount if result.money else float("-inf")
    return net, result.estimate.effect / result.estimate.se if result.estimate.se > 0 else 0.0
