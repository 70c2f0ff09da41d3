"""RFM scores: equal customers, equal scores."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lab.analysis.abc_classes.rfm import derive_rfm, score_fifths, summarise_rfm
from portfolio_lab.errors import AnalysisError

COLUMNS = {"recency": "days_since_last_order", "frequency": "n_purchase_days", "money": "amount"}


@pytest.fixture
def customers() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": list("abcdef"),
            "days_since_last_order": [1.0, 10.0, 20.0, 30.0, 400.0, np.nan],
            "n_purchase_days": [9, 1, 1, 1, 1, 0],
            "amount": [500.0, 40.0, 30.0, 20.0, 10.0, -5.0],
        }
    )


def test_scores_by_hand(customers):
    rfm = derive_rfm(customers, **COLUMNS)
    assert rfm["recency_score"].tolist()[:5] == [5, 4, 3, 2, 1]
    # ranks 6, 3.5 (four times), 1 of 6: ceil(5 * 3.5 / 6) = 3
    assert rfm["frequency_score"].tolist() == [5, 3, 3, 3, 3, 1]
    assert rfm["money_score"].tolist() == [5, 5, 4, 3, 2, 1]
    assert rfm["rfm"].tolist() == ["555", "435", "334", "233", "132", "–11"]


def test_who_never_bought_has_no_recency_score(customers):
    assert pd.isna(derive_rfm(customers, **COLUMNS)["recency_score"].iloc[5])


@pytest.mark.parametrize(
    ("values", "scores"), [([7], [5]), ([3, 3, 3], [4, 4, 4]), (range(1, 11), np.repeat(range(1, 6), 2))]
)
def test_small_and_tied_groups(values, scores):
    assert score_fifths(pd.Series(values, dtype=float)).tolist() == list(scores)


def test_each_border_of_a_fifth_belongs_to_the_lower_score():
    # in floats 0.6 * 5 and the like can exceed the whole number; for any n the border must not
    for n in range(5, 200, 5):
        scores = score_fifths(pd.Series(np.arange(n), dtype=float))
        assert np.bincount(scores.astype(int))[1:].tolist() == [n // 5] * 5


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=60))
def test_equal_values_get_equal_scores_and_more_never_scores_less(values):
    scores = pd.DataFrame({"value": values, "score": score_fifths(pd.Series(values, dtype=float)).astype(int)})
    by_value = scores.groupby("value")["score"]
    assert (by_value.nunique() == 1).all()
    assert by_value.first().is_monotonic_increasing
    assert scores["score"].between(1, 5).all()


def test_grid_has_all_25_cells_and_everybody_with_a_recency(customers):
    table = summarise_rfm(derive_rfm(customers, **COLUMNS), customers)
    assert len(table) == 25
    assert table["n_customers"].sum() == 5
    cell = table.set_index(["recency_score", "frequency_score"]).loc[(5, 5)]
    assert (cell["n_customers"], cell["amount"]) == (1, 500.0)


def test_a_missing_column_is_refused(customers):
    with pytest.raises(AnalysisError, match=r"found 'n_purchase_days'"):
        derive_rfm(customers.drop(columns="n_purchase_days"), **COLUMNS)
