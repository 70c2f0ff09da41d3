"""A rule in words, and the sentence for the sales director."""

from portfolio_lab.analysis.stage_tuning.summary import Recommendation
from portfolio_lab.policy import StagePolicy, StageRule
from portfolio_lab.reports.sentences.wording import Wording


def describe_rule(rule: StageRule, *, wording: Wording, between: tuple[float, float] | None = None) -> str:
    """Return when a rule calls a customer pre-inactive: "after 47 days without an order (41–55)"."""
    days = f"after {wording.count(rule.pre_inactive_days, 'day')} without an order"
    spread = "–".join(wording.number(bound, digits=0) for bound in between or ())
    if between and between[0] < between[1]:
        days += f" ({spread})" if rule.family == "fixed_days" else f", {spread}"
    number, share = wording.number, wording.share
    texts = {
        "own_cycle": lambda: f"after {number(rule.pre_inactive_at)} times its own purchase cycle (typically {days})",
        "gap_tail": lambda: (
            f"when its silence is longer than all but {share(rule.pre_inactive_at)} of its own gaps (typically {days})"
        ),
        "purchases_in_months": lambda: (
            f"with fewer than {rule.min_purchase_days} purchase days in {wording.count(rule.window_months, 'month')}"
        ),
        "falling_frequency": lambda: (
            f"when it buys less than {share(rule.pre_inactive_at, digits=0)} as often as it used to within "
            f"{wording.count(rule.window_months, 'month')}, or {days}"
        ),
    }
    chance = lambda: (  # noqa: E731
        f"when its chance to buy within {wording.count(rule.horizon_days, 'day')} has fallen below "
        f"{share(rule.pre_inactive_at, digits=0)} (typically {days})"
    )
    texts |= {"hazard": chance, "return_probability": chance}
    return texts.get(rule.family, lambda: days)()


def describe_definition(policy: StagePolicy, *, wording: Wording) -> str:
    """Return the definition in force in words, segment by segment."""
    parts = [
        f"{'' if rule.segment == '*' else f'{rule.segment}: '}pre-inactive {describe_rule(rule, wording=wording)}, "
        f"inactive {_inactive(rule, wording=wording)}"
        for rule in policy.rules
    ]
    return "; ".join(parts)


def headline(found: Recommendation, policy: StagePolicy, *, horizon_days: int, wording: Wording) -> str:
    """Return the sentence for the sales director: where the line is, how often it is right, how early it is seen."""
    rule = describe_rule(found.rule, wording=wording, between=found.days_interval)
    horizon = wording.count(horizon_days, "day")
    if not found.is_better_than_in_force:
        return _stands(found, policy, horizon=horizon, wording=wording)
    lead = found.row["lead_days_median"]
    early = f"; we would see it {wording.count(round(lead), 'day')} before inactivation" if lead == lead else ""
    lapsed = round(100 * found.metrics["precision"])
    return (
        f"Call a customer pre-inactive {rule}. Of 100 so flagged, {lapsed} would not have bought in the next "
        f"{horizon}{early}."
    )


def _stands(found: Recommendation, policy: StagePolicy, *, horizon: str, wording: Wording) -> str:
    """The headline where the definition in force stays: it stands, and what its own alarms are worth."""
    best = describe_rule(found.rule, wording=wording)
    where = (
        describe_rule(policy.rules[0], wording=wording) if len(policy.rules) == 1 else "segment by segment as before"
    )
    compared = "would have done worse" if found.gain_in_force[2] < 0 else "looked as good"
    other = "" if best == where else f": to call them so {best} {compared}, and nothing better is proven"
    first = f"The line in force stands, pre-inactive {where}{other}."
    right = found.in_force["precision"]
    if right != right:
        return f"{first} It gave no alarm to judge."
    return f"{first} Of 100 that it flags, {round(100 * right)} would not have bought in the next {horizon}."


def decision(found: Recommendation, policy: StagePolicy, *, wording: Wording) -> str:
    """Return what leadership is asked to decide."""
    if found.is_better_than_in_force:
        return "Adopt the proposed definition from the next period on, or keep the one in force and say why."
    return f"Keep the definition in force ({describe_definition(policy, wording=wording)}): nothing better is proven."


def _inactive(rule: StageRule, *, wording: Wording) -> str:
    days = f"after {wording.count(rule.inactive_days, 'day')}"
    return days if rule.inactive_at is None else f"typically {days}"
