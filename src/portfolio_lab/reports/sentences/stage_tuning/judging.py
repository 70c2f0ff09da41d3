"""Which rule is recommended, how it did, and beside what."""

import pandas as pd

from portfolio_lab.analysis.stage_tuning.summary import Recommendation
from portfolio_lab.analysis.stage_tuning.tune import Tuning
from portfolio_lab.plots.stage_tuning import RULE_LABELS
from portfolio_lab.reports.sentences.wording import Wording, capitalised


def candidates(tuning: Tuning, *, wording: Wording) -> str:
    """Return how the rules were judged."""
    origins, judged = tuning.panel.origins, len(tuning.nested.outer)
    rules, dates = wording.count(len(tuning.candidates), "rule"), wording.count(len(origins), "month end")
    before = wording.count(tuning.settings.horizon_days, "day")
    return (
        f"{rules} were played through {dates} from {wording.date(origins[0])} to {wording.date(origins[-1])}. The last "
        f"{judged} judged only rules that earlier dates had chosen, {before} or more before."
    )


def choice(tuning: Tuning, *, wording: Wording) -> str:
    """Return which rule is recommended and why."""
    name = RULE_LABELS.get(tuning.choice.name, tuning.choice.name)
    low, high = (wording.share(bound, digits=0) for bound in tuning.settings.share_bounds)
    share = wording.share(tuning.table.loc[tuning.choice.position, "stage_share"])
    wanted = f"the {low} to {high} that were wanted"
    outside = f", outside {wanted}: no rule of the family keeps to it"
    where = f", within {wanted}" if tuning.choice.is_constraint_met else outside
    reason = tuning.choice.reason
    for code, label in RULE_LABELS.items():
        reason = reason.replace(code, label.lower() if code in ("fixed_days", "own_cycle") else label)
    return (
        f"**{name}** is recommended: {reason}. On average over the dates it calls {share} of the customers "
        f"pre-inactive{where}."
    )


def in_force(found: Recommendation, *, measure: str, wording: Wording, has_money: bool) -> str:
    """Return how the recommendation compares with the definition in force on dates neither had learned from."""
    gain, low, high = found.gain_in_force
    show = wording.money if has_money else lambda value: f"{wording.number(100 * value, digits=1)} points"
    verdict = (
        "better, beyond chance" if low > 0 else "worse, beyond chance" if high < 0 else "not different beyond chance"
    )
    return (
        f"Against the definition in force the recommended one is {verdict}: it gains {show(gain)} in {measure} "
        f"({show(low)} to {show(high)})."
    ).replace("−0.0 points", "0.0 points")


def ranking(scores: pd.DataFrame, *, wording: Wording) -> str:
    """Return which score ranks customers best."""
    best = scores.loc[scores["auc"].idxmax()]
    silence = scores.set_index("name").loc["fixed_days", "auc"]
    name = RULE_LABELS.get(best["name"], best["name"])
    return (
        f"Best at ranking is {name}: of a customer who lapses and one who returns it puts the first ahead in "
        f"{wording.share(best['auc'])} of the pairs, silence alone in {wording.share(silence)}, a coin in half of them."
    )


def lines(found: Recommendation, *, wording: Wording) -> str:
    """Return how many of a hundred alarms are right and how many of a hundred lapses are seen."""
    right, seen = (_of_a_hundred(found, name, wording=wording) for name in ("precision", "recall"))
    return (
        f"Of 100 customers whom the recommended line warns of, {right} do lapse, and of 100 who lapse it has warned "
        f"of {seen}. An earlier line sees more and errs more."
    )


def _of_a_hundred(found: Recommendation, name: str, *, wording: Wording) -> str:
    """A share of the recommended line with its interval, such as "35 (33 to 37)"."""
    value, low, high = (
        wording.number(100 * share, digits=0) for share in (found.metrics[name], *found.intervals[name])
    )
    return f"{value} ({low} to {high})"


def left_out(tuning: Tuning) -> str:
    """Return which rules could not be fitted and why."""
    if not tuning.frozen.left_out:
        return "All families could be fitted to the data."
    parts = [f"{RULE_LABELS.get(name, name)}: {why}" for name, why in tuning.frozen.left_out.items()]
    return f"Not judged, for the data do not identify them: {'; '.join(parts)}."


def pareto(table: pd.DataFrame, *, chosen: int, wording: Wording) -> str:
    """Return how many rules are beaten by none, and whether the recommended one is among them."""
    n = int(table["is_pareto"].sum())
    among = "is one of them" if bool(table.loc[chosen, "is_pareto"]) else "is not one of them: simplicity decided"
    return (
        f"{capitalised(wording.count(n, 'rule'))} cannot be beaten on gain, days of warning and number of alarms at "
        f"once; the recommended one {among}."
    )


def steadiness(found: Recommendation, *, wording: Wording) -> str:
    """Return how steady the rule is: backward moves, entries a year, short alarms."""
    row = found.row
    moved = "Nobody"
    if found.flicker_rate > 0:
        moved = f"Among 100 customers, {wording.number(found.flicker_rate)} a month"
    often, short = wording.number(row["entries_per_year"]), wording.share(row["short_share"])
    return (
        f"{moved} moved back to a better stage without a purchase. A customer enters pre-inactive {often} times a "
        f"year, and {short} of these stays last under a week."
    )


def sensitivity(table: pd.DataFrame, *, wording: Wording) -> str:
    """Return from which save rate on acting on the alarms pays."""
    paid = table[(table["utility_amount"] > 0) & (table["name"] == "recommended")]
    if paid.empty:
        return "At none of the save rates shown do the alarms pay for their contacts."
    rate = wording.share(float(paid["save_rate"].min()), digits=0)
    return f"From a save rate of {rate} on, the alarms of the recommended rule pay for their contacts."
