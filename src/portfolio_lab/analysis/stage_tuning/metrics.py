"""Metrics of an alarm from four counts, and of a raw score from its ranking."""

import numpy as np
from scipy.stats import rankdata

from portfolio_lab.analysis.stage_tuning.settings import TuningSettings


def compute_metrics(
    hits: np.ndarray, false_alarms: np.ndarray, lapses: np.ndarray, returns: np.ndarray
) -> dict[str, np.ndarray]:
    """Return precision, recall, specificity, f1, youden_j, balanced_accuracy and accuracy; NaN where none can be told.

    Shape of the input (broadcast). ``hits`` of ``lapses`` and ``false_alarms`` of ``returns`` raised an alarm.
    """
    hits, false_alarms, lapses, returns = (np.asarray(x, float) for x in (hits, false_alarms, lapses, returns))
    recall, specificity = _ratio(hits, lapses), 1 - _ratio(false_alarms, returns)
    return {
        "precision": _ratio(hits, hits + false_alarms),
        "recall": recall,
        "specificity": specificity,
        "f1": _ratio(2 * hits, hits + false_alarms + lapses),
        "youden_j": recall + specificity - 1,
        "balanced_accuracy": (recall + specificity) / 2,
        "accuracy": _ratio(hits + returns - false_alarms, lapses + returns),
    }


def compute_utility(
    hits: np.ndarray, false_alarms: np.ndarray, margin: np.ndarray, settings: TuningSettings
) -> np.ndarray:
    """Return what acting on the alarms brings in currency units: margin saved less contacts and wasted incentives.

    U = save_rate × margin of the hits - contact_cost × alarms - incentive_cost × false alarms.
    """
    alarms = np.asarray(hits, float) + false_alarms
    saved = settings.save_rate * np.asarray(margin, float)
    return saved - settings.contact_cost * alarms - settings.incentive_cost * np.asarray(false_alarms, float)


def compute_auc(score: np.ndarray, label: np.ndarray) -> float:
    """Return the chance that a random lapser scores above a random returner, ties counting half; NaN without both."""
    label = np.asarray(label, bool)
    n_yes, n_no = int(label.sum()), int((~label).sum())
    if not n_yes or not n_no:
        return float("nan")
    ranks = rankdata(score)
    return float((ranks[label].sum() - n_yes * (n_yes + 1) / 2) / (n_yes * n_no))


def compute_precision_recall_area(score: np.ndarray, label: np.ndarray) -> float:
    """Return the area under precision over recall (average precision), ties taken together; NaN without a lapser."""
    label = np.asarray(label, bool)
    if not label.any():
        return float("nan")
    order = np.argsort(-np.asarray(score, float), kind="stable")
    ranked, hit = np.asarray(score)[order], np.cumsum(label[order])
    last = np.append(ranked[1:] != ranked[:-1], True)
    hits, alarms = hit[last], np.flatnonzero(last) + 1
    return float(np.sum(np.diff(hits, prepend=0) / label.sum() * hits / alarms))


def compute_log_loss(chance: np.ndarray, label: np.ndarray) -> float:
    """Return the mean of -log of the chance given to what happened; ``chance`` of the label, 0..1."""
    chance = np.clip(np.asarray(chance, float), 1e-15, 1 - 1e-15)
    return float(-np.mean(np.where(label, np.log(chance), np.log1p(-chance))))


def compute_brier_score(chance: np.ndarray, label: np.ndarray) -> float:
    """Return the mean squared difference between the chance and what happened, 0..1."""
    return float(np.mean((np.asarray(chance, float) - np.asarray(label, float)) ** 2))


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    part, whole = np.broadcast_arrays(part, whole)
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole > 0)
