"""How well the raw score of each family ranks customers, whatever line is drawn."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.stage_tuning.candidates import Template, bare_rule
from portfolio_lab.analysis.stage_tuning.metrics import (
    compute_auc,
    compute_brier_score,
    compute_log_loss,
    compute_precision_recall_area,
)
from portfolio_lab.analysis.stage_tuning.panel import Panel
from portfolio_lab.analysis.stages.chances import compute_hazard_chance, compute_return_chance
from portfolio_lab.analysis.stages.cycles import compute_cycle_days

CHANCES = {"hazard": compute_hazard_chance, "return_probability": compute_return_chance}


def summarise_scores(
    panel: Panel, templates: tuple[Template, ...], *, positions: list[int], n_most: int = 300_000, seed: int
) -> pd.DataFrame:
    """Return auc, pr_auc, log_loss and brier (chances only) of each family's raw score on the judged origins.

    Grain: name; fixed_days scores by silence alone. More than ``n_most`` customers at origins are sampled.
    """
    where = np.argwhere(panel.is_member[positions])
    if len(where) > n_most:
        where = where[np.random.default_rng(seed).choice(len(where), n_most, replace=False)]
    origin, customer = np.asarray(positions)[where[:, 0]], where[:, 1]
    row, silent, label = (array[origin, customer] for array in (panel.row, panel.silent, panel.lapses))
    rows = [{"name": "fixed_days"} | _ranking(silent, label)]
    for template in templates:
        score, chance = score_members(panel, template, row, silent)
        found = {"name": template.name} | _ranking(score, label)
        if chance is not None:
            found |= {"log_loss": compute_log_loss(1 - chance, label), "brier": compute_brier_score(1 - chance, label)}
        rows.append(found)
    return pd.DataFrame(rows)


def score_members(
    panel: Panel, template: Template, row: np.ndarray, silent: np.ndarray
) -> tuple[np.ndarray, np.ndarray | None]:
    """Return the raw score of each purchase row and silence (more = likelier to lapse) and the chance to return."""
    rule = bare_rule(template)
    x, age = panel.histories.n_repeats[row], panel.histories.age_days[row]
    if template.family in CHANCES:
        chance = CHANCES[template.family](x, age, silent, rule)
        return 1 - chance, chance
    # Tail and cycles rank alike: one common shape turns cycles into shares of the tail.
    return silent / np.maximum(compute_cycle_days(x, age, rule), 1e-9), None


def _ranking(score: np.ndarray, label: np.ndarray) -> dict[str, float]:
    return {"auc": compute_auc(score, label), "pr_auc": compute_precision_recall_area(score, label)}
