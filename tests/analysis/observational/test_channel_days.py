import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.observational.channel_days import estimate_days_earlier
from portfolio_lab.analysis.observational.cohort import Windows

AS_OF = pd.Timestamp("2026-06-30")
ASKED = {
    "dates": list(pd.date_range(end=AS_OF - pd.Timedelta(days=96), periods=13, freq="28D")),
    "as_of": AS_OF,
    "windows": Windows(7, 90, max_silent_days=240),
}


def test_a_channel_that_helps_brings_orders_forward_and_an_idle_one_does_not(shop):
    found = estimate_days_earlier(*shop, **ASKED).set_index("channel")
    assert set(found.index) == {"visit", "message"} and found["is_comparable"].all()
    assert found.loc["visit", "low"] > 0 and 1 < found.loc["visit", "days_earlier"] < 12
    assert found.loc["message", "low"] < 0 < found.loc["message", "high"]
    assert (found["n_control"] > found["n_treated"]).all() and (found["days_without"] < 90).all()
    assert found.loc["visit", "naive_earlier"] != pytest.approx(found.loc["visit", "days_earlier"], abs=0.1)


def test_the_ranges_hold_for_all_channels_together(shop):
    order_days, log = shop
    both = estimate_days_earlier(order_days, log, **ASKED).set_index("channel").loc["visit"]
    alone = estimate_days_earlier(order_days, log[log["channel"] == "visit"], **ASKED).iloc[0]
    assert alone["n_treated"] >= both["n_treated"]
    assert (both["high"] - both["low"]) / (alone["high"] - alone["low"]) > 1.08


def test_too_few_contacted_give_no_line(shop):
    order_days, log = shop
    assert estimate_days_earlier(order_days, log.head(20), **ASKED).empty
    assert np.isin(
        ["days_earlier", "low", "high"], estimate_days_earlier(order_days, log.head(20), **ASKED).columns
    ).all()
