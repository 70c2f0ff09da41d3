"""One tuning from order days to a recommended rule: this module reads as the table of contents of the method."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.stage_tuning.backtest import Counts, Lines, count_alarms
from portfolio_lab.analysis.stage_tuning.bootstrap import percentile_interval, resample_sums
from portfolio_lab.analysis.stage_tuning.candidates import (
    Candidate,
    build_candidates,
    build_templates,
    compute_candidate_lines,
    match_levels,
)
from portfolio_lab.analysis.stage_tuning.choice import (
    Choice,
    choose_rule,
    find_pareto_set,
    resample_choices,
    summarise_families,
)
from portfolio_lab.analysis.stage_tuning.frozen import Frozen, freeze_parameters
from portfolio_lab.analysis.stage_tuning.gaps import build_gaps
from portfolio_lab.analysis.stage_tuning.guards import Guard, assert_enough_data, check_guards
from portfolio_lab.analysis.stage_tuning.metrics import compute_metrics
from portfolio_lab.analysis.stage_tuning.nested import (
    Nested,
    compute_primary,
    feasible_candidates,
    primary_on_origins,
    run_nested,
)
from portfolio_lab.analysis.stage_tuning.origins import choose_origins, outer_positions
from portfolio_lab.analysis.stage_tuning.outer import count_outer_alarms, resample_outer, summarise_outer
from portfolio_lab.analysis.stage_tuning.panel import Panel, build_panel, with_margin
from portfolio_lab.analysis.stage_tuning.regularity import Regularity, compute_regularity
from portfolio_lab.analysis.stage_tuning.return_curve import (
    compute_return_curve,
    compute_two_errors,
    find_line_days,
    fit_gap_curve,
)
from portfolio_lab.analysis.stage_tuning.scores import summarise_scores
from portfolio_lab.analysis.stage_tuning.settings import TuningSettings
from portfolio_lab.analysis.stage_tuning.steadiness import measure_silences, summarise_steadiness
from portfolio_lab.analysis.stages.histories import Histories, as_day, build_histories
from portfolio_lab.analysis.stages.ladder import compute_customer_ladder
from portfolio_lab.policy import StagePolicy

IN_FORCE = "in_force"


@dataclass(frozen=True)
class Evidence:
    """What the gaps alone say: guards, curves, regularity, and where the line of inactivity lies."""

    guards: tuple[Guard, ...]
    gap_curve: pd.DataFrame
    returns: pd.DataFrame
    two_errors: pd.DataFrame
    regularity: Regularity
    inactive_days: int
    is_line_from_curve: bool


@dataclass(frozen=True)
class Tuning:
    """Everything that one tuning found.

    ``table``: one row per candidate and a last one for the definition in force (name ``in_force``); ``families``: one
    per family or model; ``outer``: honest metrics per name; ``outer_resampled``: the same, resampled.
    """

    settings: TuningSettings
    evidence: Evidence
    frozen: Frozen
    panel: Panel
    counts: Counts
    candidates: tuple[Candidate, ...]
    table: pd.DataFrame
    nested: Nested
    families: pd.DataFrame
    scores: pd.DataFrame
    outer: dict[str, dict[str, float]]
    outer_resampled: dict[str, dict[str, np.ndarray]]
    choice: Choice


def gather_evidence(
    order_days: pd.DataFrame, *, as_of: object, in_force: StagePolicy, settings: TuningSettings
) -> Evidence:
    """Return the guards and the curves of the gaps. Raises AnalysisError, naming the guard, for too little data."""
    histories = build_histories(order_days, as_of=pd.Timestamp(as_of))
    guards = check_guards(histories, as_of_day=as_day(as_of), horizon_days=settings.horizon_days)
    assert_enough_data(guards)
    gaps = build_gaps(order_days, as_of=as_of)
    curve = fit_gap_curve(gaps)
    returns = compute_return_curve(curve, horizon_days=settings.horizon_days)
    line = find_line_days(returns, share=settings.lost_share)
    return Evidence(
        guards=guards,
        gap_curve=curve,
        returns=returns,
        two_errors=compute_two_errors(gaps, returns, as_of=as_of, follow_up_days=2 * settings.horizon_days),
        regularity=compute_regularity(histories),
        inactive_days=max(line or in_force.rules[-1].inactive_days, 4),
        is_line_from_curve=line is not None,
    )


def tune_stages(
    order_days: pd.DataFrame,
    customers: pd.DataFrame,
    *,
    as_of: object,
    in_force: StagePolicy,
    settings: TuningSettings,
) -> Tuning:
    """Return the back-test of all rules and the recommended one.

    ``order_days``: customer_id, order_date, is_purchase_day, and margin_amount where money counts; ``customers``:
    customer_id and, where known, segment and closed_date. To tune a segment, give its customers only.
    Raises AnalysisError for too little data.
    """
    evidence = gather_evidence(order_days, as_of=as_of, in_force=in_force, settings=settings)
    histories = build_histories(order_days, as_of=pd.Timestamp(as_of))
    panel = _build_panel(histories, order_days, customers, as_of, evidence, settings)
    first = panel.origins[0]
    frozen = freeze_parameters(build_histories(order_days, as_of=first), frozen_on=first, models=settings.models)
    candidates = _build_candidates(panel, frozen, evidence, settings)
    in_force_lines = _lines_in_force(histories, customers, in_force)
    counts, steadiness = _run(panel, candidates, in_force_lines, as_of, settings)
    return _conclude(
        panel, candidates, counts, steadiness, in_force_lines[0], evidence=evidence, frozen=frozen, settings=settings
    )


def _build_panel(
    histories: Histories, order_days: pd.DataFrame, customers: pd.DataFrame, as_of: object, evidence: Evidence,
    settings: TuningSettings,
) -> Panel:  # fmt: skip
    origins = choose_origins(
        pd.Timestamp("1970-01-01") + pd.Timedelta(days=int(histories.day.min())), as_of,
        horizon_days=settings.horizon_days, warm_up_days=max(365, 2 * evidence.inactive_days),
        n_most=settings.n_origins,
    )  # fmt: skip
    known = customers.drop_duplicates("customer_id").set_index("customer_id")
    panel = build_panel(
        histories, origins, horizon_days=settings.horizon_days,
        population_days=None if settings.everybody else evidence.inactive_days,
        closed=known.get("closed_date"),
    )  # fmt: skip
    return panel if settings.contact_cost is None else with_margin(panel, order_days, column="margin_amount")


def _build_candidates(
    panel: Panel, frozen: Frozen, evidence: Evidence, settings: TuningSettings
) -> tuple[Candidate, ...]:
    beyond = panel.is_known & (panel.silent >= evidence.inactive_days)
    rate = float((beyond & ~panel.lapses).sum() / max(beyond.sum(), 1))
    templates = build_templates(frozen, horizon_days=settings.horizon_days)
    levels = {template.name: match_levels(panel, template, return_rate=rate) for template in templates}
    return build_candidates(frozen, levels, inactive_days=evidence.inactive_days, horizon_days=settings.horizon_days)


def _lines_in_force(
    histories: Histories, customers: pd.DataFrame, in_force: StagePolicy
) -> tuple[np.ndarray, np.ndarray]:
    known = customers.drop_duplicates("customer_id").set_index("customer_id").reindex(histories.customer_ids)
    segments = known["segment"] if "segment" in known else pd.Series(None, index=known.index, dtype=object)
    pre, inactive = compute_customer_ladder(histories, np.arange(len(histories.day)), segments, in_force)
    return pre.astype(np.int16), inactive.astype(np.int16)


def _run(
    panel: Panel, candidates: tuple[Candidate, ...], in_force: tuple[np.ndarray, np.ndarray], as_of: object,
    settings: TuningSettings,
) -> tuple[Counts, list[dict[str, float]]]:  # fmt: skip
    silences = measure_silences(panel.histories, as_of_day=as_day(as_of))
    found: dict[int, dict[str, float]] = {}

    def watched(lines: Iterable[Lines]) -> Iterator[Lines]:
        for position, pre, inactive in lines:
            found[position] = summarise_steadiness(silences, pre, inactive, reaction_days=settings.reaction_days)
            yield position, pre, inactive

    def all_lines() -> Iterator[Lines]:
        yield from compute_candidate_lines(panel.histories, candidates)
        yield len(candidates), *in_force

    counts = count_alarms(panel, watched(all_lines()), n_candidates=len(candidates) + 1)
    return counts, [found[position] for position in range(len(candidates) + 1)]


def _conclude(
    panel: Panel, candidates: tuple[Candidate, ...], counts: Counts, steadiness: list[dict[str, float]],
    in_force_line: np.ndarray, *, evidence: Evidence, frozen: Frozen, settings: TuningSettings,
) -> Tuning:  # fmt: skip
    everywhere, n = list(range(len(panel.origins))), len(candidates)
    names = np.array([candidate.name for candidate in candidates], object)
    table = _build_table(panel, candidates, counts, steadiness, settings)
    feasible = feasible_candidates(counts, everywhere, settings)
    nested = run_nested(
        panel, counts, names, outer=outer_positions(panel.origins, horizon_days=panel.horizon_days), settings=settings
    )
    outer = count_outer_alarms(panel, candidates, nested, fixed_lines={IN_FORCE: in_force_line})
    outer_resampled = resample_outer(outer, n_origins=len(nested.outer), settings=settings)
    resampled, resampled_feasible = _resample_primary(counts, n, len(everywhere), settings)
    families = summarise_families(
        names, table["primary"].to_numpy()[:n], resampled, feasible, nested=nested, outer_resampled=outer_resampled,
        least_gain=_least_gain(nested, settings),
    )  # fmt: skip
    families = families.join(_line_intervals(families, table, names, resampled, resampled_feasible))
    templates = build_templates(frozen, horizon_days=settings.horizon_days)
    return Tuning(
        settings=settings, evidence=evidence, frozen=frozen, panel=panel, counts=counts, candidates=candidates,
        table=table, nested=nested, families=families,
        scores=summarise_scores(panel, templates, positions=nested.outer, seed=settings.seed),
        outer=summarise_outer(outer), outer_resampled=outer_resampled,
        choice=choose_rule(families, table, names, resampled, resampled_feasible),
    )  # fmt: skip


def _line_intervals(
    families: pd.DataFrame, table: pd.DataFrame, names: np.ndarray, resampled: np.ndarray, feasible: np.ndarray
) -> pd.DataFrame:
    """Interval of each family's line in typical days, from choosing anew in every repetition."""
    days = table["pre_inactive_days"].to_numpy(float)
    found = [
        percentile_interval(days[resample_choices(resampled, feasible, np.flatnonzero(names == name))])
        for name in families["name"]
    ]
    return pd.DataFrame(found, columns=["days_low", "days_high"], index=families.index)


def _least_gain(nested: Nested, settings: TuningSettings) -> float:
    """In points of balanced accuracy, or as that share of the money that fixed days bring."""
    return settings.least_gain * (1.0 if settings.contact_cost is None else abs(nested.outer_primary["fixed_days"]))


def _build_table(
    panel: Panel, candidates: tuple[Candidate, ...], counts: Counts, steadiness: list[dict[str, float]],
    settings: TuningSettings,
) -> pd.DataFrame:  # fmt: skip
    everywhere = list(range(len(panel.origins)))
    hits, false = counts.hits_by_origin.sum(axis=1), counts.false_alarms_by_origin.sum(axis=1)
    metrics = compute_metrics(hits, false, counts.lapses_by_origin.sum(), counts.returns_by_origin.sum())
    table = pd.DataFrame(
        {
            "name": [*(candidate.name for candidate in candidates), IN_FORCE],
            "level": [*(candidate.level for candidate in candidates), np.nan],
            "primary": primary_on_origins(counts, everywhere, settings),
            "n_alarms": ((hits + false) / len(everywhere)),
            **metrics,
            "stage_share": counts.stage_share_by_origin.mean(axis=1),
            "is_feasible": feasible_candidates(counts, everywhere, settings),
        }
    )
    table = pd.concat([table, pd.DataFrame(steadiness)], axis=1)
    better = {"primary": True, "lead_days_median": True, "entries_per_year": False}
    return table.assign(is_pareto=find_pareto_set(table, better=better))


def _resample_primary(
    counts: Counts, n: int, n_origins: int, settings: TuningSettings
) -> tuple[np.ndarray, np.ndarray]:
    """Primary metric on all origins, and whether the share of the stage is as wanted; both repetitions × candidates."""
    arrays = {"hits": counts.hits_by_customer[:n], "false_alarms": counts.false_alarms_by_customer[:n]}
    if counts.margin_by_customer is not None:
        arrays["margin"] = counts.margin_by_customer[:n]
    arrays |= {"lapses": counts.lapses_by_customer, "returns": counts.returns_by_customer}
    arrays |= {"stage": counts.stage_by_customer[:n], "known": counts.known_by_customer}
    sums = resample_sums(arrays, n_bootstrap=settings.n_bootstrap, seed=settings.seed)
    margin, share = sums.get("margin", np.zeros((1, 1))), sums["stage"] / np.maximum(sums["known"], 1)
    value = compute_primary(
        sums["hits"], sums["false_alarms"], margin, sums["lapses"], sums["returns"], settings=settings
    )
    low, high = settings.share_bounds
    return value if settings.contact_cost is None else value / n_origins, (share >= low) & (share <= high)
