"""Sentences on the portfolio read by class, stage and a grouping."""

from collections.abc import Callable, Sequence

import pandas as pd

from portfolio_lab.policy import RelationshipRule
from portfolio_lab.reports.sentences.wording import Wording, capitalised, listed

BLOCK_LABELS = {"active": "active", "pre_inactive": "pre-\ninactive", "gone": "gone"}
WORDS = {
    "salesperson": "salesperson in charge",
    "relationship": "relationship",
    "segment": "segment",
    "region": "region",
}
DIMENSIONS = ("salesperson", "segment", "region")
NO_CLASSES = "Nobody has a positive value in the window, so there are no classes to read the portfolio by."


def reading(slipping: pd.DataFrame, *, wording: Wording) -> str:
    """Return in which groups most of the sales of class A stand with customers who are not active any more."""
    if slipping.empty:
        return "No group has ten customers of class A, too few to compare groups."
    worst = slipping.groupby("dimension", sort=False).head(1)
    parts = [_worst(row, wording) for row in worst.itertuples() if row.slipping_amount > 0]
    if not parts:
        return "Nearly all sales of class A stand with active customers, in every group that is large enough to tell."
    return f"In class A, sales with customers who are no longer active weigh most with {'; '.join(parts)}."


def _worst(row: tuple, wording: Wording) -> str:
    who = wording.count(row.n_customers, "customer")
    return (
        f"**{row.group}** among {plural(row.dimension)} ({wording.share(row.slipping_share)} of "
        f"{wording.money(row.amount)}, {wording.number(row.n_slipping)} of {who})"
    )


def plural(dimension: str) -> str:
    """Return the word for several groups of a dimension."""
    return {"salesperson": "salespeople"}.get(dimension, f"{dimension}s")


def name_dimensions(dimensions: Sequence[str]) -> str:
    """Return dimensions in words, as they stand in a title."""
    return listed([WORDS[dimension] for dimension in dimensions])


def worst(slipping: pd.DataFrame, *, dimension: str, wording: Wording) -> str:
    """Return the group of one dimension where most of class A slips, as the text of its figure."""
    if slipping.empty or slipping["slipping_amount"].iloc[0] <= 0:
        return f"By {WORDS[dimension]}: no group of at least ten customers of class A has sales with inactive ones."
    row = slipping.iloc[0]
    return (
        f"By {WORDS[dimension]}: in class A the largest share of sales with customers who are no longer active is that "
        f"of {row['group']}, {wording.share(row['slipping_share'])} of {wording.money(row['amount'])}."
    )


def caption(dimension: str, groups: Sequence[str], *, currency: str, rules: Sequence[RelationshipRule]) -> str:
    """Return how to read a heat table of ``groups``; of the rules of relationships, those of its groups."""
    text = (
        f"By {WORDS[dimension]}: customers above, their sales in the window below in thousand {currency}. The "
        "darker, the larger the part of the group's sales in that class. Gone: inactivated, inactive and ex-customers."
    )
    shown = [rule for rule in rules if rule.name in set(groups)]
    return f"{text} {capitalised(relationship_rules(shown))}" if dimension == "relationship" and shown else text


def relationship_rules(rules: Sequence[RelationshipRule]) -> str:
    """Return what each relationship means; the first that fits counts."""
    parts = [f"{rule.name}: {_conditions(rule)}" for rule in rules]
    return f"{'; '.join(parts)} (the first that fits)."


def _conditions(rule: RelationshipRule) -> str:
    words = {
        "min_tenure_days": "a customer for at least {} days", "max_tenure_days": "a customer for at most {} days",
        "min_satisfaction": "score of at least {}", "max_satisfaction": "score of at most {}",
        "min_kept_share": "at least {} of planned contacts kept",
        "max_kept_share": "at most {} of planned contacts kept",
    }  # fmt: skip
    known = {name: getattr(rule, name) for name in words if getattr(rule, name) is not None}
    shown = [words[name].format(f"{value:.0%}" if name.endswith("_share") else f"{value:g}")
             for name, value in known.items()]  # fmt: skip
    return listed(shown) if shown else "all others"


def lacking(
    has: Callable[[str], bool], customers: pd.DataFrame, rules: Sequence[RelationshipRule]
) -> tuple[str, str] | None:
    """Return the tables without which a grouping or a rule cannot be used, and one sentence on it; None: nothing."""
    groups = [WORDS[name] for name in DIMENSIONS if not customers[name].notna().any()]
    needs = {"customers": f"the {listed(groups)} of each customer"} if groups else {}
    cannot = [f"read the portfolio by {listed(groups, last='or')}"] if groups else []
    marks = []
    if not has("satisfaction") and any(_reads(rule, "satisfaction") for rule in rules):
        needs["satisfaction"], marks = "satisfaction", ["satisfaction"]
    if not (has("plan_tasks") and has("contacts")) and any(_reads(rule, "kept_share") for rule in rules):
        needs["plan_tasks"], marks = "planned tasks with contacts", [*marks, "contacts kept"]
    cannot += [f"judge the relationship by {listed(marks, last='or')}"] if marks else []
    if not needs:
        return None
    return ", ".join(needs), f"Without {listed(list(needs.values()))} this page cannot {listed(cannot, last='or')}."


def _reads(rule: RelationshipRule, what: str) -> bool:
    return any(getattr(rule, f"{side}_{what}") is not None for side in ("min", "max"))
