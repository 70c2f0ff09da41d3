"""Sentences on what customers say of us."""

import pandas as pd

from portfolio_lab.analysis.service.satisfaction import ALL_ASPECTS, NOT_SAID
from portfolio_lab.reports.sentences.wording import Wording, capitalised, listed


def aspects(found: pd.DataFrame, *, wording: Wording) -> str:
    """Return the mean score, and the aspects that stand lowest and highest; ``found`` of ``summarise_aspects``."""
    if found.empty:
        return "Nobody answered a survey in the window."
    total, single = found[found["aspect"] == ALL_ASPECTS].iloc[0], found[found["aspect"] != ALL_ASPECTS]
    people = wording.count(int(total["n_clusters"]), "customer")
    said = f"{people} gave {wording.count(int(total['n']), 'score')}, on average {_score(total, wording)}"
    named = single[single["aspect"] != NOT_SAID]
    if len(named) < 2:
        return f"{said}."
    low, high = named.iloc[0], named.iloc[-1]
    return f"{said}. Lowest stands {low['aspect']}, {_score(low, wording)}; highest {high['aspect']}, " + (
        f"{_score(high, wording)}."
    )


def benchmarks(compared: pd.DataFrame, *, indicator: str, wording: Wording) -> str:
    """Return beside whom we stand better, worse or not told apart; ``compared`` of ``compare_benchmarks``."""
    if compared.empty:
        return f"No peer is known by the indicator “{indicator}”, so the scores stand without a comparison."
    groups = {
        "above": compared[compared["low"] > 0],
        "below": compared[compared["high"] < 0],
        "not to be told apart from": compared[(compared["low"] <= 0) & (compared["high"] >= 0)],
    }
    parts = [
        f"{word} {listed([f'{row.peer} ({wording.number(row.value, digits=1)})' for row in rows.itertuples()])}"
        for word, rows in groups.items()
        if len(rows)
    ]
    return f"Our mean over all aspects is {listed(parts)}. What a peer asked, and whom, is not known here."


def reasons(found: pd.DataFrame, *, wording: Wording) -> str:
    """Return the reasons given most often; ``found`` of ``count_reasons``."""
    if found.empty:
        return "No reasons were recorded with the scores."
    first = [f"“{row.reason}” ({wording.number(row.n, digits=0)})" for row in found.head(3).itertuples()]
    return f"{capitalised('given most often as a reason')}: {listed(first)}."


def _score(row: pd.Series, wording: Wording) -> str:
    mean = wording.number(row["mean"], digits=2)
    if pd.isna(row["low"]):
        return mean
    low, high = wording.number(row["low"], digits=2), wording.number(row["high"], digits=2)
    return f"{mean} (95% interval {low} to {high})"
