"""The rows of a comparison as arrays: who was contacted, what followed, and what was known before.

One row per customer, or per customer and start day; rows of one customer share its errors.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.linalg import qr

from portfolio_lab.errors import AnalysisError

MIN_PER_ARM = 30
RARE_SHARE = 0.01
SKEWED = 2.0
FARTHEST = 5.0  # standard deviations at which a term is cut
CLEAR, MANY_ROWS = 1e-3, 2_000  # so far from the others a term is needed for sure
SAME = 1e-6  # share of a term's spread below which the others already say it


@dataclass(frozen=True)
class Sample:
    """Arrays of one comparison: outcome, treated (bool), terms (centred, n × k), whose terms, cluster codes.

    ``sources`` names for each term the column it was made of; ``is_plain`` tells terms from squares and gap flags.
    ``repeated`` names the columns that were left out because others already say what they say. ``place``: the row of
    the frame that each row was made of (None where nobody asks).
    """

    outcome: np.ndarray
    treated: np.ndarray
    terms: np.ndarray
    sources: tuple[str, ...]
    is_plain: np.ndarray
    cluster: np.ndarray
    repeated: tuple[str, ...] = ()
    place: np.ndarray | None = None

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.outcome)

    @property
    def is_binary(self) -> bool:
        """Whether the outcome is yes or no."""
        return bool(np.isin(self.outcome, (0.0, 1.0)).all())


def build_sample(
    rows: pd.DataFrame,
    *,
    outcome: str,
    covariates: tuple[str, ...],
    treatment: str = "is_treated",
    cluster: str | None = "customer_id",
) -> Sample:
    """Return the rows as a ``Sample``; numbers enter with their square, texts as flags, gaps as a flag of their own.

    A skewed number enters by its logarithm; a term that the earlier ones already say is left out. Raises AnalysisError
    with an empty outcome, a covariate that is not there, or fewer than 30 customers in either group.
    """
    missing = [name for name in (outcome, treatment, *covariates) if name not in rows]
    if missing:
        raise AnalysisError(
            "columns are missing from the comparison", remedy="add them or leave them out", value=missing
        )
    treated = rows[treatment].to_numpy(dtype=bool)
    _refuse_unfit(rows[outcome], treated)
    terms = [_terms_of(rows[name], name) for name in covariates]
    columns = [column for group in terms for column in group]
    codes = np.arange(len(rows)) if cluster is None else pd.factorize(rows[cluster])[0]
    matrix = np.column_stack([values for _, values, _ in columns]) if columns else np.zeros((len(rows), 0))
    kept = find_independent(matrix)
    told = {name for name, is_kept in zip((name for name, *_ in columns), kept, strict=True) if is_kept}
    columns = [column for column, is_kept in zip(columns, kept, strict=True) if is_kept]
    return Sample(
        outcome=rows[outcome].to_numpy(dtype=float),
        treated=treated,
        terms=matrix[:, kept],
        sources=tuple(name for name, _, _ in columns),
        is_plain=np.array([is_plain for *_, is_plain in columns], dtype=bool),
        cluster=codes,
        repeated=tuple(name for name, group in zip(covariates, terms, strict=True) if group and name not in told),
        place=np.arange(len(rows)),
    )


def find_independent(terms: np.ndarray) -> np.ndarray:
    """Return which columns are needed: a largest set of them, the first of those that say the same.

    How many are needed is read from a pivoted QR; which, from the plain one, that takes columns in their order.
    Source: Golub and Van Loan (2013), section 5.4.
    """
    if not terms.shape[1]:
        return np.zeros(0, dtype=bool)
    length = np.sqrt((terms**2).sum(axis=0))
    scaled = terms / np.where(length > 0, length, 1.0)
    # of a tall table the products of its columns say it at a fraction of the work: they are a sum over rows
    small = qr(scaled.T @ scaled, mode="r", pivoting=True)[0] if len(terms) > MANY_ROWS else None
    if small is not None and (np.sqrt(np.abs(np.diag(small))) > CLEAR).all():
        return np.ones(terms.shape[1], dtype=bool)
    # its triangle depends on itself in the same columns, and has no more rows than columns
    triangle = np.linalg.qr(scaled, mode="r")
    rest = np.abs(np.diag(qr(triangle, mode="r", pivoting=True)[0]))
    if len(rest) == terms.shape[1] and (rest > SAME).all():
        return np.ones(terms.shape[1], dtype=bool)
    kept: list[int] = []
    for k in range(terms.shape[1]):
        tried = triangle[:, [*kept, k]]
        left = qr(tried, mode="r")[0].diagonal() if tried.shape[1] <= len(triangle) else np.zeros(1)
        if abs(left[-1]) > SAME:
            kept.append(k)
    return np.isin(np.arange(terms.shape[1]), kept)


def _refuse_unfit(outcome: pd.Series, treated: np.ndarray) -> None:
    if outcome.isna().any():
        remedy = "leave out rows whose follow-up is not over"
        raise AnalysisError("an outcome is not known", remedy=remedy, value=int(outcome.isna().sum()))
    smaller = int(min(treated.sum(), (~treated).sum()))
    if smaller < MIN_PER_ARM:
        remedy = f"compare at least {MIN_PER_ARM} customers with and {MIN_PER_ARM} without"
        which = "contacted" if smaller == treated.sum() else "not contacted"
        told = f"too few customers in one of the groups ({smaller} {which})"
        raise AnalysisError(told, remedy=remedy, value=smaller)


def _terms_of(values: pd.Series, name: str) -> list[tuple[str, np.ndarray, bool]]:
    if pd.api.types.is_bool_dtype(values) or not pd.api.types.is_numeric_dtype(values):
        return _flags(values, name)
    numbers = values.to_numpy(dtype=float)
    is_gap = np.isnan(numbers)
    found = [(name, is_gap - is_gap.mean(), False)] if 0 < is_gap.mean() < 1 else []
    known = numbers[~is_gap]
    if not len(known) or known.min() == known.max():
        return found
    numbers = np.where(is_gap, np.median(known), numbers)
    z = _standardise(numbers)
    if len(np.unique(numbers[:10_000])) == 2 and len(np.unique(numbers)) == 2:
        return [*found, (name, z, True)]
    if abs(np.mean(z**3)) > SKEWED:
        z = _standardise(np.arcsinh(numbers / (np.median(np.abs(known[known != 0])) or 1.0)))
    z = np.clip(z, -FARTHEST, FARTHEST)
    return [*found, (name, z, True), (name, z**2 - np.mean(z**2), False)]


def _standardise(numbers: np.ndarray) -> np.ndarray:
    return (numbers - numbers.mean()) / numbers.std()


def _flags(values: pd.Series, name: str) -> list[tuple[str, np.ndarray, bool]]:
    """One flag per value but the most frequent; rare values share one."""
    texts = values.astype(object).where(values.notna(), "not known").astype(str)
    codes, names = pd.factorize(texts)
    counts = np.bincount(codes, minlength=len(names))
    is_rare = counts < max(RARE_SHARE * len(texts), 2.0)
    names = np.append(np.asarray(names, dtype=object), "rare")
    codes = np.where(is_rare[codes], _place_of_rare(names, is_rare), codes)
    counts = np.bincount(codes, minlength=len(names))
    ordered = sorted(np.flatnonzero(counts), key=lambda code: (-counts[code], names[code]))
    flags = [(codes == code).astype(float) for code in ordered[1:]]
    return [(name, flag - flag.mean(), True) for flag in flags]


def _place_of_rare(names: np.ndarray, is_rare: np.ndarray) -> int:
    """Where the rare values go: to a frequent one that is called so, else to a place of their own."""
    called = np.flatnonzero((names[:-1] == "rare") & ~is_rare)
    return int(called[0]) if len(called) else len(names) - 1


def take(sample: Sample, chosen: np.ndarray) -> Sample:
    """Return the chosen rows (a mask) as a sample of their own. Raises AnalysisError if a group gets too small."""
    _refuse_unfit(pd.Series(sample.outcome[chosen]), sample.treated[chosen])
    return replace(
        sample,
        outcome=sample.outcome[chosen],
        treated=sample.treated[chosen],
        terms=sample.terms[chosen],
        cluster=sample.cluster[chosen],
        place=None if sample.place is None else sample.place[chosen],
    )


def share_to_keep(sample: Sample, n_rows: int) -> float:
    """Return the share of rows that makes about ``n_rows``, or more where one of the groups would get too small."""
    smaller = int(min(sample.treated.sum(), (~sample.treated).sum()))
    return float(min(max(n_rows / sample.n, 4 * MIN_PER_ARM / smaller), 1.0))


def shares_by_group(sample: Sample, n_rows: int, *, per_group: int = 4 * MIN_PER_ARM) -> np.ndarray:
    """Return for each row the share to keep that makes about ``n_rows``, and ``per_group`` of either group at least.

    Unlike ``share_to_keep`` it changes how many of the rows kept were contacted: for what does not depend on that.
    """
    sizes = np.where(sample.treated, sample.treated.sum(), (~sample.treated).sum())
    return np.clip(np.maximum(n_rows / sample.n, per_group / sizes), 0.0, 1.0)


def leave_out(sample: Sample, name: str) -> Sample:
    """Return the sample as if nobody had known the covariate ``name``."""
    kept = np.array([source != name for source in sample.sources], dtype=bool)
    sources = tuple(source for source in sample.sources if source != name)
    return replace(sample, terms=sample.terms[:, kept], sources=sources, is_plain=sample.is_plain[kept])
