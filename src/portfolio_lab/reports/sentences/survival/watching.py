"""Sentences about the watch list: who is on it, how it would have done, how good its risks are."""

import pandas as pd

from portfolio_lab.reports.sentences.wording import Wording, capitalised
from portfolio_lab.reports.topics.survival_stays import Stays
from portfolio_lab.reports.topics.survival_watch import Trial


def trial(found: Trial, *, wording: Wording) -> str:
    """Return how the list would have done on a past date, and whether it beats a ranking by recency."""
    table = found.rankings.set_index("ranking")
    ours, recency = (
        table.loc["margin_at_risk", "margin_captured"],
        table.loc["days_since_last_order", "margin_captured"],
    )
    day = wording.date(found.date.date())
    if pd.isna(ours):
        return f"On {day} nobody with any {wording.measure} was about to go inactive, so the list cannot be tried out."
    lost = f"{wording.measure} that {'was' if wording.measure == 'margin' else 'were'}"
    low, high = (wording.number(found.margin_gain[name] * 100, digits=1) for name in ("low", "high"))
    text = (
        f"Drawn up on {day} with what was known then, the first {wording.number(found.k)} of the list would have held "
        f"{wording.share(ours)} of the {lost} lost in the 90 days after; a list by days "
        f"since the last order {wording.share(recency)} (difference {low} to {high} points)."
    )
    if found.margin_gain["low"] > 0:
        return f"{text} The list is better than recency."
    return f"{text} **That is no clear gain: on these data a list by recency does as well.**"


def precision(found: Trial, *, wording: Wording) -> str:
    """Return how many of the first went inactive, ranked by risk alone and by recency."""
    table = found.rankings.set_index("ranking")["precision"]
    text = (
        f"Ranked by risk alone, {wording.share(table['risk'])} of the first {wording.number(found.k)} went inactive; "
        f"ranked by days since the last order, {wording.share(table['days_since_last_order'])}."
    )
    if found.precision_gain["low"] > 0:
        return f"{text} Risk finds more of them than recency."
    return f"{text} Risk does not find more of them than recency does."


def calibration(table: pd.DataFrame, error: float, *, c_index: float, wording: Wording) -> str:
    """Return how far predicted and observed shares are apart."""
    worst = (table["predicted"] - table["observed"]).abs().max()
    return (
        f"Over tenths of rising risk, prediction and outcome are {wording.number(error * 100, digits=1)} points apart "
        f"on average ({wording.number(worst * 100, digits=1)} at most). Of two customers, the one with the "
        f"higher risk went first in {wording.share(c_index, digits=0)} of the pairs."
    )


def listed_customers(watch: pd.DataFrame, *, n_active: int, capacity: int, wording: Wording) -> str:
    """Return how many are on the list, for how many salespeople, and what is at stake."""
    if watch.empty:
        return "Nobody is on the watch list."
    people = capitalised(wording.count(len(watch), "customer"))
    total = wording.money(watch["margin_at_risk_amount"].sum())
    money = wording.measure
    note = "" if money == "margin" else (
        " The orders carry no margin, so **sales stand in for margin**: the list compares customers with each other, "
        "but what is at risk is not profit."
    )  # fmt: skip
    return (
        f"{people} of {wording.number(n_active)} active ones are listed, at most {wording.number(capacity)}"
        f"{_per_whom(watch)}, with {total} of yearly {money} at risk (the {money} times the chance to go inactive in "
        f"90 days).{note}"
    )


def _per_whom(watch: pd.DataFrame) -> str:
    known = watch["salesperson"].notna()
    if not known.any():
        return " in all, because no salesperson is known"
    return " for each salesperson" if known.all() else " for each salesperson and for those without one"


def quiet_ahead(p: pd.Series, *, horizon: float, unit: str, wording: Wording) -> str:
    """Return how many of those still there are expected to end within a horizon."""
    known = p.dropna()
    if known.empty:
        return "Nobody who is still there has been followed for long enough to say what comes next."
    share = wording.share(known.mean())
    return (
        f"Of {wording.count(len(known), 'stay')} that have not ended and can be judged, {share} are expected to end "
        f"within the next {wording.number(horizon)} {unit}."
    )


def trial_footing(found: Trial, stays: Stays, *, version: str, wording: Wording) -> str:
    """Return what the trial of the list rests on."""
    day, end = wording.date(found.date.date()), wording.date(stays.company.as_of.date())
    return (
        f"Stage rules version {version}, inactive after {wording.number(stays.theta_days)} days without an order; "
        f"{wording.count(found.n, 'customer')} active on {day}, {wording.count(found.n_lost, 'end')} seen; {day} to "
        f"{end}; all counted from that day on."
    )
