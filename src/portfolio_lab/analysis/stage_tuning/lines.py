"""One line in days, tried out: what it would have meant, at once."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.stage_tuning.backtest import count_alarms
from portfolio_lab.analysis.stage_tuning.metrics import compute_metrics, compute_utility
from portfolio_lab.analysis.stage_tuning.origins import choose_origins
from portfolio_lab.analysis.stage_tuning.panel import Panel, build_panel, with_margin
from portfolio_lab.analysis.stage_tuning.settings import TuningSettings
from portfolio_lab.analysis.stages.histories import as_dates, build_histories
from portfolio_lab.analysis.stages.ladder import LADDER
from portfolio_lab.errors import AnalysisError


def build_trial_panel(
    order_days: pd.DataFrame, customers: pd.DataFrame, *, as_of: object, settings: TuningSettings
) -> Panel:
    """Return the panel on which lines are tried: everybody who ever bought, at the latest month ends.

    Columns as for ``tune_stages``. Raises AnalysisError for too short a history.
    """
    histories = build_histories(order_days, as_of=pd.Timestamp(as_of))
    first = as_dates(histories.day.min(keepdims=True))[0]
    origins = choose_origins(first, as_of, horizon_days=settings.horizon_days, n_most=settings.n_origins)
    closed = customers.drop_duplicates("customer_id").set_index("customer_id").get("closed_date")
    panel = build_panel(histories, origins, horizon_days=settings.horizon_days, closed=closed)
    return panel if settings.contact_cost is None else with_margin(panel, order_days, column="margin_amount")


def try_lines(
    panel: Panel, *, pre_inactive_days: int, inactive_days: int, settings: TuningSettings
) -> tuple[dict[str, float], pd.Series]:
    """Return what a ladder of fixed days would have meant, and how the customers would divide at the last month end.

    Metrics are those of the customers silent for less than ``inactive_days``; days, shares, money per month end.
    Raises AnalysisError when the first line is not below the second.
    """
    if not 0 < pre_inactive_days < inactive_days:
        raise AnalysisError(
            "pre_inactive_days must be smaller than inactive_days", remedy="move a line", value=pre_inactive_days
        )
    n = len(panel.histories.day)
    judged = Panel(**{**panel.__dict__, "is_member": panel.is_known & (panel.silent < inactive_days)})
    lines = [(0, np.full(n, pre_inactive_days, np.int16), np.full(n, inactive_days, np.int16))]
    counts = count_alarms(judged, lines, n_candidates=1)
    hits, false = counts.hits_by_origin.sum(), counts.false_alarms_by_origin.sum()
    found = compute_metrics(hits, false, counts.lapses_by_origin.sum(), counts.returns_by_origin.sum())
    values = {name: float(found[name]) for name in ("precision", "recall", "balanced_accuracy")}
    values |= {"lead_days": float(inactive_days - pre_inactive_days), "n_alarms": (hits + false) / len(panel.origins)}
    if settings.contact_cost is not None:
        money = compute_utility(hits, false, counts.margin_by_origin.sum(), settings)
        values["utility_amount"] = float(money) / len(panel.origins)
    return values, _divide(panel, pre_inactive_days, inactive_days)


def _divide(panel: Panel, pre_inactive_days: int, inactive_days: int) -> pd.Series:
    """Share of each stage among the customers known at the last origin; inactivated counts as inactive."""
    silent = panel.silent[-1][panel.is_known[-1]]
    step = np.searchsorted([pre_inactive_days, inactive_days], silent, side="right")
    shares = np.bincount(step, minlength=3) / max(len(silent), 1)
    named = dict(zip(("active", "pre_inactive", "inactive"), shares, strict=True))
    return pd.Series({stage: named.get(stage, 0.0) for stage in LADDER if stage in named})
