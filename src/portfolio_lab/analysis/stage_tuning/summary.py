"""What a tuning comes to: the recommended rule with its numbers, beside the others and the definition in force."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.stage_tuning.bootstrap import percentile_interval
from portfolio_lab.analysis.stage_tuning.checks import compare_disjoint_customers, compute_save_rate_sensitivity
from portfolio_lab.analysis.stage_tuning.proposal import name_rule_days
from portfolio_lab.analysis.stage_tuning.steadiness import (
    compute_rates_by_step,
    compute_share_drift,
    compute_stage_steps,
    count_backward_moves,
)
from portfolio_lab.analysis.stage_tuning.tune import IN_FORCE, Tuning
from portfolio_lab.analysis.stages.families import compute_ladder_days
from portfolio_lab.analysis.stages.ladder import LADDER
from portfolio_lab.policy import StageRule

STEPS = ("active", "pre_inactive", "inactive")
JUDGED = ("precision", "recall", "f1", "youden_j", "balanced_accuracy")


@dataclass(frozen=True)
class Recommendation:
    """The recommended rule and its numbers on dates it had not learned from.

    ``metrics``: value per metric, ``intervals``: 95 % per metric (``primary`` among both); ``rates``: purchase rate
    within the horizon by stage; ``flicker_rate``: backward moves without purchase per 100 customer-months;
    ``share_drift``: mean population stability index from month to month; ``row``: its row of the table.
    """

    name: str
    rule: StageRule
    days_interval: tuple[float, float]
    metrics: dict[str, float]
    intervals: dict[str, tuple[float, float]]
    in_force: dict[str, float]
    gain_in_force: tuple[float, float, float]
    rates: pd.DataFrame
    flicker_rate: float
    share_drift: float
    row: pd.Series

    @property
    def is_better_than_in_force(self) -> bool:
        """Whether the paired interval of the gain over the definition in force lies above zero."""
        return self.gain_in_force[1] > 0


def summarise_choice(tuning: Tuning, *, segment: str = "*") -> Recommendation:
    """Return the recommended rule with all that is to be said about it."""
    choice, panel = tuning.choice, tuning.panel
    row, rule = tuning.table.loc[choice.position], tuning.candidates[choice.position].rule
    lines = compute_ladder_days(panel.histories, np.arange(len(panel.histories.day)), rule)
    steps = compute_stage_steps(panel, *lines)
    resampled = tuning.outer_resampled[choice.name]
    family = tuning.families.set_index("name").loc[choice.name]
    days = {name: float(row[name]) for name in ("pre_inactive_days", "inactive_days")}
    rates = pd.DataFrame(compute_rates_by_step(panel, steps, positions=tuning.nested.outer))
    return Recommendation(
        name=choice.name,
        rule=name_rule_days(rule, segment=segment, **days),
        days_interval=choice.days_interval,
        metrics=tuning.outer[choice.name] | {"primary": float(family["outer_primary"])},
        intervals={name: percentile_interval(values) for name, values in resampled.items()},
        in_force=tuning.outer[IN_FORCE] | {"primary": _primary_in_force(tuning)},
        gain_in_force=_gain_over_in_force(tuning, choice.name),
        rates=rates.assign(stage=[STEPS[step] for step in rates["step"]]).drop(columns="step"),
        flicker_rate=count_backward_moves(panel, steps),
        share_drift=compute_share_drift(panel, steps),
        row=row,
    )


def summarise_rules(tuning: Tuning, *, n_salespeople: int | None = None) -> pd.DataFrame:
    """Return one row per family or model and one for the definition in force: line, interval, all metrics.

    Precision, recall, f1, youden_j and balanced_accuracy are those of dates not learned from; ``utility_amount`` is
    money per month end (empty without money); the rest is over the whole history. ``alarms_per_week`` is per
    salesperson where their number is known.
    """
    names = [*tuning.families["name"], IN_FORCE]
    rows = tuning.table.loc[[*tuning.families["position"], len(tuning.candidates)]].reset_index(drop=True)
    honest = pd.DataFrame([{metric: tuning.outer[name][metric] for metric in JUDGED} for name in names])
    families = tuning.families.reindex(range(len(names)))
    has_money = tuning.settings.contact_cost is not None
    money = [*tuning.families["outer_primary"], _primary_in_force(tuning)] if has_money else np.nan
    rows["alarms_per_week"] /= n_salespeople or 1
    table = pd.concat(
        [
            pd.DataFrame({"name": names, "is_chosen": [name == tuning.choice.name for name in names]}),
            rows["pre_inactive_days"],
            families[["days_low", "days_high"]],
            honest[["precision", "recall", "balanced_accuracy"]],
            families[["gain", "gain_low", "gain_high", "optimism"]],
            rows[["lead_days_median", "lead_days_p10", "in_time_share", "alarms_per_week", "n_alarms", "stage_share"]],
            rows[["is_feasible", "entries_per_year", "short_share", "inactive_days", "level"]],
            honest[["f1", "youden_j"]],
        ],
        axis=1,
    )
    return table.assign(utility_amount=money)


def name_change_days(earlier: float | None, now: float, interval: tuple[float, float]) -> str:
    """Return how the recommended line compares with the last review's: "first", "steady" or "moved".

    It has moved when the earlier one lies outside the interval of the present one.
    """
    if earlier is None:
        return "first"
    return "steady" if interval[0] <= earlier <= interval[1] or earlier == now else "moved"


def _gain_over_in_force(tuning: Tuning, name: str) -> tuple[float, float, float]:
    paired = tuning.outer_resampled[name]["primary"] - tuning.outer_resampled[IN_FORCE]["primary"]
    outer = float(tuning.families.set_index("name").loc[name, "outer_primary"])
    return (outer - _primary_in_force(tuning), *percentile_interval(paired))


def _primary_in_force(tuning: Tuning) -> float:
    if tuning.settings.contact_cost is None:
        return tuning.outer[IN_FORCE]["balanced_accuracy"]
    counts, outer = tuning.counts, tuning.nested.outer
    saved = tuning.settings.save_rate * counts.margin_by_origin[-1, outer].sum()
    false = counts.false_alarms_by_origin[-1, outer].sum()
    alarms = counts.hits_by_origin[-1, outer].sum() + false
    cost = tuning.settings.contact_cost * alarms + tuning.settings.incentive_cost * false
    return float((saved - cost) / len(outer))


def check_disjoint(tuning: Tuning) -> tuple[float, float]:
    """Return the primary metric of the chosen family on customers learned from and on customers never seen."""
    members = np.flatnonzero(tuning.table["name"].to_numpy() == tuning.choice.name)
    feasible = tuning.table["is_feasible"].to_numpy()
    return compare_disjoint_customers(tuning.panel, tuning.counts, members, feasible, settings=tuning.settings)


def compute_save_rates(tuning: Tuning) -> pd.DataFrame:
    """Return the money per month end of the recommended rule and of the definition in force by save rate."""
    positions = {"recommended": tuning.choice.position, IN_FORCE: len(tuning.candidates)}
    return compute_save_rate_sensitivity(tuning.counts, positions, tuning.settings)


def known(value: float) -> float | None:
    """Return the value, or None where it could not be told."""
    return float(value) if np.isfinite(value) else None


def compare_stage_shares(stages: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the share of each stage under each named definition, prospects left out.

    Grain: definition × stage (columns in the order of the ladder); rows add up to 1. ``stages``: ``Stages`` per name.
    """
    shares = {
        name: table.loc[table["stage"] != "prospect", "stage"].value_counts(normalize=True)
        for name, table in stages.items()
    }
    return pd.DataFrame(shares).reindex(list(LADDER)).fillna(0.0).T


def compare_stages(in_force: pd.DataFrame, proposed: pd.DataFrame) -> pd.DataFrame:
    """Return each customer's stage under the definition in force and under the proposed one.

    Grain: customer. ``moves_date``: day on which the next move comes without a purchase, by the definition in force.
    """
    kept = in_force[["customer_id", "stage", "days_since_last_order", "next_stage", "enters_next_stage_date"]]
    table = kept.merge(proposed[["customer_id", "stage"]], on="customer_id", suffixes=("", "_proposed"))
    return table.rename(columns={"enters_next_stage_date": "moves_date"})
