"""What the data alone say: enough of them, gaps, return curve, both errors, regularity."""

import pandas as pd

from portfolio_lab.analysis.stage_tuning.guards import Guard
from portfolio_lab.analysis.stage_tuning.tune import Evidence
from portfolio_lab.reports.sentences.wording import Wording


def guards(checked: tuple[Guard, ...], *, wording: Wording) -> str:
    """Return whether there is enough to go on, and what is not."""
    failed = [_guard(guard, wording=wording) for guard in checked if not guard.is_met]
    return f"There is too little: {'; '.join(failed)}." if failed else "There is enough history to judge rules by."


def refusal(checked: tuple[Guard, ...], *, wording: Wording) -> str:
    """Return why no line is recommended: the first guard that failed."""
    failed = next(guard for guard in checked if not guard.is_met)
    return f"No line can be recommended, for there is too little data: {_guard(failed, wording=wording)}."


def gaps(evidence: Evidence, *, wording: Wording) -> str:
    """Return what the gap curve says, and how wrong the closed gaps alone would be."""
    curve = evidence.gap_curve
    reached = curve[curve["closed_share"] <= 0.05]
    if reached.empty:
        return "Too few gaps are closed to say after how many days nearly all purchases have come."
    row = reached.iloc[0]
    return (
        f"Of the gaps that ended in a purchase, 95% had ended by day {wording.number(row['days'], digits=0)}. "
        f"Counting those still open, {wording.share(1 - row['longer_share'])} had: closed gaps alone flatter."
    )


def returns(evidence: Evidence, *, lost_share: float, horizon_days: int, wording: Wording) -> str:
    """Return from which day of silence customers count as lost, or that the data do not tell."""
    limit, horizon = wording.share(lost_share, digits=0), wording.count(horizon_days, "day")
    day = wording.count(evidence.inactive_days, "day")
    if not evidence.is_line_from_curve:
        return (
            f"The data do not identify from which day on at most {limit} return within {horizon}, and nothing is "
            f"extrapolated: the line of the definition in force, {day}, stands."
        )
    seen = f"After {day} of silence, at most {limit} of customers buy within {horizon}"
    return f"{seen}: by silence alone, inactive from there."


def two_errors(errors: pd.DataFrame, *, wording: Wording) -> str:
    """Return the day on which both errors are equally large, as silence alone tells."""
    known = errors.dropna()
    even = known[known["missed_share"] >= known["false_alarm_share"]]
    if even.empty:
        return "The data do not reach far enough to weigh both errors of a line in days."
    row = even.iloc[0]
    returns, missed = wording.share(row["false_alarm_share"]), wording.share(row["missed_share"])
    return (
        f"By silence alone both errors weigh the same at day {wording.number(row['days'], digits=0)}: {returns} of "
        f"those called would still return, {missed} of the lost are not yet seen."
    )


def regularity(evidence: Evidence, *, wording: Wording) -> str:
    """Return how regular purchase timing is, and which rules that favours."""
    shape = evidence.regularity
    if not shape.n or shape.shape != shape.shape:
        return "Too few customers bought three times to say how regular their timing is."
    kind = "close to random" if shape.shape < 1.5 else "regular" if shape.shape < 4 else "very regular"
    favours = "a customer's own beat hardly tells more" if shape.shape < 1.5 else "a customer's own beat may tell more"
    return (
        f"Purchase timing is {kind}: regularity {wording.number(shape.shape)} over "
        f"{wording.count(shape.n, 'customer')} (1 is chance, 4 and more is clockwork), so {favours}."
    )


def _guard(guard: Guard, *, wording: Wording) -> str:
    found, needed = (wording.number(value, digits=0) for value in (guard.found, guard.needed))
    return f"{guard.name}: {found} found, {needed} needed"
