"""What the contact plan asks for each customer: the first rule of the matrix class × stage that matches."""

import numpy as np
import pandas as pd

from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import PlanPolicy

PLANNED = ("channel", "contacts_per_period", "role", "objective", "minutes", "response_days")


def derive_plan(customers: pd.DataFrame, *, policy: PlanPolicy) -> pd.DataFrame:
    """Return the customers with what the plan asks for each of them, in the same order.

    Adds channel, contacts_per_period, role, objective, minutes (a contact) and response_days. ``customers`` has
    abc_class (empty: not ranked, only rules for any class match) and stage. Raises AnalysisError for a customer that
    no rule matches.
    """
    matched = match_plan_rules(customers["abc_class"], customers["stage"], policy=policy)
    rules = np.asarray(policy.rules, dtype=object)[matched]
    return customers.assign(**{name: [getattr(rule, name) for rule in rules] for name in PLANNED})


def match_plan_rules(classes: pd.Series, stages: pd.Series, *, policy: PlanPolicy) -> np.ndarray:
    """Return for each customer the position of the first rule of the plan for its class and stage (`*` = any).

    Raises AnalysisError for a customer that no rule matches.
    """
    matched = np.full(len(classes), -1)
    names, states = classes.to_numpy(dtype=object), stages.to_numpy(dtype=object)
    for position, rule in reversed(list(enumerate(policy.rules))):
        fits_class = np.full(len(names), rule.abc_class == "*") | (names == rule.abc_class)
        fits_stage = np.full(len(states), rule.stage == "*") | (states == rule.stage)
        matched[fits_class & fits_stage] = position
    if (matched < 0).any():
        first = int(np.flatnonzero(matched < 0)[0])
        raise AnalysisError(
            "a customer matches no rule of the contact plan",
            remedy="end policy.plan.rules with a rule for any class and stage",
            value=(names[first], states[first]),
        )
    return matched
