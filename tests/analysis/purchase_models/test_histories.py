from datetime import date

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.purchase_models.histories import (
    PurchaseHistories,
    build_histories,
    derive_histories,
    distinct_histories,
    on_distinct,
)
from portfolio_lab.errors import AnalysisError

ORDER_DAYS = pd.DataFrame(
    {
        "customer_id": ["a", "a", "a", "b", "c", "a"],
        "order_date": pd.to_datetime(
            ["2026-01-01", "2026-01-11", "2026-01-21", "2026-01-05", "2026-01-06", "2026-03-01"]
        ),
        "is_purchase_day": [True, True, False, True, False, True],
    }
)


def _histories(x=(0.0, 2.0), last=(0.0, 8.0), tenure=(10.0, 10.0)):
    return pd.DataFrame({"n_repeats": x, "last_repeat_days": last, "tenure_days": tenure})


def test_purchase_days_up_to_as_of_are_counted_and_credits_are_not():
    table = PurchaseHistories.validate(build_histories(ORDER_DAYS, as_of=date(2026, 1, 31)))
    assert table.to_dict("list") == {
        "customer_id": ["a", "b"],
        "n_repeats": [1.0, 0.0],
        "last_repeat_days": [10.0, 0.0],
        "tenure_days": [30.0, 26.0],
    }


def test_a_snapshot_gives_the_same_histories_as_the_days():
    snapshot = pd.DataFrame(
        {
            "customer_id": ["a", "b", "p"],
            "first_purchase_date": pd.to_datetime(["2026-01-01", "2026-01-05", None]),
            "last_purchase_date": pd.to_datetime(["2026-01-11", "2026-01-05", None]),
            "n_purchase_days": [2, 1, 0],
        }
    )
    expected = build_histories(ORDER_DAYS, as_of=date(2026, 1, 31))
    pd.testing.assert_frame_equal(derive_histories(snapshot, as_of=date(2026, 1, 31)), expected)


def test_equal_histories_are_counted_once_and_lead_back_to_each_customer():
    table = _histories(x=(2, 0, 2, 0), last=(8, 0, 8, 0), tenure=(10, 10, 10, 11))
    distinct = distinct_histories(table)
    assert distinct.counts.tolist() == [2, 1, 1]
    assert distinct.n_customers == 4
    assert on_distinct(table, lambda groups: groups.tenure, "t").tolist() == [10, 10, 10, 11]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tenure": (10.0, np.nan)}, "empty or infinite value in row 1"),
        ({"x": (-1.0, 2.0)}, "negative or counts part of a purchase in row 0"),
        ({"x": (0.0, 1.5)}, "negative or counts part of a purchase in row 1"),
        ({"last": (0.0, 11.0)}, "last purchase lies after as_of in row 1"),
        ({"last": (1.0, 8.0)}, "no repeat purchase in row 0"),
        ({"last": (0.0, 0.0)}, "no time between them in row 1"),
    ],
)
def test_impossible_histories_are_refused_with_their_row(change, message):
    with pytest.raises(AnalysisError, match=message):
        distinct_histories(_histories(**change))


def test_no_rows_and_missing_columns_are_refused():
    with pytest.raises(AnalysisError, match="no purchase histories"):
        distinct_histories(_histories().iloc[:0])
    with pytest.raises(AnalysisError, match=r"\['tenure_days'\] are missing"):
        distinct_histories(_histories().drop(columns="tenure_days"))
