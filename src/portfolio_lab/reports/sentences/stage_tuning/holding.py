"""Whether the recommendation holds, what would change, and whether it has moved."""

import datetime as dt
from itertools import pairwise

import pandas as pd

from portfolio_lab.analysis.stage_tuning.summary import Recommendation, name_change_days
from portfolio_lab.analysis.stage_tuning.tune import Tuning
from portfolio_lab.reports.sentences.wording import Wording


def rates(found: Recommendation, *, horizon_days: int, wording: Wording) -> str:
    """Return the purchase rate of each stage, and whether it falls from stage to stage."""
    values = found.rates["return_share"].tolist()
    words = [f"{label.replace('_', '-')} {wording.share(value)}" for label, value in
             zip(found.rates["stage"], values, strict=True)]  # fmt: skip
    falls = all(later < earlier for earlier, later in pairwise(values))
    order = "falls from stage to stage, as it should" if falls else "does not fall from stage to stage: read with care"
    return f"The share that bought within {wording.count(horizon_days, 'day')} {order}: {', '.join(words)}."


def seasons(table: pd.DataFrame, *, seasonal: bool, wording: Wording) -> str:
    """Return whether the rule sees lapses equally well in every quarter."""
    low, high = table["recall"].min(), table["recall"].max()
    if seasonal:
        return (
            f"The share of lapses seen runs from {wording.share(low)} to {wording.share(high)} over the quarters, more "
            "than ten points apart: seasonal buyers call for care, or for a segment of their own."
        )
    return f"The share of lapses seen runs from {wording.share(low)} to {wording.share(high)}: no season stands out."


def optimism(tuning: Tuning, disjoint: tuple[float, float], *, measure: str, wording: Wording, has_money: bool) -> str:
    """Return how much a rule loses from learning to later dates, and to customers never seen."""
    row = tuning.families.set_index("name").loc[tuning.choice.name]
    show = wording.money if has_money else wording.share
    learned, later = show(row["inner_primary"]), show(row["outer_primary"])
    return (
        f"In {measure} the rule reached {learned} while learning and {later} on later dates; {show(disjoint[1])} on "
        f"customers never seen, against {show(disjoint[0])} on those learned from."
    )


def changed(shares: pd.DataFrame, *, wording: Wording) -> str:
    """Return how the shares of the stages would change."""
    parts = [
        f"{stage.replace('_', '-')} {wording.share(shares.loc['in force', stage])} to "
        f"{wording.share(shares.loc['proposed', stage])}"
        for stage in shares.columns
        if shares[stage].max() > 0
    ]
    return f"From the definition in force to the proposed one: {'; '.join(parts)}."


def drift(found: Recommendation, earlier: float | None, since: dt.date | None, *, wording: Wording) -> str:
    """Return whether the recommended line has moved since the last review; the definition is changed by people only."""
    now = found.rule.pre_inactive_days
    kind = name_change_days(earlier, now, found.days_interval)
    if kind == "first" or since is None:
        return "This is the first review with a recommended line: the next one will say whether it has moved."
    verb = "has moved" if kind == "moved" else "has not moved beyond chance"
    return (
        f"The recommended line {verb} since {wording.date(since)}: {wording.count(round(earlier), 'day')} then, "
        f"{wording.count(now, 'day')} now. The definition in force changes only when somebody changes the run file."
    )
