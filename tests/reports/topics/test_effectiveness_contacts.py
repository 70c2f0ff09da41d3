"""The part of the page on contacts of every kind."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational.contact_effects import ContactEffects
from portfolio_lab.analysis.observational.effect import fit_effect
from portfolio_lab.analysis.observational.nuisances import Recipe
from portfolio_lab.analysis.observational.sample import build_sample
from portfolio_lab.analysis.observational.triggers import choose_design
from portfolio_lab.reports.topics import effectiveness_contacts as page


def effects():
    rows = sim.contacts_after_a_dip(np.random.default_rng(1))
    contacts = sim.confounded_contacts(np.random.default_rng(1), n=2000)
    sample = build_sample(contacts, outcome="outcome", covariates=sim.S1_COVARIATES)
    cells = pd.DataFrame(
        {"abc_class": ["A", "B"], "channel": ["visit", "message"], "effect": [0.3, 0.1], "is_clear": [True, False]}
    )
    found = fit_effect(sample, recipe=Recipe("logit", n_splits=1))
    return ContactEffects(cells, choose_design(rows, lags=sim.S2_LAGS), sample, found)


def test_the_refused_designs_are_named_with_their_reason():
    text = page.say_design(effects())
    assert text.count("recover by themselves") == 2 and "the deeper dip" in text


def test_only_clear_cells_are_named():
    found = effects()
    text = page.say_cells(found.cells)
    assert "visit in class A" in text and "Nothing is established for message" in text
    assert "stands out" in page.say_cells(found.cells.assign(is_clear=False))


def test_the_self_test_is_one_sentence_with_both_numbers():
    text = page.say_self_test(effects(), seed=1)
    assert "of 100 runs, the simple comparison in" in text


def test_without_orders_or_contacts_nothing_is_shown():
    review = SimpleNamespace(has=lambda name: False)
    assert page.show_contact_effects(review, None) is None
    assert page.show_contact_effects(review, SimpleNamespace()) is None
