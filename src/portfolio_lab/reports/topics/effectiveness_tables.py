"""The tables of the effectiveness page: all results, groups, further ways to ask, the next hold-out, the memory."""

from collections.abc import Sequence

import pandas as pd

from portfolio_lab.analysis.verdicts import PlanCase, PlanResult
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.sentences import effectiveness as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.effectiveness_design import NextHoldOut
from portfolio_lab.reports.topics.effectiveness_evidence import Evidence


def show_plans(out: Outputs, table: pd.DataFrame, results: Sequence[PlanResult], *, wording: Wording) -> None:
    """Write the table ``plans`` whole, and show it in words: found, range, verdict, evidence."""
    out.table("plans", table, "All plans, every number", columns=[])
    rows = [_in_words(result, wording) for result in say.cards.in_reading_order(results)]
    columns = ["plan", "outcome", "treated", "held_out", "effect", "range", "verdict", "evidence"]
    frame = pd.DataFrame(rows, columns=columns)
    labels = {"held_out": "Compared with", "evidence": "Evidence", "treated": "Treated", "effect": "Difference"}
    units = {"treated": "count", "held_out": "count"}
    title = "All plans: the difference found, and how far it can be trusted"
    out.table("plans_in_words", frame, title, labels=labels, units=units)


def show_cell_tables(out: Outputs, evidence: Evidence, contrasts: pd.DataFrame) -> None:
    """Write the tables ``cells`` and ``contrasts``; the figures show what is in them."""
    out.table("cells", evidence.cells, "Effects by group of customers, every number", columns=[])
    if len(contrasts):
        out.table("contrasts", contrasts, "Best group against worst, every number", columns=[])


def show_rankings(
    out: Outputs, evidence: Evidence, contrasts: pd.DataFrame, results: Sequence[PlanResult], *, wording: Wording
) -> None:
    """Show what it is worth to contact first by what a contact adds, by risk and by value; nothing without rankings."""
    if evidence.rankings.empty:
        return
    names = {result.case.plan_id: result.case.title for result in results}
    out.say(say.rankings.INTRO)
    out.say(say.rankings.ranking(evidence.rankings, names=names, contrasts=contrasts))
    out.say(say.rankings.risk_and_value(evidence.rankings, wording=wording))
    out.table("rankings", evidence.rankings, "Ways to line up customers, every number", columns=[])
    cases = {(result.case.plan_id, result.case.outcome): result.case for result in results}
    rows = [_ranking_in_words(row, cases[row.plan_id, row.outcome], wording) for row in evidence.rankings.itertuples()]
    labels = {"first_by": "First by", "gain": "Gain above a random order", "chance": "Chance reaches"}
    labels |= {"among": "Difference among the first 30%", "same_share": "Same customers"}
    title = "Whom to contact first: gain per customer treated, averaged over all depths"
    out.table("rankings_in_words", pd.DataFrame(rows), title, labels=labels, units={"same_share": "share"})


def _ranking_in_words(row: tuple, case: PlanCase, wording: Wording) -> dict[str, object]:
    gain, limits = (
        say.effects.signed(case, row.qini, wording),
        say.effects.signed_range(case, row.low, row.high, wording),
    )
    found = {"plan": case.title, "outcome": case.outcome, "first_by": say.rankings.WAYS[row.ranking]}
    found |= {"gain": f"{gain} ({limits})", "chance": say.effects.signed(case, row.random_high, wording)}
    among = None
    if pd.notna(row.top_effect):
        limits = say.effects.signed_range(case, row.top_low, row.top_high, wording)
        among = f"{say.effects.signed(case, row.top_effect, wording)} ({limits})"
    return found | {"among": among, "same_share": row.same_share}


def show_hold_out(out: Outputs, proposal: NextHoldOut) -> None:
    """Show the questions by their worth, the cells that get a hold-out, and the list to be used."""
    labels = {"abc_class": "Class", "stage": "Stage", "channel": "Channel", "n_customers": "Customers"}
    asked = labels | {"planned_cost_amount": "Planned cost", "is_settled": "Settled", "value_of_answer_amount": "Worth"}
    title = "What the plan will spend next, and where nothing is proven yet"
    out.table("questions", _named(proposal.questions), title, labels=asked, columns=list(asked))
    drawn = labels | {
        "n_hold_out": "Held out",
        "mwe": "Break-even",
        "detectable_effect": "Detectable",
        "power": "Power",
    }
    units = {"mwe": "share", "detectable_effect": "share", "power": "share"}
    title = "The proposed hold-out: buyers more that it pays from, and that it can show in one period"
    out.table("hold_out", _named(proposal.design), title, labels=drawn, units=units, columns=list(drawn))
    out.table("plan_arms_next", proposal.arms, "The list to be used next period", columns=[])


def show_memory(out: Outputs, history: pd.DataFrame, compared: pd.DataFrame, *, names: dict[str, str]) -> None:
    """Write the history of verdicts, which the next review reads, and show earlier verdicts beside those of now."""
    out.table("history", history, "Every verdict so far", columns=[])
    if compared.empty:
        return
    words = {name: compared[name].map(say.cards.VERDICTS) for name in ("earlier_verdict", "verdict")}
    words["held"] = [say.memory.name_held(row) for row in compared.itertuples()]
    told = compared.assign(plan=compared["plan_id"].map(names).fillna(compared["plan_id"]), **words)
    labels = {"plan": "Plan", "outcome": "Outcome", "earlier_as_of": "Judged on", "earlier_verdict": "Verdict then"}
    labels |= {"verdict": "Verdict now", "held": "Did the number hold?"}
    out.table("memory", told, "Earlier verdicts and what is known now", labels=labels, columns=list(labels))


def show_views(out: Outputs, evidence: Evidence, results: Sequence[PlanResult], *, wording: Wording) -> None:
    """Say whether the method can be trusted, write the table ``views``, and show the question asked in further ways."""
    if evidence.self_test:
        out.say(evidence.self_test)
    if evidence.views.empty:
        return
    out.table("views", evidence.views, "The same question asked in further ways, every number", columns=[])
    names = {result.case.plan_id: result.case.title for result in results}
    kinds = {(result.case.plan_id, result.case.outcome): result.case.kind for result in results}
    rows = []
    for row in evidence.views.itertuples():
        case = PlanCase(row.plan_id, row.outcome, kinds.get((row.plan_id, row.outcome), "amount"))
        limits = say.effects.signed_range(case, row.low, row.high, wording)
        found = {"plan": names.get(row.plan_id, row.plan_id), "outcome": row.outcome, "asked": row.view}
        found |= {"effect": say.effects.signed(case, row.effect, wording), "range": limits}
        rows.append(found | {"detectable": say.effects.signed(case, row.detectable_effect, wording).lstrip("+")})
    labels = {"asked": "Asked as", "detectable": "Smallest that would show"}
    out.table("views_in_words", pd.DataFrame(rows), "The same question asked in further ways", labels=labels)


def _in_words(result: PlanResult, wording: Wording) -> dict[str, object]:
    case, estimate = result.case, result.estimate
    row = {"plan": case.title, "outcome": case.outcome, "evidence": result.label}
    row["verdict"] = say.cards.name_verdict(result)
    if estimate is None or result.label == "E":
        return row | {"effect": None, "range": None, "treated": None, "held_out": None}
    limits = say.effects.signed_range(case, estimate.low, estimate.high, wording)
    sizes = {"treated": estimate.n_treated, "held_out": estimate.n_control}
    return row | sizes | {"effect": say.effects.signed(case, estimate.effect, wording), "range": limits}


def _named(cells: pd.DataFrame) -> pd.DataFrame:
    return cells.assign(abc_class=cells["abc_class"].map(say.labels.name_group))
