"""Tuning of the stage definition by back-test: which rule, which line, how sure, and what it is worth."""

from portfolio_lab.analysis.stage_tuning.checks import is_seasonal, summarise_seasons
from portfolio_lab.analysis.stage_tuning.guards import are_met, check_guards_of, tabulate_guards
from portfolio_lab.analysis.stage_tuning.money import derive_margin
from portfolio_lab.analysis.stage_tuning.proposal import propose_stage_policy, read_proposal, tabulate_rules
from portfolio_lab.analysis.stage_tuning.return_curve import choose_steps
from portfolio_lab.analysis.stage_tuning.segments import SegmentLine, own_rules, tabulate_segments, tune_segments
from portfolio_lab.analysis.stage_tuning.settings import TuningSettings, build_settings
from portfolio_lab.analysis.stage_tuning.summary import (
    Recommendation,
    check_disjoint,
    compare_stage_shares,
    compare_stages,
    compute_save_rates,
    known,
    summarise_choice,
    summarise_rules,
)
from portfolio_lab.analysis.stage_tuning.tune import Tuning, tune_stages
from portfolio_lab.analysis.stages import build_stages

__all__ = [
    "Recommendation",
    "SegmentLine",
    "Tuning",
    "TuningSettings",
    "are_met",
    "build_settings",
    "build_stages",
    "check_disjoint",
    "check_guards_of",
    "choose_steps",
    "compare_stage_shares",
    "compare_stages",
    "compute_save_rates",
    "derive_margin",
    "is_seasonal",
    "known",
    "own_rules",
    "propose_stage_policy",
    "read_proposal",
    "summarise_choice",
    "summarise_rules",
    "summarise_seasons",
    "tabulate_guards",
    "tabulate_rules",
    "tabulate_segments",
    "tune_segments",
    "tune_stages",
]
