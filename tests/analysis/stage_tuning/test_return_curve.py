import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.stage_tuning.gaps import build_gaps
from portfolio_lab.analysis.stage_tuning.return_curve import (
    choose_steps,
    compute_return_curve,
    compute_two_errors,
    find_line_days,
    fit_gap_curve,
)
from portfolio_lab.errors import AnalysisError

# day, longer than (Kaplan-Meier), longer than (closed gaps only), R(d, 90), R(d, 180): published for CDNOW
CDNOW = [
    (30, 0.6914, 0.5312, 0.3340, 0.4466),
    (60, 0.5710, 0.3534, 0.2498, 0.3561),
    (90, 0.5052, 0.2586, 0.2040, 0.2991),
    (120, 0.4605, 0.1960, 0.1690, 0.2558),
    (180, 0.4021, 0.1172, 0.1195, 0.1904),
    (270, 0.3541, 0.0560, 0.0805, 0.1255),
    (360, 0.3255, 0.0223, 0.0490, 0.0721),
]


def gaps(*lengths: int, closed: list[bool]) -> pd.DataFrame:
    start = pd.Timestamp("2026-01-01")
    return pd.DataFrame({"gap_days": lengths, "is_closed": closed, "start_date": start})


@pytest.fixture(scope="module")
def cdnow_gaps(cdnow) -> pd.DataFrame:
    return build_gaps(cdnow, as_of="1998-06-30")


@pytest.mark.parametrize(("day", "longer", "naive", "within_90", "within_180"), CDNOW)
def test_cdnow_to_the_published_digits(cdnow_gaps, day, longer, naive, within_90, within_180):
    curve = fit_gap_curve(cdnow_gaps)
    assert round(curve["longer_share"][day], 4) == longer
    assert round(curve["closed_share"][day], 4) == naive
    assert round(compute_return_curve(curve, horizon_days=90)["return_share"][day], 4) == within_90
    assert round(compute_return_curve(curve, horizon_days=180)["return_share"][day], 4) == within_180


def test_cdnow_gaps_of_repeat_buyers(cdnow_gaps):
    curve = fit_gap_curve(cdnow_gaps[cdnow_gaps["gap_number"] > 1])
    returns = compute_return_curve(curve, horizon_days=180)["return_share"]
    assert round(curve["longer_share"][90], 4) == 0.3904
    assert round(returns[90], 4) == 0.4456
    assert round(returns[180], 4) == 0.3143


def test_closed_gaps_alone_look_as_if_everybody_came_back(cdnow_gaps):
    """95 % of the closed gaps are over by day 283; of all gaps not two thirds are by day 270."""
    curve = fit_gap_curve(cdnow_gaps)
    assert np.flatnonzero(curve["closed_share"] <= 0.05)[0] == 283
    assert round(1 - curve["longer_share"][270], 3) == 0.646


def test_curve_by_hand_with_a_gap_censored_on_a_day_of_purchases():
    curve = fit_gap_curve(gaps(1, 2, 2, 4, closed=[True, True, False, True]))
    assert curve["n_at_risk"].tolist() == [4, 4, 3, 1, 1]
    assert curve["n_closed"].tolist() == [0, 1, 1, 0, 1]
    np.testing.assert_allclose(curve["longer_share"], [1, 3 / 4, 3 / 4 * 2 / 3, 1 / 2, 0])
    np.testing.assert_allclose(curve["log_variance"][:4], [0, 1 / 12, 1 / 12 + 1 / 6, 1 / 4])
    np.testing.assert_allclose(curve["closed_share"], [1, 2 / 3, 1 / 3, 1 / 3, 0])


def test_open_gaps_alone_never_end():
    curve = fit_gap_curve(gaps(3, 5, closed=[False, False]))
    assert (curve["longer_share"] == 1).all()


def test_return_curve_is_one_less_the_ratio_and_stays_empty_beyond_fifty_at_risk():
    lengths = [10] * 100 + [30] * 50 + [31] * 49
    curve = fit_gap_curve(gaps(*lengths, closed=[True] * 150 + [False] * 49))
    returns = compute_return_curve(curve, horizon_days=20).set_index("days")
    assert returns.loc[0, "return_share"] == pytest.approx(100 / 199)
    # at day 10 the 99 left are at risk until day 30, when 50 of them return
    assert returns.loc[10, "return_share"] == pytest.approx(50 / 99)
    spread = np.exp(1.959964 * np.sqrt(50 / (99 * 49)))
    assert returns.loc[10, "low"] == pytest.approx(1 - 49 / 99 * spread)
    assert returns.loc[10, "high"] == pytest.approx(1 - 49 / 99 / spread)
    # 49 at risk on day 31: nothing is told
    assert returns.loc[10, "n_at_risk"] == 99
    assert returns.loc[11, ["return_share", "low", "high"]].isna().all()


def test_interval_holds_the_truth_as_often_as_it_says():
    rng, hits = np.random.default_rng(4), 0
    for _ in range(80):
        time, end = np.ceil(rng.exponential(50, 400)).astype(int), rng.integers(60, 300, 400)
        table = gaps(*np.minimum(time, end), closed=list(time <= end))
        row = compute_return_curve(fit_gap_curve(table), horizon_days=40).loc[20]
        hits += row["low"] <= 1 - np.exp(-40 / 50) <= row["high"]
    # 95 % less three binomial standard errors of 80 repetitions
    assert hits >= 70


def test_line_is_the_first_day_whose_upper_bound_is_low_enough(cdnow_gaps):
    returns = compute_return_curve(fit_gap_curve(cdnow_gaps), horizon_days=90)
    day = find_line_days(returns, share=0.20)
    assert returns["high"][day] <= 0.20 < returns["high"][day - 1]
    assert returns["return_share"][day] < 0.20
    assert day == 98


def test_no_line_where_the_data_do_not_reach():
    curve = fit_gap_curve(gaps(*[10] * 100, closed=[True] * 100))
    assert find_line_days(compute_return_curve(curve, horizon_days=20), share=0.2) is None


def test_two_errors_by_hand():
    table = pd.DataFrame(
        {
            "start_date": pd.to_datetime(["2026-01-01", "2026-01-06", "2026-01-09", "2026-01-10", "2025-01-01"]),
            "gap_days": [30, 25, 1, 21, 395],
            "is_closed": [False, False, True, False, False],
        }
    )
    returns = pd.DataFrame({"days": [0, 1, 5, 6, 11], "return_share": [0.8, 0.6, 0.4, 0.3, 0.1]})
    errors = compute_two_errors(table, returns, as_of="2026-01-31", follow_up_days=20, weight=0.25)
    # on 11 January 10, 5 and 1 days silent and still silent; the one of 2025 had been silent for more than 20 days
    assert errors["missed_share"].tolist() == [0, 0, 1 / 3, 2 / 3, 1]
    assert errors["weighted_error"].tolist() == pytest.approx([0.2, 0.15, 0.1 + 0.25, 0.075 + 0.5, 0.025 + 0.75])


def test_no_gaps_is_refused():
    with pytest.raises(AnalysisError, match="no gaps between purchases"):
        fit_gap_curve(gaps(closed=[]))


def test_nothing_is_told_beyond_the_longest_gap_however_many_are_open_there():
    curve = fit_gap_curve(gaps(*[30] * 100, closed=[False] * 100))
    returns = compute_return_curve(curve, horizon_days=20)
    assert returns["return_share"][:11].eq(0).all()
    assert returns["return_share"][11:].isna().all()


@pytest.mark.parametrize(
    ("n_known", "last_day", "found"),
    [
        (400, 681, list(range(0, 400, 30))),
        (1000, 360, list(range(0, 361, 15))),
        (10, 90, list(range(10))),
        (5000, 5000, list(range(0, 5000, 90))),
        (0, 90, []),
    ],
)
def test_steps_of_the_return_curve_are_few_and_known(n_known, last_day, found):
    known = np.where(np.arange(5000) < n_known, 0.5, np.nan)
    curve = pd.DataFrame({"days": np.arange(5000), "n_at_risk": 60, "return_share": known, "low": 0.4, "high": 0.6})
    assert choose_steps(curve, last_day=last_day)["days"].tolist() == found
