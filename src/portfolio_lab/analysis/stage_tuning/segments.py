"""A line of its own for a segment, only where later dates prove it better than the rule for all customers."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from portfolio_lab.analysis.stage_tuning.bootstrap import percentile_interval
from portfolio_lab.analysis.stage_tuning.guards import are_met, check_guards_of
from portfolio_lab.analysis.stage_tuning.settings import TuningSettings
from portfolio_lab.analysis.stage_tuning.summary import Recommendation, summarise_choice
from portfolio_lab.analysis.stage_tuning.tune import IN_FORCE, tune_stages
from portfolio_lab.policy import StagePolicy, StageRule


@dataclass(frozen=True)
class SegmentLine:
    """What tuning one segment alone came to.

    ``found``: None where the segment is too small, then ``lacks`` names the guard; ``gain``: value and paired interval,
    on later dates of these customers, over the rule for all; its confidence allows for all segments that were tried.
    """

    segment: str
    n_customers: int
    found: Recommendation | None = None
    lacks: str = ""
    gain: tuple[float, float, float] = (np.nan, np.nan, np.nan)
    is_own: bool = False


def tune_segments(
    order_days: pd.DataFrame,
    customers: pd.DataFrame,
    *,
    as_of: object,
    rule_for_all: StageRule,
    settings: TuningSettings,
    n_most: int,
) -> tuple[SegmentLine, ...]:
    """Return one line per segment, the largest ``n_most`` first to last; empty where fewer than two are known.

    ``order_days`` and ``customers`` as for ``tune_stages``; ``rule_for_all``: what the whole portfolio was tuned to.
    A segment gets a rule of its own when the gain over that rule lies above zero with its whole interval (Bonferroni
    over the segments tried) and is worth ``settings.least_gain``.
    """
    sizes = _sizes(order_days, customers).head(n_most)
    if len(sizes) < 2:
        return ()
    by_customer = customers.drop_duplicates("customer_id").set_index("customer_id")["segment"]
    segment_of = order_days["customer_id"].map(by_customer)
    lines = []
    for segment, n in sizes.items():
        days, people = order_days[segment_of == segment], customers[customers["segment"] == segment]
        line = SegmentLine(str(segment), int(n))
        guards = check_guards_of(days, as_of=as_of, horizon_days=settings.horizon_days)
        if are_met(guards):
            in_force = StagePolicy(rules=(rule_for_all.model_copy(update={"segment": "*"}),))
            lines.append(_tune(line, days, people, as_of, in_force, settings, n_tried=len(sizes)))
        else:
            failed = next(guard for guard in guards if not guard.is_met)
            lines.append(replace(line, lacks=f"{failed.name}: {failed.found} of {failed.needed}"))
    return tuple(lines)


def own_rules(lines: tuple[SegmentLine, ...]) -> tuple[StageRule, ...]:
    """Return the rules of the segments that earned one."""
    return tuple(line.found.rule for line in lines if line.is_own)


def tabulate_segments(lines: tuple[SegmentLine, ...]) -> pd.DataFrame:
    """Return one row per segment: customers, its own line in days with interval, gain with interval, ``is_own``.

    Days and gain are empty for a segment that is too small; ``lacks`` says of what.
    """
    rows = []
    for line in lines:
        days = (line.found.rule.pre_inactive_days, *line.found.days_interval) if line.found else (np.nan,) * 3
        rows.append((line.segment, line.n_customers, *days, *line.gain, line.is_own, line.lacks))
    columns = ["segment", "n_customers", "pre_inactive_days", "days_low", "days_high"]
    return pd.DataFrame(rows, columns=[*columns, "gain", "gain_low", "gain_high", "is_own", "lacks"])


def _sizes(order_days: pd.DataFrame, customers: pd.DataFrame) -> pd.Series:
    """Customers who bought, by segment, the largest first (ties by name)."""
    if "segment" not in customers:
        return pd.Series(dtype=int)
    bought = customers[customers["customer_id"].isin(order_days["customer_id"].unique())]
    sizes = bought.dropna(subset="segment").groupby("segment").size().sort_index()
    return sizes.sort_values(ascending=False, kind="stable")


def _tune(
    line: SegmentLine, days: pd.DataFrame, people: pd.DataFrame, as_of: object, in_force: StagePolicy,
    settings: TuningSettings, *, n_tried: int,
) -> SegmentLine:  # fmt: skip
    tuning = tune_stages(days, people.drop(columns="segment"), as_of=as_of, in_force=in_force, settings=settings)
    found = summarise_choice(tuning, segment=line.segment)
    paired = tuning.outer_resampled[found.name]["primary"] - tuning.outer_resampled[IN_FORCE]["primary"]
    low, high = percentile_interval(paired, confidence=1 - 0.05 / n_tried)
    gain = found.gain_in_force[0]
    least = settings.least_gain * (1.0 if settings.contact_cost is None else abs(found.in_force["primary"]))
    return replace(line, found=found, gain=(gain, low, high), is_own=low > 0 and gain >= least)
