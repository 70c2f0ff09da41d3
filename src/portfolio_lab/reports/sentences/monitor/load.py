"""Sentences on who has too much to do, where time goes, and what the size of a portfolio does."""

from collections.abc import Mapping

import pandas as pd

from portfolio_lab.analysis.load import SizeEffect
from portfolio_lab.plots.style import label_of
from portfolio_lab.reports.sentences.wording import Wording, in_words, is_or_are, listed

LOAD_COLUMNS = (
    "owner",
    "n_customers",
    "minutes_needed",
    "minutes_available",
    "load_rate",
    "kept_share",
    "is_overloaded",
)
LOAD_LABELS = {
    "owner": "Who", "n_customers": "Customers", "minutes_needed": "Minutes needed",
    "minutes_available": "Minutes there",
    "load_rate": "Load", "kept_share": "Plan kept", "is_overloaded": "Overloaded",
}  # fmt: skip
NOT_RANKED = "not ranked"  # of summarise_time: who has no class, as prospects have none
TIME_COLUMNS = ("abc_class", "stage", "n_customers", "minutes_share", "money_share", "money_per_hour")
RESULT_LABELS = {
    "positivation_rate": "the share that bought",
    "retention_rate": "the share of active customers who stayed",
    "satisfaction_mean": "satisfaction",
}
NO_MINUTES = "Without the minutes a day of the salespeople this page cannot say whether anybody is overloaded."
NO_TIME = "Without the minutes of the contacts this page cannot say where the time goes."
NO_PEOPLE = (
    "Without salespeople, their minutes a day and those of the contacts this page cannot say whether anybody is "
    "overloaded, where the time goes or whether large portfolios do worse."
)
SIZES_CAPTION = (
    "Each mark is a salesperson with at least 20 customers, over up to four periods; "
    "a dashed line marks a break, where "
    "one is visible."
)


def load(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return who is overloaded and why; ``table`` of ``summarise_load`` with ``owner``."""
    heavy = table[table["is_overloaded"]]
    most = table.iloc[0]
    if heavy.empty:
        return f"**Nobody is overloaded**: the heaviest load is {_load(most, wording)}, {most['owner']}."
    parts = [_why(row, table, wording) for _, row in heavy.iterrows()]
    return f"**{in_words(len(heavy)).capitalize()} {is_or_are(len(heavy))} overloaded**: {'; '.join(parts)}."


def _load(row: pd.Series, wording: Wording) -> str:
    return (
        f"{wording.share(row['load_rate'], digits=0)} of the minutes there are"
        if row["load_rate"] == row["load_rate"]
        else "on somebody who was away"
    )


def _why(row: pd.Series, table: pd.DataFrame, wording: Wording) -> str:
    who = f"{row['owner']}, with {wording.count(int(row['n_customers']), 'customer')}"
    if row["reason"] == "more than there is":
        return f"{who}, whose plan needs {_load(row, wording)}"
    rest = table.drop(row.name)
    others = rest["contacts_kept"].sum() / rest["contacts_asked"].sum()
    middle = rest.loc[rest["n_customers"] > 0, "load_rate"].median()
    return (
        f"{who}, whose plan needs {_load(row, wording)}, against {wording.share(middle, digits=0)} for the colleague "
        f"in the middle, and who kept {wording.share(row['kept_share'], digits=0)} of it, against "
        f"{wording.share(others, digits=0)} by the others"
    )


def label_money(money: str) -> str:
    """Return margin_amount or amount in a word."""
    return "margin" if money == "margin_amount" else "sales"


def label_time(money: str) -> dict[str, str]:
    """Return the heads of the table of time; ``money`` is margin_amount or amount."""
    word = label_money(money)
    return {"abc_class": "Class", "n_customers": "Customers", "minutes_share": "Share of the time",
            "money_share": f"Share of {word}", "money_per_hour": f"{word.capitalize()} per hour"}  # fmt: skip


def time(table: pd.DataFrame, *, money: str, wording: Wording) -> str:
    """Return where most of the time goes and where it brings most; ``table`` of ``summarise_time``."""
    word = label_money(money)
    if not table["minutes"].sum():
        return "No contact of the period has its minutes recorded."
    most = table.iloc[0]
    hours = wording.number(table["minutes"].sum() / 60, digits=0)
    gap = (table["minutes_share"] - table["money_share"]).idxmax()
    worst = table.loc[gap]
    return (
        f"{hours} hours of contact were recorded. The largest part, {wording.share(most['minutes_share'])}, went to "
        f"{_group(most)}, who brought {wording.share(most['money_share'])} of the {word}. "
        f"Time is furthest above the {word} "
        f"with {_group(worst)}: {wording.share(worst['minutes_share'])} of the time, "
        f"{wording.share(worst['money_share'])} of "
        f"the {word}. What the contacts will bring later does not show here."
    )


def _group(row: pd.Series) -> str:
    if row["abc_class"] == NOT_RANKED:
        return f"{label_of(row['stage']).lower()}s"
    return f"{label_of(row['stage']).lower()} customers of class {row['abc_class']}"


def sizes(effects: Mapping[str, SizeEffect | None], *, wording: Wording) -> str:
    """Return what the size of a portfolio does to each result; None where too few people have one."""
    if all(effect is None for effect in effects.values()):
        return "What the size of a portfolio does cannot be said: fewer than eight salespeople have one large enough."
    flat = {result: effect for result, effect in effects.items() if effect is not None and not effect.is_visible}
    told = [size(effect, result, wording=wording) for result, effect in effects.items() if result not in flat]
    by_people = pd.Series({result: effect.n_people for result, effect in flat.items()}, dtype=float)
    for n, alike in by_people.groupby(by_people):
        told.append(_unseen([RESULT_LABELS[result] for result in alike.index], int(n), wording))
    return " ".join(told)


def size(effect: SizeEffect | None, result: str, *, wording: Wording) -> str:
    """Return from which size on a result falls, or that this is not visible in these data."""
    what = RESULT_LABELS[result]
    if effect is None:
        return f"What portfolio size does to {what} cannot be said: fewer than eight salespeople have one."
    if not effect.is_visible:
        return _unseen([what], effect.n_people, wording)
    people = f"{wording.number(effect.n_people)} salespeople"
    low, high = (wording.number(value, digits=0) for value in (effect.low, effect.high))
    return (
        f"**From about {wording.number(effect.break_at, digits=0)} customers on {what} falls** "
        f"(95% interval {low} to {high}; "
        f"{people})."
    )


def _unseen(results: list[str], n_people: int, wording: Wording) -> str:
    people = f"{wording.number(n_people)} salespeople"
    what = listed(results, last="or")
    return f"It is **not visible in these data** ({people}) that {what} falls with the size of the portfolio."
