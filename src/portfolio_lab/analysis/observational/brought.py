"""The quarters before a contact, as a brought table of one row per customer holds them: a column each."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from portfolio_lab.analysis.experiments.entrance import ARM, as_numbers
from portfolio_lab.analysis.verdicts import Kind
from portfolio_lab.errors import AnalysisError

History = Mapping[str, pd.DataFrame]
MIN_QUARTERS = 4  # a dip needs the last and two older ones, and so does the time before
WHERE = "under reports.effectiveness.covariates"


def split_covariates(named: Sequence[str | Mapping[str, Sequence[str]]]) -> tuple[list[str], dict[str, list[str]]]:
    """Return the columns named alone, and by outcome those of its earlier quarters; a column of both is a quarter's.

    As in ``["region", {"orders": ["orders_q4", "orders_q3", "orders_q2", "orders_q1"]}]``.
    """
    history: dict[str, list[str]] = {}
    for each in named:
        history |= {} if isinstance(each, str) else {outcome: list(columns) for outcome, columns in each.items()}
    quarters = {name for columns in history.values() for name in columns}
    return [each for each in named if isinstance(each, str) and each not in quarters], history


def read_history(
    table: pd.DataFrame, history: Mapping[str, Sequence[str]], *, outcomes: Mapping[str, Kind], decimal: str = "."
) -> dict[str, pd.DataFrame]:
    """Return by outcome its columns of earlier quarters, the last quarter first, as numbers; an empty cell is nothing.

    One row per customer of ``table``. Amounts are given in their mean where there is one, for a dip is counted like one
    of orders. Raises AnalysisError for an outcome or a column that is not there, a column that is itself an outcome,
    fewer than four quarters, and a value that is no number.
    """
    for outcome, columns in history.items():
        _refuse(outcome, list(columns), table=table, outcomes=outcomes)
    return {
        outcome: _in_means(_read(table[list(columns)], decimal=decimal), kind=outcomes[outcome])
        for outcome, columns in history.items()
    }


def gather_history(history: History, outcome: str, *, index: pd.Index) -> pd.DataFrame:
    """Return the quarters of an outcome and then those of the others: all were known before. No columns without any."""
    own = history.get(outcome, pd.DataFrame(index=index))
    for other in history.values():
        own = own.join(other[[name for name in other if name not in own]])
    return own


def find_earlier(past: pd.DataFrame, *, outcome: str, kind: Kind) -> pd.DataFrame:
    """Return the customers one quarter earlier: the last quarter is what followed, each quarter the one before it.

    One row per row of ``past`` (a column per quarter, the last first) with all of its columns but the last, the column
    ``outcome`` (of a yes or no outcome: whether there was anything) and customer_id, the place of the row.
    """
    shifted = pd.DataFrame({name: past[older] for name, older in zip(past, list(past)[1:], strict=False)})
    followed = past.iloc[:, 0]
    values = (followed > 0).astype(float) if kind == "binary" else followed
    return shifted.assign(**{outcome: values, "customer_id": np.arange(len(past))})


def _refuse(outcome: str, columns: list[str], *, table: pd.DataFrame, outcomes: Mapping[str, Kind]) -> None:
    if outcome not in outcomes:
        remedy = f"name an outcome {WHERE}: {', '.join(outcomes)}"
        raise AnalysisError("history of something that is no outcome", remedy=remedy, value=outcome)
    unknown = [name for name in columns if name not in table or name == ARM]
    if unknown:
        raise AnalysisError(
            "the table experiment has no such column", remedy=f"name its columns {WHERE}", value=unknown
        )
    results = [name for name in columns if name in outcomes]
    if results:
        remedy = f"leave it out {WHERE}"
        raise AnalysisError("an outcome was not known before the contact", remedy=remedy, value=results)
    if len(columns) < MIN_QUARTERS or len(set(columns)) < len(columns):
        remedy = f"name at least {MIN_QUARTERS} different quarters {WHERE}, or each column alone"
        raise AnalysisError(
            f"the history of {outcome} is too short or names a quarter twice", remedy=remedy, value=columns
        )


def _read(quarters: pd.DataFrame, *, decimal: str) -> pd.DataFrame:
    read = {}
    for name in quarters:
        texts = quarters[name]
        is_empty = texts.isna() | (texts.astype(str).str.strip() == "")
        numbers = as_numbers(texts, decimal=decimal)
        wrong = texts[~is_empty & ~np.isfinite(numbers)]
        if len(wrong):
            remedy = f"clean the column, set data.format.decimal, or leave it out {WHERE}"
            raise AnalysisError(f"the quarter {name} is not a number", remedy=remedy, value=wrong.iloc[0])
        read[name] = numbers.where(~is_empty, 0.0)
    return pd.DataFrame(read, index=quarters.index)


def _in_means(quarters: pd.DataFrame, *, kind: Kind) -> pd.DataFrame:
    positive = quarters.to_numpy()[quarters.to_numpy() > 0]
    return quarters / positive.mean() if kind == "amount" and len(positive) else quarters
