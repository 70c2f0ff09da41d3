"""The simulated plan has the effect that it says."""

import numpy as np
import pytest
from simulators.company_with_hold_out import START, company_with_hold_out


def test_buyers_rise_by_the_effect_times_the_share_contacted():
    arms, order_days = company_with_hold_out(np.random.default_rng(0), n=40_000)
    bought = arms["customer_id"].isin(order_days.loc[order_days["order_date"] >= START, "customer_id"])
    rates = bought.groupby(arms["arm"]).mean()
    assert rates["treated"] - rates["hold_out"] == pytest.approx(0.9 * 0.12, abs=0.02)
    assert arms["arm"].eq("treated").mean() == pytest.approx(0.7, abs=0.01)
