"""Stages: prospect, active, pre-inactive, inactivated, inactive, ex-customer; one per customer at any date."""

from portfolio_lab.analysis.stages.histories import Histories, build_histories
from portfolio_lab.analysis.stages.ladder import LADDER, STAGES, Stages, build_stages, typical_rule_days
from portfolio_lab.analysis.stages.stays import StageStays, build_stage_stays

__all__ = [
    "LADDER",
    "STAGES",
    "Histories",
    "StageStays",
    "Stages",
    "build_histories",
    "build_stage_stays",
    "build_stages",
    "typical_rule_days",
]
