"""Parts of the effectiveness page that repeat for every plan: cards, figures of effects, checks, facts."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from portfolio_lab.analysis.verdicts import FAILS, INCONCLUSIVE, NO_VERDICT, WORKS, PlanResult
from portfolio_lab.measures.drawn import Drawn
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.sentences import effectiveness as say
from portfolio_lab.reports.sentences.wording import Wording, capitalised

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


def show_drawn(out: Outputs, drawn: Drawn | None, *, wording: Wording) -> None:
    """Say of which customers the page is, where it is not of all."""
    if drawn is not None:
        out.say(say.summary.drawn(len(drawn.customers), drawn.n_everybody, wording=wording))


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
    """Show one card per plan and outcome, the best evidence first."""
    for result in say.cards.in_reading_order(results):
        card = say.cards.write_card(result, wording)
        out.say(card.heading)
        for paragraph in card.paragraphs:
            out.say(paragraph)


def show_warnings(out: Outputs, results: Sequence[PlanResult]) -> None:
    """Say on top of the page, plan by plan, what spoils its number: a wrong drawing, held-out who were contacted."""
    for result in results:
        if text := say.summary.warning(result):
            out.say(text)


def show_checks(out: Outputs, results: Sequence[PlanResult]) -> None:
    """Show, plan by plan, what was looked at before its number was believed: passed or failed, with its sentence."""
    tried = [result for result in results if result.checks]
    for i, result in enumerate(tried, start=1):
        names = {"plan_id": result.case.plan_id, "outcome": result.case.outcome}
        rows = [
            names
            | {"check": capitalised(check.name), "result": say.summary.name_outcome(check), "found": check.sentence}
            for check in result.checks
        ]
        labels = {"check": "What was tried", "result": "Result", "found": "What was found"}
        title = f"{result.case.title} ({result.case.outcome}): what was tried, and whether it passed"
        with out.fold(say.summary.checks(result)):
            out.table(f"checks_{i}", pd.DataFrame(rows), title, labels=labels, columns=list(labels))


def list_weak(results: Sequence[PlanResult]) -> set[str]:
    """Return the plans whose evidence allows no word of an effect (D, E)."""
    return {result.case.plan_id for result in results if result.label in "DE"}


def has_effect(result: PlanResult) -> bool:
    """Return whether a result has an effect that may be shown."""
    return result.estimate is not None and result.label in "ABC"


def _is_clear(result: PlanResult) -> bool:
    estimate = result.estimate
    return result.label in "ABC" and estimate is not None and (estimate.low > 0 or estimate.high < 0)


def _worth(result: PlanResult) -> tuple[float, float]:
    """Money first, effect in its own errors where no money is known."""
    net = result.money.net_amount if result.money else float("-inf")
    return net, result.estimate.effect / result.estimate.se if result.estimate.se > 0 else 0.0
