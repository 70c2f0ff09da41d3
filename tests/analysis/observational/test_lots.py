from dataclasses import replace

import numpy as np
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational import lots
from portfolio_lab.analysis.observational.effect import fit_effect
from portfolio_lab.analysis.observational.sample import build_sample


def groups_of(contacts):
    return (contacts["is_a"] + 2 * contacts["is_b"]).to_numpy().astype(int)


def test_dealing_keeps_each_groups_number(contacts):
    groups, treated = groups_of(contacts), contacts["is_treated"].to_numpy()
    dealt = lots.deal(treated, groups, np.random.default_rng(0))
    assert np.bincount(groups[dealt]).tolist() == np.bincount(groups[treated]).tolist()
    assert (dealt != treated).mean() > 0.3


def test_groups_with_nothing_to_deal_out_are_one():
    groups = np.repeat([5, 2, 7, 9], [40, 40, 12, 30])
    treated = np.concatenate([np.arange(40) < 10, np.arange(40) < 30, np.arange(12) < 9, np.zeros(30, dtype=bool)])
    joined = lots.join_rare(groups, treated)
    assert set(joined[:80]) == {0, 1} and set(joined[80:]) == {-1}


@pytest.mark.parametrize("outcome", ["outcome", "amount"])
def test_all_deals_at_once_give_what_each_gives_alone(contacts, outcome, monkeypatch):
    rows = contacts.head(900).assign(amount=lambda rows: rows["outcome"] * (10 + rows["decline"]))
    sample = build_sample(rows, outcome=outcome, covariates=sim.S1_COVARIATES)
    dealt = []
    real = lots.deal
    monkeypatch.setattr(lots, "deal", lambda *args: dealt.append(real(*args)) or dealt[-1])
    found = lots.deal_contacts(sample, groups=groups_of(rows), n=4, seed=3)
    alone = [
        fit_effect(replace(sample, treated=each, cluster=np.arange(900)), estimand="att", recipe=ONE, seed=SPLIT)
        for each in dealt
    ]
    low_high = [each.interval() for each in alone]
    spread = alone[0].error
    assert found.effects == pytest.approx([each.effect for each in alone], abs=0.25 * spread)
    assert found.misses == sum(not low <= 0 <= high for low, high in low_high)


ONE, SPLIT = replace(lots.BY_LOT, n_splits=1), 3


def share_of_fair(n_runs, *, n):
    """How often a sound comparison finds no more by lot than luck should, at once and at the second try."""
    first, either = 0, 0
    for run in range(n_runs):
        rows = sim.confounded_contacts(np.random.default_rng(run), n=n)
        sample = build_sample(rows, outcome="outcome", covariates=sim.S1_COVARIATES)
        tried = (lots.deal_contacts(sample, groups=groups_of(rows), seed=seed) for seed in (run, 1000 + run))
        now = next(tried).is_fair
        first, either = first + now, either + (now or next(tried).is_fair)
    return first / n_runs, either / n_runs


def test_sound_comparisons_find_no_more_than_luck_should():
    assert share_of_fair(4, n=800)[1] == 1.0


@pytest.mark.full
def test_how_often_sound_comparisons_are_taken_for_unsound():
    first, either = share_of_fair(200, n=2000)
    assert first >= 0.88 and either >= 0.97


def test_groups_of_which_nearly_nobody_was_contacted_do_not_spoil_the_lots():
    """A plan for one group: of the few contacted elsewhere, little can be said of all customers there."""
    rng = np.random.default_rng(2)
    rows = sim.confounded_contacts(rng, n=6000)
    groups = groups_of(rows)
    rows["is_treated"] = rng.random(6000) < np.array([0.002, 0.06, 0.3])[groups]
    found = lots.deal_contacts(build_sample(rows, outcome="outcome", covariates=sim.S1_COVARIATES), groups=groups)
    assert found.is_rare and abs(found.mean) < 3.5 * found.effects.std() / np.sqrt(found.n)


def test_ranges_half_as_long_as_they_should_be_are_noticed(sample, monkeypatch):
    real = lots.score_rows
    monkeypatch.setattr(
        lots, "score_rows", lambda *args, **options: replace(found := real(*args, **options), error=found.error / 2)
    )
    found = lots.deal_contacts(sample, n=40)
    assert not found.is_rare and found.misses > 0.15 * 40


def test_large_tables_are_dealt_on_a_part_of_their_rows(sample, monkeypatch):
    sizes = []
    real = lots.deal
    monkeypatch.setattr(lots, "deal", lambda *args: sizes.append(len(args[0])) or real(*args))
    lots.deal_contacts(sample, n=1)
    assert sample.n == 5000 and 1700 < sizes[0] < 2300
