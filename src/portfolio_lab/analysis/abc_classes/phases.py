"""The four phases of the analysis: criterion, sorted values, cumulative share, classes."""

from typing import Literal

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.abc_classes.cuts import CLASSES, Cuts, assign_classes, compute_limits
from portfolio_lab.analysis.abc_classes.distance import compute_distances
from portfolio_lab.errors import AnalysisError

Criterion = Literal["amount", "margin"]
CRITERION_COLUMNS = {"amount": "amount", "margin": "margin_amount"}

# Above this a float no longer holds every cent, and a sum could leave 64 bits.
MAX_CENTS, MAX_SUM_CENTS = 2**51, 2**62
SMALL_N = 10


class CustomerValues(pa.DataFrameModel):
    """Phase 1: one row per customer. ``amount_cents`` is the criterion in whole cents."""

    customer_id: Series[str] = pa.Field(unique=True)
    amount_cents: Series[np.int64]


class Ranking(CustomerValues):
    """Phases 2 and 3: one row per customer, by falling value. Net negative customers have no share.

    ``rank`` is shared by equal values; ``cumulative_share_before`` is the share of the base that all customers with
    a larger value bring together.
    """

    amount: Series[float]
    rank: Series[np.int64] = pa.Field(ge=1)
    share: Series[float] = pa.Field(ge=0, le=1, nullable=True)
    cumulative_share_before: Series[float] = pa.Field(ge=0, le=1, nullable=True)


class Classes(Ranking):
    """Phase 4: one row per customer with its class.

    ``distance_to_next_cut`` (currency) is the smallest additional value, everybody else's unchanged, with which the
    customer would be in a better class; A has none. C0 lacks any sale at all, N lacks what brings it back to zero.
    """

    abc_class: Series[str] = pa.Field(isin=CLASSES)
    distance_to_next_cut: Series[float] = pa.Field(gt=0, nullable=True)


def build_values(totals: pd.DataFrame, *, criterion: Criterion = "amount", aggregate: bool = False) -> pd.DataFrame:
    """Return the criterion of each customer in whole cents (contract CustomerValues), in the order of ``totals``.

    ``totals`` has customer_id and ``amount`` or ``margin_amount`` in currency units; with ``aggregate`` several rows
    of a customer are summed. Raises AnalysisError for no rows, a missing criterion, empty values or repeated customers.
    """
    column = CRITERION_COLUMNS[criterion]
    _assert_usable(totals, column)
    if aggregate:
        totals = totals.groupby("customer_id", sort=False, as_index=False)[column].sum()
    repeated = totals.loc[totals["customer_id"].duplicated(), "customer_id"]
    if len(repeated):
        raise AnalysisError(
            f"{len(repeated)} rows repeat a customer", remedy="sum them first, or aggregate", value=repeated.iloc[0]
        )
    cents = _whole_cents(totals[column].to_numpy(float))
    return CustomerValues.validate(
        pd.DataFrame({"customer_id": totals["customer_id"].to_numpy(), "amount_cents": cents})
    )


def derive_ranking(values: pd.DataFrame) -> pd.DataFrame:
    """Return the customers by falling value with rank and shares of the base (contract Ranking).

    The base is the sum of the positive values. Raises AnalysisError when nobody has a positive value.
    """
    ordered = values.sort_values(["amount_cents", "customer_id"], ascending=[False, True], ignore_index=True)
    cents = ordered["amount_cents"].to_numpy()
    base = _base(cents)
    positive = np.maximum(cents, 0)
    first_of_tie = np.searchsorted(-cents, -cents, side="left")
    before = (np.cumsum(positive) - positive)[first_of_tie]
    ranking = ordered.assign(
        amount=cents / 100,
        rank=first_of_tie + 1,
        share=np.where(cents < 0, np.nan, positive / base),
        cumulative_share_before=np.where(cents < 0, np.nan, before / base),
    )
    return Ranking.validate(ranking)


def derive_classes(ranking: pd.DataFrame, *, cuts: Cuts = (80, 95)) -> pd.DataFrame:
    """Return the ranking with class and distance to the next cut (contract Classes).

    A customer is in A when the customers above it bring less than the first cut (percent of the base), in B when they
    bring less than the second; "computed" takes the limits of Ultsch and Lötsch (2015).
    Raises AnalysisError for bad cuts.
    """
    cents = ranking["amount_cents"].to_numpy()
    limits = compute_limits(cents, cuts=cuts)
    codes = assign_classes(cents, limits)
    classes = ranking.assign(
        abc_class=np.array(CLASSES, dtype=object)[codes],
        distance_to_next_cut=compute_distances(cents, codes, cuts=cuts, limits=limits),
    )
    return Classes.validate(classes)


def classify_customers(totals: pd.DataFrame, *, criterion: Criterion = "amount", cuts: Cuts = (80, 95)) -> pd.DataFrame:
    """Return all four phases at once: one row per customer with rank, shares and class (contract Classes)."""
    return derive_classes(derive_ranking(build_values(totals, criterion=criterion)), cuts=cuts)


def summarise_classes(classes: pd.DataFrame) -> pd.DataFrame:
    """Return one row per class, empty ones too: customers, value and the range of values.

    Columns abc_class, n_customers, customer_share, amount, amount_share (of the base; empty for N), smallest_amount,
    largest_amount (currency).
    """
    grouped = classes.groupby("abc_class")["amount"]
    table = grouped.agg(n_customers="size", amount="sum", smallest_amount="min", largest_amount="max").reindex(CLASSES)
    table = table.fillna({"n_customers": 0, "amount": 0.0}).astype({"n_customers": int})
    table["customer_share"] = table["n_customers"] / len(classes)
    base_amount = classes["amount"].clip(lower=0).sum()
    table["amount_share"] = (table["amount"] / base_amount).where(table.index != "N")
    columns = ["n_customers", "customer_share", "amount", "amount_share", "smallest_amount", "largest_amount"]
    return table[columns].rename_axis("abc_class").reset_index()


def build_curve(ranking: pd.DataFrame) -> pd.DataFrame:
    """Return the curve of phase 4: cumulative share of the base over cumulative share of customers with a value.

    One row per customer with a positive value, after the origin; columns customer_share, cumulative_share (0..1).
    """
    cents = ranking.loc[ranking["amount_cents"] > 0, "amount_cents"].to_numpy()
    cumulative = np.concatenate([[0], np.cumsum(cents)])
    return pd.DataFrame(
        {"customer_share": np.arange(len(cumulative)) / len(cents), "cumulative_share": cumulative / cumulative[-1]}
    )


def find_notices(classes: pd.DataFrame) -> tuple[str, ...]:
    """Return what a reader must know before trusting the classes.

    "small_n": fewer than ten customers; "dominant_customer": one brings more than half of the base;
    "no_discrimination": at least two customers have a value and all of them are in one class.
    """
    with_value = classes[classes["amount_cents"] > 0]
    found = {
        "small_n": len(classes) < SMALL_N,
        "dominant_customer": bool((with_value["share"] > 0.5).any()),
        "no_discrimination": len(with_value) > 1 and len(set(with_value["abc_class"])) == 1,
    }
    return tuple(notice for notice, is_found in found.items() if is_found)


def _assert_usable(totals: pd.DataFrame, column: str) -> None:
    missing = [name for name in ("customer_id", column) if name not in totals]
    remedy = "bring the column, or set policy.abc.criterion to one that the data has"
    if missing:
        raise AnalysisError("the criterion needs a column that is missing", remedy=remedy, value=missing[0])
    if totals.empty:
        raise AnalysisError("there is no customer to classify", remedy="take a later day or a longer history")
    unusable = totals[column].isna() | ~np.isfinite(totals[column].astype(float))
    if unusable.any():
        raise AnalysisError(
            f"{int(unusable.sum())} of {len(totals)} customers have no value of the criterion {column}", remedy=remedy
        )


def _whole_cents(amounts: np.ndarray) -> np.ndarray:
    scaled = np.abs(amounts) * 100
    if (scaled >= MAX_CENTS).any() or scaled.sum() >= MAX_SUM_CENTS:
        raise AnalysisError(
            "a value is too large to be exact to the cent",
            remedy="state amounts in a larger unit, such as thousands",
            value=float(np.abs(amounts).max()),
        )
    # half a cent rounds away from zero, as in a ledger; 1.005 * 100 is 100.49999999999999 and must still be 101
    near = np.where(scaled < 1e11, np.round(scaled, 4), scaled)
    return (np.sign(amounts) * np.floor(near + 0.5)).astype(np.int64)


def _base(cents: np.ndarray) -> int:
    base = int(cents[cents > 0].sum())
    if base <= 0:
        raise AnalysisError(
            "no customer has a positive value, so there is nothing to take shares of",
            remedy="take a longer window, another criterion or another day",
        )
    return base
