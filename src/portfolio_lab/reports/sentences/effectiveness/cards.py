"""One card per plan: what came out, how sure it is, what can be said and what not, and what to do next."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from portfolio_lab.analysis.verdicts import (
    DOES_NOT_WORK,
    HARMS,
    INCONCLUSIVE,
    NO_VERDICT,
    NOT_MEASURABLE,
    WORKS_AND_PAYS,
    WORKS_PAY_OFF_OPEN,
    WORKS_TOO_SMALL,
    PlanResult,
    find_label,
)
from portfolio_lab.reports.sentences.effectiveness import effects
from portfolio_lab.reports.sentences.wording import Wording

MAX_WORDS, MAX_MONTHS = 120, 12
MAX_COST = 1e12  # of a customer won, where next to nobody is: no number that anybody could read
MAX_TITLE_WORDS, MAX_REASON_WORDS = 8, 40
VERDICTS = {
    WORKS_AND_PAYS: "Works and pays",
    WORKS_PAY_OFF_OPEN: "Works; whether it pays is open",
    WORKS_TOO_SMALL: "Works, but too little to pay",
    DOES_NOT_WORK: "Does not work",
    HARMS: "Does harm",
    INCONCLUSIVE: "Not settled",
    NOT_MEASURABLE: "Cannot be measured",
    NO_VERDICT: "No verdict",
}
CLAIMS = {
    "A": "The plan caused it.",
    "B": "The plan most likely caused it.",
    "C": "This is consistent with an effect of the plan.",
    "D": "This cannot be separated from selection: who was contacted differed from the rest.",
}
SOUND_DESIGN = "a sound experiment"
CAN_SAY = {
    WORKS_AND_PAYS: "it brings more than it costs",
    WORKS_PAY_OFF_OPEN: "it moves customers",
    WORKS_TOO_SMALL: "it moves customers, but not enough of them to cover its cost",
    DOES_NOT_WORK: "if it moves anybody, it is too few to cover its cost",
    HARMS: "customers do less with the plan than without it",
    INCONCLUSIVE: "nothing yet: no difference and a worthwhile one both fit",
    NOT_MEASURABLE: "what was done, no more",
    NO_VERDICT: "what was done, no more",
}
CANNOT_SAY = {
    WORKS_AND_PAYS: "that it would do as well with other customers or in another season",
    WORKS_PAY_OFF_OPEN: "that it covers its cost",
    WORKS_TOO_SMALL: "that a cheaper way would do as much",
    DOES_NOT_WORK: "that another message, channel or moment would not do better",
    HARMS: "why",
    INCONCLUSIVE: "that it does nothing, nor that it is worth its cost",
    NOT_MEASURABLE: "what it brought",
    NO_VERDICT: "what it brought",
}
MIND = {
    WORKS_AND_PAYS: "a later hold-out whose whole range lies below the break-even",
    WORKS_PAY_OFF_OPEN: "a narrower range, above or below the break-even",
    WORKS_TOO_SMALL: "a lower cost, or a hold-out whose range reaches the break-even",
    DOES_NOT_WORK: "a new hold-out whose range reaches the break-even",
    HARMS: "a new hold-out whose range lies above zero",
    INCONCLUSIVE: "more customers in both groups",
    NOT_MEASURABLE: "a hold-out carried out as it was drawn",
    NO_VERDICT: "a part of the customers left out by chance",
}
NEXT = {
    WORKS_AND_PAYS: "continue and extend it, with a small hold-out kept",
    WORKS_TOO_SMALL: "use a cheaper channel",
    DOES_NOT_WORK: "replace it",
    HARMS: "stop it",
    NOT_MEASURABLE: "put right what is named above, then repeat",
    NO_VERDICT: "hold out one customer in five by chance next time",
}


@dataclass(frozen=True)
class Card:
    """One card: its heading and its paragraphs; **bold** marks the words that lead."""

    heading: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """Everything on the card."""
        return " ".join((self.heading, *self.paragraphs))

    @property
    def n_words(self) -> int:
        """Words on the card."""
        return len(self.text.replace("**", "").split())


def in_reading_order(results: Iterable[PlanResult]) -> list[PlanResult]:
    """Return the results as a reader wants them: the best evidence first, those without a number last."""
    return sorted(results, key=lambda each: (each.estimate is None, each.label))


def name_verdict(result: PlanResult) -> str:
    """Return the verdict in words; where only its worth is not known, what was found instead of a bare "no verdict"."""
    if not _has_effect(result):
        return VERDICTS[result.verdict]
    if result.estimate.high < 0:
        return "Less with it than without; no verdict without its cost"
    found = "Moves customers" if result.estimate.low > 0 else "No clear difference"
    return f"{found}; no verdict without its cost"


def write_card(result: PlanResult, wording: Wording) -> Card:
    """Return the card of one plan and outcome, at most 120 words, in the words that its evidence label allows."""
    title = _brief(result.case.title, MAX_TITLE_WORDS)
    if result.case.kind == "amount" or not result.case.window_days:
        title = f"{title}, {_brief(result.case.outcome, MAX_TITLE_WORDS)}"
    heading = f"**{title}**: {name_verdict(result)}."
    body = [_found(result, wording), _money(result, wording)]
    last = (
        f"**We can say** {_can_say(result)}. **We cannot say** {_cannot_say(result)}. "
        f"**What would change our mind:** {_mind(result)}. **Next step:** {_next(result, wording)}."
    )
    return Card(heading, (" ".join(part for part in body if part), last))


def _found(result: PlanResult, wording: Wording) -> str:
    label = find_label(result.label)
    evidence = f"Evidence: {label.code}, {_quality(result)}."
    if result.estimate is None or result.label == "E":
        return f"{_brief(result.reason, MAX_REASON_WORDS)} {evidence}".strip()
    found = effects.difference(result.case, result.estimate, wording)
    compared = " than without the plan" if result.label in "AB" else " than among comparable others"
    if result.case.kind == "days":
        compared = ""
    split = found.index("(")
    return f"{found[:split].rstrip()}{compared} {found[split:]}. {_claim(result)} {evidence}"


def _brief(text: str, most: int) -> str:
    """Whole sentences of at most so many words together; a longer first one is cut, for the checks tell the rest."""
    kept: list[str] = []
    for sentence in re.split(r"(?<=[.!?]) ", text):
        if len(" ".join([*kept, sentence]).split()) > most:
            break
        kept.append(sentence)
    return " ".join(kept) if kept else " ".join(text.split()[:most]) + " …"


def _quality(result: PlanResult) -> str:
    """The evidence in a word; an experiment that found no clear difference has proven none, however good it was."""
    if result.label == "A" and not _is_clear(result):
        return SOUND_DESIGN
    return find_label(result.label).name


def _is_clear(result: PlanResult) -> bool:
    return result.estimate is not None and (result.estimate.low > 0 or result.estimate.high < 0)


def _claim(result: PlanResult) -> str:
    """What the label allows to be said of a difference; one whose range holds zero is claimed for nobody."""
    is_told = _is_clear(result) or result.label == "D"
    return CLAIMS[result.label] if is_told else "That range includes no difference at all."


def _money(result: PlanResult, wording: Wording) -> str:
    """What a success cost and from where on the plan pays; as a range only where the evidence asks for it."""
    case, money, allowed = result.case, result.money, find_label(result.label).money
    if _has_effect(result) and result.estimate.low > 0 and allowed == "interval":
        return _worth(result, wording)
    if money is None or allowed == "none" or case.mwe is None:
        return ""
    pays = f"It pays from {effects.size(case, case.mwe, wording)} on."
    if case.kind != "binary" or money.cost_per_recovered is None or money.cost_per_recovered > MAX_COST:
        return pays
    low, high = wording.money(money.cost_per_recovered_low), money.cost_per_recovered_high
    upper = wording.money(high) if high is not None else "not bounded"
    middle = f"{wording.money(money.cost_per_recovered)} " if allowed == "interval" else "between "
    limits = f"(from {low} to {upper})" if allowed == "interval" else f"{low} and {upper}"
    verb = "would cost" if result.verdict == INCONCLUSIVE else "cost"
    return f"{pays} Each customer won {verb} {middle}{limits}."


def _worth(result: PlanResult, wording: Wording) -> str:
    """From where on it would pay, where nobody has said what it costs."""
    estimate = result.estimate
    if result.case.kind != "binary":
        return f"It pays where treating a customer costs less than the margin on {wording.money(estimate.low)}."
    few, about, many = (wording.number(1 / each, digits=0) for each in (estimate.high, estimate.effect, estimate.low))
    return f"One more takes about {about} treated ({few} to {many}): it pays where that one brings more than they cost."


def _has_effect(result: PlanResult) -> bool:
    """Whether there is a sound difference without a verdict only because nobody said what it must be worth."""
    return result.verdict == NO_VERDICT and result.label in "ABC" and result.estimate is not None


def _can_say(result: PlanResult) -> str:
    if result.label == "D" and result.verdict == INCONCLUSIVE:
        return "nothing about the plan itself: those who were contacted were different customers to begin with"
    if not _has_effect(result):
        return CAN_SAY[result.verdict]
    if result.estimate.low > 0:
        return "it moves customers (any rise counts, as no cost was given)"
    return "customers do less with it than without" if result.estimate.high < 0 else "no difference is established"


def _cannot_say(result: PlanResult) -> str:
    return (
        "that it is worth its cost: nobody has said what it costs"
        if _has_effect(result)
        else CANNOT_SAY[result.verdict]
    )


def _mind(result: PlanResult) -> str:
    if result.label == "D":
        return MIND[NO_VERDICT]
    return "another experiment with another answer" if _has_effect(result) else MIND[result.verdict]


def _next(result: PlanResult, wording: Wording) -> str:
    if _has_effect(result):
        return "stop it" if result.estimate.high < 0 else "say what a contact costs and what a success brings"
    if result.verdict not in (INCONCLUSIVE, WORKS_PAY_OFF_OPEN):
        return NEXT[NO_VERDICT] if result.label == "D" else NEXT[result.verdict]
    start = "continue" if result.verdict == WORKS_PAY_OFF_OPEN else "repeat with a hold-out"
    if result.label == "D":
        return NEXT[NO_VERDICT]
    if not result.n_more:
        return f"{start}, and judge it again next period"
    if result.months_more is not None and result.months_more > MAX_MONTHS:
        return "test it with similar plans or drop it: alone it takes longer than a year"
    more = f"{start}: {wording.count(int(result.n_more), 'more customer')} in both groups settle it"
    if result.months_more is None:
        return more
    return f"{more}, in about {wording.count(max(round(result.months_more), 1), 'month')}"
