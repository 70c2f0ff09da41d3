"""Sentences on who stands where in the league, how the return is counted, and what timing did."""

import pandas as pd

from portfolio_lab.analysis.twr.returns import TOTAL_LOSS
from portfolio_lab.reports.sentences.twr.words import name_day_count, points
from portfolio_lab.reports.sentences.wording import Wording, capitalised
from portfolio_lab.reports.topics.twr_inputs import ALL, Portfolios

NO_TIMING = 0.0005
TIMINGS = {
    "at_valuation": "flows come right after the value that was taken before them",
    "in_start_out_end": "money in works from the start of the day, money out until its end",
    "end": "flows come at the end of the day",
    "start": "flows come at the start of the period",
}


def method(found: Portfolios, params: object, *, rate: float, wording: Wording) -> str:
    """Return how the return is counted in this run."""
    start = (
        "The values are those of the table that was brought, each taken just before the flow of its day; whether "
        "customers that were lost stand among its flows cannot be seen from the table, and is taken not to be so."
        if found.is_brought
        else "A portfolio is worth what its customers are expected to bring. Margin collected is income; customers "
        "handed in or out and new ones come and go at their value of that day; whoever is lost lowers the return."
    )
    return (
        f"{start} Required is {wording.share(rate)} a year. Years are counted as {name_day_count(params.day_count)}; "
        f"{TIMINGS[params.timing]}."
    )


def league(found: Portfolios, *, wording: Wording) -> str:
    """Return how many are above, below, not to be told and too small."""
    counts = found.league["verdict"].value_counts()
    n_lost = counts.get("total_loss", 0)
    lost = f", {wording.number(n_lost)} begun anew after a total loss" if n_lost else ""
    if found.is_brought:
        return (
            f"{capitalised(wording.count(counts.get('above', 0), 'portfolio'))} above the required return, "
            f"{wording.number(counts.get('below', 0))} below{lost}. The table knows no customers, so there is no "
            "range: whether a difference is more than chance cannot be said."
        )
    texts = [
        f"{wording.number(counts.get('above', 0))} above: the whole range lies beyond the required return",
        f"{wording.number(counts.get('below', 0))} below",
        f"{wording.number(counts.get('not_proven', 0))} not to be told apart from it",
        f"{wording.number(counts.get('too_small', 0))} too small to tell (fewer than 30 customers){lost}",
    ]
    return (
        f"{capitalised('; '.join(texts))}. {_best(found, wording)}The range says where the difference would lie had "
        "each salesperson had other customers of the same kind: 95% of the draws."
    )


def _best(found: Portfolios, wording: Wording) -> str:
    """The portfolio on top with its range; nothing where none has a range."""
    known = found.league.dropna(subset=["management_return", "low", "high"])
    if known.empty:
        return ""
    row = known.iloc[0]
    gap, low, high = (wording.number(row[name] * 100, digits=1) for name in ("management_return", "low", "high"))
    name = found.names.get(row["portfolio_id"], row["portfolio_id"])
    return f"On top is {name}, {gap} points beyond the required return (between {low} and {high}). "


def dispersion(spread: dict[str, float], *, wording: Wording) -> str:
    """Return how far the portfolios lie apart; below six members only how many there are."""
    n = spread["n_members"]
    held = f"{wording.count(n, 'portfolio')} {'was' if n == 1 else 'were'} held the whole time"
    if pd.isna(spread["asset_weighted"]):
        return f"{capitalised(held)}: too few to say how far portfolios lie apart (six are needed)."
    apart = wording.number(spread["asset_weighted"] * 100, digits=1)
    return f"{capitalised(held)}; their returns lie {apart} points around their mean, large ones weighing more."


def growth(found: Portfolios, *, wording: Wording) -> str:
    """Return what 100 became in the best and the worst portfolio."""
    known = found.league.dropna(subset=["twr"])
    if known.empty:
        return "No portfolio has a return yet."
    best, worst = known.iloc[0], known.iloc[-1]
    amounts = [wording.number(100 * (1 + row["twr"]), digits=0) for row in (best, worst)]
    names = [found.names.get(row["portfolio_id"], row["portfolio_id"]) for row in (best, worst)]
    ends = [f"{amount} in {name}" for amount, name in zip(amounts, names, strict=True)]
    return f"100 became {ends[0]}." if len(known) == 1 else f"100 became {ends[0]} and {ends[1]}."


def short_note(found: Portfolios, *, annualise_short: bool) -> str:
    """Return the note for the chart where rates under a year were made yearly ones; else nothing."""
    flagged = annualise_short and bool(found.returns["is_short"].any())
    return "Yearly rates of less than a year are marked in the tables" if flagged else ""


def shortness(found: Portfolios, *, annualise_short: bool) -> str:
    """Return how spans under a year are treated."""
    if not found.returns["is_short"].any():
        return "Every return covers a year or more."
    if annualise_short:
        return (
            "**Rates over less than a year were made yearly ones because this run asks for it**; they are marked as "
            "under a year and should not be compared with the others."
        )
    return "A return over less than a year is shown as it is and not made a yearly rate."


def cautions(found: Portfolios, *, wording: Wording) -> str:
    """Return what stands in the way of reading the returns; a reassuring sentence where nothing does."""
    status = found.returns["status"]
    texts = []
    rough = found.returns[status.isin(["approx", "approx_large_flow"])]
    if len(rough):
        have = "has" if len(rough) == 1 else "have"
        large = (rough["status"] == "approx_large_flow").sum()
        first = rough.iloc[0]
        texts.append(
            f"{wording.count(len(rough), 'period')} {have} a flow without a value on its "
            f"day, such as {first['portfolio_id']} up to {wording.date(first['valuation_date'])}; their return is "
            f"approximate (Modified Dietz){', and rough where the flow was large' if large else ''}"
        )
    idle = int((status == "income_without_base").sum())
    if idle:
        texts.append(f"income came in {wording.count(idle, 'period')} in which nothing was held, and is in no return")
    if (status == "no_base").any():
        texts.append(
            "in periods that began with nothing held there is no return; growth starts anew after them, and the league "
            "judges the time since the last of them"
        )
    lost = found.returns[(status == "closed") & (found.returns["r"] <= TOTAL_LOSS)]
    if len(lost):
        row = lost.iloc[0]
        name = found.names.get(row["portfolio_id"], row["portfolio_id"])
        texts.append(
            f"{wording.count(lost['portfolio_id'].nunique(), 'portfolio')} lost everything, such as {name} by "
            f"{wording.date(row['valuation_date'])}; the return over the whole time is then "
            f"{wording.share(-1.0, digits=0)}, whatever came after"
        )
    if (status == "leveraged").any():
        texts.append("a portfolio worth less than nothing has no yearly rate")
    if not texts:
        return "Every period has a value at its start and its end."
    mark = "**" if len(rough) or len(lost) or (status == "leveraged").any() else ""
    return f"{mark}{capitalised('; '.join(texts))}.{mark}"


def timing(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return what the timing of customers handed in and out did, which nobody's management should be charged with."""
    known = table.dropna(subset=["timing_effect"])
    single = int((table["mwr_status"] == "no_period").sum())
    several = int((table["mwr_status"] == "several_roots").sum())
    note = (
        f" For {wording.count(several, 'portfolio')} more than one rate explains the money; none of them is shown."
        if several
        else ""
    )
    if single:
        has = "has" if single == 1 else "have"
        note += f" {capitalised(wording.count(single, 'portfolio'))} {has} one valuation only: no period, no rate."
    if known.empty:
        return f"Under a year, or with a break, both are shown for the whole time only, in the table.{note}"
    members = known[known["portfolio_id"] != ALL]
    known = members if len(members) else known
    if (known["timing_effect"].abs() < NO_TIMING).all():
        return f"Timing made next to no difference to anybody.{note}"
    best, worst = known.loc[known["timing_effect"].idxmax()], known.loc[known["timing_effect"].idxmin()]
    text = f"Timing did most for {best['portfolio_id']} ({points(best['timing_effect'], wording)} a year)"
    if len(known) > 1 and best["timing_effect"] != worst["timing_effect"]:
        text += f" and least for {worst['portfolio_id']} ({points(worst['timing_effect'], wording)})"
    elif len(known) == 1:
        text = f"Timing made {points(best['timing_effect'], wording)} a year for {best['portfolio_id']}"
    return f"{text}. It is luck or the doing of whoever moved money or customers, not of whoever held them.{note}"
