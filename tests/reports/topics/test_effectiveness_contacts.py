"""The part of the page on contacts of every kind."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
from simulators import effectiveness as sim
from simulators.contacts import review_of_a_shop

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
    assert "Each run draws 2,000 cases from your own" in text


def test_the_windows_are_told_and_no_contact_of_a_drawn_plan_is_compared():
    review, company = review_of_a_shop(np.random.default_rng(4))
    company.log.rows["plan_id"] = np.where(company.log.rows["channel"] == "visit", "RT", None)
    drawn, _ = review_of_a_shop(np.random.default_rng(4), plan_arms=pd.DataFrame({"plan_id": ["RT"]}))
    assert set(page.read_basis(review, company).contacts["channel"]) == {"visit", "message"}
    basis = page.read_basis(drawn, company)
    assert set(basis.contacts["channel"]) == {"message"} and basis.windows.max_silent_days == 240
    told = page.say_intro(basis.windows)
    assert f"Orders of the {basis.windows.follow_days} days after" in told and "weak evidence (D)" in told
    company.log.rows["plan_id"] = "RT"
    assert page.read_basis(drawn, company) is None


def test_the_page_of_a_shop_shows_cells_and_self_test(monkeypatch):
    monkeypatch.setattr(page, "N_WEEKS", 30)
    review, company = review_of_a_shop(np.random.default_rng(4))
    found = page.show_contact_effects(review, company)
    assert review.out.tables["contact_effects"] is found.cells
    assert any(text.startswith("With data like yours") for text in review.out.texts)
    assert "message" not in review.out.texts[2].split("Nothing is established")[0]


def test_without_orders_or_contacts_nothing_is_shown():
    review = SimpleNamespace(has=lambda name: False)
    assert page.show_contact_effects(review, None) is None
    assert page.show_contact_effects(review, SimpleNamespace()) is None
