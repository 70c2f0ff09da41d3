"""Recency, frequency and money as scores of 1 to 5: equal customers always get equal scores."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.errors import AnalysisError

N_SCORES = 5


class Rfm(pa.DataFrameModel):
    """One row per customer; scores 1..5, five is best. Who never had a purchase day has no recency score."""

    customer_id: Series[str] = pa.Field(unique=True)
    recency_score: Series[pd.Int64Dtype] = pa.Field(ge=1, le=N_SCORES, nullable=True)
    frequency_score: Series[pd.Int64Dtype] = pa.Field(ge=1, le=N_SCORES)
    money_score: Series[pd.Int64Dtype] = pa.Field(ge=1, le=N_SCORES)
    rfm: Series[str] = pa.Field(nullable=True)


def derive_rfm(customers: pd.DataFrame, *, recency: str, frequency: str, money: str) -> pd.DataFrame:
    """Return the RFM scores of each customer (contract Rfm), in the order of ``customers``.

    The three keywords name the columns: days since the last order (fewer is better), purchases, value. A score is the
    fifth of the customers in which the average rank of equal values falls. Raises AnalysisError for a missing column.
    """
    for column in ("customer_id", recency, frequency, money):
        if column not in customers:
            raise AnalysisError("RFM needs a column that is missing", remedy="build the snapshots again", value=column)
    scores = pd.DataFrame(
        {
            "customer_id": customers["customer_id"].to_numpy(),
            "recency_score": score_fifths(-customers[recency].astype(float)).array,
            "frequency_score": score_fifths(customers[frequency].astype(float)).array,
            "money_score": score_fifths(customers[money].astype(float)).array,
        }
    )
    digits = scores.drop(columns="customer_id").astype("string").fillna("–")
    triple = digits["recency_score"] + digits["frequency_score"] + digits["money_score"]
    return Rfm.validate(scores.assign(rfm=triple.astype(object)))


def score_fifths(values: pd.Series) -> pd.Series:
    """Return scores 1..5 of values, largest 5, as Int64 with the index of ``values``; empty stays empty.

    score = ceil(5 * average rank / n), in whole numbers (twice an average rank is whole).
    """
    twice = (values.rank(method="average") * 2).astype("Int64")
    n = int(values.notna().sum())
    return -(-(twice * N_SCORES) // (2 * max(n, 1)))


def summarise_rfm(rfm: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """Return one row per recency and frequency score, all 25 of them: n_customers and amount (currency)."""
    known = rfm.dropna(subset=["recency_score"]).merge(values[["customer_id", "amount"]], on="customer_id")
    grid = pd.MultiIndex.from_product([range(1, N_SCORES + 1)] * 2, names=["recency_score", "frequency_score"])
    sums = known.astype({"recency_score": int, "frequency_score": int}).groupby(list(grid.names))["amount"]
    table = sums.agg(n_customers="size", amount="sum").reindex(grid, fill_value=0).reset_index()
    return table.astype({"n_customers": np.int64, "amount": float})
