import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.stage_tuning.panel import build_panel
from portfolio_lab.analysis.stage_tuning.steadiness import (
    compute_rates_by_step,
    compute_share_drift,
    compute_stage_steps,
    count_backward_moves,
    measure_silences,
    summarise_steadiness,
)
from portfolio_lab.analysis.stages.histories import as_day, build_histories


def order_days() -> pd.DataFrame:
    dates = ["2026-01-01", "2026-01-26", "2026-03-02", "2026-01-01", "2026-02-10"]
    return pd.DataFrame({"customer_id": ["a", "a", "a", "b", "c"], "order_date": pd.to_datetime(dates)})


def lines(pre: int, inactive: int, n: int = 5) -> tuple[np.ndarray, np.ndarray]:
    return np.full(n, pre, np.int16), np.full(n, inactive, np.int16)


def test_silence_lasts_to_the_day_before_the_next_purchase_or_to_as_of():
    silences = measure_silences(build_histories(order_days()), as_of_day=as_day("2026-03-11"))
    assert silences.longest.tolist() == [24, 34, 9, 69, 29]
    assert silences.customer_years == pytest.approx((25 + 35 + 10 + 70 + 30) / 365.25)


def test_lead_entries_and_short_alarms_by_hand():
    silences = measure_silences(build_histories(order_days()), as_of_day=as_day("2026-03-11"))
    found = summarise_steadiness(silences, *lines(20, 30), reaction_days=14)
    # alarms on day 20 of four silences; two of them went on to day 30
    assert found["entries_per_year"] == pytest.approx(4 / silences.customer_years)
    assert found["lead_days_median"] == 10
    assert found["in_time_share"] == 0.0
    # ended alarms lasted 5 (purchase), 10 and 10 days; the running one has lasted 10
    assert found["short_share"] == pytest.approx(1 / 4)
    # only a is active now
    assert found["pre_inactive_days"] == 20
    assert found["inactive_days"] == 30
    assert summarise_steadiness(silences, *lines(10, 30), reaction_days=20)["in_time_share"] == 1.0


def test_without_a_lapse_there_is_no_lead():
    silences = measure_silences(build_histories(order_days()), as_of_day=as_day("2026-03-11"))
    found = summarise_steadiness(silences, *lines(100, 200), reaction_days=14)
    assert np.isnan(found["lead_days_median"])
    assert np.isnan(found["short_share"])


def panel():
    origins = pd.DatetimeIndex(["2026-01-31", "2026-02-28", "2026-03-31"])
    return build_panel(build_histories(order_days()), origins, horizon_days=20)


def test_steps_follow_the_lines_and_never_flicker():
    found = panel()
    steps = compute_stage_steps(found, *lines(30, 50))
    # a: 5, 33, 29 days silent; b: 30, 58, 89; c: none, 18, 49
    assert steps.tolist() == [[0, 1, -1], [1, 2, 0], [0, 2, 1]]
    assert count_backward_moves(found, steps) == 0.0


def test_a_backward_move_without_a_purchase_is_seen():
    found = panel()
    steps = compute_stage_steps(found, *lines(30, 50))
    steps[2, 1] = 1
    # silences that go on from one origin to the next: a once, b twice, c once
    assert count_backward_moves(found, steps) == pytest.approx(100 / 4)


def test_drift_is_nought_where_shares_stay():
    found = panel()
    still = np.zeros((3, 3), np.int8)
    assert (
        compute_share_drift(build_panel(build_histories(order_days()), found.origins[1:], horizon_days=20), still[1:])
        == 0
    )
    assert compute_share_drift(found, compute_stage_steps(found, *lines(30, 50))) > 0.1


def test_purchase_rate_by_step_by_hand():
    found = panel()
    steps = compute_stage_steps(found, *lines(30, 50))
    rates = compute_rates_by_step(found, steps, positions=[0, 1])
    # active: a (31 Jan, does not buy within 20 days), c (28 Feb, no); pre-inactive: b (no), a (28 Feb, buys on 2 March)
    assert [row["n"] for row in rates] == [2, 2, 1]
    assert [row["return_share"] for row in rates] == [0.0, 0.5, 0.0]
