"""Parameters that are fitted once, on rows up to the first origin, and frozen from then on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.purchase_models.fitting import fit_purchase_model
from portfolio_lab.analysis.stage_tuning.hazard_fit import fit_gap_law
from portfolio_lab.analysis.stage_tuning.regularity import compute_regularity
from portfolio_lab.analysis.stages.histories import Histories, as_day
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import StageRule


@dataclass(frozen=True)
class Frozen:
    """What the families take from the data: all of it known on ``frozen_on``.

    ``models``: fitted parameters per purchase model; ``hazard``: the gap law; None where the data do not identify it,
    with the reason in ``left_out`` (family or model -> why).
    """

    frozen_on: pd.Timestamp
    typical_gap_days: float
    regularity: float
    typical_gap_variation: float
    hazard: dict[str, float] | None
    models: dict[str, dict[str, float]]
    left_out: dict[str, str]


def freeze_parameters(
    histories: Histories, *, frozen_on: pd.Timestamp, models: tuple[str, ...] = ("mbg_nbd",)
) -> Frozen:
    """Return the frozen parameters of all families, fitted on ``histories``, which must end at ``frozen_on``.

    The typical gap is the mean over customers of the own mean gap: a mean over gaps would be that of the quick
    customers, who have most of them. Raises AnalysisError for later rows or when nobody bought twice.
    """
    end = as_day(frozen_on)
    if len(histories.day) and histories.day.max() > end:
        raise AnalysisError("parameters must not see later purchases", remedy="build the histories up to frozen_on")
    last = histories.is_last & (histories.n_repeats > 0)
    if not last.any():
        raise AnalysisError("nobody has bought twice yet", remedy="choose a later first origin", value=str(frozen_on))
    typical = float(np.mean(histories.mean_gap_days[last]))
    variation = histories.gap_variation[last & (histories.n_repeats >= 3)]
    shape = compute_regularity(histories).shape
    left_out: dict[str, str] = {}
    return Frozen(
        frozen_on=pd.Timestamp(frozen_on),
        typical_gap_days=round(typical, 2),
        regularity=round(float(np.clip(shape if np.isfinite(shape) else 1.0, 0.2, 50)), 3),
        typical_gap_variation=round(float(np.mean(variation)) if len(variation) else 1.0, 3),
        hazard=_hazard(histories, end, typical, left_out),
        models={name: fitted for name in models if (fitted := _model(histories, end, name, left_out))},
        left_out=left_out,
    )


def _hazard(histories: Histories, end: int, typical: float, left_out: dict[str, str]) -> dict[str, float] | None:
    cycle = StageRule(family="own_cycle", pre_inactive_at=1, inactive_at=2, typical_gap_days=round(typical, 2))
    try:
        fitted = fit_gap_law(histories, as_of_day=end, cycle=cycle)
    except AnalysisError as error:
        left_out["hazard"] = error.problem
        return None
    return {name: float(f"{value:.5g}") for name, value in fitted.items()}


def _model(histories: Histories, end: int, name: str, left_out: dict[str, str]) -> dict[str, float] | None:
    rows = np.flatnonzero(histories.is_last)
    table = pd.DataFrame(
        {
            "n_repeats": histories.n_repeats[rows].astype(float),
            "last_repeat_days": histories.age_days[rows].astype(float),
            "tenure_days": (end - histories.day[rows] + histories.age_days[rows]).astype(float),
        }
    )
    try:
        model = fit_purchase_model(table, family=name)
    except AnalysisError as error:
        left_out[name] = error.problem
        return None
    return {key: float(f"{value:.6g}") for key, value in zip(model.names, model.parameters, strict=True)}
