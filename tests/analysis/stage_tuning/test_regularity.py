import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.stage_tuning.regularity import compute_regularity
from portfolio_lab.analysis.stages.histories import build_histories


def simulated(shape: float, *, n: int = 4000, seed: int = 1):
    rng = np.random.default_rng(seed)
    gaps = np.ceil(rng.gamma(shape, 400 * np.exp(rng.normal(0, 0.7, n))[:, None] / shape, (n, 2)))
    offset = np.column_stack([np.zeros(n), gaps.cumsum(axis=1)]).ravel()
    return build_histories(
        pd.DataFrame(
            {
                "customer_id": np.repeat(np.arange(n), 3).astype(str),
                "order_date": pd.Timestamp("2020-01-01") + pd.to_timedelta(offset, unit="D"),
            }
        )
    )


@pytest.mark.parametrize(("shape", "low", "high"), [(1, 0.95, 1.2), (2, 1.8, 2.2), (4, 3.6, 4.4)])
def test_shape_is_recovered_whatever_the_customers_own_rates(shape, low, high):
    found = compute_regularity(simulated(shape))
    assert low <= found.shape <= high
    assert found.n == 4000


def test_standard_error_is_the_spread_over_repetitions():
    found = [compute_regularity(simulated(2, n=1000, seed=seed)) for seed in range(60)]
    spread = np.std([one.shape for one in found], ddof=1)
    assert np.mean([one.standard_error for one in found]) == pytest.approx(spread, rel=0.3)


def test_cdnow_buys_at_random(cdnow):
    found = compute_regularity(build_histories(cdnow))
    assert 0.9 <= found.shape <= 1.1


def test_last_two_gaps_by_hand():
    days = pd.DataFrame(
        {
            "customer_id": ["a"] * 4 + ["b"] * 3 + ["c"] * 2,
            "order_date": pd.to_datetime(
                [
                    *("2026-01-01", "2026-01-02", "2026-01-12", "2026-02-11"),
                    *("2026-01-01", "2026-01-21", "2026-02-10"),
                    *("2026-01-01", "2026-01-05"),
                ]
            ),
        }
    )
    found = compute_regularity(build_histories(days))
    # a: 30 of 40 days = 0.75; b: 20 of 40 = 0.5; variance around one half (0.0625 + 0) / 2
    assert found.n == 2
    assert found.shape == pytest.approx((1 - 4 * 0.03125) / (8 * 0.03125))


def test_nobody_with_two_gaps_gives_no_number():
    days = pd.DataFrame({"customer_id": ["a"], "order_date": pd.to_datetime(["2026-01-01"])})
    assert np.isnan(compute_regularity(build_histories(days)).shape)


def test_perfectly_even_gaps_are_infinitely_regular():
    dates = pd.to_datetime(["2026-01-01", "2026-01-11", "2026-01-21"] * 2)
    days = pd.DataFrame({"customer_id": ["a"] * 3 + ["b"] * 3, "order_date": dates})
    assert compute_regularity(build_histories(days)).shape == np.inf
