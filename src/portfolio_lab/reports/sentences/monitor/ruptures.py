"""Sentences on who of the portfolio bought, who stopped, and why."""

from collections.abc import Sequence

import pandas as pd

from portfolio_lab.plots.style import label_of
from portfolio_lab.reports.sentences.wording import Wording, in_words, listed

CAUSE_WORDS = {
    "default": "In default",
    "not_attended": "Not attended",
    "claim_open": "Claim open",
    "out_of_stock": "Usual product out of stock",
    "price": "Quote lost",
    "unknown": "Unknown",
}
TABLES = {
    "default": "receivables",
    "not_attended": "contacts",
    "claim_open": "service_events",
    "out_of_stock": "stock",
    "price": "quotes",
}
LACKING = {
    "default": ("invoices and their payments (receivables)", "in default"),
    "not_attended": ("contacts", "because nobody called"),
    "claim_open": ("claims and when they were closed (service events)", "while waiting for a solution"),
    "out_of_stock": ("stock counts", "for want of the usual product"),
    "price": ("quotes and their outcome", "for a better price"),
}
CAUSE_LABELS = {
    "cause": "Why", "n_ruptures": "Customers", "low": "At least", "high": "At most", "amount": "Sales of 12 months",
    "n_marked": "With this mark", "buyer_share": "Mark among buyers",
}  # fmt: skip
GROUP_LABELS = {
    "group": "Class or stage", "n_customers": "Customers", "n_bought": "Bought", "positivation_rate": "Share",
    "low": "At least", "high": "At most",
}  # fmt: skip
NO_PORTFOLIO = "Nobody had bought before the period began, so there is no portfolio whose buying could be counted."
NO_OWNERS = "Without assignments or salespeople in the orders this page cannot say in whose portfolio customers bought."
POSITIVATION_CAPTION = (
    "Share of each portfolio that bought in the period, with the customers in it and the 95% interval; the stroke is "
    "the goal."
)
CAUSES_CAPTION = "Share of each cause with its 95% interval; a customer with several counts under the first from above."


def positivation(whole: pd.Series, *, is_complete: bool, wording: Wording) -> str:
    """Return which part of the portfolio bought, against the goal; ``whole`` of ``summarise_positivation``."""
    against = {"above": "above", "below": "below", "in reach": "not clearly off"}[whole["reading"]]
    n_bought, n = wording.number(whole["n_bought"], digits=0), wording.count(int(whole["n_customers"]), "customer")
    text = (
        f"**{wording.share(whole['positivation_rate'])} of the portfolio bought** ({n_bought} of {n}; 95% interval "
        f"{wording.share(whole['low'])} to {wording.share(whole['high'])}), {against} the goal of "
        f"{wording.share(whole['goal'])}."
    )
    return text if is_complete else f"{text} The period is not over yet: more of them will buy."


def fold_groups(*, has_owners: bool) -> str:
    """Return the title of the fold with the groups of the portfolio."""
    return "Who bought, by class, by stage and by salesperson" if has_owners else "Who bought, by class and by stage"


def by_owner(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return which portfolios are clearly off their goal; ``table`` of ``summarise_positivation`` by owner."""
    below, above = (table[table["reading"] == reading] for reading in ("below", "above"))
    n = len(table)
    if below.empty:
        return (
            f"None of {wording.count(n, 'portfolio')} is clearly below its goal; {in_words(len(above))} clearly above."
        )
    worst = below.sort_values("positivation_rate").iloc[0]
    return (
        f"Of {wording.count(n, 'portfolio')}, {in_words(len(above))} bought clearly above and {in_words(len(below))} "
        f"clearly below the goal; the least is {wording.share(worst['positivation_rate'])} with {worst['group']} "
        f"({wording.count(int(worst['n_customers']), 'customer')}, goal {wording.share(worst['goal'])})."
    )


def ruptures(table: pd.DataFrame, *, n_regulars: int, rupture_periods: int, wording: Wording) -> str:
    """Return how many of the regular customers stopped and why; ``table`` of ``summarise_causes``."""
    n = int(table["n_ruptures"].sum())
    before = (
        f"in each of the {in_words(rupture_periods)} periods before" if rupture_periods > 1 else "in the period before"
    )
    if not n_regulars:
        return f"Nobody bought {before}, so there are no regular customers who could have stopped."
    if not n:
        return f"Everybody who bought {before} bought in this one as well."
    named = table[(table["cause"] != "unknown") & (table["n_ruptures"] > 0)].sort_values("share", ascending=False)
    parts = [f"{CAUSE_WORDS[row.cause].lower()} {wording.share(row.share)}" for row in named.itertuples()]
    amount = wording.money(float(table["amount"].sum()))
    who = (
        f"**{wording.count(n, 'customer')} bought {before} and not in this one**, with {amount} in the 12 months before"
    )
    if not parts:
        return f"{who}. These data show no reason for any of them."
    unknown = float(table.loc[table["cause"] == "unknown", "share"].iloc[0])
    rest = [f"for no reason that these data show {wording.share(unknown)}"] if unknown > 0 else []
    return f"{who}: {listed([*parts, *rest])}."


def comparison(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return how to read the marks: how often those who kept buying carry them too."""
    seen = table[table["buyer_share"].notna() & (table["n_ruptures"] > 0)]
    if seen.empty:
        return "No cause can be seen in these data."
    parts = [f"{CAUSE_WORDS[row.cause].lower()} {wording.share(row.buyer_share)}" for row in seen.itertuples()]
    return (
        f"Of the regular customers who did buy, the same marks are carried by: "
        f"{listed(parts)}. A mark that buyers carry "
        "about as often explains little."
    )


def lacking(causes: Sequence[str]) -> tuple[str, str] | None:
    """Return the tables that some causes would need and one sentence on what cannot be seen; None without causes."""
    if not causes:
        return None
    needs = listed([LACKING[cause][0] for cause in causes])
    reasons = listed([LACKING[cause][1] for cause in causes], last="or")
    tables = ", ".join(TABLES[cause] for cause in causes)
    return tables, f"Without {needs} this page cannot say who stopped buying {reasons}."


def word_causes(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its causes in words."""
    return table.assign(cause=table["cause"].map(CAUSE_WORDS))


def word_groups(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with classes and stages in words."""
    return table.assign(group=table["group"].map(label_of))
