"""Covariates must not know the future: each is recomputed from the rows up to its day, and must come out the same."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from portfolio_lab.errors import AnalysisError

Builder = Callable[[pd.DataFrame, dict[str, pd.DataFrame]], pd.DataFrame]


def find_leaks(
    build: Builder,
    starts: pd.DataFrame,
    histories: dict[str, pd.DataFrame],
    *,
    date_columns: dict[str, str],
    n_dates: int = 12,
    seed: int = 0,
) -> list[str]:
    """Return the covariates whose value at the start of a row changes when later rows are deleted.

    ``build(starts, histories)`` returns one row of covariates per row of ``starts`` (which holds start_date), in order.
    ``date_columns`` names the date of each history. Tried on ``n_dates`` start dates drawn at random; the last start
    date is always among those left out, since nothing later could be deleted there.
    """
    days = np.sort(starts["start_date"].unique())
    candidates = days[: max(len(days) - 1, 1)]
    chosen = np.random.default_rng(seed).choice(candidates, min(n_dates, len(candidates)), replace=False)
    full = build(starts, histories).reset_index(drop=True)
    leaks: set[str] = set()
    for day in chosen:
        is_here = (starts["start_date"] == day).to_numpy()
        cut = {name: rows[rows[date_columns[name]] <= day] for name, rows in histories.items()}
        known = build(starts[is_here].reset_index(drop=True), cut).reset_index(drop=True)
        leaks |= _differing(full[is_here].reset_index(drop=True), known)
    return sorted(leaks)


def _differing(full: pd.DataFrame, known: pd.DataFrame) -> set[str]:
    same = {column: (full[column] == known[column]) | (full[column].isna() & known[column].isna()) for column in full}
    return {column for column, is_same in same.items() if not is_same.all()}


def assert_no_leaks(
    build: Builder, starts: pd.DataFrame, histories: dict[str, pd.DataFrame], *, date_columns: dict[str, str]
) -> None:
    """Raise AnalysisError that names the covariates which use rows later than the start of their row.

    "Was ever contacted", known only in hindsight, gives those who stay longer more time to be contacted: the sign of an
    effect can turn (immortal time). Source: Suissa (2008).
    """
    leaks = find_leaks(build, starts, histories, date_columns=date_columns)
    if leaks:
        raise AnalysisError(
            f"covariates use what was not known yet: {', '.join(leaks)}",
            remedy="compute them from rows up to the start of each row only",
            value=len(leaks),
        )
