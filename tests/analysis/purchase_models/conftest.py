from importlib.resources import files

import pandas as pd
import pytest


@pytest.fixture(scope="session")
def cdnow():
    """2,357 customers of CDNOW (Fader & Hardie), weeks; also their mean spend per repeat purchase."""
    with files("lifetimes").joinpath("datasets", "cdnow_customers_summary_with_transactions.csv").open() as file:
        table = pd.read_csv(file)
    return table.rename(
        columns={"x": "n_repeats", "t_x": "last_repeat_days", "T": "tenure_days", "zbar": "mean_amount"}
    ).assign(n_purchases=lambda t: t["n_repeats"])
