"""A finished experiment as an analyst brings it: one row per customer, everything but the arm still text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.verdicts import Kind
from portfolio_lab.errors import AnalysisError

ARM = "arm"
MAX_LEVELS, N_BANDS = 20, 4
OTHERS = "all others"
_YES_NO = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0, "t": 1.0, "f": 0.0}


@dataclass(frozen=True)
class Experiment:
    """A finished experiment, typed: arms as text, outcomes and covariates as numbers, cells as text.

    ``outcomes`` has a column per outcome (NaN: not known), ``kinds`` says which are binary; ``covariates`` has the
    encoded columns of what was known before, ``cells`` the groups in which effects are asked for. One row per customer.
    """

    arms: pd.Series
    control_arm: str
    outcomes: pd.DataFrame
    kinds: Mapping[str, Kind]
    covariates: pd.DataFrame
    cells: pd.DataFrame

    @property
    def treated_arms(self) -> tuple[str, ...]:
        """Every arm but the control, in alphabetical order."""
        return tuple(sorted(set(self.arms) - {self.control_arm}))


def read_experiment(
    frame: pd.DataFrame,
    *,
    control_arm: str,
    outcomes: Mapping[str, Kind],
    covariates: Sequence[str] = (),
    cells: Sequence[str] = (),
    decimal: str = ".",
) -> Experiment:
    """Return a table ``experiment`` as numbers and groups. Numbers may be text; ``decimal`` is their separator.

    Raises AnalysisError for an unknown column or arm, and for an outcome that is not of the kind that was said.
    """
    frame = frame.reset_index(drop=True)
    _refuse_unknown(frame, [*outcomes, *covariates, *cells])
    _refuse_results(outcomes, [*covariates, *cells])
    if frame[ARM].isna().any():
        remedy = "leave these rows out with where under data.tables, or name the arm"
        raise AnalysisError("customers without an arm", remedy=remedy, value=int(frame[ARM].isna().sum()))
    arms = frame[ARM].astype(str).str.strip()
    _refuse_arms(arms, control_arm.strip())
    if not outcomes:
        remedy = "name them under reports.effectiveness.outcomes, as in {visit: binary, spend: amount}"
        raise AnalysisError("an experiment without outcomes", remedy=remedy, value=_others(frame))
    values = {name: _outcome(frame[name], kind, decimal=decimal) for name, kind in outcomes.items()}
    return Experiment(
        arms=arms,
        control_arm=control_arm.strip(),
        outcomes=pd.DataFrame(values, index=frame.index),
        kinds=dict(outcomes),
        covariates=encode_covariates(frame[list(covariates)], decimal=decimal),
        cells=pd.DataFrame({name: band_cells(frame[name], decimal=decimal) for name in cells}, index=frame.index),
    )


def as_numbers(values: pd.Series, *, decimal: str = ".") -> pd.Series:
    """Return text as numbers, NaN where a value is none; a comma may be the decimal separator."""
    if values.dtype == object and decimal != ".":
        values = values.astype(str).str.replace(decimal, ".", regex=False)
    return pd.to_numeric(values, errors="coerce").astype(float)


def encode_covariates(frame: pd.DataFrame, *, decimal: str = ".") -> pd.DataFrame:
    """Return numbers as they are (gaps at the mean, with a flag) and texts as a 0/1 column per value but the first.

    One row per customer. Of a text with more than 20 values the 19 most frequent count, the rest as one.
    """
    columns = {}
    for name in frame:
        columns |= _encoded(name, frame[name], decimal=decimal)
    return pd.DataFrame(columns, index=frame.index, dtype=float)


def band_cells(values: pd.Series, *, decimal: str = ".") -> pd.Series:
    """Return the group of each customer as text: the value, or one of four bands where numbers are many.

    A missing value is the group ``unknown``. Raises AnalysisError for a text with more than 20 values.
    """
    numbers = as_numbers(values, decimal=decimal)
    known = values.notna()
    if numbers[known].notna().all() and numbers.nunique() > MAX_LEVELS // 2:
        edges = np.unique(numbers.quantile([0.25, 0.5, 0.75]).to_numpy())
        names = [f"up to {edge:g}" for edge in edges] + [f"above {edges[-1]:g}"]
        bands = pd.Series(np.array(names, dtype=object)[np.searchsorted(edges, numbers.fillna(0))], index=values.index)
        return bands.where(known, "unknown")
    text = values.map(_short, na_action="ignore").where(known, "unknown").astype(str)
    _refuse_many(text)
    return text


def _outcome(values: pd.Series, kind: str, *, decimal: str) -> pd.Series:
    known = values.notna() & (values.astype(str).str.strip() != "")
    numbers = as_numbers(values, decimal=decimal)
    if kind == "binary":
        numbers = numbers.fillna(values.astype(str).str.strip().str.lower().map(_YES_NO))
        wrong = values[known & ~numbers.isin([0.0, 1.0])]
        problem, remedy = "is not binary", "write 0 and 1, or say amount"
    else:
        wrong = values[known & ~np.isfinite(numbers)]
        problem, remedy = "is not a number", "clean the column, or set data.format.decimal"
    if len(wrong):
        raise AnalysisError(f"outcome {values.name} {problem}", remedy=remedy, value=wrong.iloc[0])
    return numbers


def _encoded(name: str, values: pd.Series, *, decimal: str) -> dict[str, pd.Series]:
    numbers, known = as_numbers(values, decimal=decimal), values.notna()
    if numbers[known].notna().all():
        if known.all() or not known.any():
            return {name: numbers.fillna(0.0)}
        return {name: numbers.fillna(numbers.mean()), f"{name} unknown": (~known).astype(float)}
    text = values.where(known, "unknown").astype(str)
    frequent = text.value_counts().index[: MAX_LEVELS - 1]
    if text.nunique() > MAX_LEVELS:
        text = text.where(text.isin(frequent), OTHERS)
    return {f"{name} = {level}": (text == level).astype(float) for level in sorted(text.unique())[1:]}


def _short(value: object) -> str:
    """1.0 and "1.0" are the group 1."""
    text = str(value).strip()
    return text.removesuffix(".0") if text.removesuffix(".0").lstrip("-").isdigit() else text


def _refuse_many(text: pd.Series) -> None:
    if text.nunique() > MAX_LEVELS:
        remedy = f"group it into at most {MAX_LEVELS} values, or leave it out"
        raise AnalysisError(f"column {text.name} has too many different texts", remedy=remedy, value=text.nunique())


def _refuse_unknown(frame: pd.DataFrame, names: list[str]) -> None:
    unknown = [name for name in dict.fromkeys(names) if name not in frame or name == ARM]
    if unknown:
        remedy = f"name columns of the table under reports.effectiveness: {', '.join(_others(frame))}"
        raise AnalysisError("the table experiment has no such column", remedy=remedy, value=unknown)


def _refuse_results(outcomes: Mapping[str, Kind], before: list[str]) -> None:
    """What came out of an experiment was not known before it: compared by it, any effect would be explained away."""
    both = [name for name in dict.fromkeys(before) if name in outcomes]
    if both:
        remedy = "leave it out of covariates and cells under reports.effectiveness"
        raise AnalysisError("an outcome was not known before the experiment", remedy=remedy, value=both)


def _refuse_arms(arms: pd.Series, control_arm: str) -> None:
    found = sorted(arms.unique())
    if control_arm not in found:
        remedy = f"set reports.effectiveness.control_arm to one of: {', '.join(found)}"
        raise AnalysisError("the control arm is not in the table", remedy=remedy, value=control_arm)
    if len(found) < 2:
        raise AnalysisError("an experiment with one arm compares nothing", remedy="bring both groups", value=found)
    _refuse_many(arms)


def _others(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame if name != ARM]
