"""The answer on top of the page, the checks behind it, and what the simple comparison would have said."""

from collections.abc import Mapping, Sequence

import pandas as pd

from portfolio_lab.analysis.verdicts import FAILS, INCONCLUSIVE, WORKS, PlanResult
from portfolio_lab.reports.sentences.effectiveness import effects
from portfolio_lab.reports.sentences.wording import Wording, capitalised, in_words, listed

NOTHING = "There is nothing to evaluate: no plan has been recorded."


def headline(counts: Mapping[str, int], *, wording: Wording) -> str:
    """Return how many plans work, do not work, are open, and cannot be measured, in one sentence."""
    if not counts["n_plans"]:
        return NOTHING
    parts = [
        (counts["n_works"], "works", "work"),
        (counts["n_does_not_work"], "does not work", "do not work"),
        (counts["n_inconclusive"], "is not settled", "are not settled"),
        (counts["n_not_measurable"], "has no verdict", "have no verdict"),
    ]
    told = [f"{in_words(n)} {one if n == 1 else many}" for n, one, many in parts if n]
    return f"Of {wording.count(counts['n_plans'], 'plan')}, {listed(told)}."


def decision(results: Sequence[PlanResult]) -> str:
    """Return the decision that the verdicts ask for; one where nothing was held out asks for a hold-out."""
    works = [result.case.title for result in results if result.verdict in WORKS]
    fails = [result.case.title for result in results if result.verdict in FAILS]
    more = [result.case.title for result in results if result.verdict == INCONCLUSIVE]
    asked = []
    if fails:
        asked.append(f"stop or replace {listed(fails)}")
    if works:
        asked.append(f"continue {listed(works)}")
    if more:
        asked.append(f"test {listed(more)} further")
    if not asked:
        return "Hold out a part of the customers by chance, so that the next review can tell." if results else ""
    return capitalised(f"{listed(asked)}.")


def naive(result: PlanResult, *, wording: Wording) -> str:
    """Return what comparing contacted with not contacted would have told, and why it is wrong; empty where alike."""
    estimate, simple = result.estimate, result.naive_effect
    if estimate is None or simple is None or result.label not in "ABC" or abs(simple - estimate.effect) < 1e-12:
        return ""
    case = result.case
    told = f"{effects.size(case, abs(simple), wording)} {'fewer' if simple < 0 else 'more'}"
    true = f"{effects.size(case, abs(estimate.effect), wording)} {'fewer' if estimate.effect < 0 else 'more'}"
    side = "wrong side of zero" if simple * estimate.effect < 0 else "wrong size"
    return (
        f"**{case.title}**: those contacted against those not contacted gives {told}; the hold-out gives {true}. The "
        f"simple comparison has the {side}, because who could be reached differs from who could not."
    )


def checks(result: PlanResult) -> str:
    """Return what was looked at before the number was believed, in one paragraph."""
    said = " ".join(check.sentence for check in result.checks)
    return f"**{result.case.title}** ({result.case.outcome}): {said}" if said else ""


def contrasts(found: pd.DataFrame, *, wording: Wording, names: Mapping[str, str]) -> str:
    """Return for which groups the plans differ beyond chance, all groups counted."""
    if found.empty:
        return ""
    uneven = found[found["is_uneven"]]
    if uneven.empty:
        return "No group of customers responds differently beyond chance, with all groups counted."
    told = [
        f"{names.get(row.plan_id, row.plan_id)} does more for “{row.outcome}” where {row.cell} is {row.best} than "
        f"where it is {row.worst}"
        for row in uneven.head(5).itertuples()
    ]
    return f"Beyond chance, with all groups counted: {listed(told)}."


def ranking(found: pd.DataFrame, *, names: Mapping[str, str]) -> str:
    """Return whether customers can be ranked by what a contact adds."""
    if found.empty:
        return ""
    good = found[found["is_better_than_random"]]
    if good.empty:
        return "What was known before does not tell whom to contact first: no ranking beats a random order."
    told = [f"{names.get(row.plan_id, row.plan_id)} for “{row.outcome}”" for row in good.itertuples()]
    return f"A ranking by what a contact adds beats a random order for {listed(told)}: contact the first of it first."


def memory(compared: pd.DataFrame, *, names: Mapping[str, str], wording: Wording) -> str:
    """Return how the verdicts of earlier reviews have fared."""
    if compared.empty:
        return "No earlier review has judged these plans; from the next one on, its verdicts stand beside the new ones."
    changed = compared[compared["is_changed"]]
    told = [f"{names.get(row.plan_id, row.plan_id)} ({row.outcome})" for row in changed.itertuples()]
    start = f"{wording.count(len(compared), 'verdict')} of earlier reviews can be set against what is known now"
    return f"{start}; {f'{listed(told)} came out differently' if told else 'none came out differently'}."
