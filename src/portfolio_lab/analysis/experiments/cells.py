"""For whom it works: the effect in each group of customers, pooled in part, with all groups counted."""

import math
import re

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series
from scipy.stats import chi2, norm

from portfolio_lab.analysis.experiments.means import compare_means
from portfolio_lab.analysis.experiments.multiplicity import compute_p_values, reject_by_benjamini_hochberg
from portfolio_lab.analysis.experiments.proportions import Counts, compare_proportions
from portfolio_lab.analysis.experiments.shrinkage import shrink_cells
from portfolio_lab.analysis.stages import STAGES
from portfolio_lab.analysis.verdicts import Estimate, Kind

MIN_PER_ARM, MIN_EVENTS = 30, 5
SMALL = "too few to tell"


class Cells(pa.DataFrameModel):
    """One row per plan, outcome, cell variable and value; effects in units of the outcome.

    ``effect`` stands alone, ``shrunk_effect`` is drawn towards the mean of the variable's cells. ``is_clear``: differs
    from nothing with all cells of the table counted. ``is_small``: not enough customers, shown grey.
    """

    plan_id: Series[str]
    outcome: Series[str]
    cell: Series[str]
    value: Series[str]
    n_treated: Series[np.int64] = pa.Field(ge=0)
    n_control: Series[np.int64] = pa.Field(ge=0)
    control_mean: Series[float] = pa.Field(nullable=True)
    effect: Series[float] = pa.Field(nullable=True)
    se: Series[float] = pa.Field(nullable=True)
    low: Series[float] = pa.Field(nullable=True)
    high: Series[float] = pa.Field(nullable=True)
    shrunk_effect: Series[float] = pa.Field(nullable=True)
    shrunk_low: Series[float] = pa.Field(nullable=True)
    shrunk_high: Series[float] = pa.Field(nullable=True)
    is_clear: Series[bool]
    is_small: Series[bool]

    class Config:
        strict = True
        ordered = True


class CellContrasts(pa.DataFrameModel):
    """One row per plan, outcome and cell variable: best cell against worst, and whether cells differ beyond chance.

    ``difference`` is between the two named values, with its interval. ``is_uneven``: the cells differ, all variables
    of the table counted.
    """

    plan_id: Series[str]
    outcome: Series[str]
    cell: Series[str]
    best: Series[str]
    worst: Series[str]
    difference: Series[float]
    low: Series[float]
    high: Series[float]
    p: Series[float] = pa.Field(ge=0, le=1)
    is_uneven: Series[bool]

    class Config:
        strict = True
        ordered = True


def compare(outcome: np.ndarray, is_treated: np.ndarray, *, kind: Kind, confidence: float = 0.95) -> Estimate:
    """Return the difference treated minus untreated: of shares for a binary outcome, of means for an amount."""
    y, d = np.asarray(outcome, dtype=float), np.asarray(is_treated, dtype=bool)
    if kind == "binary":
        counts = Counts(int(y[d].sum()), int(d.sum()), int(y[~d].sum()), int((~d).sum()))
        return compare_proportions(counts, confidence=confidence)
    return compare_means(y[d], y[~d], confidence=confidence)


def build_cells(
    outcome: pd.Series, is_treated: pd.Series, cells: pd.DataFrame, *, kind: Kind, names: tuple[str, str]
) -> pd.DataFrame:
    """Return the effect within each value of each column of ``cells``; contract ``Cells``, ``is_clear`` still False.

    ``names`` are plan_id and outcome of the rows. Cells below 30 customers in a group, or 5 events, are thrown
    together and, if still too few, shown without an effect.
    """
    rows = [
        _variable(outcome, is_treated, pool_small(outcome, is_treated, cells[name], kind=kind), kind=kind).assign(
            cell=name
        )
        for name in cells
    ]
    columns = list(Cells.to_schema().columns)
    if not rows:
        return pd.DataFrame(columns=columns)
    both = pd.concat(rows, ignore_index=True).assign(plan_id=names[0], outcome=names[1], is_clear=False)
    return both[columns]


def mark_clear_cells(cells: pd.DataFrame) -> pd.DataFrame:
    """Return all cells of a page with ``is_clear`` by Benjamini-Hochberg over all of them; contract ``Cells``."""
    if cells.empty:
        return cells
    p = compute_p_values(cells["effect"].fillna(0.0), cells["se"].fillna(0.0))
    falls = reject_by_benjamini_hochberg(np.where(cells["is_small"], 1.0, p))
    return Cells.validate(cells.assign(is_clear=falls & ~cells["is_small"].to_numpy(bool)))


def compare_cells(cells: pd.DataFrame, *, confidence: float = 0.95) -> pd.DataFrame:
    """Return, per plan, outcome and cell variable, the best cell against the worst; contract ``CellContrasts``.

    With two values this is their interaction with the plan. Where more compete, the difference of best and worst is
    too large by selection, so that ``is_uneven`` decides: Cochran's Q over all values, with all variables counted.
    """
    usable = cells[~cells["is_small"]] if len(cells) else cells
    groups = usable.groupby(["plan_id", "outcome", "cell"], sort=False) if len(usable) else ()
    rows = [_contrast(key, rows, confidence=confidence) for key, rows in groups if len(rows) > 1]
    columns = list(CellContrasts.to_schema().columns)
    if not rows:
        return pd.DataFrame(columns=columns)
    frame = pd.DataFrame(rows)
    frame["is_uneven"] = reject_by_benjamini_hochberg(frame["p"].to_numpy())
    return CellContrasts.validate(frame[columns])


def pool_small(outcome: pd.Series, is_treated: pd.Series, cell: pd.Series, *, kind: Kind) -> pd.Series:
    """Return the cell of each customer, with those that are too small thrown together as one."""
    small = [value for value, at in cell.groupby(cell).groups.items() if _is_small(outcome[at], is_treated[at], kind)]
    return cell.where(~cell.isin(small), "other") if len(small) > 1 else cell


def _is_small(outcome: pd.Series, is_treated: pd.Series, kind: Kind) -> bool:
    n_treated = int(is_treated.sum())
    events = outcome.sum() if kind == "binary" else (outcome != 0).sum()
    return min(n_treated, len(is_treated) - n_treated) < MIN_PER_ARM or events < MIN_EVENTS


def _variable(outcome: pd.Series, is_treated: pd.Series, cell: pd.Series, *, kind: Kind) -> pd.DataFrame:
    rows = []
    for value, at in sorted(cell.groupby(cell).groups.items(), key=lambda item: _natural(str(item[0]))):
        y, d = outcome[at], is_treated[at]
        n_treated = int(d.sum())
        row = {"value": str(value), "n_treated": n_treated, "n_control": len(d) - n_treated, "is_small": False}
        if _is_small(y, d, kind):
            rows.append(row | {"is_small": True})
            continue
        estimate = compare(y.to_numpy(), d.to_numpy(), kind=kind)
        names = ("control_mean", "effect", "se", "low", "high")
        rows.append(row | {name: getattr(estimate, name) for name in names})
    return _with_pooling(pd.DataFrame(rows))


def _natural(value: str) -> tuple[float, float, str]:
    """Numbers by size, an open upper band after its limit, stages down their ladder, words after numbers, rest last."""
    if value in STAGES:
        return (0.0, float(STAGES.index(value)), value)
    found = re.search(r"-?\d+(\.\d+)?", value)
    is_rest = value in ("other", "unknown")
    number = float(found.group()) if found else math.inf
    return (
        (float(is_rest), number, value)
        if not value.startswith("above")
        else (0.0, math.nextafter(number, math.inf), value)
    )


def _with_pooling(rows: pd.DataFrame) -> pd.DataFrame:
    for name in ("control_mean", "effect", "se", "low", "high", "shrunk_effect", "shrunk_low", "shrunk_high"):
        rows[name] = rows[name].astype(float) if name in rows else np.nan
    usable = ~rows["is_small"] & (rows["se"] > 0)
    if usable.any():
        shrunk = shrink_cells(rows.loc[usable, "effect"].to_numpy(), rows.loc[usable, "se"].to_numpy())
        low, high = shrunk.interval()
        rows.loc[usable, ["shrunk_effect", "shrunk_low", "shrunk_high"]] = np.column_stack([shrunk.effects, low, high])
    return rows


def _contrast(key: tuple[str, str, str], rows: pd.DataFrame, *, confidence: float) -> dict[str, object]:
    best, worst = rows.loc[rows["effect"].idxmax()], rows.loc[rows["effect"].idxmin()]
    difference, se = best["effect"] - worst["effect"], float(np.hypot(best["se"], worst["se"]))
    reach = norm.ppf(0.5 + confidence / 2) * se
    weights = 1 / np.maximum(rows["se"], 1e-12) ** 2
    q = float((weights * (rows["effect"] - np.average(rows["effect"], weights=weights)) ** 2).sum())
    return {
        **dict(zip(("plan_id", "outcome", "cell"), key, strict=True)),
        "best": best["value"], "worst": worst["value"], "difference": difference,
        "low": difference - reach, "high": difference + reach, "p": float(chi2.sf(q, len(rows) - 1)),
    }  # fmt: skip
