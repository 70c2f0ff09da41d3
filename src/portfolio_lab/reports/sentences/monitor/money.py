"""Sentences on the period in money: the change, the bridge, retention, price and quality."""

from typing import Protocol

import pandas as pd

from portfolio_lab.analysis.monitor.bridge import Retention
from portfolio_lab.analysis.monitor.quarter import Totals, compute_change
from portfolio_lab.analysis.periods import Period, is_complete
from portfolio_lab.reports.sentences.wording import Wording, capitalised, is_or_are, listed

MONEY_LABELS = {
    "period": "Period", "amount": "Net sales", "change_share": "This period against it", "margin_amount": "Margin",
    "margin_rate": "Margin rate", "n_customers": "Customers who bought",
}  # fmt: skip
STEP_LABELS = {
    "new": "New", "between": "Won in between", "returned": "Returned", "grown": "Grown", "unchanged": "Unchanged",
    "shrunk": "Shrunk", "lost": "Did not buy again", "credits": "Credits only", "total": "Sum",
}  # fmt: skip
STEP_NOUNS = {
    "new": ("new customer", "new customers"),
    "between": ("customer won in between", "customers won in between"),
    "returned": ("customer who came back", "customers who came back"),
    "grown": ("customer who bought more", "customers who bought more"),
    "shrunk": ("customer who bought less", "customers who bought less"),
    "lost": ("customer who did not buy again", "customers who did not buy again"),
    "credits": ("customer with credits only", "customers with credits only"),
}
UP, DOWN = ("new", "between", "returned", "grown"), ("shrunk", "lost", "credits")
QUALITY_LABELS = {
    "amount_per_customer": "Net sales per customer who bought", "margin_per_customer": "Margin per customer who bought",
    "margin_rate": "Margin rate", "n_families": "Product families per customer who bought",
    "small_share": "Won by orders under {limit} alone", "on_time_share": "Deliveries on time",
}  # fmt: skip


class Compared(Protocol):
    """An earlier period with its totals."""

    period: Period
    totals: Totals


def plain_name(period: Period) -> str:
    """Return the label of a period, with its number of days where it is not a whole one: ``Q3 2026, first 45 days``."""
    return period.label if is_complete(period) else f"{period.label}, first {period.n_days} days"


def name_period(period: Period, *, wording: Wording) -> str:
    """Return a period as it stands in a sentence: ``Q3 2026`` or ``the first 45 days of Q3 2026``."""
    if is_complete(period):
        return period.label
    return f"the first {wording.count(period.n_days, 'day')} of {period.label}"


def change(value: float, base: float, *, wording: Wording) -> str:
    """Return a change in words: ``3.1% more than``, ``2.0% less than``, ``as much as``."""
    share = compute_change(value, base)
    if share is None:
        return "not comparable with"
    if value == base:
        return "as much as"
    return f"{wording.share(abs(share))} {'more' if share > 0 else 'less'} than"


def money(
    totals: Totals, previous: Compared | None, year_ago: Compared | None, *, target: float | None, wording: Wording
) -> str:
    """Return net sales and margin against the earlier periods and the target."""
    parts = [
        f"{change(totals.amount, base.totals.amount, wording=wording)} in {name_period(base.period, wording=wording)}"
        for base in (previous, year_ago)
        if base is not None
    ]
    if target is not None:
        parts.append(f"{change(totals.amount, target, wording=wording)} the target")
    sentence = f"Net sales were **{wording.money(totals.amount)}**"
    sentence += f": {listed(parts)}." if parts else "."
    if totals.margin_amount is None or totals.margin_rate is None:
        return sentence
    margin = f"The margin was {wording.money(totals.margin_amount)}, {wording.share(totals.margin_rate)} of net sales"
    if previous is None or previous.totals.margin_rate is None:
        return f"{sentence} {margin}."
    before = wording.share(previous.totals.margin_rate)
    return f"{sentence} {margin} ({before} in {name_period(previous.period, wording=wording)})."


def lacking(totals: Totals, *, target: float | None, has_targets: bool) -> tuple[str, str] | None:
    """Return which tables the period lacks and one sentence on what cannot be told without them; None: nothing."""
    months = "a target for each month of the period" if has_targets else "targets"
    wants = {
        "orders.margin_amount": (totals.margin_amount, "the margin or cost of every order line",
                                 "what margin was left"),
        "targets": (target, months, "whether the period was as good as planned"),
        "products": (totals.n_families, "products and their families", "how broadly customers buy"),
        "orders.promised_date": (totals.on_time_share, "promised and delivered dates",
                                 "whether deliveries are on time"),
    }  # fmt: skip
    found = {table: words for table, (value, *words) in wants.items() if value is None}
    if not found:
        return None
    needs, cannot = (listed([words[place] for words in found.values()]) for place in (0, 1))
    return ", ".join(found), f"Without {needs} this page cannot say {cannot}."


def no_base(period: Period, *, wording: Wording) -> str:
    """Return that the data do not reach back to the period before."""
    name = name_period(period, wording=wording)
    return f"The data do not reach back to the beginning of {name}, so the change cannot be explained."


def bridge(table: pd.DataFrame, *, base: str, wording: Wording) -> str:
    """Return where the change came from: the step that gave most and the one that took most."""
    steps = table.set_index("step")
    total = round(float(steps["change_amount"].sum()), 2)
    direction = "rose by" if total > 0 else "fell by"
    first = f"Net sales {direction} **{wording.money(abs(total))}** against {base}."
    if total == 0:
        first = f"Net sales are the same as in {base}."
    gains, losses = steps[steps["change_amount"] > 0], steps[steps["change_amount"] < 0]
    parts = [_step(name, row, verb="brought", wording=wording)
             for name, row in gains.sort_values("change_amount", ascending=False).iterrows()]  # fmt: skip
    taken = [_step(name, row, verb="cost", wording=wording)
             for name, row in losses.sort_values("change_amount").iterrows()]  # fmt: skip
    return " ".join([first, *(f"{capitalised(listed(some))}." for some in (parts, taken) if some)])


def _step(name: str, row: pd.Series, *, verb: str, wording: Wording) -> str:
    who = wording.count(int(row["n_customers"]), *STEP_NOUNS[name])
    return f"{who} {verb} {wording.money(abs(row['change_amount']))}{' more' if verb == 'brought' else ''}"


def explain_steps(table: pd.DataFrame, *, now: str) -> str:
    """Return who is called new and, where somebody is, won in between; ``table``: the bridges with steps in words."""
    text = f"New is who made the first purchase ever in {now}."
    if STEP_LABELS["between"] not in set(table["step"]):
        return text
    return (
        f"{text} Won in between is who made it after the earlier period that is compared and before this one: a gain "
        "against that period, but no work of this one."
    )


def bridge_caption(base: str, now: str) -> str:
    """Return how to read the figure of the bridge."""
    steps = f"From the net sales of {base} to those of {now}; number of customers in brackets."
    return f"{steps} New: first purchase ever in {now}."


def retention(kept: Retention, *, base: str, wording: Wording) -> str:
    """Return gross and net retention in words."""
    if kept.gross_share is None or kept.net_share is None:
        return f"Nothing was sold in {base}, so nothing could be kept."
    who = wording.count(kept.n_customers, "customer")
    return (
        f"Of the {wording.money(kept.base_amount)} that {who} brought in {base}, "
        f"{wording.share(kept.gross_share)} came again (gross retention), and {wording.share(kept.net_share)} together "
        "with what the same customers bought more (net retention)."
    )


def price(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return how much of the change of those who bought in both periods is price, or why that is not known."""
    known = table[table["price_amount"].notna()]
    if not table.loc[table["step"].isin(("grown", "shrunk", "unchanged")), "n_customers"].sum():
        return "Nobody bought in both periods, so there is no change to divide into price and volume."
    if known.empty:
        return "Without quantities the change cannot be divided into price and volume."
    prices, volume = (round(float(known[name].sum()), 2) for name in ("price_amount", "volume_amount"))
    if round(prices) == round(volume) == 0:
        return "Among customers who bought in both periods, neither prices nor volume made a difference."
    if round(prices) == 0:
        moved = f"{'added' if volume >= 0 else 'took'} {wording.money(abs(volume))}"
        return (
            f"Among customers who bought in both periods, volume and the choice of products {moved}; "
            "prices made no difference."
        )
    words = [f"{part} {'added' if value >= 0 else 'took'} {wording.money(abs(value))}"
             for part, value in (("prices", prices), ("volume and the choice of products", volume))]  # fmt: skip
    return f"Among customers who bought in both periods, {listed(words)}."


def word_steps(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table of the bridge with its steps in words."""
    return table.assign(step=table["step"].map(STEP_LABELS))


def bridge_labels(
    table: pd.DataFrame, previous: Compared, year_ago: Compared | None, *, wording: Wording
) -> dict[str, str]:
    """Return the heads of the table of the bridge."""
    since = plain_name(previous.period)
    labels = {"step": "Customers who are", "n_customers": f"Customers since {since}",
              "change_amount": f"Change since {since}", "price_amount": "of it price",
              "volume_amount": "of it volume"}  # fmt: skip
    if year_ago is not None:
        year = plain_name(year_ago.period)
        labels |= {"n_year": f"Customers since {year}", "year_amount": f"Change since {year}"}
    return {name: text for name, text in labels.items() if name in table}


def fold_bridge(previous: Compared, year_ago: Compared | None) -> str:
    """Return the title of the fold with the steps in numbers."""
    since = [plain_name(base.period) for base in (previous, year_ago) if base is not None]
    return f"The steps in numbers, since {listed(since)}"


def quality(totals: Totals, previous: Compared | None, *, limit: float, wording: Wording) -> str:
    """Return what a customer who bought is worth, and which part of them was won by small orders."""
    if not totals.n_customers:
        return "Nobody bought in this period, so there is no quality of sales to speak of."
    n = wording.count(totals.n_customers, "customer")
    first = f"{capitalised(n)} bought, for {wording.money(totals.amount_per_customer)} each"
    if previous is not None and previous.totals.amount_per_customer is not None:
        compared = change(totals.amount_per_customer, previous.totals.amount_per_customer, wording=wording)
        first += f", {compared} in {name_period(previous.period, wording=wording)}"
    small = f"{wording.share(totals.small_share)} of them placed only orders under {wording.money(limit)}"
    if totals.on_time_share is None:
        return f"{first}. {capitalised(small)}."
    due = wording.count(totals.n_due_deliveries, "delivery", "deliveries")
    return f"{first}. {capitalised(small)}. Of {due} due, {wording.share(totals.on_time_share)} came on time."


def word_quality(table: pd.DataFrame, *, limit: float, wording: Wording) -> pd.DataFrame:
    """Return the table of quality as texts: each indicator in its own unit."""
    labels = {name: text.format(limit=wording.money(limit)) for name, text in QUALITY_LABELS.items()}
    worded = table.astype(object)
    for row in table.index:
        indicator = table.loc[row, "indicator"]
        for period in table.columns.drop("indicator"):
            worded.loc[row, period] = _quality_value(indicator, table.loc[row, period], wording)
        worded.loc[row, "indicator"] = labels[indicator]
    return worded


def _quality_value(indicator: str, value: float, wording: Wording) -> str:
    if pd.isna(value):
        return "–"
    if indicator.endswith(("_share", "_rate")):
        return wording.share(value)
    return wording.number(value, digits=1) if indicator == "n_families" else wording.money(value)


def headline(totals: Totals, previous: Compared | None, bridge: pd.DataFrame | None, *, wording: Wording) -> str:
    """Return the answer in one sentence: the sales, how they changed, and who made them change."""
    first = f"Net sales were {wording.money(totals.amount)}"
    if previous is None:
        return f"{first}."
    compared = change(totals.amount, previous.totals.amount, wording=wording)
    first += f", {compared} in {name_period(previous.period, wording=wording)}"
    why = _why(bridge.set_index("step"), wording=wording) if bridge is not None else ""
    return f"{first}: {why}." if why else f"{first}."


def _why(steps: pd.DataFrame, *, wording: Wording) -> str:
    """Who brought more and who brought less, the larger sum first; empty unless there are both."""
    up, down = steps[steps.index.isin(UP)], steps[steps.index.isin(DOWN)]
    more, less = float(up["change_amount"].sum()), float(down["change_amount"].sum())
    if more <= 0 or less >= 0:
        return ""
    who_up, who_down = (wording.count(int(part["n_customers"].sum()), "customer") for part in (up, down))
    parts = [f"{who_up} who bought more, came back or are new brought {wording.money(more)} more"]
    parts.append(f"{who_down} who bought less or nothing cost {wording.money(-less)}")
    return ", ".join(parts if more >= -less else reversed(parts))


def decision(customers: pd.DataFrame, *, wording: Wording) -> str:
    """Return what is to be decided: who speaks to those who slip, the largest named.

    ``customers``: customer_id, name, abc_class, stage, amount, salesperson.
    """
    slipping = customers[customers["stage"] == "pre_inactive"]
    largest = slipping[slipping["abc_class"] == "A"]
    if slipping.empty:
        return "Nobody is pre-inactive: keep the plan as it is."
    if largest.empty:
        who = f"{wording.count(len(slipping), 'customer')}, none of them of class A, {is_or_are(len(slipping))}"
        return f"{capitalised(who)} pre-inactive: is the plan for small customers enough?"
    who = f"{wording.count(len(largest), 'customer')} of class A {is_or_are(len(largest))} pre-inactive"
    amount = wording.money(float(largest["amount"].sum()))
    first = _name_first(largest, wording=wording)
    return f"{who}, with {amount} of sales in the window: who speaks to each of them, and by when? {first}"


def _name_first(customers: pd.DataFrame, *, wording: Wording) -> str:
    """The customer with most sales, and who is in charge of it where that is known."""
    first = customers.sort_values(["amount", "customer_id"], ascending=[False, True]).iloc[0]
    name = first["customer_id"] if pd.isna(first["name"]) else first["name"]
    owner = "" if pd.isna(first["salesperson"]) else f", in charge: {first['salesperson']}"
    return f"First of all {name} ({wording.money(float(first['amount']))}{owner})."
