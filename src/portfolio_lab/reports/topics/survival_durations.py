"""Finished lifetimes that an analyst brings: their groups and covariates, and what cannot be one."""

import pandas as pd

from portfolio_lab.analysis.survival.guards import Finding, find_gone_stale
from portfolio_lab.analysis.survival.lifetimes import build_lifetimes
from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.topics.survival_stays import Stays
from portfolio_lab.reports.topics.survival_unused import find_odd_lengths, find_unused_rows

MAX_LEVELS, TOTAL_CORRELATION = 10, 0.6
OUTCOME = ("duration", "event_observed", "entry")


def read_durations(review: Review) -> Stays:
    """Return finished lifetimes as they were brought; groups and covariates are those of the run file.

    Raises AnalysisError for a group or covariate that is no column of the table, and where nobody stayed at all.
    """
    review_table = review.table("durations").reset_index(drop=True)
    rows = build_lifetimes(review_table)
    if len(rows) and rows["duration"].max() == 0:
        raise AnalysisError("every duration is 0", remedy="give the lengths of the stays", value=len(rows))
    groups, covariates = (tuple(dict.fromkeys(n)) for n in (review.params.groups, review.params.covariates))
    _refuse_unusable_columns((*groups, *covariates), rows)
    rows[list(groups)] = rows[list(groups)].astype(object).where(rows[list(groups)].notna(), "unknown").astype(str)
    numbers = {name: as_number(review_table[name]) for name in covariates}
    drivers = rows.assign(**{name: fill_gaps(values) for name, values in numbers.items()})
    totals = measure_totals(numbers, rows["duration"])
    kept = {name: values for name, values in numbers.items() if name not in totals}
    unit = review.params.duration_unit
    about_rows = (*find_unused_rows(review.quality, "durations"), *find_odd_lengths(rows, unit=unit))
    repeated = find_repeated(rows)
    findings = (*about_rows, *repeated, *find_gone_stale(rows), *find_gaps(kept), *find_totals(totals))
    cluster = "customer_id" if repeated else None
    if repeated:
        # a stay without a customer's id is a customer of its own
        alone = "row " + drivers.index.astype(str).to_series(index=drivers.index)
        drivers["customer_id"] = drivers["customer_id"].astype(object).fillna(alone)
    return Stays(unit, rows, groups, drivers, tuple(kept), findings, cluster=cluster)


def find_repeated(rows: pd.DataFrame) -> list[Finding]:
    """Return what to say of customers with several stays: their effects need errors by customer."""
    if "customer_id" not in rows:
        return []
    known = rows["customer_id"].dropna()
    n = int(known[known.duplicated()].nunique())
    if not n:
        return []
    who = "1 customer stands" if n == 1 else f"{n:,} customers stand"
    sentence = (
        f"{who} in more than one row: each row counts as a stay of its own, and effects have errors by customer. "
        "The intervals of curves and means take stays as unrelated."
    )
    return [Finding("repeated_customers", sentence, n)]


def _refuse_unusable_columns(names: tuple[str, ...], rows: pd.DataFrame) -> None:
    attributes = [str(name) for name in rows if name not in OUTCOME]
    remedy = f"name one of {', '.join(attributes)}" if attributes else "the table has no attributes: leave it out"
    if unknown := [name for name in names if name not in rows]:
        raise AnalysisError(
            "reports.survival names a column that durations does not have", remedy=remedy, value=unknown
        )
    if "all" in names:
        raise AnalysisError("a column is named all, the word for everybody", remedy="rename it", value="all")
    if outcome := [name for name in names if name in OUTCOME]:
        raise AnalysisError(
            "reports.survival names what is to be explained as an attribute", remedy=remedy, value=outcome
        )


def as_number(values: pd.Series) -> pd.Series:
    """Return text as numbers where each is one (or blank) and more than ten differ, or all are 0 and 1; else as it is.

    Few numbers are the names of groups more often than amounts; 0 and 1 say no and yes.
    """
    if pd.api.types.is_bool_dtype(values) or pd.api.types.is_numeric_dtype(values):
        return values.astype(float)
    known = values.dropna().astype(str).str.strip()
    numbers = pd.to_numeric(known[known != ""], errors="coerce")
    is_flag = set(numbers) == {0.0, 1.0}
    if numbers.isna().any() or (numbers.nunique() <= MAX_LEVELS and not is_flag):
        return values
    return numbers.astype(float).reindex(values.index)


def fill_gaps(values: pd.Series) -> pd.Series:
    """Return numbers with the median in place of what is missing; groups as they are (missing is one of them)."""
    return values.fillna(values.median()) if pd.api.types.is_float_dtype(values) else values


def find_gaps(numbers: dict[str, pd.Series]) -> list[Finding]:
    """Return what to say of numbers that are missing and were filled in."""
    gaps = {name: int(values.isna().sum()) for name, values in numbers.items() if pd.api.types.is_float_dtype(values)}
    return [
        Finding("gaps", f"{name} is missing for {n:,} of {len(numbers[name]):,} stays; the median stands in.", n)
        for name, n in gaps.items()
        if n
    ]


def measure_totals(numbers: dict[str, pd.Series], duration: pd.Series) -> dict[str, float]:
    """Return the numbers that add up over a stay, each with its rank correlation with the length of the stay.

    Who stays long has more of them, not the other way round: as a covariate such a number knows the outcome.
    """
    rank = {name: values.corr(duration, method="spearman") for name, values in numbers.items() if _is_float(values)}
    return {name: float(value) for name, value in rank.items() if abs(value) > TOTAL_CORRELATION}


def find_totals(totals: dict[str, float]) -> list[Finding]:
    """Return what to say of numbers that add up over a stay (of ``measure_totals``) and were left out for it."""
    return [
        Finding(
            "lifetime_total",
            f"{name} {'grows' if value > 0 else 'falls'} with the length of a stay, as a sum does: it is known only "
            "afterwards, explains nothing and distorts the other effects. It is left out of the effects, of their "
            "check and of the list.",
            value,
        )
        for name, value in totals.items()
    ]


def _is_float(values: pd.Series) -> bool:
    return bool(pd.api.types.is_float_dtype(values)) and values.nunique() > MAX_LEVELS
