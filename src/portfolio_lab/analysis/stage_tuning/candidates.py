"""Candidates: every rule that the back-test compares, from the simplest family to the most elaborate."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from portfolio_lab.analysis.stage_tuning.frozen import Frozen
from portfolio_lab.analysis.stage_tuning.panel import Panel
from portfolio_lab.analysis.stages.families import compute_ladder_days, compute_line_days
from portfolio_lab.analysis.stages.histories import Histories
from portfolio_lab.policy import StageRule

# From simple to elaborate: among equals the first wins.
FAMILY_ORDER = (
    "fixed_days",
    "purchases_in_months",
    "own_cycle",
    "falling_frequency",
    "gap_tail",
    "hazard",
    "return_probability",
)
CYCLE_LEVELS = np.geomspace(0.3, 12, 60)
TAIL_LEVELS = np.geomspace(0.6, 0.0005, 40)
CHANCE_LEVELS = np.concatenate([np.linspace(0.95, 0.1, 35), np.geomspace(0.09, 0.005, 10)])
BLOCK = 15
MATCHING_CUSTOMERS = 20_000


@dataclass(frozen=True)
class Template:
    """A family with frozen parameters and no lines yet; ``levels`` run from eager to patient."""

    name: str
    family: str
    keys: dict[str, object]
    levels: tuple[float, ...]


@dataclass(frozen=True)
class Candidate:
    """One rule to be judged; ``name`` tells apart two models of one family, ``level`` is its pre-inactive line."""

    name: str
    rule: StageRule
    level: float


def build_templates(frozen: Frozen, *, horizon_days: int) -> tuple[Template, ...]:
    """Return the level families that the frozen parameters allow, the simplest first."""
    gap = {"typical_gap_days": frozen.typical_gap_days}
    out = [
        Template("own_cycle", "own_cycle", gap, tuple(CYCLE_LEVELS)),
        Template("gap_tail", "gap_tail", gap | {"regularity": frozen.regularity}, tuple(TAIL_LEVELS)),
    ]
    if frozen.hazard:
        keys = gap | {"horizon_days": horizon_days, "fitted": frozen.hazard}
        out.append(Template("hazard", "hazard", keys, tuple(CHANCE_LEVELS)))
    for model, fitted in frozen.models.items():
        keys = {"horizon_days": horizon_days, "model": model, "fitted": fitted}
        out.append(Template(model, "return_probability", keys, tuple(CHANCE_LEVELS)))
    return tuple(out)


def match_levels(panel: Panel, template: Template, *, return_rate: float, n_levels: int = 30) -> tuple[float, ...]:
    """Return the levels worth judging, from eager to patient, and as the last one the line of inactivity.

    Inactive is the most eager level beyond which no more customers return than ``return_rate``, the share that returns
    beyond the line of fixed days over all origins: so the word means the same in every family. When no level is so
    strict, it is the most patient one; levels that nobody reaches are passed over. The others raise their alarm on
    evenly spaced shares of the members. At most 20,000 customers are looked at, evenly spread: this draws candidates,
    it does not judge them.
    """
    customers = np.unique(np.linspace(0, panel.n_customers - 1, MATCHING_CUSTOMERS).astype(np.int64))
    known = panel.is_known[:, customers]
    silent, member = panel.silent[:, customers][known], panel.is_member[:, customers][known]
    returns = ~panel.lapses[:, customers][known]
    rows, position = np.unique(panel.row[:, customers][known], return_inverse=True)
    shares, inactive = [], template.levels[-1]
    for level, line in zip(template.levels, _lines(panel.histories, rows, template), strict=True):
        beyond = line[position] <= silent
        shares.append(float(beyond[member].mean()) if member.any() else 0.0)
        if beyond.any() and returns[beyond].mean() <= return_rate:
            inactive = level
            break
    return (*_spread(template.levels[: len(shares)], shares, inactive, n_levels), inactive)


def _spread(levels: tuple[float, ...], shares: list[float], inactive: float, n_levels: int) -> list[float]:
    """Levels between the ends of ``levels`` whose alarms lie evenly spaced, but none too near to ``inactive``."""
    falling = np.minimum.accumulate(shares)
    wanted = np.linspace(falling[0], falling[-1], n_levels)
    found = np.interp(-wanted, -falling + np.arange(len(falling)) * 1e-9, levels)
    rounded = [float(f"{level:.4g}") for level in found]
    return [level for level in dict.fromkeys(rounded) if abs(level - inactive) > 0.02 * inactive]


def build_candidates(
    frozen: Frozen, levels: dict[str, tuple[float, ...]], *, inactive_days: int, horizon_days: int, n_days: int = 60
) -> tuple[Candidate, ...]:
    """Return all candidates with their lines.

    ``levels``: per template those of ``match_levels``; ``inactive_days``: line of inactivity of the families in days.
    """
    days = np.unique(np.linspace(max(3, inactive_days // 20), inactive_days - 1, n_days).astype(int))
    out = [Candidate("fixed_days", StageRule(pre_inactive_days=day, inactive_days=inactive_days), day) for day in days]
    out += _purchases_in_months(inactive_days)
    out += _falling_frequency(frozen, inactive_days, days)
    for template in build_templates(frozen, horizon_days=horizon_days):
        out += _level_candidates(template, levels[template.name], inactive_days)
    return tuple(sorted(out, key=lambda candidate: FAMILY_ORDER.index(candidate.rule.family)))


def compute_candidate_lines(
    histories: Histories, candidates: tuple[Candidate, ...]
) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yield (position, pre-inactive days, inactive days) of every candidate over all purchase rows.

    Candidates that differ in their level only are computed together, a block at a time, to spare work and memory.
    """
    rows = np.arange(len(histories.day))
    groups: dict[str, list[int]] = {}
    for position, candidate in enumerate(candidates):
        groups.setdefault(_group_key(candidate.rule), []).append(position)
    for positions in groups.values():
        rule = candidates[positions[0]].rule
        if rule.inactive_at is None:
            yield from _one_by_one(histories, candidates, positions)
            continue
        inactive = compute_line_days(histories, rows, rule, (rule.inactive_at,))[0]
        for block in _blocks(positions):
            levels = [candidates[position].rule.pre_inactive_at for position in block]
            lines = compute_line_days(histories, rows, rule, levels)
            for position, line in zip(block, lines, strict=True):
                yield position, np.minimum(line, inactive), inactive


def _one_by_one(
    histories: Histories, candidates: tuple[Candidate, ...], positions: list[int]
) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    rows = np.arange(len(histories.day))
    for position in positions:
        yield position, *compute_ladder_days(histories, rows, candidates[position].rule)


def _group_key(rule: StageRule) -> str:
    return rule.model_dump_json(exclude={"pre_inactive_at", "pre_inactive_days", "inactive_days"})


def _purchases_in_months(inactive_days: int) -> list[Candidate]:
    return [
        Candidate("purchases_in_months", StageRule(
            family="purchases_in_months", min_purchase_days=wanted, window_months=months,
            pre_inactive_days=max(inactive_days // 2, 1), inactive_days=inactive_days,
        ), wanted + months / 100)
        for wanted in (2, 3, 4)
        for months in (2, 3, 4, 6, 9, 12)
    ]  # fmt: skip


def _falling_frequency(frozen: Frozen, inactive_days: int, days: np.ndarray) -> list[Candidate]:
    chosen = np.unique(np.quantile(days, (0.25, 0.4, 0.6), method="nearest"))
    return [
        Candidate("falling_frequency", StageRule(
            family="falling_frequency", pre_inactive_at=share, window_months=months,
            typical_gap_variation=frozen.typical_gap_variation,
            pre_inactive_days=int(day), inactive_days=inactive_days,
        ), float(day) + share + months / 1000)
        for share in (0.3, 0.5, 0.7)
        for months in (3, 6)
        for day in chosen
    ]  # fmt: skip


def _level_candidates(template: Template, levels: tuple[float, ...], inactive_days: int) -> list[Candidate]:
    """One candidate per level but the last, which is everybody's line of inactivity."""
    inactive_at = float(f"{levels[-1]:.4g}")
    days = {"pre_inactive_days": max(inactive_days // 2, 1), "inactive_days": inactive_days}
    return [
        Candidate(template.name, StageRule(
            family=template.family, pre_inactive_at=level, inactive_at=inactive_at, **template.keys, **days,
        ), level)
        for level in levels[:-1]
    ]  # fmt: skip


def _lines(histories: Histories, rows: np.ndarray, template: Template) -> np.ndarray:
    return compute_line_days(histories, rows, bare_rule(template), template.levels)


def bare_rule(template: Template) -> StageRule:
    """Return a rule of the template that only stands for its frozen parameters; its own lines are the range's ends."""
    return StageRule(
        family=template.family, pre_inactive_at=template.levels[0], inactive_at=template.levels[-1], **template.keys
    )


def _blocks(values: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(values), BLOCK):
        yield values[start : start + BLOCK]
