import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.textbook.shares import measure_ruptures, measure_top20

CAUSES = pd.DataFrame(
    {
        "is_rupture": [True] * 4 + [False],
        "cause": ["default", "not_attended", "price", "unknown", "default"],
        "is_default": [True, False, False, False, True],
        "is_not_attended": [False, True, False, False, False],
    }
)


def test_default_and_non_attendance_over_all_ruptures():
    found = measure_ruptures(CAUSES)
    assert (found.value, found.n) == (0.5, 4)
    assert found.low < 0.5 < found.high


def test_what_is_lacking_is_named():
    assert measure_ruptures(CAUSES.drop(columns="is_default")).lacks == "receivables"
    assert measure_ruptures(CAUSES.drop(columns=["is_default", "is_not_attended"])).lacks == "receivables and contacts"
    assert "regular" in measure_ruptures(CAUSES[~CAUSES["is_rupture"]]).lacks


def test_the_first_fifth_by_hand():
    amounts = pd.Series([80.0, 5, 5, 5, 5, 0, -9])
    found = measure_top20(amounts, n_bootstrap=50, seed=1)
    assert (found.value, found.n) == (0.8, 5)
    assert measure_top20(pd.Series([1.0, 2.0]), n_bootstrap=50, seed=1).lacks


def test_drawing_again_agrees_with_a_plain_bootstrap():
    rng = np.random.default_rng(3)
    values = rng.lognormal(0, 1, 200)
    shares = []
    for _ in range(2000):
        drawn = np.sort(rng.choice(values, 200))[::-1]
        shares.append(drawn[:40].sum() / drawn.sum())
    found = measure_top20(pd.Series(values), n_bootstrap=2000, seed=1)
    assert (found.low, found.high) == pytest.approx(np.quantile(shares, [0.025, 0.975]), abs=0.006)
