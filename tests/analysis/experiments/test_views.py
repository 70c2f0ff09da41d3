"""The same question asked in further ways."""

import numpy as np
import pytest

from portfolio_lab.analysis.experiments.views import ADJUSTED, CAPPED, PLAIN, as_views, list_views


def draw(seed=0, n=300):
    rng = np.random.default_rng(seed)
    before = rng.normal(size=(n, 1))
    treated = rng.random(n) < 0.5
    return rng.lognormal(1, 1, n) + before[:, 0], treated, before


def test_an_amount_is_asked_in_three_ways_and_a_share_in_two():
    y, d, before = draw()
    rows = list_views(y, d, before, kind="amount", names=("P", "sales"))
    assert [row["view"] for row in rows] == [PLAIN, ADJUSTED, CAPPED]
    binary = list_views((y > 3).astype(float), d, before, kind="binary", names=("P", "purchase"))
    assert [row["view"] for row in binary] == [PLAIN, ADJUSTED]
    views = as_views(rows)
    reach = (views["high"] - views["low"]).iloc[0] / 2
    assert views["detectable_effect"].iloc[0] == pytest.approx(reach * 2.802 / 1.968, rel=0.01)
    assert views["top_share"].notna().tolist() == [False, False, True]


def test_nothing_known_before_leaves_the_plain_answer():
    y, d, _ = draw()
    only = list_views((y > 3).astype(float), d, np.empty((len(y), 0)), kind="binary", names=("P", "x"))
    assert [row["view"] for row in only] == [PLAIN]
    assert as_views([]).empty
