import numpy as np
import pandas as pd
import pytest
from simulators.value import simulate_latent_attrition

from portfolio_lab.analysis.purchase_models.fitting import declare_purchase_model
from portfolio_lab.analysis.purchase_models.gamma_gamma import SpendModel
from portfolio_lab.analysis.value.customers import ValueBasis

MBG = declare_purchase_model("mbg_nbd", r=0.85, alpha=40.0, a=0.79, b=2.42)


@pytest.fixture(scope="session")
def basis():
    """A declared basis in days: 10 % a year, 60 months, case 2, mean margin 40 per purchase."""
    spend = SpendModel(p=4.0, q=5.0, v=40.0)
    return ValueBasis(model=MBG, spend=spend, discount_rate=0.10, horizon_months=60, timing_case=2)


@pytest.fixture(scope="session")
def customers():
    """2,000 simulated customers with histories in days and their mean margins."""
    lives = simulate_latent_attrition(
        family="mbg_nbd", parameters=MBG.parameters, n_customers=2000, tenure=900, holdout=365, seed=8
    )
    rng = np.random.default_rng(1)
    n = lives["n_repeats"] + 1
    return lives.assign(n_purchases=n, mean_amount=rng.gamma(4.0 * n, 1 / (rng.gamma(5.0, 1 / 40.0, len(n)) * n)))


@pytest.fixture(scope="session")
def order_days():
    """Three years of purchase days of 600 customers that buy at random and leave at random; margin per day."""
    rng = np.random.default_rng(5)
    rows = []
    for customer in range(600):
        day = int(rng.integers(0, 400))
        rate, end = rng.gamma(1.2, 1 / 50.0), day + rng.exponential(700)
        mean = rng.gamma(5.0, 8.0)
        while day < 1096 and day <= end:
            rows.append((f"c{customer:03d}", day, rng.gamma(4.0, mean / 4.0)))
            day += int(np.ceil(rng.exponential(1 / rate)))
    table = pd.DataFrame(rows, columns=["customer_id", "day", "margin_amount"])
    table["order_date"] = pd.Timestamp("2023-01-01") + pd.to_timedelta(table.pop("day"), unit="D")
    return table.assign(amount=table["margin_amount"] * 3, is_purchase_day=True)
