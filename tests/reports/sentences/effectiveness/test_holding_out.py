"""The proposal in words."""

import pandas as pd

from portfolio_lab.reports.sentences.effectiveness.holding_out import proposal

DESIGN = pd.DataFrame({"abc_class": ["A"], "stage": ["pre_inactive"], "channel": ["visit"], "n_customers": [400],
                       "n_hold_out": [80], "n_periods": [3], "power": [0.4], "forgone_amount": [21_330.0]})  # fmt: skip


def test_where_how_large_how_long_and_at_what_cost(wording):
    text = proposal(DESIGN, wording=wording)
    assert "class A, pre-inactive, by visit (80 of 400 customers)" in text
    assert "after 3 periods" in text
    assert "€21,330" in text
    assert "One period is enough" in proposal(DESIGN.assign(n_periods=1), wording=wording)


def test_nothing_to_propose(wording):
    assert "no hold-out is proposed" in proposal(DESIGN.head(0), wording=wording)
