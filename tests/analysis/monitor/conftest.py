"""What the tests of the monitor share: customer periods written in one line each."""

import pandas as pd
import pytest

from portfolio_lab.measures.schema import CustomerPeriods, conform


@pytest.fixture(scope="session")
def customer_periods():
    """``customer_periods(a=100.0, b=(-5.0, 0))``: amount, or amount and number of purchase days, of each customer."""

    def build(**customers) -> pd.DataFrame:
        rows = []
        for name, given in customers.items():
            amount, days = given if isinstance(given, tuple) else (given, 1 if given > 0 else 0)
            rows.append({"customer_id": name, "amount": float(amount), "margin_amount": float(amount) / 4,
                         "n_orders": 1, "n_purchase_days": days, "largest_order_amount": float(amount),
                         "n_families": 1.0, "n_due_deliveries": 0, "n_on_time_deliveries": 0})  # fmt: skip
        return conform(pd.DataFrame(rows, columns=list(CustomerPeriods.to_schema().columns)), contract=CustomerPeriods)

    return build
