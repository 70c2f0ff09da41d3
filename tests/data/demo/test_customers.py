import dataclasses

import numpy as np
import pytest
from scipy import stats

from portfolio_lab.data.demo.customers import NEVER, Block, draw_customers, is_regular
from portfolio_lab.data.demo.people import BLOCK, OVERLOADED


@pytest.fixture(scope="module")
def many(world):
    return draw_customers(dataclasses.replace(world, n_customers=20_000), Block(0, 0, 20_000))


def ordinary(frame):
    return frame[frame["case"].isna()]


def test_rates_and_amounts_are_lognormal_and_go_together(world, many):
    p, frame = world.parameters, ordinary(many)
    assert np.median(frame["rate"]) == pytest.approx(p.rate_median, rel=0.03)
    assert np.log(frame["order_amount"]).std() == pytest.approx(p.order_amount_log_sd, rel=0.03)
    found = stats.spearmanr(frame["rate"], frame["order_amount"]).statistic
    assert found == pytest.approx(p.rate_amount_correlation, abs=0.04)


def test_classes_hold_their_share_of_the_expected_value(many):
    frame = ordinary(many)
    value = frame["rate"] * frame["order_amount"]
    share = value.groupby(frame["abc_class"]).sum() / value.sum()
    assert share[0] == pytest.approx(0.80, abs=0.04)
    assert share[0] + share[1] == pytest.approx(0.95, abs=0.02)


def test_hazards_have_the_planted_mean(world, many):
    frame = ordinary(many)
    middle = frame[frame["abc_class"] == 1]["hazard"]
    assert middle.mean() == pytest.approx(0.95 * world.parameters.hazard_a_year / 250, rel=0.05)


def test_old_customers_have_ordered_before_and_new_ones_after_they_were_created(world, many):
    frame = ordinary(many)
    old = frame["is_old"]
    assert old.mean() == pytest.approx(world.parameters.old_customer_share, abs=0.015)
    assert (frame.loc[old, "created_date"].to_numpy() < world.calendar.start).all()
    new = frame[~old]
    assert (new["converted_t"] > new["created_t"]).all()
    assert 0.3 < (new["converted_t"] == NEVER).mean() < 0.6


def test_the_overloaded_have_more_customers_and_nobody_is_owned_by_the_absent(world, many):
    per_owner = np.bincount(many["owner"], minlength=world.people.n_owners)
    team = per_owner[BLOCK // 4 : BLOCK // 2]
    assert per_owner[OVERLOADED] == team.max() > 3 * np.median(team)
    people, owner = world.people, many["owner"].to_numpy()
    assert (people.employed_from[owner] <= many["created_t"]).all()
    assert (people.employed_to[owner] > many["created_t"]).all()
    assert (people.team[owner] == many["team"]).all()


def test_regular_customers_buy_often_and_evenly_or_very_often(world, many):
    regular = many[is_regular(world, many)]
    limit = world.parameters.regular_gap_days
    assert (1 / regular["rate"] <= limit).all()
    assert ((regular["regularity"] >= 2) | (1 / regular["rate"] <= limit / 2)).all()
    assert regular["case"].isna().all()
    assert 0.2 < len(regular) / len(many) < 0.5
