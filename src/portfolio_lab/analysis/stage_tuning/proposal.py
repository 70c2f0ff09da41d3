"""The proposal: a stage definition that can be pasted into the run file."""

import pandas as pd

from portfolio_lab.policy import StagePolicy, StageRule


def name_rule_days(rule: StageRule, *, pre_inactive_days: float, inactive_days: float, segment: str) -> StageRule:
    """Return the rule for a segment, with its typical days filled in for pages (those of fixed days stay)."""
    if rule.inactive_at is None:
        return rule.model_copy(update={"segment": segment})
    inactive = max(round(inactive_days), 2)
    days = {"pre_inactive_days": min(max(round(pre_inactive_days), 1), inactive - 1), "inactive_days": inactive}
    return StageRule.model_validate(rule.model_dump() | days | {"segment": segment})


def propose_stage_policy(rules: tuple[StageRule, ...], *, in_force: StagePolicy, version: str) -> dict[str, object]:
    """Return the keys under ``policy:`` of a run file, plain values only: {"stages": {…}}.

    ``rules``: tuned ones; segments of the definition in force that were not tuned keep their rule. What tuning does not
    touch (how long inactivated lasts, when a customer is an ex-customer) stays, as long as the ladder still climbs.
    """
    tuned = {rule.segment: rule for rule in rules}
    kept = [rule for rule in in_force.rules if rule.segment not in tuned]
    ordered = sorted([*rules, *kept], key=lambda rule: rule.segment == "*")
    last = max(rule.inactive_days for rule in ordered) + in_force.inactivated_days
    ex = in_force.ex_customer_days
    policy = StagePolicy(
        version=version,
        rules=tuple(ordered),
        inactivated_days=in_force.inactivated_days,
        ex_customer_days=ex if ex is None or ex > last else last + 1,
    )
    plain = policy.model_dump(mode="json")
    plain["rules"] = [
        {key: value for key, value in rule.items() if _is_told(key, value, rule)} for rule in plain["rules"]
    ]
    return {"stages": plain}


def read_proposal(proposal: dict[str, object]) -> StagePolicy:
    """Return the definition that a proposal stands for."""
    return StagePolicy.model_validate(proposal["stages"])


def tabulate_rules(policy: StagePolicy) -> pd.DataFrame:
    """Return one row per rule of a definition, in its order, with the keys that every family has."""
    columns = ["segment", "family", "pre_inactive_days", "inactive_days", "pre_inactive_at", "inactive_at"]
    return pd.DataFrame([{key: getattr(rule, key) for key in columns} for rule in policy.rules], columns=columns)


def _is_told(key: str, value: object, rule: dict[str, object]) -> bool:
    """Leave out empty keys, and the shrinking where no cycle is used."""
    return value is not None and (key != "shrink_gaps" or rule["typical_gap_days"] is not None)
