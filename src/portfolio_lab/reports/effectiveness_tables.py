"""The tables of the effectiveness page: all results, groups, further ways to ask, the next hold-out, the memory."""

from collections.abc import Sequence

import pandas as pd

from portfolio_lab.analysis.verdicts import PlanResult
from portfolio_lab.reports.effectiveness_design import NextHoldOut
from portfolio_lab.reports.effectiveness_evidence import Evidence
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.sentences import effectiveness as say
from portfolio_lab.reports.sentences.wording import Wording

LIMITS = {"effect": "Effect", "low": "From", "high": "To"}


def show_plans(out: Outputs, table: pd.DataFrame, results: Sequence[PlanResult], *, wording: Wording) -> None:
    """Write the table ``plans`` whole, and show it in words: found, range, verdict, evidence."""
    out.table("plans", table, "All plans, every number", columns=[])
    rows = [_in_words(result, wording) for result in results]
    columns = ["plan", "outcome", "treated", "held_out", "effect", "range", "verdict", "evidence"]
    frame = pd.DataFrame(rows, columns=columns)
    labels = {"held_out": "Held out", "evidence": "Evidence", "treated": "Treated"}
    units = {"treated": "count", "held_out": "count"}
    out.table("plans_in_words", frame, "All plans: more than without the plan", labels=labels, units=units)


def show_cell_tables(out: Outputs, evidence: Evidence, contrasts: pd.DataFrame) -> None:
    """Write the tables ``cells``, ``contrasts`` and ``rankings``; the figures show what is in them."""
    out.table("cells", evidence.cells, "Effects by group of customers, every number", columns=[])
    out.table("contrasts", contrasts, "Best group against worst, every number", columns=[])
    out.table("rankings", evidence.rankings, "Rankings by what a contact adds, every number", columns=[])


def show_hold_out(out: Outputs, proposal: NextHoldOut) -> None:
    """Show the questions by their worth, the cells that get a hold-out, and the list to be used."""
    labels = {"abc_class": "Class", "stage": "Stage", "channel": "Channel", "n_customers": "Customers"}
    asked = labels | {"planned_cost_amount": "Planned cost", "is_settled": "Settled", "value_of_answer_amount": "Worth"}
    title = "What the plan will spend next, and where nothing is proven yet"
    out.table("questions", proposal.questions, title, labels=asked, columns=list(asked))
    drawn = labels | {
        "n_hold_out": "Held out",
        "mwe": "Break-even",
        "detectable_effect": "Detectable",
        "power": "Power",
    }
    units = {"mwe": "share", "detectable_effect": "share", "power": "share"}
    title = "The proposed hold-out: buyers more that it pays from, and that it can show in one period"
    out.table("hold_out", proposal.design, title, labels=drawn, units=units, columns=list(drawn))
    out.table("plan_arms_next", proposal.arms, "The list to be used next period", columns=[])


def show_memory(out: Outputs, history: pd.DataFrame, compared: pd.DataFrame, *, names: dict[str, str]) -> None:
    """Write the history of verdicts, which the next review reads, and show earlier verdicts beside those of now."""
    out.table("history", history, "Every verdict so far", columns=[])
    words = {name: compared[name].map(say.cards.VERDICTS) for name in ("earlier_verdict", "verdict")}
    told = compared.assign(plan=compared["plan_id"].map(names).fillna(compared["plan_id"]), **words)
    labels = {"plan": "Plan", "outcome": "Outcome", "earlier_as_of": "Judged on", "earlier_verdict": "Verdict then"}
    labels |= {"verdict": "Verdict now", "is_borne_out": "Borne out"}
    out.table("memory", told, "Earlier verdicts and what is known now", labels=labels, columns=list(labels))


def show_views(out: Outputs, evidence: Evidence) -> None:
    """Show the same question asked in further ways."""
    labels = {"plan_id": "Plan", "outcome": "Outcome", "view": "Asked as"} | LIMITS
    labels |= {"detectable_effect": "Detectable", "variance_reduction_share": "Noise removed"}
    title = "The same question asked in further ways: shares as 0 to 1, money per customer"
    out.table("views", evidence.views, title, labels=labels, columns=list(labels))


def _in_words(result: PlanResult, wording: Wording) -> dict[str, object]:
    case, estimate = result.case, result.estimate
    row = {"plan": case.title, "outcome": case.outcome, "evidence": result.label}
    row["verdict"] = say.cards.VERDICTS[result.verdict]
    if estimate is None or result.label in "DE":
        return row | {"effect": None, "range": None, "treated": None, "held_out": None}
    shown = [say.effects.signed(case, each, wording) for each in (estimate.effect, estimate.low, estimate.high)]
    sizes = {"treated": estimate.n_treated, "held_out": estimate.n_control}
    return row | sizes | {"effect": shown[0], "range": f"{shown[1]} to {shown[2]}"}
