import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.value.concentration import (
    compute_concentration,
    compute_margin_betas,
    compute_return_betas,
)

MARGINS = pd.DataFrame(
    {"a": [100, 120, 80, 110, 90, 100], "b": [50, 55, 45, 52, 48, 50], "c": [30, 28, 33, 29, 31, 29]}, dtype=float
)


def test_level_betas_of_the_worked_example_sum_to_one():
    table = compute_margin_betas(MARGINS, min_periods=6)
    assert table["beta"].tolist() == pytest.approx([0.891720, 0.214172, -0.105892], abs=5e-7)
    assert table["beta"].sum() == pytest.approx(1, abs=1e-12)
    assert table["reward"].iloc[0] == pytest.approx(100 / 0.891720, rel=1e-6)


def test_return_betas_of_the_worked_example_average_to_one():
    table = compute_return_betas(MARGINS, min_periods=6)
    assert table["beta"].tolist() == pytest.approx([1.605095, 0.771019, -0.635350], abs=1e-6)
    assert (table["beta"] * table["weight"]).sum() == pytest.approx(1, abs=1e-12)


def test_no_beta_from_few_periods_or_from_a_portfolio_that_never_moves():
    assert compute_margin_betas(MARGINS)["beta"].isna().all()
    steady = pd.DataFrame({"a": [1.0, 2.0] * 15, "b": [2.0, 1.0] * 15})
    assert compute_margin_betas(steady)["beta"].isna().all()


def test_concentration_by_hand():
    found = compute_concentration(pd.Series([50.0, 30.0, 20.0, 0.0, -10.0]))
    assert found == pytest.approx({"herfindahl": 0.38, "n_effective": 1 / 0.38, "largest_share": 0.5, "n_customers": 3})
    assert np.isnan(compute_concentration(pd.Series([-1.0]))["herfindahl"])
