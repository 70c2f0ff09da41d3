"""Customers at risk are not those whom a contact moves."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.experiments.rankings import (
    RISK,
    UPLIFT,
    VALUE,
    Rankings,
    compare_rankings,
    empty_rankings,
    rank_hold_out,
    score_customers,
)
from portfolio_lab.analysis.verdicts import PlanCase

NAMES = ("P", "visit", "two columns")


def draw(rng, n=8000):
    """The likely are moved by 20 points, the unlikely not at all; value says nothing."""
    likely = rng.integers(0, 2, n)
    treated = rng.random(n) < 0.5
    rate = 0.1 + 0.3 * likely + 0.2 * likely * treated
    return (rng.random(n) < rate).astype(float), treated, np.column_stack([likely, rng.normal(size=n)])


@pytest.fixture(scope="module")
def ranked():
    y, d, known = draw(np.random.default_rng(0))
    scores = score_customers(y, d, known, value=known[:, 1], seed=1)
    return compare_rankings(y, d, scores, kind="binary", names=NAMES, draws=(100, 1)).set_index("ranking")


def test_what_a_contact_adds_beats_chance_and_risk_does_not(ranked):
    assert ranked["is_better_than_random"].to_dict() == {UPLIFT: True, RISK: False, VALUE: False}
    # half the customers carry the whole effect of 0.1 a customer
    assert ranked.loc[UPLIFT, "qini"] == pytest.approx(0.1 / 4, abs=0.01)
    assert ranked.loc[RISK, "high"] < 0
    assert ranked.loc[VALUE, "low"] < 0 < ranked.loc[VALUE, "high"]


def test_the_first_customers_of_each_order_show_what_the_plan_did_among_them(ranked):
    top = ranked.loc[UPLIFT]
    assert top["top_low"] <= 0.2 <= top["top_high"]
    assert ranked.loc[RISK, "top_low"] <= 0.0 <= ranked.loc[RISK, "top_high"]
    assert ranked.loc[UPLIFT, "same_share"] == 1.0
    assert ranked.loc[RISK, "same_share"] < 0.05
    assert 0.15 < ranked.loc[VALUE, "same_share"] < 0.5


def test_without_a_value_there_are_two_orders_and_the_same_seed_gives_the_same():
    y, d, known = draw(np.random.default_rng(2), n=600)
    scores = score_customers(y, d, known, value=None, seed=4)
    first, second = (compare_rankings(y, d, scores, kind="binary", names=NAMES, draws=(30, 4)) for _ in range(2))
    assert first["ranking"].tolist() == [UPLIFT, RISK]
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize(("n", "is_ranked"), [(119, False), (120, True)])
def test_a_plan_with_a_hold_out_is_ranked_from_sixty_a_side(n, is_ranked):
    rng = np.random.default_rng(3)
    rows = pd.DataFrame(
        {"is_buyer": rng.integers(0, 2, n).astype(float), "is_treated": np.arange(n) % 2 == 1,
         "abc_class": rng.choice(["A", "B", None], n), "stage": "active"}
    )  # fmt: skip
    rows = rows.assign(before_is_buyer=0.0, before_amount=rng.gamma(1, 100, n), before_n_orders=1.0)
    found = rank_hold_out(rows, PlanCase("P", "purchase", "binary"), n_bootstrap=10, seed=1)
    assert len(found) == (3 if is_ranked else 0)
    # a group too small to compare among the first three in ten shows no difference
    assert found["top_effect"].isna().all()
    assert list(found) == list(empty_rankings()) == list(Rankings.to_schema().columns)
