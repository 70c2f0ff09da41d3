from dataclasses import replace

import numpy as np
import pandas as pd

from portfolio_lab.analysis.stage_tuning.panel import build_panel, keep_origins, shuffle_labels, with_margin
from portfolio_lab.analysis.stages.histories import build_histories

ORIGINS = pd.DatetimeIndex(["2026-01-31", "2026-02-28"])


def order_days() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b", "c"],
            "order_date": pd.to_datetime(["2026-01-10", "2026-01-31", "2026-03-02", "2025-11-02", "2026-02-10"]),
            "margin_amount": [10.0, 5.0, 7.0, 3.0, -8.0],
        }
    )


def panel(**more):
    return build_panel(build_histories(order_days()), ORIGINS, **({"horizon_days": 30} | more))


def test_features_are_those_of_the_origin_and_labels_those_of_its_horizon():
    found = panel()
    assert found.silent.tolist() == [[0, 90, -1], [28, 118, 18]]
    # a buys on 2 March: 30 days after 31 January, within the horizon; b and c do not buy again
    assert found.lapses.tolist() == [[False, True, False], [False, True, True]]
    assert found.is_known.tolist() == [[True, True, False], [True, True, True]]


def test_label_counts_the_last_day_of_the_horizon():
    assert panel(horizon_days=30).lapses[0, 0] == np.False_
    assert panel(horizon_days=29).lapses[0, 0] == np.True_


def test_population_ends_before_its_limit():
    assert panel(population_days=90).is_member.tolist() == [[True, False, False], [True, False, True]]
    assert panel(population_days=91).is_member[0].tolist() == [True, True, False]


def test_whoever_closes_before_or_within_the_horizon_is_left_out_unless_reopened():
    closed = pd.Series(pd.to_datetime(["2026-01-20", "2026-03-02", None]), index=["a", "b", "c"])
    found = panel(closed=closed)
    # a bought again on 31 January; b closes 30 days after the first origin
    assert found.is_known.tolist() == [[True, False, False], [True, False, True]]
    later = closed.where(closed != pd.Timestamp("2026-03-02"), pd.Timestamp("2026-03-03"))
    assert panel(closed=later).is_known[0].tolist() == [True, True, False]


def test_margin_is_that_of_the_365_days_before_and_never_negative():
    found = with_margin(panel(), order_days(), column="margin_amount", rate=2.0)
    assert found.margin.tolist() == [[30, 6, 0], [30, 6, 0]]
    late = replace(panel(), origins=pd.DatetimeIndex(["2026-01-31", "2027-01-10"]))
    # 365 days up to 10 January 2027 begin on 11 January 2026
    assert with_margin(late, order_days(), column="margin_amount").margin[1].tolist() == [12, 0, 0]


def test_the_future_does_not_reach_the_features():
    days = order_days()
    past = days[days["order_date"] <= ORIGINS[-1]]
    whole, cut = panel(), build_panel(build_histories(past), ORIGINS, horizon_days=30)
    np.testing.assert_array_equal(whole.silent, cut.silent)


def test_shuffling_keeps_the_number_of_lapses_of_each_origin():
    rng = np.random.default_rng(0)
    days = pd.DataFrame(
        {
            "customer_id": rng.integers(0, 200, 900).astype(str),
            "order_date": pd.Timestamp("2025-06-01") + pd.to_timedelta(rng.integers(0, 330, 900), unit="D"),
        }
    )
    found = build_panel(build_histories(days), ORIGINS, horizon_days=30)
    shuffled = shuffle_labels(found, seed=1)
    assert (shuffled.lapses & found.is_member).sum(axis=1).tolist() == (found.lapses & found.is_member).sum(
        axis=1
    ).tolist()
    assert (shuffled.lapses != found.lapses).any()


def test_keeping_origins_keeps_their_rows():
    found = with_margin(panel(), order_days(), column="margin_amount")
    kept = keep_origins(found, [1])
    assert kept.origins.tolist() == [ORIGINS[1]]
    assert kept.silent.tolist() == found.silent[[1]].tolist()
    assert kept.margin.tolist() == found.margin[[1]].tolist()
