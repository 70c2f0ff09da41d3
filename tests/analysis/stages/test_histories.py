import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.stages.histories import as_dates, as_day, build_histories
from portfolio_lab.errors import AnalysisError


def order_days(**days: list[str]) -> pd.DataFrame:
    rows = [(customer, pd.Timestamp(day)) for customer, dates in days.items() for day in dates]
    return pd.DataFrame(rows, columns=["customer_id", "order_date"])


def test_history_of_each_purchase_uses_that_day_and_earlier_ones_only():
    days = order_days(b=["2026-01-05"], a=["2026-01-31", "2026-01-01", "2026-01-11"])
    histories = build_histories(days)
    assert list(histories.customer_ids) == ["a", "b"]
    assert histories.n_repeats.tolist() == [0, 1, 2, 0]
    assert histories.age_days.tolist() == [0, 10, 30, 0]
    assert histories.first_row.tolist() == [0, 0, 0, 3]
    np.testing.assert_array_equal(histories.gap_days, [np.nan, 10, 20, np.nan])
    np.testing.assert_array_equal(histories.mean_gap_days, [np.nan, 10, 15, np.nan])
    # gaps 10 and 20: standard deviation sqrt(50), mean 15
    np.testing.assert_allclose(histories.gap_variation, [np.nan, np.nan, 50**0.5 / 15, np.nan])
    assert histories.is_last.tolist() == [False, False, True, True]


def test_variation_of_a_later_customer_does_not_carry_over_from_an_earlier_one():
    lonely = build_histories(order_days(b=["2026-01-01", "2026-01-03", "2026-01-09"]))
    both = build_histories(order_days(a=["2020-01-01", "2025-01-01"], b=["2026-01-01", "2026-01-03", "2026-01-09"]))
    np.testing.assert_allclose(both.gap_variation[2:], lonely.gap_variation)


def test_days_met_twice_and_days_without_purchase_do_not_count():
    days = order_days(a=["2026-01-01", "2026-01-01", "2026-01-05", "2026-01-09"])
    days["is_purchase_day"] = [True, True, False, True]
    histories = build_histories(days)
    assert histories.n_repeats.tolist() == [0, 1]
    assert histories.age_days.tolist() == [0, 8]


def test_as_of_counts_the_whole_of_its_day():
    days = order_days(a=["2026-01-01", "2026-01-05 18:00", "2026-01-06"])
    assert len(build_histories(days, as_of=pd.Timestamp("2026-01-05")).day) == 2
    assert len(build_histories(days, as_of=pd.Timestamp("2026-01-04")).day) == 1


def test_input_stays_as_it_was():
    days = order_days(a=["2026-01-09", "2026-01-01"])
    before = days.copy(deep=True)
    build_histories(days)
    pd.testing.assert_frame_equal(days, before)


def test_nobody_bought():
    histories = build_histories(order_days())
    assert len(histories.day) == 0
    assert histories.is_last.tolist() == []


def test_a_missing_column_is_named():
    with pytest.raises(AnalysisError, match=r"lacks a column \(found \['order_date'\]\)"):
        build_histories(pd.DataFrame({"customer_id": ["a"]}))


def test_a_row_without_date_is_refused():
    days = order_days(a=["2026-01-09"])
    days["order_date"] = pd.NaT
    with pytest.raises(AnalysisError, match="rows without customer or date"):
        build_histories(days)


def test_days_and_dates_are_each_others_inverse():
    assert as_day("1970-01-02") == 1
    dates = as_dates(np.array([as_day("2026-09-30"), np.nan]))
    assert dates[0] == pd.Timestamp("2026-09-30")
    assert pd.isna(dates[1])
