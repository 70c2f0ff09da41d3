"""What a naive look at the simulated company says, and why it is wrong."""

import numpy as np
import pytest
from simulators.service import served


def test_claims_follow_orders_so_that_the_month_before_a_claim_is_a_false_measure():
    """Without any effect customers buy less after a claim than before it, for each claim came with an order."""
    days, cases, _ = served(np.random.default_rng(1), n=800)
    joined = cases.merge(days[["customer_id", "order_date"]], on="customer_id")
    since = (joined["order_date"] - joined["opened_date"]).dt.days
    assert (since == 0).sum() == len(cases)
    assert since.between(1, 29).sum() / since.between(-29, 0).sum() < 0.65


@pytest.mark.parametrize(("ratio", "low", "high"), [(1.0, 0.9, 1.1), (0.5, 0.45, 0.62)])
def test_the_planted_depression_is_in_the_data(ratio, low, high):
    days, cases, _ = served(np.random.default_rng(2), n=1500, depression=ratio, hazard=0.0)
    joined = cases.merge(days[["customer_id", "order_date"]], on="customer_id")
    since = (joined["order_date"] - joined["opened_date"]).dt.days
    assert low < since.between(1, 60).sum() / since.between(121, 180).sum() < high * 1.1
