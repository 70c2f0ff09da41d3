"""Checks of the recommended rule: by season, on other customers, on other lines, with another save rate."""

from dataclasses import replace

import numpy as np
import pandas as pd

from portfolio_lab.analysis.stage_tuning.backtest import Counts
from portfolio_lab.analysis.stage_tuning.metrics import compute_metrics, compute_utility
from portfolio_lab.analysis.stage_tuning.nested import choose_best, compute_primary
from portfolio_lab.analysis.stage_tuning.panel import Panel
from portfolio_lab.analysis.stage_tuning.settings import TuningSettings

SEASON_TOLERANCE = 0.10
SAVE_RATES = (0.05, 0.10, 0.20)


def summarise_seasons(panel: Panel, counts: Counts, position: int) -> pd.DataFrame:
    """Return precision and recall of one candidate by calendar quarter of the origin.

    Grain: quarter (1 to 4). Columns: n_origins, lapses, precision, recall, balanced_accuracy.
    """
    rows = []
    for quarter in sorted(set(panel.origins.quarter)):
        chosen = np.flatnonzero(panel.origins.quarter == quarter)
        lapses = counts.lapses_by_origin[chosen].sum()
        values = compute_metrics(
            counts.hits_by_origin[position, chosen].sum(),
            counts.false_alarms_by_origin[position, chosen].sum(),
            lapses,
            counts.returns_by_origin[chosen].sum(),
        )
        kept = {name: float(values[name]) for name in ("precision", "recall", "balanced_accuracy")}
        rows.append({"quarter": int(quarter), "n_origins": len(chosen), "lapses": int(lapses)} | kept)
    return pd.DataFrame(rows)


def is_seasonal(seasons: pd.DataFrame) -> bool:
    """Return whether recall differs by more than ten points between quarters with at least 30 lapses."""
    recall = seasons.loc[seasons["lapses"] >= 30, "recall"]
    return bool(len(recall) > 1 and recall.max() - recall.min() > SEASON_TOLERANCE)


def compare_disjoint_customers(
    panel: Panel, counts: Counts, members: np.ndarray, feasible: np.ndarray, *, settings: TuningSettings
) -> tuple[float, float]:
    """Return the primary metric on the customers learned from and on customers never seen, means over five folds.

    A customer's fold is a hash of its identifier, the same in every run. Money is per origin and 1,000 customers.
    """
    fold = pd.util.hash_array(panel.histories.customer_ids.to_numpy(object)) % 5
    seen, unseen = [], []
    for held in range(5):
        inside = _primary_of(counts, members, fold != held, len(panel.origins), settings)
        outside = _primary_of(counts, members, fold == held, len(panel.origins), settings)
        best = choose_best(inside, feasible[members], np.arange(len(members)))
        seen.append(inside[best])
        unseen.append(outside[best])
    return float(np.nanmean(seen)), float(np.nanmean(unseen))


def compute_save_rate_sensitivity(counts: Counts, positions: dict[str, int], settings: TuningSettings) -> pd.DataFrame:
    """Return the money per origin of each named candidate for several save rates. Grain: name × save rate."""
    rows = [
        {
            "name": name,
            "save_rate": rate,
            "utility_amount": float(
                compute_utility(
                    counts.hits_by_origin[position],
                    counts.false_alarms_by_origin[position],
                    counts.margin_by_origin[position],
                    replace(settings, save_rate=rate),
                ).mean()
            ),
        }
        for name, position in positions.items()
        for rate in sorted({*SAVE_RATES, settings.save_rate})
    ]
    return pd.DataFrame(rows)


def _primary_of(
    counts: Counts, members: np.ndarray, customers: np.ndarray, n_origins: int, settings: TuningSettings
) -> np.ndarray:
    margin = counts.margin_by_customer
    value = compute_primary(
        counts.hits_by_customer[np.ix_(members, customers)].sum(axis=1),
        counts.false_alarms_by_customer[np.ix_(members, customers)].sum(axis=1),
        np.zeros(len(members)) if margin is None else margin[np.ix_(members, customers)].sum(axis=1),
        counts.lapses_by_customer[customers].sum(dtype=float),
        counts.returns_by_customer[customers].sum(dtype=float),
        settings=settings,
    )
    return value if settings.contact_cost is None else value / n_origins / max(customers.sum(), 1) * 1000
