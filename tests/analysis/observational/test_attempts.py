"""The question asked of a comparison decides which attempts are made to prove it wrong."""

import numpy as np
import pandas as pd
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational import checks
from portfolio_lab.analysis.observational.attempts import Question, note_design, refit_earlier
from portfolio_lab.analysis.observational.sample import build_sample


def test_a_stricter_declaration_stands():
    rows = sim.contacts_after_a_dip(np.random.default_rng(1))
    by_lot = rows.assign(is_treated=np.random.default_rng(2).random(len(rows)) < 0.4)
    told = [
        note_design(by_lot, Question("outcome", sim.S2_LAGS, lags=sim.S2_LAGS, declared=declared))[0].sentence
        for declared in ("unknown", "dip")
    ]
    assert ["after a weak quarter" in text for text in told] == [False, True]


def test_a_table_without_history_says_what_it_cannot_show_and_what_is_refused():
    note = note_design(pd.DataFrame(), Question("outcome", ("x",)))[0]
    assert (note.name, note.passed) == (checks.TRIGGER, None)
    assert "nobody can see whether customers were contacted after a weak quarter" in note.sentence
    assert "gains over time, are therefore refused" in note.sentence and "weak (D)" in note.sentence


def test_without_days_a_table_says_that_the_order_of_things_cannot_be_seen():
    rows = sim.contacts_after_a_dip(np.random.default_rng(1), multiplier=1.5)
    dated, undated = (
        note_design(rows, Question("outcome", sim.S2_LAGS, lags=sim.S2_LAGS, is_dated=is_dated))
        for is_dated in (True, False)
    )
    assert undated[:-1] == dated and checks.DAYS not in {check.name for check in dated}
    assert (undated[-1].name, undated[-1].passed) == (checks.DAYS, None) and "weak (D)" in undated[-1].sentence


def test_the_rule_of_the_plan_is_applied_to_the_time_before():
    now = sim.contacts_after_a_dip(np.random.default_rng(1), multiplier=1.5)
    before = sim.contacts_after_a_dip(np.random.default_rng(2)).drop(columns="is_treated")
    found = refit_earlier(now, Question("outcome", sim.S2_LAGS, earlier=before))
    low, high = found.interval()
    assert low < 0 < high
    share = build_sample(now, outcome="outcome", covariates=sim.S2_LAGS).treated.mean()
    assert found.weight.mean() == pytest.approx(share, abs=0.03)
    assert refit_earlier(now, Question("outcome", sim.S2_LAGS)) is None
    few = Question("outcome", sim.S2_LAGS, earlier=before.head(40))
    assert refit_earlier(now, few) is None


def test_the_time_before_may_know_less_than_the_plan():
    now = sim.contacts_after_a_dip(np.random.default_rng(1), multiplier=1.5)
    before = sim.contacts_after_a_dip(np.random.default_rng(2)).drop(columns=["is_treated", sim.S2_LAGS[-1]])
    assert refit_earlier(now, Question("outcome", sim.S2_LAGS, earlier=before, rule=sim.S2_LAGS[:-1])) is not None
    with pytest.raises(KeyError):
        refit_earlier(now, Question("outcome", sim.S2_LAGS, earlier=before))
