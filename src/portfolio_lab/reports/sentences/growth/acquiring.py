"""Sentences on prospects, leads, what winning costs and who brings new customers."""

import pandas as pd

from portfolio_lab.analysis.textbook.findings import Finding
from portfolio_lab.reports.sentences.wording import Wording, is_or_are


def prospects(found: pd.DataFrame, by_age: pd.DataFrame, *, wording: Wording) -> str:
    """Return how many prospects there are, how old and with what potential; ``by_age`` of ``summarise_prospects``."""
    n = len(found)
    if not n:
        return "There is no prospect: everybody known has bought."
    old = int((found["age_days"] >= 365).sum())
    share = wording.share(old / n, digits=0)
    text = f"{wording.count(n, 'prospect')} {is_or_are(n)} known, {share} of them for a year or longer"
    known = int(by_age["n_known"].sum())
    if not known:
        return f"{text}; the potential of none is known."
    amount = wording.money(float(by_age["potential_amount"].sum()))
    return f"{text}; the {wording.number(known, digits=0)} with a known potential could buy {amount} a year."


def conversion(found: pd.DataFrame, *, wording: Wording) -> str:
    """Return which source brings buyers most and least often; ``found`` of ``summarise_conversion``."""
    known = found[found["share_180"].notna()] if len(found) else found
    if known.empty:
        return "Too few leads are known to say how many of them buy."
    if len(known) == 1:
        row = known.iloc[0]
        return f"Within half a year {_share(row, wording)} of {wording.count(int(row['n']), 'lead')} had bought."
    best, worst = known.loc[known["share_180"].idxmax()], known.loc[known["share_180"].idxmin()]
    text = (
        f"Within half a year {_share(best, wording)} of the {wording.number(best['n'], digits=0)} leads from "
        f"{label_source(best['lead_source'])} had bought, of the {wording.number(worst['n'], digits=0)} from "
        f"{label_source(worst['lead_source'])} {_share(worst, wording)}"
    )
    return f"{text}." if best["low_180"] > worst["high_180"] else f"{text}; chance alone may have made the difference."


def effort(found: pd.DataFrame, *, wording: Wording) -> str:
    """Return which source is the dearest and the cheapest per customer won; ``found`` of ``summarise_effort``."""
    known = found[found["cost_per_won_amount"].notna()]
    if known.empty:
        return "What a customer won costs is not known: neither costs of acquisition nor of contacts are recorded."
    if len(known) == 1:
        return f"A customer won took {_cost(known.iloc[0], wording)}."
    dear, cheap = known.iloc[0], known.iloc[-1]
    return (
        f"A customer won from {label_source(dear['lead_source'])} took {_cost(dear, wording)}, one from "
        f"{label_source(cheap['lead_source'])} {_cost(cheap, wording)}; money spent on leads that have not bought is "
        "counted."
    )


def referrals(found: dict[str, float], *, wording: Wording) -> str:
    """Return which part of leads, of customers won and of their sales old customers brought."""
    if not found["n_leads"]:
        return "No lead became known in the time of these orders."
    lead = _range(found["lead_share"], found["lead_low"], found["lead_high"], wording)
    text = f"Old customers brought {lead} of {wording.count(int(found['n_leads']), 'lead')}"
    if not found["n_won"]:
        return f"{text}; nobody was won in the last twelve months."
    won = _range(found["won_share"], found["won_low"], found["won_high"], wording)
    text += f" and {won} of the {wording.number(found['n_won'], digits=0)} customers won in the last twelve months"
    if pd.isna(found["amount_share"]):
        return f"{text}."
    theirs = wording.share(found["amount_share"], digits=0)
    return f"{text}; {theirs} of what these have bought so far comes from those whom old customers brought."


def referred(found: pd.DataFrame, *, wording: Wording) -> str:
    """Return what customers brought by others buy in their first year beside other new ones (``compare_referred``)."""
    rows = found.set_index("is_referred") if len(found) else found
    if len(rows) < 2 or rows["low_amount"].isna().any() or rows["n"].min() < 20:
        return "Too few new customers have a whole first year behind them to compare those brought by others."
    brought, others = rows.loc[True], rows.loc[False]
    text = (
        f"In their first year customers brought by others bought {_money(brought, wording)} on average, other new ones "
        f"{_money(others, wording)}"
    )
    if brought["low_amount"] > others["high_amount"]:
        return f"{text}: those brought by others bring more."
    if brought["high_amount"] < others["low_amount"]:
        return f"{text}: those brought by others bring less."
    return f"{text}: no difference can be told."


def costs(finding: Finding, *, wording: Wording) -> str:
    """Return what winning a customer costs beside keeping one; ``finding`` of ``compare_costs``."""
    if finding.lacks:
        return f"What winning costs beside keeping cannot be said without {finding.lacks}."
    value = wording.number(finding.value, digits=1)
    low, high = wording.number(finding.low, digits=1), wording.number(finding.high, digits=1)
    return (
        f"Winning a customer cost **{value} times** as much as keeping one for a year (95% interval {low} to "
        f"{high}; {wording.number(finding.n, digits=0)} customers won in the last twelve months). Salaries and "
        "overheads are in neither of the two."
    )


def label_source(source: str) -> str:
    """Return a lead source in words."""
    return str(source).replace("_", " ")


def _share(row: pd.Series, wording: Wording) -> str:
    low, high = wording.share(row["low_180"], digits=0), wording.share(row["high_180"], digits=0)
    return f"{wording.share(row['share_180'], digits=0)} ({low} to {high})"


def _range(share: float, low: float, high: float, wording: Wording) -> str:
    limits = f"{wording.share(low)} to {wording.share(high)}"
    return f"{wording.share(share)} ({limits})"


def _cost(row: pd.Series, wording: Wording) -> str:
    if pd.isna(row["low_amount"]) or pd.isna(row["high_amount"]):
        return f"{wording.money(row['cost_per_won_amount'])} (on too few to say how sure)"
    low, high = wording.money(row["low_amount"]), wording.money(row["high_amount"])
    return f"{wording.money(row['cost_per_won_amount'])} ({low} to {high})"


def _money(row: pd.Series, wording: Wording) -> str:
    low, high = wording.money(row["low_amount"]), wording.money(row["high_amount"])
    return f"{wording.money(row['mean_amount'])} ({low} to {high})"
