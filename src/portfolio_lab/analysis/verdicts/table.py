"""All results as one table: the memory of the report, read again by the next review."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.verdicts.decision import VERDICTS
from portfolio_lab.analysis.verdicts.labels import LABELS
from portfolio_lab.analysis.verdicts.records import Money, PlanResult

TABLE_VERSION = 1


class PlanVerdicts(pa.DataFrameModel):
    """One row per plan and outcome; effects in units of the outcome, money in currency units; empty = not known."""

    plan_id: Series[str]
    name: Series[str]
    outcome: Series[str]
    kind: Series[str] = pa.Field(isin=("binary", "amount", "days"))
    design: Series[str]
    estimand: Series[str]
    n_treated: Series[float] = pa.Field(ge=0, nullable=True)
    n_control: Series[float] = pa.Field(ge=0, nullable=True)
    control_mean: Series[float] = pa.Field(nullable=True)
    effect: Series[float] = pa.Field(nullable=True)
    se: Series[float] = pa.Field(ge=0, nullable=True)
    low: Series[float] = pa.Field(nullable=True)
    high: Series[float] = pa.Field(nullable=True)
    confidence: Series[float] = pa.Field(gt=0, lt=1, nullable=True)
    naive_effect: Series[float] = pa.Field(nullable=True)
    mwe: Series[float] = pa.Field(gt=0, nullable=True)
    verdict: Series[str] = pa.Field(isin=VERDICTS)
    label: Series[str] = pa.Field(isin=tuple(LABELS))
    n_more: Series[float] = pa.Field(ge=0, nullable=True)
    months_more: Series[float] = pa.Field(ge=0, nullable=True)
    window_days: Series[float] = pa.Field(nullable=True)
    n_looks: Series[np.int64] = pa.Field(ge=1)
    incremental: Series[float] = pa.Field(nullable=True)
    incremental_low: Series[float] = pa.Field(nullable=True)
    incremental_high: Series[float] = pa.Field(nullable=True)
    cost_per_recovered_amount: Series[float] = pa.Field(nullable=True)
    cost_per_recovered_low: Series[float] = pa.Field(nullable=True)
    cost_per_recovered_high: Series[float] = pa.Field(nullable=True)
    net_amount: Series[float] = pa.Field(nullable=True)
    net_amount_low: Series[float] = pa.Field(nullable=True)
    net_amount_high: Series[float] = pa.Field(nullable=True)
    reason: Series[str]
    table_version: Series[np.int64]

    class Config:
        strict = True
        ordered = True
        unique = ["plan_id", "outcome"]


_CASE = ("plan_id", "outcome", "kind", "design", "estimand", "window_days", "mwe")
_ESTIMATE = ("n_treated", "n_control", "control_mean", "effect", "se", "low", "high", "confidence")
_RESULT = ("naive_effect", "verdict", "label", "n_more", "months_more", "n_looks", "reason")
_MONEY = (
    "incremental", "incremental_low", "incremental_high", "cost_per_recovered_low", "cost_per_recovered_high",
    "net_amount", "net_amount_low", "net_amount_high",
)  # fmt: skip


def build_verdict_table(results: Iterable[PlanResult]) -> pd.DataFrame:
    """Return one row per plan and outcome in the given order; contract ``PlanVerdicts``."""
    columns = list(PlanVerdicts.to_schema().columns)
    frame = pd.DataFrame([_row(result) for result in results], columns=columns)
    kinds = {name: str(column.dtype) for name, column in PlanVerdicts.to_schema().columns.items()}
    numbers = [name for name, kind in kinds.items() if kind == "float64"]
    frame[numbers] = frame[numbers].astype("float64")
    frame[["n_looks", "table_version"]] = frame[["n_looks", "table_version"]].astype("int64")
    return PlanVerdicts.validate(frame)


def _row(result: PlanResult) -> Mapping[str, object]:
    row = {name: getattr(result.case, name) for name in _CASE} | {"name": result.case.title}
    row |= {name: getattr(result.estimate, name, None) for name in _ESTIMATE}
    row |= {name: getattr(result, name) for name in _RESULT}
    return row | _money_row(result.money) | {"table_version": TABLE_VERSION}


def _money_row(money: Money | None) -> Mapping[str, object]:
    shown = {name: getattr(money, name, None) for name in _MONEY}
    return shown | {"cost_per_recovered_amount": getattr(money, "cost_per_recovered", None)}
