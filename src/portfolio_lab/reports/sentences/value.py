"""Sentences of the value report: true for any data, every number from the analysis."""

import pandas as pd

from portfolio_lab.analysis.value.customers import ValueBasis
from portfolio_lab.reports.sentences.wording import Wording, capitalised, is_or_are, listed
from portfolio_lab.reports.topics.value_inputs import ValueBook
from portfolio_lab.reports.topics.value_page import Forecast

CASES = {
    1: "the payment of the running month still to come, at the start of each month",
    2: "payments from now on, each at the end of its month, as for customers that are held between two payments",
    3: "the payment of the running month still to come, at the end of each month",
}
MODELS = {"mbg_nbd": "MBG/NBD", "bg_nbd": "BG/NBD", "pareto_nbd": "Pareto/NBD"}
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
CLOSE = 0.10
NOT_YET = "What the customers are worth cannot be told from these purchases."
CHANCES_TITLE = "Who still is a customer, and what the next period should bring"
FACTS = {
    "customer_equity": {"label": "Value of the customers", "unit": "currency", "better": "higher"},
    "n_half": {"label": "Customers that hold half of it", "unit": "customers"},
    "largest_share": {"label": "Share of the most valuable one", "unit": "share", "better": "lower"},
    "n_still_customers": {"label": "Expected to still be customers", "unit": "customers", "better": "higher"},
    "fallen_amount": {"label": "Value lost by those that fell", "unit": "currency", "better": "lower"},
    "expected_amount": {"label": "Expected in the next period", "unit": "currency", "better": "higher"},
    "holdout_error": {"label": "Error of the last forecast", "unit": "share"},
    "expected_purchases": {"label": "Expected purchase days in the next period", "unit": "count", "tile": False},
    "n_newcomers": {"label": "New customers valued by comparison", "unit": "customers", "tile": False},
    "effective_customers": {"label": "As concentrated as so many equal ones", "unit": "customers", "tile": False},
}
LABELS = {
    "customer_id": "Customer",
    "name": "Name",
    "owner": "In charge",
    "segment": "Segment",
    "group": "Group",
    "n_customers": "Customers",
    "value_amount": "Value",
    "value_share": "Share",
    "written_off_amount": "Written off for silence",
    "largest_share": "Largest customer",
    "n_effective": "As if so many equal",
    "low": "At least",
    "high": "At most",
    "alive_probability": "Still a customer",
    "alive_low": "At least",
    "alive_high": "At most",
    "period_purchases": "Purchase days to come",
    "period_amount": "To come",
    "before_amount": "Value before",
    "change_amount": "Change",
    "recoverable_amount": "Back if it buys",
    "monthly_amount": "A month",
    "beta": "Swing (1 = as the whole)",
    "measure": "Forecast of",
    "expected": "Forecast",
    "actual": "Came",
    "error_rate": "Error",
    "mean_absolute_error": "Mean miss per customer",
    "n_alike": "Compared with",
    "parameter": "Parameter",
    "estimate": "Estimate",
    "standard_error": "Standard error",
}
UNITS = {
    "alive_low": "share",
    "alive_high": "share",
    "alive_probability": "share",
    "n_effective": "count",
    "monthly_amount": "currency",
    "error_rate": "share",
}
RANGES = (
    "In eight of ten cases a customer will bring between the two amounts beside its value. The range of one customer "
    "is wide: nobody knows when a single one leaves. That of many together is narrow."
)


def words_for(table: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return labels and units of the columns that a table of this report has."""
    units = UNITS | dict.fromkeys(("low", "high"), _unit_of_ends(table))
    return {
        "labels": {name: LABELS[name] for name in table.columns if name in LABELS},
        "units": {name: units[name] for name in table.columns if units.get(name)},
    }


def _unit_of_ends(table: pd.DataFrame) -> str:
    """The unit of a range is that of what it belongs to."""
    return "currency" if "value_amount" in table else "share" if "error_rate" in table else "number"


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
        f"{wording.money(lost)} of value since {wording.date(since)}, and {wording.money(back)} comes back if they buy."
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
        f"The value of a customer is the {measure} expected of it over {span}, at today's worth with {rate} a year; "
        f"counted are {CASES[found.timing_case]}.{note}"
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
        f"Letting everybody go on at the own past rate would have been off by {wording.share(abs(own))}"
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
    ends = f"{wording.number(found['low'], digits=2)} and {wording.number(found['high'], digits=2)}"
    shown = f"rank correlation {wording.number(found['correlation'], digits=2)}, between {ends}"
    if not found["is_correlated"]:
        return (
            f"Frequent and rare customers bring about the same {measure} per purchase ({shown}), as the model assumes."
        )
    size = "more" if found["correlation"] > 0 else "less"
    return (
        f"**Frequent customers bring {size} {measure} per purchase ({shown}), which the model rules out**: the values "
        "of customers with few purchases are drawn towards the wrong mean. Read their ranking, not their amounts."
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
    return (
        f"When all customers together bring 10% more or less than usual, {most['group']} moves by "
        f"{wording.share(most['beta'] / 10)} and {least['group']} by {wording.share(least['beta'] / 10)}: a portfolio "
        f"heavy in {most['group']} is the less steady one."
    )
