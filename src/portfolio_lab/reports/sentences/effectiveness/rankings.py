"""Whom to contact first, in words: by what a contact adds, by risk, by value."""

from collections.abc import Mapping

import pandas as pd

from portfolio_lab.analysis.experiments.rankings import RISK, UPLIFT, VALUE
from portfolio_lab.reports.sentences.wording import Wording, listed

WAYS = {UPLIFT: "what a contact adds", RISK: "risk: least likely without it", VALUE: "value: largest customers"}
INTRO = (
    "**Whom to contact first.** Customers can be lined up by what a contact is expected to add, by risk or by value; "
    "the held-out show what each order is worth."
)


def ranking(found: pd.DataFrame, *, names: Mapping[str, str], contrasts: pd.DataFrame | None = None) -> str:
    """Return whether customers can be ranked by what a contact adds, by which columns, and what else tells them apart.

    ``found`` as in ``Rankings``; ``contrasts``: as for ``summary.contrasts``; where no ranking helps but groups differ,
    the reader is sent to the groups.
    """
    own = found[found["ranking"] == UPLIFT] if len(found) else found
    if own.empty:
        return ""
    # of several orders one beats chance by luck; those whose first customers are not clearly moved are no advice
    good = own[own["is_better_than_random"] & (own["top_low"] > 0)]
    if good.empty:
        looked = listed([name.replace("_", " ") for name in own["ranked_by"].iloc[0].split(", ")])
        told = f"A ranking by {looked} does not clearly beat a random order for any plan."
        has_groups = contrasts is not None and len(contrasts) and contrasts["is_uneven"].any()
        return f"{told} The groups named above tell more: contact the better of them first." if has_groups else told
    told = [f"{names.get(row.plan_id, row.plan_id)} for “{row.outcome}”" for row in good.itertuples()]
    return f"A ranking by what a contact adds beats a random order for {listed(told)}: contact the first of it first."


def risk_and_value(found: pd.DataFrame, *, wording: Wording) -> str:
    """Return whether those at risk, or the largest, are those whom a contact moves; empty without rankings."""
    if found.empty:
        return ""
    told = []
    for way, who in ((RISK, "most at risk"), (VALUE, "largest")):
        own = found[found["ranking"] == way]
        if own.empty:
            continue
        n, better = len(own), int(own["is_better_than_random"].sum())
        same = wording.share(float(own["same_share"].mean()), digits=0)
        beats = "never" if not better else "always" if better == n else f"in {better} of {n} cases"
        told.append(f"contacting the {who} first {beats} beats a random order ({same} of them are the same customers)")
    text = f"{listed(told)}."
    return f"Beside the order by what a contact adds: {text}"
