"""Sentences on how the value moved, who made the difference, and how rates may be counted."""

import pandas as pd

from portfolio_lab.analysis.twr.reference import FAULTS
from portfolio_lab.reports.sentences.twr.words import name_day_count, points
from portfolio_lab.reports.sentences.wording import Wording, is_or_are, listed
from portfolio_lab.reports.topics.twr_inputs import Portfolios


def statement(line: pd.Series, *, horizon: int | None, wording: Wording) -> str:
    """Return how the value of all customers came from its opening to its closing."""
    above = line["experience"]
    side = "more" if above > 0 else "less"
    income, change = wording.money(line["income"]), wording.money(line["basis_change"])
    text = (
        f"The value went from {wording.money(line['opening'])} to {wording.money(line['closing'])}. Customers brought "
        f"{wording.money(abs(above))} {side} than required, {income} was paid out as margin, and new "
        f"customers added {wording.money(line['new'])}. The change of basis, {change}, is in "
        "nobody's return: new customers pass from the comparison to a value of their own, and on the last day all "
        "values are fitted anew, as the page on value has them"
    )
    return f"{text}." if horizon is None else f"{text}, and look {wording.number(horizon)} months ahead again."


def new_customers(found: Portfolios, *, wording: Wording) -> str:
    """Return at what value new customers came in."""
    if found.new_problem:
        return f"New customers came in at the value that the model gives them: {found.new_problem}."
    if found.new_values.empty:
        return "Nobody was won in this time."
    n = wording.count(len(found.new_values), "new customer")
    low, high = found.new_values["n_alike"].min(), found.new_values["n_alike"].max()
    among = wording.number(low) if low == high else f"{wording.number(low)} to {wording.number(high)}"
    keys = listed(found.new_values["alike_on"].mode().iloc[0].split(", "))
    return (
        f"{n} came in at {wording.money(found.new_values['value_amount'].mean())} each on average: what {among} older "
        f"customers alike in {keys} turned out to be worth at that age. No salesperson is paid for winning them here; "
        "their value is shown as new business."
    )


def attribution(sums: pd.DataFrame, *, wording: Wording) -> str:
    """Return who owes the difference to the customers assigned and who to the work with them."""
    if sums.empty:
        return "There is no portfolio whose difference can be taken apart."
    work = sums.assign(work=sums["selection"] + sums["interaction"])
    luck, best = sums.loc[sums["allocation"].idxmax()], work.loc[work["work"].idxmax()]
    return (
        f"Customers assigned helped {luck['portfolio_id']} most ({points(luck['allocation'], wording)}): thank "
        f"whoever assigned them. Work with the customers held did most for {best['portfolio_id']} "
        f"({points(best['work'], wording)}, both bars together): that is the salesperson's. These parts carry no "
        "range: small ones mean nothing."
    )


def experience(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return how often what came missed what the values had foretold."""
    missed, n = int(table["is_missed"].sum()), len(table)
    text = (
        f"In {wording.number(missed)} of {wording.count(n, 'quarter')} what came lies clearly beside what was expected."
    )
    if missed > n / 2:
        return f"{text} **The basis is wrong: do not praise or blame anybody by it.**"
    return f"{text} The basis may be used to compare portfolios."


def traps() -> str:
    """Return what the appendix of wrong ways is for."""
    return (
        "100 customers worth 800 each, margin 300 a year, 10% required. Year 1: 85 stay, 25 are handed out, 10 in; "
        "year 2: 56 of 70 stay. The right answer is 16.9% and 10.0%; each other line is a way to get it wrong."
    )


def printed(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return how many printed cells the run reproduces."""
    agree = int((table["result"] == "agrees").sum())
    rest = len(table) - agree
    text = f"{wording.number(agree)} of {wording.count(len(table), 'printed cell')} agree to the printed digits"
    return f"{text}; the other {wording.number(rest)} {is_or_are(rest)} marked in the table." if rest else f"{text}."


def faults() -> str:
    """Return what is wrong with the published table, as one paragraph."""
    return "What is wrong with the published table: " + " ".join(f"({i}) {text}" for i, text in enumerate(FAULTS, 1))


def day_counts(table: pd.DataFrame, day_count: str, other: str, *, wording: Wording) -> str:
    """Return what the second way of counting days changes; ``table``: compare_day_counts, its last row the latest."""
    text = (
        f"The run counts a year as {name_day_count(day_count)}; beside it stands {name_day_count(other)}. The growth "
        "is the same, only the rate a year moves, so two reports can be compared only if they count alike."
    )
    row = table.iloc[-1]
    if pd.isna(row["ear"]) or pd.isna(row["ear_other"]):
        return text
    ends = [f"{wording.share(row[f'ear{way}'], digits=2)} a year over {wording.number(row[f'days{way}'])} days"
            for way in ("", "_other")]  # fmt: skip
    return f"{text} {row['portfolio_id']}: {ends[0]} as {day_count}, {ends[1]} as {other}."
