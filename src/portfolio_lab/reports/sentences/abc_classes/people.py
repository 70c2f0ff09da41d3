"""Sentences on fairness towards customers and on what hangs on the largest of them."""

import datetime as dt

import pandas as pd

from portfolio_lab.analysis.abc_classes.fairness import MIN_GROUP, list_comparable
from portfolio_lab.analysis.abc_classes.stage_mix import NOBODY
from portfolio_lab.reports.sentences.wording import Wording, in_words, is_or_are, listed


def commercial(columns: tuple[str, ...], forbidden: tuple[str, ...]) -> str:
    """Return which of the company's columns the ranking is made of, and which it may not be made of."""
    named = listed([f"“{name}”" for name in columns])
    made_of = f"The ranking is computed from the {'column' if len(columns) == 1 else 'columns'} {named}"
    if not forbidden:
        return f"{made_of}; the policy forbids none."
    in_plain_words = [name.replace("_", " ") for name in forbidden]
    return f"{made_of}. A run that used {listed(in_plain_words, last='or')} would be refused."


def class_shares(shares: pd.DataFrame, *, by: str, wording: Wording) -> str:
    """Return between which shares of A the groups ``by`` something lie; ``shares`` of ``summarise_class_shares``."""
    in_a = shares[shares["abc_class"] == "A"].set_index("group")["share"]
    known = in_a[in_a.index.isin(list_comparable(shares))]
    if len(known) < 2:
        return f"By {by} fewer than two groups have at least {MIN_GROUP} customers: there is nothing to compare."
    low, high = known.idxmin(), known.idxmax()
    if known[low] == known[high]:
        return f"Every group of at least {MIN_GROUP} customers has the same share in A, {wording.share(known[low])}."
    return (
        f"The share of A lies between {wording.share(known[low])} ({low}) and {wording.share(known[high])} ({high}). "
        "A difference is no proof of unfairness, but it deserves a reason that is about business."
    )


def today_only(what: str, *, as_of: dt.date, wording: Wording) -> str:
    """Return the remark that an attribute without dates is today's and not that of as_of."""
    day = wording.date(as_of)
    return f"Changes of {what} are not dated in these data: the value known now stands for {day} as well."


def losses(scenarios: pd.DataFrame, *, wording: Wording) -> str:
    """Return what the loss of the largest customers would cost; ``scenarios`` of ``summarise_losses``."""
    parts = []
    for row in scenarios.itertuples():
        who = "the largest customer" if row.n_customers == 1 else f"the largest {in_words(row.n_customers)}"
        parts.append(f"{who} {wording.money(row.lost_amount)} ({wording.share(row.lost_share)})")
    replace = wording.count(int(scenarios["n_to_replace"].iloc[-1]), "customer")
    last = "it" if len(scenarios) == 1 else f"the largest {in_words(scenarios['n_customers'].iloc[-1])}"
    return (
        f"Going by this window, the loss in {wording.measure} would be: {listed(parts)}. "
        f"Making good the loss of {last} would take {replace} of median size."
    )


def owners(largest: pd.DataFrame, *, wording: Wording) -> str:
    """Return in how many hands the largest customers are; ``largest`` of ``build_largest``."""
    n, n_unknown, n_owners = len(largest), int(largest["owner"].isna().sum()), int(largest["owner"].nunique())
    who = "the largest customer" if n == 1 else f"the largest {in_words(n)}"
    if not n_owners:
        return f"Nobody is known to be in charge of {who}."
    hands = wording.count(n_owners, "person", "people")
    held = f"In charge of {who} {is_or_are(n_owners)} {hands}"
    return f"{held}; for {in_words(n_unknown)} of them nobody is known." if n_unknown else f"{held}."


def last_contacts(largest: pd.DataFrame, *, as_of: dt.date, wording: Wording) -> str:
    """Return how long ago the largest customers were last spoken to; ``largest`` of ``build_largest``."""
    silent = (pd.Timestamp(as_of) - largest["last_contact_date"]).dt.days
    n, n_never = len(largest), int(silent.isna().sum())
    if n_never == n:
        return "None of these customers has a recorded contact."
    longest = largest.loc[silent.idxmax()]
    said = f"The longest time without a contact is {wording.count(int(silent.max()), 'day')}, with {_name(longest)}"
    return f"{said}; {in_words(n_never)} of {in_words(n)} never had a recorded contact." if n_never else f"{said}."


def distances(closest: pd.DataFrame, *, wording: Wording) -> str:
    """Return who is nearest to a better class and how much it lacks; ``closest`` of ``list_closest``."""
    table = "Every customer's class and what it lacks to a better one stand in the table below."
    if closest.empty:
        return f"{table} Everybody with {wording.measure} is in A."
    first = closest.iloc[0]
    lacks = wording.money(first["distance_to_next_cut"])
    return f"{table} The shortest way up is from {first['abc_class']}, for {_name(first)}: {lacks} more."


def _name(customer: pd.Series) -> str:
    return f"“{customer['name'] if isinstance(customer['name'], str) else customer['customer_id']}”"


def stage_mix(mix: pd.DataFrame, *, wording: Wording) -> str:
    """Return how many A customers are going or have gone silent, and in whose charge most of their value is.

    ``mix`` of ``summarise_stage_mix``.
    """
    in_a = mix[mix["abc_class"] == "A"]
    silent = in_a[in_a["stage"].isin(("pre_inactive", "inactivated", "inactive"))]
    if silent.empty:
        return "No customer in A is pre-inactive or inactive."
    n, amount = int(silent["n_customers"].sum()), float(silent["amount"].sum())
    hands = silent.groupby("owner")["amount"].sum().sort_values(ascending=False)
    share = wording.share(amount / float(in_a["amount"].sum()))
    text = (
        f"{wording.count(n, 'customer')} in A {is_or_are(n)} pre-inactive or inactive, with {wording.money(amount)} of "
        f"{wording.measure} in the window, {share} of what A brings"
    )
    if hands.index[0] == NOBODY:
        return f"{text}." if len(hands) == 1 else f"{text}; for the largest part nobody is known to be in charge."
    return f"{text}; the largest part with {hands.index[0]} ({wording.money(float(hands.iloc[0]))})."
