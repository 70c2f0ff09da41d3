import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.textbook.ratios import compare_averages

COLUMNS = {"first": ("a", "n"), "second": ("c", "m")}


def test_ratio_of_averages_by_hand_and_none_without_a_divisor():
    rows = pd.DataFrame({"a": [6.0, 6.0], "n": [1, 2], "c": [2.0, np.nan], "m": [1, 1]})
    found = compare_averages(rows, **COLUMNS, n_bootstrap=20, seed=1)
    assert found["value"] == pytest.approx((12 / 3) / (2 / 2))
    assert np.isnan(compare_averages(rows.assign(m=0), **COLUMNS, n_bootstrap=20, seed=1)["value"])
    assert np.isnan(compare_averages(rows.head(0), **COLUMNS, n_bootstrap=20, seed=1)["high"])


def test_the_interval_holds_the_truth_in_nineteen_of_twenty_companies():
    rng, hits = np.random.default_rng(5), 0
    for _ in range(200):
        rows = pd.DataFrame({"a": rng.gamma(2, 3, 300), "n": 1, "c": rng.gamma(2, 2, 300), "m": 1})
        found = compare_averages(rows, **COLUMNS, n_bootstrap=200, seed=1)
        hits += found["low"] <= 1.5 <= found["high"]
    assert 180 <= hits <= 199
