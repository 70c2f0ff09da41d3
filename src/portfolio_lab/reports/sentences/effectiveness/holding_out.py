"""The proposal of the next hold-out in words."""

import pandas as pd

from portfolio_lab.reports.sentences.wording import Wording, listed


def proposal(design: pd.DataFrame, *, wording: Wording) -> str:
    """Return where the next hold-out is worth most, how large it is, what it can show and what it may cost."""
    if design.empty:
        return "No group of customers is both large enough and still without an answer, so no hold-out is proposed."
    told = [
        f"class {row.abc_class}, {row.stage.replace('_', '-')}, by {row.channel} ({wording.number(row.n_hold_out)} of "
        f"{wording.count(int(row.n_customers), 'customer')})"
        for row in design.itertuples()
    ]
    enough = design[design["power"] >= 0.8]
    power = (
        "Each answers its question in one period."
        if len(enough) == len(design)
        else f"In one period {len(enough)} of {len(design)} will answer its question; the others need more periods."
    )
    cost = wording.money(design["forgone_amount"].sum())
    return (
        f"An answer is worth most for {listed(told)}: that is where most is spent without any proof. {power} If the "
        f"contacts earn twice what they cost, leaving these customers out costs {cost} in all; if they earn less than "
        "they cost, it saves money."
    )
