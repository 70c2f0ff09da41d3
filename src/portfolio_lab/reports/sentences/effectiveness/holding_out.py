"""The proposal of the next hold-out in words."""

import pandas as pd

from portfolio_lab.reports.sentences.effectiveness.labels import name_group
from portfolio_lab.reports.sentences.wording import Wording, listed


def proposal(design: pd.DataFrame, *, wording: Wording) -> str:
    """Return where the next hold-out is worth most, how large it is, what it can show and what it may cost."""
    if design.empty:
        return "No group of customers is both large enough and still without an answer, so no hold-out is proposed."
    told = [
        f"class {name_group(row.abc_class)}, {name_group(row.stage).lower()}, by {row.channel} "
        f"({wording.number(row.n_hold_out)} of "
        f"{wording.count(int(row.n_customers), 'customer')})"
        for row in design.itertuples()
    ]
    longest = int(design["n_periods"].max())
    power = (
        "One period is enough for an answer."
        if longest == 1
        else f"Kept up, it gives an answer after {wording.count(longest, 'period')}."
    )
    cost = wording.money(design["forgone_amount"].sum())
    return (
        f"An answer is worth most for {listed(told)}: that is where most is spent without any proof. {power} If the "
        f"contacts earn twice what they cost, leaving these customers out costs {cost} a period; if they earn less "
        "than they cost, it saves money. The list of who is contacted and who is left out ends this part: bring it "
        "back with the next review, beside a line of its own in the list of plans, and a later review judges it."
    )
