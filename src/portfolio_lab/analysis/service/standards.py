"""The standard of a case: within how many days the plan wants a customer of that class and stage to be answered."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from portfolio_lab.analysis.landmarks import look_up_values
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import PlanRule

ANY = "*"
BEFORE_ANY_PURCHASE = "prospect"


def look_up_stages(cases: pd.DataFrame, stays: pd.DataFrame) -> pd.Series:
    """Return the stage in which each customer was on the day its case was opened. Shape of ``cases``.

    ``cases``: customer_id, opened_date; ``stays``: those of ``build_stage_stays``. Nothing bought yet = prospect.
    """
    dated = stays.rename(columns={"start_date": "valid_from", "stage": "value"})
    return look_up_values(cases, dated, date="opened_date").fillna(BEFORE_ANY_PURCHASE).rename("stage")


def look_up_standards(abc_class: pd.Series, stage: pd.Series, *, rules: Sequence[PlanRule]) -> pd.Series:
    """Return the days within which each case should be answered: those of the first rule for its class and stage.

    Whole days, shape of ``abc_class``. An unknown class is met by rules for any class only.
    Raises AnalysisError where no rule fits.
    """
    days = pd.Series(np.nan, index=abc_class.index, name="standard_days")
    for rule in reversed(list(rules)):
        is_class = (abc_class == rule.abc_class) | (rule.abc_class == ANY)
        is_stage = (stage == rule.stage) | (rule.stage == ANY)
        days = days.mask(is_class & is_stage, float(rule.response_days))
    if days.isna().any():
        first = days.isna().idxmax()
        raise AnalysisError(
            "no rule of the plan says how soon a case should be answered",
            remedy="end policy.plan.rules with a rule for class '*' and stage '*'",
            value=(abc_class[first], stage[first]),
        )
    return days
