"""Experiments that nobody planned, in words: what chance moved, what followed, or why there is nothing to learn."""

from portfolio_lab.analysis.observational.absences import Absence
from portfolio_lab.analysis.observational.panels import PreTest
from portfolio_lab.analysis.observational.thresholds import Limit
from portfolio_lab.reports.sentences.wording import Wording

INTRO = (
    "**Experiments that nobody planned.** Now and then chance decides who is contacted: a customer stands just above "
    "or just below a limit, a salesperson has a day off, a route gets another owner. Where that truly moved contacts, "
    "what followed is strong evidence (B); where it did not, there is nothing to learn, and that is said."
)
LIMIT_NAMES = {
    "class A": "the limit of class A",
    "class B": "the limit of class B",
    "pre-inactive": "the line between active and pre-inactive",
    "inactivated": "the line between pre-inactive and inactivated",
}


def limit(found: Limit, *, days: int, wording: Wording) -> str:
    """Return what changes at a limit of a class or stage, or that nothing does."""
    where = LIMIT_NAMES.get(found.name, found.name)
    if found.contacts is None:
        return f"At {where}, too few customers stand near enough on both sides to be compared."
    size = more_or_fewer(found.contacts.effect, wording)
    between = ranged(found.contacts.low, found.contacts.high, wording)
    if not found.has_jump:
        return (
            f"At {where}, customers on both sides are contacted nearly alike ({size} contacts beyond it in {days} "
            f"days, {between}): there is no clear jump to learn from."
        )
    first = f"Customers just beyond {where} get {size} contacts in {days} days ({between})"
    if found.orders.is_crowded:
        return (
            f"{first}, but more customers stand on one side of it than on the other, as if some had been moved: "
            "nothing is concluded."
        )
    orders = f"{more_or_fewer(found.orders.effect, wording)} orders"
    between = ranged(found.orders.low, found.orders.high, wording)
    return f"{first}, and place {orders} in that time ({between}). That holds for customers near it, not for others."


def absence(found: Absence, *, days: int, wording: Wording) -> str:
    """Return what contacts brought that depended on whether somebody was at work."""
    low, high = found.found.interval()
    made = [wording.share(share, digits=0) for share in (found.contacted_if_away, found.contacted_if_there)]
    size, without = more_or_fewer(found.found.effect, wording), wording.number(found.orders_without, digits=2)
    return (
        "Planned contacts that fell on a salesperson's day off were made within a week in "
        f"{made[0]} of the cases, others in {made[1]}. Customers who were contacted for that reason alone placed "
        f"{size} orders in the {days} days after that week ({ranged(low, high, wording)}; those whose salesperson was "
        f"away placed {without}). Right if days off change nothing else for customers."
    )


def change(
    name: str,
    effect: tuple[float, float, float],
    before: PreTest,
    *,
    dip_auc: float,
    wording: Wording,
    is_sound: bool,
) -> str:
    """Return what a change of owner brought, and what the look at the time before could have shown."""
    first = (
        f"{name}: customers who changed placed {more_or_fewer(effect[0], wording)} orders a quarter afterwards than "
        f"those who kept their salesperson ({ranged(*effect[1:], wording)}). A weak quarter was no reason for the "
        f"change: in {dip_auc * 100:.0f} of 100 pairs the one who changed had had the deeper dip (50 is chance)."
    )
    if not before.passed:
        return f"{first} But the two groups had moved apart before: nothing is concluded."
    slope, unseen = (wording.number(each, digits=2) for each in (before.slope_seen, before.bias_unseen))
    seen = (
        f"Before the change they moved alike; a drift of {slope} orders a quarter would have been noticed in 80 of 100 "
        f"cases, and could have made {unseen}"
    )
    return f"{first} {seen}{'.' if is_sound else ': the look before is too weak for the number to be believed (D).'}"


def refused(name: str, reason: str) -> str:
    """Return that something cannot be used, with its reason."""
    return f"{name}: nothing can be said. {reason[:1].upper()}{reason[1:].rstrip('.')}."


def no_table(table: str, what: str = "what contacts bring on days when a salesperson is away") -> str:
    """Return which table is missing for it."""
    return f"Without the table {table.replace('_', ' ')} this page cannot say {what}."


def in_one_line(name: str, effect: tuple[float, float, float], wording: Wording) -> str:
    """Return a name with its effect and range, for a figure's description."""
    return f"{name}: {more_or_fewer(effect[0], wording)} orders ({ranged(*effect[1:], wording)})."


def more_or_fewer(value: float, wording: Wording) -> str:
    """Return a number as so many more or fewer: "0.12 more"."""
    return f"{wording.number(abs(value), digits=2)} {'fewer' if value < 0 else 'more'}"


def ranged(low: float, high: float, wording: Wording) -> str:
    """Return a range in words: "between 0.04 and 0.20 more"."""
    small, large = (wording.number(abs(each), digits=2) for each in (low, high))
    if low < 0 < high:
        return f"between {small} fewer and {large} more"
    return f"between {small} and {large} more" if low >= 0 else f"between {large} and {small} fewer"
