"""Small frames whose answers can be computed by hand."""

from collections.abc import Callable, Sequence

import pandas as pd
import pytest

from portfolio_lab.analysis.abc_classes.phases import classify_customers


@pytest.fixture(scope="session")
def totals() -> Callable[..., pd.DataFrame]:
    def build(values: Sequence[float], column: str = "amount") -> pd.DataFrame:
        ids = [f"c{i:04d}" for i in range(len(values))]
        return pd.DataFrame({"customer_id": ids, column: pd.Series(values, dtype=float)})

    return build


@pytest.fixture(scope="session")
def classify(totals) -> Callable[..., list[str]]:
    """Classes of values, in the order in which the values are given."""

    def run(values: Sequence[float], **policy) -> list[str]:
        frame = totals(values)
        classes = classify_customers(frame, **policy).set_index("customer_id")
        return classes.loc[frame["customer_id"], "abc_class"].tolist()

    return run


@pytest.fixture
def snapshots() -> pd.DataFrame:
    """Four customers: a large one, a small one, one without an order in the window, one who never ordered."""
    return pd.DataFrame(
        {
            "customer_id": ["big", "small", "old", "prospect"],
            "name": ["Big Ltd", "Small Ltd", None, "Prospect Ltd"],
            "first_order_date": pd.to_datetime(["2025-01-10", "2026-03-01", "2020-05-05", None]),
            "salesperson_id": ["s1", "s2", None, "s1"],
            "region": ["North", "South", None, "North"],
            "last_contact_date": pd.to_datetime(["2026-09-01", None, None, None]),
            "days_since_last_order": [10.0, 200.0, 2000.0, None],
            "tenure_days": [600.0, 213.0, 2300.0, None],
            "amount": [900.0, 100.0, 0.0, 0.0],
            "margin_amount": [90.0, 30.0, 0.0, 0.0],
        }
    )
