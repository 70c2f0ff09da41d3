"""Sentences on stages and movements."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from portfolio_lab.plots.style import STAGE_LABELS, format_date
from portfolio_lab.reports.sentences.wording import Wording, capitalised, is_or_are, listed

MOVE_LABELS = {
    "recovered": "Recovered", "lost": "Lost", "became_pre_inactive": "Became pre-inactive",
    "back_in_time": "Back in time", "won": "Won", "other": "Other moves", "stayed": "Stayed",
}  # fmt: skip
FLOW_LABELS = MOVE_LABELS | {"not_known_yet": "Not known yet"}
FLOW_CAPTION = (
    "Left: the stage then, right: the stage now; a ribbon is as wide as the customers who went that way. Lost: from "
    "active or pre-inactive to inactivated, inactive or ex-customer; recovered: the way back; back in time: from "
    "pre-inactive to active; won: first purchase ever, whatever the stage now."
)
NO_SALESPEOPLE = "Without salespeople or assignments this page cannot say at whose door customers were lost."
STAGE_COLUMNS = {"n_customers": "Customers", "share": "Share", "amount": "Sales in the window"}


def word_state(state: str) -> str:
    """Return a stage, or the state of not being known yet, in words."""
    return STAGE_LABELS.get(state, "Not known yet")


def stages(table: pd.DataFrame, days: Mapping[str, date], *, wording: Wording) -> str:
    """Return how many customers are active and how many slip, against the earlier days there are."""
    rows = table.set_index("stage")
    active, slipping = rows.loc["active"], rows.loc["pre_inactive"]
    n_active, n_slipping = int(active["n_customers_now"]), int(slipping["n_customers_now"])
    first = f"**{capitalised(wording.count(n_active, 'customer'))}** {is_or_are(n_active)} active"
    of_all = f"{wording.share(active['share_now'])} of all"
    if "share_previous" in active:
        of_all += f"; {wording.share(active['share_previous'])} on {wording.date(days['previous'])}"
    who = f"{capitalised(wording.number(n_slipping) if n_slipping else 'none')} {is_or_are(n_slipping)} pre-inactive"
    with_sales = f", with {wording.money(slipping['amount_now'])} of sales in the window" if n_slipping else ""
    return f"{first} ({of_all}). {who}{with_sales}."


def stage_labels(
    days: Mapping[str, date], table: pd.DataFrame, *, wording: Wording
) -> tuple[dict[str, str], dict[str, str]]:
    """Return heads and units of the table of stages."""
    when = {
        name: "now" if name == "now" else format_date(day, locale=wording.locale, length="medium")
        for name, day in days.items()
    }
    labels, units = {"stage": "Stage"}, {}
    for column in table.columns.drop("stage"):
        kind, day = column.rsplit("_", 1)
        labels[column] = f"{STAGE_COLUMNS[kind]}, {when[day]}"
        units[column] = {"n_customers": "count", "share": "share", "amount": "currency"}[kind]
    return labels, units


def no_moves(period: str) -> str:
    """Return that there is no earlier day from which anybody could have moved."""
    return f"The data begin after {period}, so movements cannot be shown yet."


def moves(table: pd.DataFrame, *, since: date, wording: Wording) -> str:
    """Return what happened since the period before: lost, recovered, became pre-inactive, back in time."""
    counts = table["move"].value_counts()
    lost = table.loc[table["move"] == "lost", "before_amount"].sum()
    n_lost, n_recovered = int(counts.get("lost", 0)), int(counts.get("recovered", 0))
    first = f"Since {wording.date(since)}, **{wording.count(n_lost, 'customer')}** were lost"
    if n_lost == 1:
        first = f"Since {wording.date(since)}, **1 customer** was lost"
    with_sales = f" (sales of {wording.money(lost)} in the window before)" if n_lost else ""
    others = [
        f"{wording.number(n_recovered, digits=0) if n_recovered else 'none'} recovered",
        f"{_n(counts, 'became_pre_inactive', wording)} became pre-inactive",
        f"{_n(counts, 'back_in_time', wording)} came back in time",
        f"{_n(counts, 'won', wording)} bought for the first time",
    ]
    return f"{first}{with_sales}. {capitalised(listed(others))}."


def _n(counts: pd.Series, name: str, wording: Wording) -> str:
    return wording.number(int(counts[name]), digits=0) if counts.get(name, 0) else "none"


def movement_labels(table: pd.DataFrame) -> tuple[dict[str, str], dict[str, str]]:
    """Return heads and units of the table of movements."""
    labels = {"group": "Portfolio", "n_customers": "Customers", "lost_amount": "Sales lost", "level": "Level"}
    labels |= {f"n_{name}": text for name, text in MOVE_LABELS.items()}
    return {name: text for name, text in labels.items() if name in table}, {"lost_amount": "currency"}


def fold_movements(table: pd.DataFrame) -> str:
    """Return the title of the fold with the movements of everybody whom ``table`` has."""
    words = {"portfolio": "the portfolio", "team": "each team", "salesperson": "each salesperson"}
    return f"Movements of {listed([text for level, text in words.items() if (table['level'] == level).any()])}"


def movements(people: pd.DataFrame, *, wording: Wording) -> str:
    """Return at whose door the largest sales were lost; ``people``: one row per salesperson."""
    if people.empty or people["n_lost"].sum() == 0:
        return "No salesperson lost a customer."
    worst = people.sort_values("lost_amount", ascending=False).iloc[0]
    return (
        f"The largest loss is in the portfolio of {worst['group']}: {wording.count(int(worst['n_lost']), 'customer')} "
        f"with {wording.money(worst['lost_amount'])}, against {wording.money(people['lost_amount'].median())} in the "
        "median portfolio. A customer counts with whoever is in charge now or, where nobody is, took its last order."
    )
