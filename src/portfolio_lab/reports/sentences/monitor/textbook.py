"""The sayings of the textbooks in words, and how to read our figure beside each."""

import pandas as pd

from portfolio_lab.reports.sentences.wording import Wording, in_words

SAYINGS = {
    "ruptures": "80% of ruptures come from default and from not attending",
    "top20": "20% of the customers bring 80%",
    "winning_cost": "Winning a customer costs 2 to 6 times keeping one",
    "old_margin": "An order of an old customer leaves less margin than one of a new customer",
    "old_margin_rate": "The same, for 100 of sales",
    "returned": "Customers who came back buy more than before",
}
READINGS = {
    "ruptures": "one cause for each, the first that holds; unknown ones count in the total",
    "top20": "sales of the window, customers with positive sales",
    "winning_cost": "cost of everybody who came in 12 months by customer won, over contact cost by customer kept",
    "old_margin": "from the third year on over the first year; large customers are often old ones",
    "old_margin_rate": "from the third year on over the first year, whatever the size of the order",
    "returned": "180 days after the return over 180 days before the silence; who never came back is not in it",
}
VERDICTS = {
    "agrees": "our data agree",
    "less": "ours is lower",
    "more": "ours is higher",
    "not clear": "too uncertain to say",
    "not known": "not known",
}


def summary(table: pd.DataFrame) -> str:
    """Return how many sayings hold here; ``table`` of ``tabulate_findings``."""
    known = table[table["verdict"] != "not known"]
    agree = int((known["verdict"] == "agrees").sum())
    unclear = int((known["verdict"] == "not clear").sum())
    against = len(known) - agree - unclear
    agrees, does = "agrees" if agree == 1 else "agree", "does" if against == 1 else "do"
    stays = "stays" if unclear == 1 else "stay"
    if known.empty:
        return f"None of {in_words(len(table))} sayings can be looked at in these data."
    n_agree, n_against, n_unclear = (in_words(n) if n else "none" for n in (agree, against, unclear))
    return (
        f"Of {in_words(len(table))} sayings, {in_words(len(known))} can be looked at in these data: {n_agree} "
        f"{agrees}, {n_against} {does} not, {n_unclear} {stays} unclear."
    )


def word_findings(table: pd.DataFrame, *, wording: Wording) -> pd.DataFrame:
    """Return the findings as they are shown: Saying, Our figure, 95% interval, Based on, Verdict, How to read it."""
    rows = [_word(row, wording) for row in table.itertuples()]
    return pd.DataFrame(rows, columns=["Saying", "Our figure", "95% interval", "Based on", "Verdict", "How to read it"])


def _word(row: object, wording: Wording) -> tuple[str, ...]:
    saying = SAYINGS[row.saying]
    if row.verdict == "not known":
        return saying, "–", "–", "–", VERDICTS[row.verdict], f"it would need {row.lacks}"
    low, high = _figure(row.low, row.unit, wording), _figure(row.high, row.unit, wording)
    based = f"{wording.number(row.n)} {row.of}"
    return (
        saying,
        _figure(row.value, row.unit, wording),
        f"{low} to {high}",
        based,
        VERDICTS[row.verdict],
        READINGS[row.saying],
    )


def _figure(value: float, unit: str, wording: Wording) -> str:
    return wording.share(value) if unit == "share" else f"{wording.number(value, digits=2)} times"
