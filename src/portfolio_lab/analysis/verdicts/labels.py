"""The evidence labels A to E: which design earns which, and what each allows to be said about cause and money.

Even a careful comparison without an experiment misses the truth by more than the truth itself often enough (Gordon,
Moakler and Zettelmeyer, 2023, on 663 experiments); therefore nothing but a random hold-out may be called proven.
"""

from dataclasses import dataclass
from typing import Literal

from portfolio_lab.analysis.verdicts.records import LabelCode
from portfolio_lab.errors import AnalysisError

MoneyAllowed = Literal["interval", "range", "none"]


@dataclass(frozen=True)
class Label:
    """One evidence label: its name, the words it allows for a cause, and how far money may be named."""

    code: LabelCode
    name: str
    claim: str
    money: MoneyAllowed
    may_judge: bool
    banned: tuple[str, ...] = ()


# No page speaks in these, whatever the evidence.
BANNED_EVERYWHERE = (
    "p-value", "p value", "significant", "significance", "propensity", "hypothesis", "confounder", "regression",
    "estimand", "covariate", "causal", "heterogeneity",
)  # fmt: skip
_CERTAIN = ("proven", "proves", "prove")

LABELS: dict[str, Label] = {
    label.code: label
    for label in (
        Label("A", "proven", "caused", "interval", may_judge=True),
        Label("B", "strong", "most likely caused", "interval", may_judge=True, banned=_CERTAIN),
        Label(
            "C", "indicative", "consistent with an effect of", "range", may_judge=True, banned=(*_CERTAIN, "caused")
        ),
        Label(
            "D", "weak", "cannot be separated from selection", "none", may_judge=False,
            banned=(*_CERTAIN, "caused", "works", "pays", "an effect of", "thanks to"),
        ),
        Label(
            "E", "descriptive", "", "none", may_judge=False,
            banned=(*_CERTAIN, "caused", "works", "pays", "effect", "thanks to", "recovered", "than without"),
        ),
    )
}  # fmt: skip


def find_label(code: str) -> Label:
    """Return the label of a code. Raises AnalysisError for any other than A to E."""
    if code not in LABELS:
        raise AnalysisError("an unknown evidence label", remedy="use one of A, B, C, D, E", value=code)
    return LABELS[code]


def find_banned_words(text: str, *, label: str) -> tuple[str, ...]:
    """Return the words of ``text`` that a label does not allow; "most likely caused" is a phrase of its own."""
    searched = text.lower()
    if label == "B":
        searched = searched.replace("most likely caused", "")
        banned = (*BANNED_EVERYWHERE, *find_label(label).banned, "caused")
    else:
        banned = (*BANNED_EVERYWHERE, *find_label(label).banned)
    return tuple(word for word in banned if word in searched)
