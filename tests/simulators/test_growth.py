"""What a naive look at the simulated leads and customers says, and why it is wrong."""

import numpy as np
import pytest
from simulators.growth import AS_OF, alike, better_quarter, newcomers, sourced


def test_the_share_of_all_leads_that_bought_is_too_low_for_many_are_young():
    leads = sourced(np.random.default_rng(1), n=4000, per_day={"web": 0.01})
    assert leads["first_purchase_date"].notna().mean() < 0.64
    old = leads[leads["created_date"] < AS_OF - np.timedelta64(600, "D")]
    assert old["first_purchase_date"].notna().mean() == pytest.approx(0.7, abs=0.04)


def test_new_customers_have_bought_less_in_all_though_they_start_alike():
    orders, people = newcomers(np.random.default_rng(2), n=300, ratio=1.0)
    total = orders.groupby("customer_id")["amount"].sum()
    is_new = people.set_index("customer_id")["first_purchase_date"] > AS_OF - np.timedelta64(365, "D")
    assert total[is_new].mean() < 0.5 * total[~is_new].mean()


def test_the_better_quarter_of_a_group_is_where_it_is_said_to_be():
    customers = alike(np.random.default_rng(3), n=20_000)
    found = customers[customers["segment"] == "retail"]["amount"].quantile(0.75)
    assert found == pytest.approx(better_quarter("retail"), rel=0.03)
