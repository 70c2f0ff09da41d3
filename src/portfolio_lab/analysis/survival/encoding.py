"""Covariates as numbers: groups become flags against the most frequent group, numbers stay as they are."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from portfolio_lab.errors import AnalysisError

MIN_EVENTS = 10


def encode_covariates(
    lifetimes: pd.DataFrame, columns: list[str], *, shares: tuple[str, ...] = (), min_events: int = MIN_EVENTS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the lifetimes with one numeric column per term, and the table of terms.

    Terms: term, column, level, reference, kind (group, flag, number), n, n_events, step (by how much a number has to
    differ for its effect to be read: ``choose_step``; 1 for groups and flags). Levels with fewer events than
    ``min_events`` join ``other``; ``shares`` are flags that may be on in part (0 to 1); a column of which nothing is
    left to compare gives no term. Missing groups are the level ``unknown``; a missing number raises AnalysisError.
    """
    rows, terms = lifetimes.reset_index(drop=True), []
    for column in columns:
        values = rows[column]
        if _is_group(values):
            found, rows = _encode_group(rows, column, min_events=min_events)
            terms += found
            continue
        if values.isna().any():
            raise AnalysisError(f"{column} has missing numbers", remedy="fill them, or leave it out")
        rows = rows.assign(**{column: values.astype(float)})
        terms += _number_term(rows, column, is_share=column in shares, min_events=min_events)
    names = ["term", "column", "level", "reference", "kind", "n", "n_events", "step"]
    return rows, pd.DataFrame(terms, columns=names)


def _is_group(values: pd.Series) -> bool:
    return not (pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values))


def _encode_group(rows: pd.DataFrame, column: str, *, min_events: int) -> tuple[list[dict[str, object]], pd.DataFrame]:
    levels = rows[column].astype(object).where(rows[column].notna(), "unknown").astype(str)
    events = rows["event_observed"].groupby(levels).sum()
    levels = levels.where(levels.map(events) >= min_events, "other")
    counts = levels.value_counts()
    reference = (
        counts.drop("other", errors="ignore").index[0] if len(counts.drop("other", errors="ignore")) else "other"
    )
    flags, terms = {column: levels}, []
    for level in sorted(counts.index.drop(reference)):
        term, is_level = f"{column}: {level}", levels == level
        n_events = int(rows.loc[is_level, "event_observed"].sum())
        if n_events < min_events:
            continue
        flags[term] = is_level.astype(float)
        terms.append(_term(term, column, level=level, reference=reference, kind="group", n=is_level.sum(), e=n_events))
    return terms, rows.assign(**flags)


def _number_term(rows: pd.DataFrame, column: str, *, is_share: bool, min_events: int) -> list[dict[str, object]]:
    """A number that never varies, or a flag that hardly anybody with an event has (or lacks), gives no term."""
    values = rows[column]
    is_flag = is_share or set(values.unique()) <= {0.0, 1.0}
    events = values[rows["event_observed"]]
    if values.nunique() < 2 or (is_flag and min(events.sum(), (1 - events).sum()) < min_events):
        return []
    kind = "flag" if is_flag else "number"
    n = int(values.sum()) if is_flag else len(values)
    n_events = int(events.sum()) if is_flag else len(events)
    step = choose_step(values) if kind == "number" else 1.0
    return [_term(column, column, level="", reference="", kind=kind, n=n, e=n_events) | {"step": step}]


def choose_step(values: pd.Series) -> float:
    """Return a round number (1, 2 or 5 times a power of ten) near the standard deviation, in the unit of the values."""
    spread = float(values.std())
    power = 10.0 ** np.floor(np.log10(spread))
    return float(min((factor * power for factor in (1, 2, 5, 10)), key=lambda step: abs(np.log(step / spread))))


def _term(term: str, column: str, *, level: str, reference: str, kind: str, n: int, e: int) -> dict[str, object]:
    return {
        "term": term,
        "column": column,
        "level": level,
        "reference": reference,
        "kind": kind,
        "n": int(n),
        "n_events": int(e),
        "step": 1.0,
    }


def scale_effects(effects: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    """Return the effects (hazard_ratio, low, high) of numbers per ``step`` instead of per unit, with that ``step``.

    ``terms``: that of ``encode_covariates``; a term by period has the step of its covariate.
    """
    steps = terms.set_index("term")["step"]
    step = pd.Series([steps.get(base_term(term, steps.index), 1.0) for term in effects["term"]], index=effects.index)
    ratios = effects[["hazard_ratio", "low", "high"]].astype(float).pow(step, axis=0)
    return effects.assign(**ratios, step=step)


def base_term(term: str, known: Collection[str]) -> str:
    """Return the covariate behind a term by period (``charge [0, 12)``, ``charge from 24``); others as they are."""
    if term in known:
        return term
    return term.rpartition(" [" if term.endswith(")") and " [" in term else " from ")[0] or term


def apply_terms(lifetimes: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    """Return the lifetimes with exactly the columns of ``terms`` (of ``encode_covariates`` on other rows)."""
    columns = {row.term: _apply_term(lifetimes[row.column], row, terms) for row in terms.itertuples()}
    return lifetimes.assign(**columns)


def _apply_term(values: pd.Series, row: object, terms: pd.DataFrame) -> pd.Series:
    if row.kind != "group":
        return values.astype(float)
    levels = values.astype(object).where(values.notna(), "unknown").astype(str)
    if row.level == "other":
        same = terms[terms["column"] == row.column]
        return (~levels.isin([*same["level"], row.reference])).astype(float)
    return (levels == row.level).astype(float)
