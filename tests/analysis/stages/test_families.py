import numpy as np
import pandas as pd
import pytest
from scipy import stats

from portfolio_lab.analysis.stages.chances import compute_hazard_chance
from portfolio_lab.analysis.stages.crossing import LONGEST_DAYS
from portfolio_lab.analysis.stages.families import compute_ladder_days, compute_line_days
from portfolio_lab.analysis.stages.histories import Histories, build_histories
from portfolio_lab.policy import StageRule

START = pd.Timestamp("2026-01-01")


def histories(**days: list[int]) -> Histories:
    rows = [(customer, START + pd.Timedelta(days=day)) for customer, offsets in days.items() for day in offsets]
    return build_histories(pd.DataFrame(rows, columns=["customer_id", "order_date"]))


def ladder(history: Histories, **rule) -> list[tuple[int, int]]:
    rows = np.flatnonzero(history.is_last)
    pre, inactive = compute_ladder_days(history, rows, StageRule(**rule))
    return list(zip(pre.tolist(), inactive.tolist(), strict=True))


def test_fixed_days_are_the_same_for_everybody():
    assert ladder(histories(a=[0], b=[0, 10]), pre_inactive_days=45, inactive_days=90) == [(45, 90), (45, 90)]


def test_own_cycle_counts_in_shrunk_cycles_rounded_up_to_whole_days():
    rule = {"family": "own_cycle", "pre_inactive_at": 1.5, "inactive_at": 3, "typical_gap_days": 30}
    # b: (2 gaps of 10 + 2 typical of 30) / 4 = 20 days
    assert ladder(histories(a=[0], b=[0, 10, 20]), **rule) == [(45, 90), (30, 60)]
    assert ladder(histories(b=[0, 10, 21]), **rule)[0] == (31, 61)


def test_a_rounding_error_costs_no_day():
    rule = {"family": "own_cycle", "pre_inactive_at": 1.1, "inactive_at": 2.2, "typical_gap_days": 30}
    assert ladder(histories(a=[0]), **rule) == [(33, 66)]


def test_gap_tail_is_the_quantile_of_the_own_gamma_law():
    rule = {"family": "gap_tail", "pre_inactive_at": 0.05, "inactive_at": 0.01, "typical_gap_days": 30, "regularity": 4}
    pre, inactive = ladder(histories(a=[0]), **rule)[0]
    for days, level in ((pre, 0.05), (inactive, 0.01)):
        assert stats.gamma.sf(days, 4, scale=30 / 4) <= level < stats.gamma.sf(days - 1, 4, scale=30 / 4)


def test_gap_tail_of_random_gaps_is_the_exponential_quantile():
    rule = {
        "family": "gap_tail",
        "pre_inactive_at": 0.05,
        "inactive_at": 0.01,
        "typical_gap_days": 100,
        "regularity": 1,
    }
    assert ladder(histories(a=[0]), **rule) == [(int(np.ceil(-100 * np.log(0.05))), int(np.ceil(-100 * np.log(0.01))))]


def test_purchases_in_months_fall_short_when_the_wanted_one_leaves_the_window():
    rule = {"family": "purchases_in_months", "min_purchase_days": 2, "window_months": 3, "inactive_days": 120}
    # three months are 91.3 days: b's second latest purchase (40 days before the last) leaves 52 days later
    assert ladder(histories(b=[0, 30, 70]), **rule) == [(52, 120)]


def test_whoever_had_too_few_purchases_gets_the_whole_window():
    rule = {"family": "purchases_in_months", "min_purchase_days": 3, "window_months": 3, "inactive_days": 120}
    assert ladder(histories(a=[0], b=[0, 50]), **rule) == [(92, 120), (42, 120)]


def test_falling_frequency_speaks_of_irregular_customers_with_three_gaps():
    rule = {
        "family": "falling_frequency", "pre_inactive_at": 0.5, "window_months": 3, "typical_gap_variation": 0.5,
        "pre_inactive_days": 100, "inactive_days": 150,
    }  # fmt: skip
    # c: mean gap 20, window 91.3 days, half of 4.6 expected purchases = 2.3: three are wanted; the third latest
    # is 50 days before the last, so the customer falls short after 42 days
    irregular, regular, young = [0, 10, 50, 60], [0, 20, 40, 60], [0, 10, 60]
    assert ladder(histories(c=irregular), **rule) == [(42, 150)]
    assert ladder(histories(r=regular, y=young), **rule) == [(100, 150), (100, 150)]


def test_hazard_crosses_where_its_chance_falls_below_the_level():
    fitted = {
        "first_never_share": 0.5, "first_scale_days": 60.0, "first_shape": 1.0,
        "later_never_share": 0.1, "later_scale_days": 40.0, "later_shape": 2.0, "cycle_power": 1.0,
    }  # fmt: skip
    rule = StageRule(
        family="hazard", pre_inactive_at=0.3, inactive_at=0.1, horizon_days=90, typical_gap_days=30, fitted=fitted
    )
    history = histories(a=[0], b=[0, 30, 61])
    rows = np.flatnonzero(history.is_last)
    x, age = history.n_repeats[rows], history.age_days[rows]
    for days, level in zip(compute_ladder_days(history, rows, rule), (0.3, 0.1), strict=True):
        assert (compute_hazard_chance(x, age, days, rule) < level).all()
        assert (compute_hazard_chance(x, age, days - 1, rule) >= level).all()


def test_first_line_never_lies_above_the_second():
    rule = {"family": "purchases_in_months", "min_purchase_days": 2, "window_months": 12, "inactive_days": 120}
    assert ladder(histories(a=[0]), **rule) == [(120, 120)]


@pytest.mark.parametrize("family", ["own_cycle", "fixed_days"])
def test_lines_lie_between_one_day_and_twenty_years(family):
    extra = {"pre_inactive_at": 1, "inactive_at": 2, "typical_gap_days": 1} if family == "own_cycle" else {}
    lines = compute_line_days(histories(a=[0]), np.array([0]), StageRule(family=family, **extra), (1e-9, 1e9))
    assert lines.ravel().tolist() == [1, LONGEST_DAYS]
