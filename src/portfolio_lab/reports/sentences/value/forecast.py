"""Sentences of the value page on the next period and on how well the model fits."""

import pandas as pd

from portfolio_lab.reports.sentences.wording import Wording, listed
from portfolio_lab.reports.topics.value_page import Forecast

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
CLOSE = 0.10


def forecast(found: Forecast, *, measure: str, wording: Wording) -> str:
    """Return what the next period should bring, and how far the same forecast was off last time."""
    bought, amount = found.total("purchases"), found.total("amount")
    text = (
        f"For {found.label} the customers of today are expected to buy on {wording.number(bought, digits=0)} purchase "
        f"days and to bring {wording.money(amount)} in {measure}; new customers come on top."
    )
    if found.error is None:
        return f"{text} How far such a forecast errs is not known: {found.problem}."
    low, high = (wording.money(end) for end in found.interval("amount"))
    reach = wording.share(found.reach("amount"))
    return (
        f"{text} The last forecast may have been off by as much as {reach}; if this one misses by no more, {measure} "
        f"will lie between {low} and {high}."
    )


def holdout(found: Forecast, *, measure: str, wording: Wording) -> str:
    """Return how the forecast made at the end of the period before did."""
    rows = found.error.set_index("measure")
    parts = [f"{_miss(rows.loc['purchases'], wording)} for purchase days",
             f"{_miss(rows.loc['amount'], wording)} for {measure}"]  # fmt: skip
    own = rows.loc["purchases at own rate", "error_rate"]
    better = abs(rows.loc["purchases", "error_rate"]) <= abs(own)
    naive = (
        f"Letting everybody go on at their own past rate would have been off by {wording.share(abs(own))}"
        f"{', so the model earns its keep' if better else ', so the model did no better'}."
    )
    wrong = abs(rows.loc["amount", "error_rate"]) > CLOSE
    advice = (
        f" **The forecast of {measure} missed by more than {wording.share(CLOSE, digits=0)}: plan with the range, not "
        "with the number.**" if wrong else ""
    )  # fmt: skip
    return (
        f"The same forecast, made on {wording.date(found.cut_date)} from what was known then, was {listed(parts)}. "
        f"{naive}{advice}"
    )


def _miss(row: pd.Series, wording: Wording) -> str:
    rate = row["error_rate"]
    side = "too high" if rate > 0 else "too low"
    low, high = (f"{'+' if value > 0 else ''}{wording.share(value)}" for value in (row["low"], row["high"]))
    return f"{wording.share(abs(rate))} {side} (between {low} and {high})"


def conditional(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return where the forecast was off by kind of customer."""
    off = table[(table["expected_purchases"] < table["low"]) | (table["expected_purchases"] > table["high"])]
    if off.empty:
        return "For rare and frequent buyers alike the forecast lies within the range of what came."
    last = table["n_repeats"].max()
    others = wording.count(len(table) - len(off), "group")
    names = [f"{wording.number(n)}{' or more' if n == last else ''}" for n in off["n_repeats"]]
    return (
        f"The forecast lies outside the range of what came for customers with {listed(names)} repeat "
        f"purchase{'' if names == ['1'] else 's'} until then; it fits the other {others}."
    )


def repeat_counts(counts: pd.DataFrame, *, wording: Wording) -> str:
    """Return how well the model reproduces how often customers bought."""
    gap = (counts["expected"] - counts["actual"]).abs().sum() / 2 / counts["actual"].sum()
    return (
        f"Counted by number of repeat purchases, the model puts {wording.share(gap)} of the customers into another "
        "group than the one they are in."
    )


def tracking(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return how well the model reproduces when customers bought."""
    last = table.iloc[-1]
    off = last["expected_total"] / last["actual_total"] - 1 if last["actual_total"] else float("nan")
    if pd.isna(off):
        return "There was no repeat purchase yet."
    side = "fewer" if off < 0 else "more"
    return (
        f"Over the whole history customers bought again on {wording.number(last['actual_total'])} days; the model "
        f"makes it {wording.share(abs(off))} {side}."
    )


def regularity(found: dict[str, float | bool], *, wording: Wording) -> str:
    """Return whether customers buy like clockwork, which the models do not know."""
    if pd.isna(found["k"]):
        return "Too few customers have bought three times to tell whether they buy at regular intervals."
    shape = f"{wording.number(found['k'], digits=1)} on a scale where 1 is chance and 4 and more is clockwork"
    if not found["is_regular"]:
        return f"Customers buy at irregular intervals, as the model assumes ({shape})."
    return (
        f"Customers buy more regularly than chance ({shape}), which the model does not know: it notices late that a "
        "regular customer has fallen silent, so the chances above are rather too high for regular buyers who are late."
    )


def seasonality(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return which months clearly lie above or below the year, which the models do not know."""
    if table.empty:
        return "There are fewer than 24 whole months of orders, so seasons cannot be told from chance."
    clear = table[(table["n_years"] > 1) & ((table["low"] > 1.05) | (table["high"] < 0.95))]
    if clear.empty:
        return "No month of the year clearly stands out, so a season is not missed in the forecast."
    months = zip(clear["month_of_year"], clear["index"] - 1, strict=True)
    parts = [
        f"{MONTHS[int(month) - 1]} ({'+' if off > 0 else ''}{wording.share(off, digits=0)})" for month, off in months
    ]
    return (
        f"Against the year around them these months clearly stand out: {listed(parts)}. The forecast does not know "
        "seasons: raise or lower it where the period has such months."
    )


def spend(found: dict[str, float | bool], *, measure: str, wording: Wording) -> str:
    """Return whether frequent customers spend differently, which the model of the spend rules out."""
    if pd.isna(found["correlation"]):
        return "Too few customers have bought twice to tell whether frequent customers spend differently."
    ends = f"{wording.number(found['low'], digits=2)} to {wording.number(found['high'], digits=2)}"
    link = wording.number(found["correlation"], digits=2)
    shown = f"their link is {link}, {ends}, on a scale from −1 to 1 where 0 is none"
    if not found["is_correlated"]:
        return (
            f"Frequent and rare customers bring about the same {measure} per purchase ({shown}), as the model assumes."
        )
    size = "more" if found["correlation"] > 0 else "less"
    return (
        f"**Frequent customers bring {size} {measure} per purchase ({shown}), which the model rules out**: the values "
        "of customers with few purchases are drawn towards the wrong mean. Read their ranking, not their amounts."
    )
