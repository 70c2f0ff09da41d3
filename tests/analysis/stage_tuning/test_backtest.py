import numpy as np
import pandas as pd

from portfolio_lab.analysis.stage_tuning.backtest import count_alarms, count_in_stage, raise_alarms
from portfolio_lab.analysis.stage_tuning.panel import build_panel, with_margin
from portfolio_lab.analysis.stages.histories import build_histories

ORIGINS = pd.date_range("2025-08-31", periods=5, freq="ME")


def world(*, money: bool, closed: bool = False):
    rng = np.random.default_rng(5)
    days = pd.DataFrame(
        {
            "customer_id": rng.integers(0, 60, 400).astype(str),
            "order_date": pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 420, 400), unit="D"),
            "margin_amount": rng.integers(1, 50, 400).astype(float),
        }
    )
    closing = pd.Series(pd.Timestamp("2025-11-15"), index=["1", "2", "3"]) if closed else None
    histories = build_histories(days)
    panel = build_panel(histories, ORIGINS, horizon_days=40, population_days=100, closed=closing)
    panel = with_margin(panel, days, column="margin_amount") if money else panel
    lines = [(position, np.full(len(histories.day), pre, np.int16), np.full(len(histories.day), 90, np.int16))
             for position, pre in enumerate((10, 45))]  # fmt: skip
    return panel, lines


def test_counts_are_those_of_looking_at_each_customer_and_origin():
    panel, lines = world(money=True)
    counts = count_alarms(panel, lines, n_candidates=2)
    for position, pre, _ in lines:
        alarm = (panel.silent >= pre[0]) & panel.is_member
        hit, false = alarm & panel.lapses, alarm & ~panel.lapses
        np.testing.assert_array_equal(counts.hits_by_origin[position], hit.sum(axis=1))
        np.testing.assert_array_equal(counts.false_alarms_by_origin[position], false.sum(axis=1))
        np.testing.assert_array_equal(counts.hits_by_customer[position], hit.sum(axis=0))
        np.testing.assert_array_equal(counts.false_alarms_by_customer[position], false.sum(axis=0))
        np.testing.assert_allclose(counts.margin_by_origin[position], (hit * panel.margin).sum(axis=1))
        np.testing.assert_allclose(counts.margin_by_customer[position], (hit * panel.margin).sum(axis=0))
        np.testing.assert_array_equal(raise_alarms(panel, pre), alarm)
    assert counts.hits_by_origin.sum() > 0
    assert counts.lapses_by_origin.sum() == (panel.is_member & panel.lapses).sum()
    assert counts.returns_by_customer.sum() == (panel.is_member & ~panel.lapses).sum()


def test_people_in_the_stage_are_those_between_both_lines():
    for closed in (False, True):
        panel, lines = world(money=False, closed=closed)
        _, pre, inactive = lines[1]
        between = (panel.row >= 0) & (panel.silent >= pre[0]) & (panel.silent < inactive[0])
        ends = panel.until[panel.row] > (panel.silent + panel.histories.day[panel.row])
        by_origin, by_customer = count_in_stage(panel, pre, inactive)
        np.testing.assert_array_equal(by_origin, (between & ends).sum(axis=1))
        np.testing.assert_array_equal(by_customer, (between & ends).sum(axis=0))


def test_without_money_there_is_none_to_count():
    panel, lines = world(money=False)
    counts = count_alarms(panel, lines, n_candidates=2)
    assert counts.margin_by_customer is None
    assert counts.margin_by_origin.sum() == 0
