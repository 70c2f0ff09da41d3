"""The words of the survival report for its terms, groups and columns."""

import re

import numpy as np
import pandas as pd

from portfolio_lab.analysis.survival.encoding import base_term
from portfolio_lab.reports.sentences.wording import Wording, capitalised

EACH = ", each "
TERM_LABELS = {
    "salesperson_changed": "salesperson changed shortly before",
    "answered_late": "a request answered late shortly before",
    "not_contacted": "no contact from us shortly before",
    "is_returned": "had gone inactive before",
}
WHO_LABELS = {
    "salesperson_changed": "Customers whose salesperson changed lately",
    "answered_late": "Customers with a request that was answered late",
    "not_contacted": "Customers without a contact from us lately",
    "is_returned": "Customers who had gone inactive before",
}
EVENT_LABELS = {
    "salesperson_changed": "a change of salesperson",
    "answered_late": "a late answer",
    "not_contacted": "no contact from us",
}
WATCH_LABELS = {
    "salesperson_changed": "salesperson changed lately",
    "answered_late": "a request answered late",
    "contacted": "contacted lately, often a sign of worry",
    "is_returned": "had gone inactive before",
    "is_first_order": "has ordered only once",
    "log_cycle": "orders at long intervals",
}
GROUP_LABELS = {"abc_class": "ABC class", "cohort": "year of the start", "all": "everybody"}
GROUP_COLUMNS = {
    "label": "By",
    "n": "Stays",
    "n_events": "Ends seen",
    "median": "Half stay less than",
    "median_low": "At least",
    "median_high": "At most",
    "rmst": "Mean stay",
    "rmst_se": "Its error",
    "rmst_limit": "Counted up to",
}
LENGTHS = ("median", "median_low", "median_high", "rmst", "difference", "low", "high")
PAIR_COLUMNS = {
    "label": "By",
    "group_1": "Group",
    "group_2": "Against",
    "difference": "Stays longer by",
    "low": "At least",
    "high": "At most",
    "is_clear": "Beyond chance",
    "crosses": "Curves cross",
}
EFFECT_COLUMNS = {
    "label": "What",
    "hazard_ratio": "Times as likely",
    "low": "At least",
    "high": "At most",
    "ph_ok": "Same at all times",
}
LINE_COLUMNS = {
    "label": "What",
    "inactive_days": "Line",
    "n_events": "Ends",
    "hazard_ratio": "Times as likely",
    "low": "At least",
    "high": "At most",
    "is_sign_changed": "Turns round",
}
RISK_COLUMNS = {
    "p_30": "Risk in 30 days",
    "p_90": "Risk in 90 days",
    "p_90_low": "At least",
    "p_90_high": "At most",
    "p_180": "Risk in 180 days",
    "median_residual_days": "Median time left",
    "last_contact_date": "Last contact",
}


def watch_columns(measure: str) -> dict[str, str]:
    """Return the labels of the watch list; ``measure``: "margin" or "sales"."""
    return {
        "days_to_inactivation": "Days to the line",
        "p_90": "Risk in 90 days",
        "margin_at_risk_amount": f"{capitalised(measure)} at risk",
        "drivers": "Why",
        "latest_contact_date": "Contact by",
    }


def label_group(grouping: str) -> str:
    """Return the word for a grouping."""
    return GROUP_LABELS.get(grouping, _plain(grouping))


def _plain(column: str) -> str:
    """A column's name as words: ``MonthlyCharges`` and ``monthly_charges`` become "monthly charges"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", "_", column).split("_")
    return " ".join([words[0], *(word[:1].lower() + word[1:] if word[1:].islower() else word for word in words[1:])])


def label_groups(table: pd.DataFrame, *, unit: str) -> pd.DataFrame:
    """Return a table of groupings with a ``label`` in words; lengths in days are whole numbers."""
    lengths = [column for column in LENGTHS if column in table] if unit == "days" else []
    whole = {column: table[column].astype(float).round() for column in lengths}
    return table.assign(label=[label_group(grouping) for grouping in table["grouping"]], **whole)


def label_terms(effects: pd.DataFrame, terms: pd.DataFrame, *, wording: Wording) -> pd.DataFrame:
    """Return the effects with a ``label`` in words; groups name the group that they are compared with."""
    by_term = terms.set_index("term")
    return effects.assign(label=[_label_term(term, by_term, wording) for term in effects["term"]])


def _label_term(term: str, terms: pd.DataFrame, wording: Wording) -> str:
    base = base_term(term, terms.index)
    period = term[len(base) :].removeprefix(" from").strip(" [)").replace(", ", " to ")
    when = f" (from {period})" if period else ""
    if base not in terms.index:
        return f"{TERM_LABELS.get(base, _plain(base))}{when}"
    row = terms.loc[base]
    if row["kind"] == "group":
        return f"{label_group(row['column'])} {row['level']} (against {row['reference']}){when}"
    each = f"{EACH}{_step(row['step'], wording)} more" if row["kind"] == "number" else ""
    return f"{TERM_LABELS.get(base, _plain(base))}{each}{when}"


def _step(step: float, wording: Wording) -> str:
    """A step is 1, 2 or 5 times a power of ten: as many decimals as that needs."""
    return wording.number(step, digits=max(0, int(np.ceil(-np.log10(step)))))


def span(value: float, low: float, high: float, *, unit: str, wording: Wording) -> str:
    """Return a length of time with its interval in brackets; an open end says so."""
    digits = 0 if unit == "days" else 1
    upper = wording.number(high, digits=digits) if pd.notna(high) else "beyond what was seen"
    lower = wording.number(low, digits=digits) if pd.notna(low) else "not known"
    return f"{wording.number(value, digits=digits)} {unit} ({lower} to {upper})"


def reach_of(limit: float, *, unit: str, wording: Wording) -> str:
    """Return up to where something is counted, as a number; with one decimal where it is not whole, days apart."""
    return wording.number(limit, digits=0 if unit == "days" or round(limit, 1) == round(limit) else 1)


def times(ratio: float, low: float, high: float, *, wording: Wording) -> str:
    """Return how many times as likely, with the interval in brackets; small effects with one more digit."""
    digits = 2 if abs(ratio - 1) >= 0.05 else 3
    shown = [wording.number(value, digits=digits) for value in (ratio, low, high)]
    return f"{shown[0]} times ({shown[1]} to {shown[2]})"
