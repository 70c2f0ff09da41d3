"""Sentences on who has to be called, by whom, and what was promised."""

import datetime as dt

import pandas as pd

from portfolio_lab.plots.style import label_of
from portfolio_lab.reports.sentences.wording import Wording, in_words, is_or_are
from portfolio_lab.reports.topics.likely_customers import LikelyCustomers

DIRECTOR_COLUMNS = ("name", "owner", "stage", "at_risk_amount", "last_contact_date", "todo")
PROMISE_COLUMNS = ("name", "owner", "next_step", "next_step_date", "overdue_days")
NAME_LABELS = {
    "owner": "In charge", "at_risk_amount": "Amount at risk", "last_contact_date": "Last contact", "todo": "Next step",
}  # fmt: skip
NO_CONTACTS = "Without contacts this page cannot say when anybody was last spoken to, nor which promises are overdue."
NO_NEXT_STEPS = "Without the date of the next step in the contacts this page cannot say which promises are overdue."
BY_CAUSE = {
    "default": "settle the overdue invoice",
    "claim_open": "close the open claim",
    "out_of_stock": "offer a replacement",
    "price": "come back with a new quote",
}
NO_OWNERS = "Without assignments or salespeople in the orders this page cannot give each salesperson a list."
LIST_COLUMNS = {
    "place": "Place", "name": "Customer", "customer_id": "Number", "abc_class": "Class", "stage": "Stage",
    "at_risk_amount": "Amount at risk", "last_purchase_date": "Last purchase", "last_contact_date": "Last contact",
    "todo": "Next step",
}  # fmt: skip
ROLE_WORDS = {"inside_sales": "inside sales"}


def at_risk(names: pd.DataFrame, *, wording: Wording) -> str:
    """Return how many customers are at risk and what hangs on them; ``names`` of ``build_names_at_risk``."""
    if names.empty:
        return "Nobody with sales in the window is pre-inactive or has just gone inactive."
    n, n_a = len(names), int((names["abc_class"] == "A").sum())
    money = wording.money(float(names["at_risk_amount"].sum()))
    of_a = wording.money(float(names.loc[names["abc_class"] == "A", "at_risk_amount"].sum()))
    return (
        f"**{wording.count(n, 'customer')} {is_or_are(n)} going or "
        f"{'has' if n == 1 else 'have'} just gone inactive, with "
        f"{money} of sales in the window**; {wording.number(n_a)} of them in A, with {of_a}."
    )


def word_next_steps(names: pd.DataFrame, *, as_of: dt.date, wording: Wording) -> pd.DataFrame:
    """Return the names with ``todo``: the step written down and still to come, else what the cause or the plan asks.

    The name is the identifier where none is known.
    """
    todo = [_todo(row, pd.Timestamp(as_of), wording) for row in names.itertuples()]
    return names.assign(
        name=names["name"].fillna(names["customer_id"]), todo=pd.Series(todo, index=names.index, dtype=object)
    )


def _todo(row: object, day: pd.Timestamp, wording: Wording) -> str:
    if isinstance(row.next_step, str) and not pd.isna(row.next_step_date) and row.next_step_date > day:
        return f"{row.next_step.replace('_', ' ')} on {wording.date(row.next_step_date)}"
    if isinstance(row.cause, str) and row.cause in BY_CAUSE:
        return BY_CAUSE[row.cause]
    return f"{row.channel} by the {ROLE_WORDS.get(row.role, row.role)}"


def word_list(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one salesperson's list of ``sort_by_owner`` as it is read: heads, classes, stages and days in words."""
    days = {name: rows[name].dt.date for name in ("last_purchase_date", "last_contact_date")}
    codes = {name: rows[name].map(label_of, na_action="ignore") for name in ("abc_class", "stage")}
    return rows.assign(**days, **codes)[list(LIST_COLUMNS)].rename(columns=LIST_COLUMNS)


def fold_lists(n: int) -> str:
    """Return the title of the fold with everybody's list."""
    return f"A list for each salesperson: {n} to open" if n > 1 else "The list of the one salesperson"


def fold_promises(first: pd.DataFrame, table: pd.DataFrame) -> str:
    """Return the title of the fold with the first of the overdue promises to A customers."""
    n_a = int((table["abc_class"] == "A").sum())
    return "Those to A customers" if n_a == len(first) else f"The first {in_words(len(first))} of {n_a} to A customers"


def word_steps(steps: pd.Series) -> pd.Series:
    """Return next steps in words."""
    return steps.map(lambda step: step.replace("_", " "), na_action="ignore")


def promises(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return how many promises are overdue; ``table``: abc_class and overdue_days of each."""
    if table.empty:
        return "No promise with a date is overdue."
    n, n_a = len(table), int((table["abc_class"] == "A").sum())
    median = wording.count(int(table["overdue_days"].median()), "day")
    return (
        f"**{wording.count(n, 'promise')} {is_or_are(n)} open**: "
        f"the date has passed and nobody has been in touch since. "
        f"{wording.number(n_a)} of them went to A customers; the median is {median} overdue."
    )


def likely(found: LikelyCustomers, *, likely_share: float, wording: Wording) -> str:
    """Return how many customers are likely to become A and how right such a list was a year ago."""
    if found.problem:
        return f"Who is likely to become A cannot be said: {found.problem}."
    n, trial = len(found.named), found.trial
    text = (
        f"**{wording.count(n, 'customer')} of {wording.number(found.n_scored)} in B and C "
        f"{is_or_are(n)} likely to be in A a "
        f"year on** (a chance of at least {wording.share(likely_share, digits=0)})."
    )
    if not trial.n_named:
        return f"{text} A year ago the same rule would have named nobody, so that it is not tried."
    return (
        f"{text} Tried on {wording.date(trial.landmark)} with what was known then, "
        f"it named {wording.number(trial.n_named)}, of "
        f"whom {wording.number(trial.n_right)} were in A a year later: "
        f"{wording.share(trial.precision)} right (95% interval "
        f"{wording.share(trial.precision_low)} to {wording.share(trial.precision_high)}). "
        f"Naming as many that were nearest to A "
        f"would have been right in {wording.share(trial.nearest_precision)}."
    )
