"""The answer on top of the page, the checks behind it, and what the simple comparison would have said."""

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from portfolio_lab.analysis.experiments.balance import LEFT_ALONE
from portfolio_lab.analysis.experiments.pooling import PooledKind
from portfolio_lab.analysis.observational.checks import EARLY, LAST_PERIOD, REPEATED, TRIGGER
from portfolio_lab.analysis.verdicts import (
    FAILS,
    INCONCLUSIVE,
    NO_VERDICT,
    NOT_MEASURABLE,
    WORKS,
    Check,
    Kind,
    PlanCase,
    PlanResult,
)
from portfolio_lab.reports.sentences.effectiveness import effects
from portfolio_lab.reports.sentences.effectiveness.labels import name_cell
from portfolio_lab.reports.sentences.wording import Wording, capitalised, in_words, listed

UNPRICED = "a difference, but nobody has said what it is worth"
NAIVE_INTRO = (
    "**What the simple comparison would have told.** Customers who were contacted differ from those who were not, with "
    "or without a plan."
)
UNTRIED = {TRIGGER: "Noted", REPEATED: "Noted", EARLY: "Noted", LAST_PERIOD: "Not used"}
NOTHING = "There is nothing to evaluate: no plan has been recorded."


def headline(counts: Mapping[str, int], *, wording: Wording) -> str:
    """Return how many plans work, do not work, are open, and cannot be measured, in one sentence.

    Where all have fared alike they are told as one: "Both plans work."
    """
    if not counts["n_plans"]:
        return NOTHING
    unpriced = counts.get("n_unpriced", 0)
    parts = [
        (counts["n_works"], "works", "work"),
        (counts["n_does_not_work"], "does not work", "do not work"),
        (counts["n_inconclusive"], "is not settled", "are not settled"),
        (unpriced, f"makes {UNPRICED}", f"make {UNPRICED}"),
        (counts["n_not_measurable"] - unpriced, "has no verdict", "have no verdict"),
    ]
    for n, one, many in parts:
        if n == counts["n_plans"]:
            return f"{_all_plans(n)} {one if n == 1 else many}."
    told = [f"{in_words(n)} {one if n == 1 else many}" for n, one, many in parts if n]
    return f"Of {wording.count(counts['n_plans'], 'plan')}, {listed(told)}."


def drawn(n_drawn: int, n_everybody: int, *, wording: Wording) -> str:
    """Return that the page rests on some of the customers, and what that means for what it counts."""
    return (
        f"**This page looks at {wording.count(n_drawn, 'customer')}, drawn by chance from all {n_everybody:,}.** "
        "Shares and effects are those of all, with ranges a little wider than all would give. Whatever is counted "
        "here, be it customers, contacts, hours or money, is counted of those drawn. Short lists of customers held "
        "out by chance are judged whole."
    )


def _all_plans(n: int) -> str:
    return {1: "The only plan", 2: "Both plans"}.get(n, f"All {in_words(n)} plans")


def decision(results: Sequence[PlanResult]) -> str:
    """Return the decision that the verdicts ask for; one where nothing was held out asks for a hold-out.

    A plan with several outcomes is judged by its first.
    """
    results = list({result.case.plan_id: result for result in reversed(results)}.values())[::-1]
    works = [f"“{result.case.title}”" for result in results if result.verdict in WORKS]
    fails = [f"“{result.case.title}”" for result in results if result.verdict in FAILS]
    more = [f"“{result.case.title}”" for result in results if result.verdict == INCONCLUSIVE]
    asked = []
    if fails:
        asked.append(f"stop or replace {listed(fails)}")
    if works:
        asked.append(f"continue {listed(works)}")
    if more:
        asked.append(f"test {listed(more)} further")
    if not asked and any(result.label == "A" and result.verdict == NO_VERDICT for result in results):
        return "Say what a contact costs and what one more success brings; then a verdict can be given."
    if not asked and any(result.verdict == NOT_MEASURABLE and "random" in result.case.design for result in results):
        return "Put right what the cards name, then repeat the experiment."
    if not asked:
        return "Hold out a part of the customers by chance, so that the next review can tell." if results else ""
    return capitalised(f"{listed(asked)}.")


def naive(result: PlanResult, *, wording: Wording) -> str:
    """Return what comparing the contacted with all others would have told, and why it is wrong; empty where equal."""
    estimate, simple = result.estimate, result.naive_effect
    if estimate is None or simple is None or result.label == "E" or abs(simple - estimate.effect) < 1e-12:
        return ""
    case, simple_text, true_text = result.case, *_both(result.case, simple, estimate.effect, wording)
    fair = "the hold-out" if result.label == "A" else "customers of the same history"
    title = case.title if case.window_days and case.kind != "amount" else f"{case.title}, {case.outcome}"
    start = f"**{title}**: customers contacted against all others gives {simple_text}; {fair} {true_text}."
    if estimate.low <= simple <= estimate.high:
        return f"{start} Here the two agree, but only {fair} could show it."
    if result.label == "D":
        fault = "points the other way" if simple * estimate.effect < 0 else "lies outside the whole range of the other"
        return f"{start} The simple comparison {fault}, so it mostly shows who was contacted; both are weak (D)."
    if simple * estimate.effect < 0:
        fault = "even has the wrong sign"
    else:
        fault = "is far too favourable" if simple > estimate.effect else "hides what the plan does"
    return f"{start} The simple comparison {fault}, because who is contacted differs from who is not."


def _both(case: PlanCase, simple: float, effect: float, wording: Wording) -> tuple[str, str]:
    """Both numbers on the same base."""
    if case.kind != "binary":
        return tuple(_amount(case, each, wording) for each in (simple, effect))
    base = effects.choose_base(effect)
    of = wording.number(base, digits=0)
    shown = [f"{effects.number(each * base, wording)} {_side(each)}" for each in (simple, effect)]
    return f"{shown[0]} of {of}", shown[1]


def _amount(case: PlanCase, effect: float, wording: Wording) -> str:
    """An amount or a number of days with its side: "€12 less each", "3.2 days more"."""
    if case.kind == "amount":
        return f"{wording.money(abs(effect))} {'less' if effect < 0 else 'more'} each"
    return f"{effects.size(case, abs(effect), wording)} {_side(effect)}"


def _side(effect: float) -> str:
    return "fewer" if effect < 0 else "more"


def warning(result: PlanResult) -> str:
    """Return what spoils the number of a plan, as far as a check found it, and contacts dated before it; else empty."""
    wrong = [check for check in result.checks if check.passed is False and (check.blocks or check.name == LEFT_ALONE)]
    wrong = wrong if result.label in "AE" else []
    wrong += [check for check in result.checks if check.name == EARLY]
    if not wrong:
        return ""
    return f"**Beware, {result.case.title}:** {' '.join(check.sentence for check in wrong)}"


def name_kind(found: PooledKind) -> str:
    """Return the plans of a kind as one: "All of kind “campaign” (3)"."""
    return f"All of kind “{found.plan_kind}” ({len(found.plans)})"


def pooled(found: PooledKind, case: PlanCase, *, wording: Wording) -> str:
    """Return what the plans of one kind bring on average, and whether they differ; ``case``: one of them."""
    mean, low, high = (effects.signed(case, each, wording) for each in found.mean)
    start = f"**{name_kind(found)}**, taken together: {mean} (between {low} and {high})."
    if found.is_uneven:
        return f"{start} They lie further apart than chance alone would have it, so look at each on its own."
    return f"{start} They do not lie further apart than chance would have it."


def checks(result: PlanResult) -> str:
    """Return how many checks of a number passed, failed or were not possible; empty where none was tried."""
    if not result.checks:
        return ""
    words = [name_outcome(check).lower() for check in result.checks]
    told = [f"{words.count(word)} {word}" for word in ("passed", "failed", "not possible") if word in words]
    return f"{result.case.title} ({result.case.outcome}): {listed(told) or 'nothing could be tried'}"


def name_outcome(check: Check) -> str:
    """Return the outcome of a check in a word or two; what is only told has none of them."""
    if check.passed is None:
        return UNTRIED.get(check.name, "Not possible")
    return "Passed" if check.passed else "Failed"


def contrasts(found: pd.DataFrame, *, wording: Wording, names: Mapping[str, str], weak: Collection[str] = ()) -> str:
    """Return for which groups the plans differ beyond chance, all groups counted; ``weak``: plans judged D or E."""
    if found.empty:
        return ""
    uneven = found[found["is_uneven"]]
    if uneven.empty:
        return "No group of customers responds differently beyond chance, with all groups counted."
    told = [
        f"{names.get(row.plan_id, row.plan_id)} {'goes with' if row.plan_id in weak else 'does'} more for "
        f"“{row.outcome}” in {name_cell(row.cell, row.best)} than in {name_cell(row.cell, row.worst)}"
        f"{' (weak evidence)' if row.plan_id in weak else ''}"
        for row in uneven.head(5).itertuples()
    ]
    return f"Beyond chance, with all groups counted: {listed(told)}."


def extremes(cells: pd.DataFrame, kind: Kind, *, wording: Wording) -> str:
    """Return in which group the effect is largest and in which smallest, each alone, with both numbers.

    ``cells``: label, effect (units of the outcome) of one plan and outcome.
    """
    known = cells.dropna(subset=["effect"])
    best, worst = known.loc[known["effect"].idxmax()], known.loc[known["effect"].idxmin()]
    case = PlanCase("", "", kind)
    shown = [f"{row['label']} ({effects.signed(case, row['effect'], wording)})" for row in (best, worst)]
    if len(known) < 2:
        return f"the effect in {shown[0]}."
    return f"alone, the effect is largest in {shown[0]} and smallest in {shown[1]}."
