"""Sentences on the answer, the four phases and the classes."""

import pandas as pd

from portfolio_lab.analysis.abc_classes.concentration import Concentration
from portfolio_lab.analysis.abc_classes.population import Window
from portfolio_lab.policy import AbcPolicy
from portfolio_lab.reports.sentences.wording import Wording, capitalised, in_words, is_or_are

MEASURES = {"amount": "sales", "margin": "margin"}


def headline(facts: dict, *, n_half: int, wording: Wording) -> str:
    """Return the answer of the page: how few bring half, and what hangs on the largest."""
    n, measure = facts["n_a"] + facts["n_b"] + facts["n_c"], wording.measure
    largest = wording.share(facts["largest_customer_share"])
    if n == 1:
        return f"One customer brings all {measure}."
    if n_half == 1:
        return f"The largest of {wording.count(n, 'customer')} with {measure} alone brings {largest} of {measure}."
    few = f"{wording.number(n_half)} of {wording.count(n, 'customer')} with {measure} ({wording.share(n_half / n)})"
    return f"Half of {measure} comes from {few}; the largest alone brings {largest}."


def decision(losses: pd.DataFrame, *, wording: Wording) -> str:
    """Return what leadership is asked to decide; ``losses`` is that of ``summarise_losses``."""
    last = losses.iloc[-1]
    n, share, measure = int(last["n_customers"]), wording.share(last["lost_share"]), wording.measure
    if n == 1:
        return (
            f"Who looks after the largest customer, which brings {share} of {measure}, and what happens if it leaves?"
        )
    who = f"the largest {in_words(n)} customers, which bring {share} of {measure}"
    return f"Who looks after {who}, and what happens if one leaves?"


def criterion(facts: dict, window: Window, *, wording: Wording) -> str:
    """Return phase 1 in words: what is summed, over which days, for whom, and the base of all shares."""
    n_ranked = facts["n_a"] + facts["n_b"] + facts["n_c"]
    days = f"from {wording.date(window.start)} to {wording.date(window.as_of)}"
    return (
        f"Customers are ranked by {wording.measure} {days} ({wording.count(window.n_months, 'month')}). "
        f"{capitalised(wording.count(facts['n_customers'], 'customer'))} ordered at least once up to that day; "
        f"{wording.number(n_ranked)} of them brought more than they took back, "
        f"{wording.money(facts['base_amount'])} in all. That sum is the base of every share on this page."
    )


def sorted_values(ranking: pd.DataFrame, *, wording: Wording) -> str:
    """Return phase 2 in words: the largest customer beside the middle one."""
    amounts = ranking.loc[ranking["amount"] > 0, "amount"]
    largest, middle, smallest = float(amounts.max()), float(amounts.median()), float(amounts.min())
    if len(amounts) == 1:
        return f"There is one customer with {wording.measure}, of {wording.money(largest)}."
    if largest == smallest:
        who = f"All {wording.count(len(amounts), 'customer')} with {wording.measure}"
        return f"{who} bring the same, {wording.money(largest)}."
    times = wording.number(largest / middle, digits=0 if largest >= 10 * middle else 1)
    return (
        f"The largest customer brings {wording.money(largest)}, {times} times the "
        f"{wording.money(middle)} of the customer in the middle (the median)."
    )


def cumulative(found: Concentration, *, wording: Wording) -> str:
    """Return phase 3 in words: how far the first fifth of the customers leads."""
    who = "customer brings" if found.n_top20 == 1 else f"{wording.number(found.n_top20)} customers bring"
    return (
        f"Added up from the largest down, the first {who} {wording.share(found.top20_share)} of {wording.measure}: "
        f"that is the top fifth of the {wording.number(found.n_customers)} with {wording.measure}."
    )


def zones(summary: pd.DataFrame, *, wording: Wording) -> str:
    """Return phase 4 in words: customers and value of each class that has any; ``summary`` of ``summarise_classes``."""
    rows = summary.set_index("abc_class")
    n_ranked = int(rows.loc[["A", "B", "C"], "n_customers"].sum())
    parts = []
    for name in ("A", "B", "C"):
        n, share = int(rows.loc[name, "n_customers"]), rows.loc[name, "amount_share"]
        verb = "brings" if n == 1 else "bring"
        who = f"{wording.count(n, 'customer')} ({wording.share(n / n_ranked)})"
        parts.append(f"**{name}** is empty" if n == 0 else f"**{name}**: {who} {verb} {wording.share(share)}")
    return "; ".join(parts) + "."


def outside(summary: pd.DataFrame, *, wording: Wording) -> str:
    """Return who is in none of the three zones: C0 and N."""
    rows = summary.set_index("abc_class")
    n_zero, n_negative = (int(rows.loc[name, "n_customers"]) for name in ("C0", "N"))
    if not n_zero and not n_negative:
        return f"Everybody who ever ordered has {wording.measure} above zero in the window, so C0 and N are empty."
    zero = f"{wording.count(n_zero, 'customer')} {is_or_are(n_zero)} at zero in the window (C0)"
    negative = f"{wording.count(n_negative, 'customer')} {is_or_are(n_negative)} net negative (N)"
    taken = f", {wording.money(-rows.loc['N', 'amount'])} in all, which stays outside the base" if n_negative else ""
    return f"{capitalised(zero)} and {negative}{taken}."


def rule(policy: AbcPolicy) -> str:
    """Return how the classes are cut, in words."""
    if policy.cuts == "computed":
        return (
            "The limits are computed from the curve: A ends where it comes nearest to all value from no customer, or "
            "with the last customer above the average, whichever is first; B ends where it comes nearest to all value "
            "from the later of these two on (Ultsch and Lötsch, 2015). Equal values always share a class."
        )
    a, b = (f"{cut:g}%" for cut in policy.cuts)
    return (
        f"A customer is in A while those above it bring less than {a} together, in B while they bring less than {b}, "
        "else in C. Equal values always share a class. Sums are compared in whole cents."
    )


def notices(found: tuple[str, ...], *, wording: Wording) -> str:
    """Return what the reader must know before trusting the classes; a reassuring sentence where there is nothing."""
    measure = wording.measure
    texts = {
        "small_n": "There are fewer than ten customers, so the classes say little more than the list itself.",
        "dominant_customer": f"One customer brings more than half of {measure}: watch that one before any class.",
        "no_discrimination": f"All customers with {measure} are in one class: the classes do not tell them apart.",
    }
    fine = "Nothing stands against reading the classes: no customer dominates, and they do tell customers apart."
    return " ".join(f"**{texts[notice]}**" for notice in found) or fine
