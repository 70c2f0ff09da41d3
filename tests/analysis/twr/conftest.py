import pandas as pd
import pytest
from simulators.value import simulate_geometric_positions


@pytest.fixture
def reference():
    """The published reference table: five valuations, flows at the end of each period, currency units."""
    return pd.DataFrame(
        {
            "portfolio_id": "reference",
            "valuation_date": pd.to_datetime(["2020-01-01", "2020-06-30", "2021-01-01", "2021-06-30", "2021-12-31"]),
            "nav_before": [0.0, 105_000.0, 160_000.0, 190_000.0, 205_000.0],
            "cash_flow": [100_000.0, 50_000.0, 25_000.0, 10_000.0, 0.0],
        }
    )


@pytest.fixture(scope="session")
def positions():
    """Six portfolios of 40 customers, four years, a tenth handed on each year, at fair value."""
    return simulate_geometric_positions(n_portfolios=6, n_customers=40, n_years=4, seed=3)
