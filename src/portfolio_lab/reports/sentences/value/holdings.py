"""Sentences of the value page on what customers are worth, who holds it and at what risk."""

import pandas as pd

from portfolio_lab.analysis.value.customers import ValueBasis
from portfolio_lab.reports.sentences.wording import Wording, capitalised, is_or_are
from portfolio_lab.reports.topics.value_inputs import ValueBook

CASES = {
    1: "the payment of the running month still to come, at the start of each month",
    2: "payments from now on, each at the end of its month, as for customers that are held between two payments",
    3: "the payment of the running month still to come, at the end of each month",
}
MODELS = {"mbg_nbd": "MBG/NBD", "bg_nbd": "BG/NBD", "pareto_nbd": "Pareto/NBD"}


def headline(total: float, interval: tuple[float, float], n_half: int, n_valued: int, *, wording: Wording) -> str:
    """Return the answer: what the customers are worth, and how few hold half of it."""
    half = wording.count(n_half, "customer")
    verb = "holds" if n_half == 1 else "hold"
    return (
        f"The {wording.count(n_valued, 'customer')} are worth {wording.money(total)} in {wording.measure} to come "
        f"(between {wording.money(interval[0])} and {wording.money(interval[1])}), and {half} {verb} half of it."
    )


def why_not(reason: str) -> str:
    """Return why these purchases cannot be valued, and what would help."""
    return (
        f"Why: {reason}. Where customers are few, hardly buy twice, or all keep on buying like clockwork, purchases do "
        "not show who has left. A longer history helps, or another model in the run file (policy.value.model)."
    )


def decision(falling: pd.DataFrame, *, since: object, wording: Wording) -> str:
    """Return the decision asked for: whom to win back first; nothing where nobody's value fell."""
    if falling.empty:
        return ""
    lost, back = -falling["change_amount"].sum(), falling["recoverable_amount"].sum()
    return (
        f"Have the {wording.count(len(falling), 'customer')} whose value fell most contacted first: they lost "
        f"{wording.money(lost)} of value since {wording.date(since)}, and {wording.money(back)} would come back if "
        "they bought."
    )


def basis(found: ValueBasis, *, measure: str, wording: Wording) -> str:
    """Return on what every value of the page stands, in one paragraph."""
    span = f"the next {wording.number(found.horizon_months)} months" if found.horizon_months else "all time to come"
    rate = wording.share(found.discount_rate)
    note = "" if measure == "margin" else (
        " The orders carry no margin on every line, so **sales stand in for margin**: values compare customers with "
        "each other, but they are not profit."
    )  # fmt: skip
    return (
        f"The value of a customer is the {measure} expected of it over {span}, at today's worth with {rate} a year. "
        f"It counts {CASES[found.timing_case]}.{note}"
    )


def value_curve(n_half: int, concentration: dict[str, float], *, wording: Wording) -> str:
    """Return how concentrated the value is."""
    n, largest = concentration["n_customers"], wording.share(concentration["largest_share"])
    effective = wording.number(concentration["n_effective"], digits=0)
    hold = "holds" if n_half == 1 else "hold"
    return (
        f"**{wording.count(n_half, 'customer')} of {wording.number(n)}** with value {hold} half of it; the most "
        f"valuable alone holds {largest}. The risk is that of {effective} customers of equal size."
    )


def negative(book: pd.DataFrame, *, wording: Wording) -> str:
    """Return how many customers are worth less than nothing."""
    below = book[book["value_amount"] < 0]
    if below.empty:
        return "Nobody is worth less than nothing."
    return (
        f"**{wording.count(len(below), 'customer')} {is_or_are(len(below))} worth less than nothing**, "
        f"{wording.money(below['value_amount'].sum())} in all: they take back more than they bring. "
        "They are counted in."
    )


def at_risk(book: pd.DataFrame, *, wording: Wording) -> str:
    """Return how many customers are still expected to be there and what has been written off for silence."""
    held = book[~book["is_closed"]]
    alive = held["alive_probability"]
    doubtful = held[alive < 0.5]
    written = (held["value_amount"] / alive.where(alive > 0) - held["value_amount"]).sum()
    n_alive = wording.number(alive.sum(), digits=0)
    doubt = wording.count(len(doubtful), "customer")
    return (
        f"Of {wording.count(len(held), 'customer')} that have not closed, about {n_alive} "
        f"are still customers, judged by their silence. {capitalised(doubt)} {is_or_are(len(doubtful))} more likely "
        f"gone than not. {wording.money(written)} has already been written off for silence: it comes back where a "
        "silent customer buys again."
    )


def holders(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return who holds most of the value and whose value hangs on one customer."""
    first = table.iloc[0]
    lone = table[table["largest_share"] > 0.25]
    share = wording.share(first["value_share"])
    text = (
        f"{first.iloc[0]} looks after {share} of the value with {wording.count(int(first['n_customers']), 'customer')}."
    )
    if lone.empty:
        return f"{text} Nobody's value hangs on a single customer by more than a quarter."
    worst = lone.sort_values("largest_share", ascending=False).iloc[0]
    return (
        f"{text} For {wording.count(len(lone), 'person', 'people')} more than a quarter of the value hangs on one "
        f"customer, most of all for {worst.iloc[0]} ({wording.share(worst['largest_share'])}): name a second contact."
    )


def changes(moved: pd.DataFrame, falling: pd.DataFrame, *, since: object, wording: Wording) -> str:
    """Return how the value of the customers moved since the end of the period before."""
    fell, rose = moved[moved["change_amount"] < 0], moved[moved["change_amount"] > 0]
    lost, gained = wording.money(-fell["change_amount"].sum()), wording.money(rose["change_amount"].sum())
    return (
        f"Since {wording.date(since)} the value of {wording.count(len(fell), 'customer')} fell, by "
        f"{lost} in all, and that of {wording.count(len(rose), 'customer')} rose, by {gained}. "
        f"The list has the {wording.number(len(falling))} that fell most "
        "and may still be won back; customers with less than one chance in ten are not on it."
    )


def newcomers(book: ValueBook, n_months: int, *, wording: Wording) -> str:
    """Return how customers too new to be judged by themselves were valued."""
    months = wording.count(n_months, "calendar month")
    if book.problem:
        return (
            f"Customers won in the last {months} keep the value that the model gives them from their own purchases: "
            f"{book.problem}."
        )
    if book.newcomers.empty:
        return f"Nobody was won in the last {months}, so nobody had to be valued by comparison."
    total = book.newcomers["value_amount"].sum()
    who = wording.count(len(book.newcomers), "customer")
    return (
        f"{capitalised(who)} won in the last {months} say too little by their own purchases. Each is valued as older "
        f"customers were at the same age: what those brought since, and what they are worth today. Together the new "
        f"ones are worth {wording.money(total)}."
    )


def groups(table: pd.DataFrame, n_months: int, *, name: str, wording: Wording) -> str:
    """Return which group swings most with the whole."""
    if table["beta"].isna().all():
        months = wording.count(n_months, "whole month")
        return f"There {is_or_are(n_months)} {months} of orders; how groups swing with the whole is told from 24 on."
    known = table.dropna(subset=["beta"])
    most, least = known.iloc[0], known.iloc[-1]
    if len(known) < 2:
        return f"All customers are in one {name}."
    upper, lower = (wording.share(row["beta"] / 10, digits=0) for row in (most, least))
    return (
        f"In the {wording.count(n_months, 'whole month')} seen, when all customers together brought 10% more or less "
        f"than usual, {most['group']} moved by about {upper} and {least['group']} by about {lower}. These swings are "
        "worked out from these months and carry no range: small differences between groups mean nothing."
    )
