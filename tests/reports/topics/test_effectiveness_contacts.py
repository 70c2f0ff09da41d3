"""The part of the page on contacts of every kind."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from simulators import effectiveness as sim
from simulators.contacts import contacts_in_sixty_cells, review_of_a_shop

from portfolio_lab.analysis.observational.contact_effects import ContactEffects, estimate_contact_effects
from portfolio_lab.analysis.observational.effect import fit_effect
from portfolio_lab.analysis.observational.known_before import list_known
from portfolio_lab.analysis.observational.nuisances import Recipe
from portfolio_lab.analysis.observational.sample import build_sample
from portfolio_lab.analysis.observational.triggers import choose_design
from portfolio_lab.analysis.stages import STAGES, build_stages
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import effectiveness_contacts as page

WORDING = Wording("en_GB", "EUR")


def effects():
    rows = sim.contacts_after_a_dip(np.random.default_rng(1))
    contacts = sim.confounded_contacts(np.random.default_rng(1), n=2000)
    sample = build_sample(contacts, outcome="outcome", covariates=sim.S1_COVARIATES)
    found = fit_effect(sample, recipe=Recipe("logit", n_splits=1))
    design = choose_design(rows, lags=sim.S2_LAGS)
    return ContactEffects(pd.DataFrame(), pd.DataFrame(), design=design, sample=sample, adjusted=found)


def test_the_refused_designs_are_named_with_their_reason():
    text = page.say_design(effects())
    assert text.count("recover by themselves") == 1 and "the deeper dip" in text


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
    assert "The stage is that of the day before" in told
    company.log.rows["plan_id"] = "RT"
    assert page.read_basis(drawn, company) is None


def test_the_page_of_a_shop_shows_lines_and_self_test(monkeypatch):
    monkeypatch.setattr(page, "N_WEEKS", 30)
    review, company = review_of_a_shop(np.random.default_rng(4))
    found = page.show_contact_effects(review, company, wording=WORDING)
    shown = review.out.tables["contact_effects"]
    assert (shown["share"] * shown["effect"]).sum() == pytest.approx(review.out.facts["contact_effect"], abs=1e-10)
    assert review.out.facts["contact_effect"] == found.total.effect
    assert review.out.tables["contact_cells"] is found.cells and set(found.cells["stage"]) <= set(STAGES)
    assert any(text.startswith("With data like yours") for text in review.out.texts)
    praised = next(text for text in review.out.texts if "orders go with" in text or "stands out" in text)
    assert "message" not in praised.split("Nothing is established")[0]
    assert not shown.loc[shown["by"] == "message", "reading"].eq("more orders").any()


def test_the_stage_of_a_line_is_that_of_the_day_before_its_week(monkeypatch):
    seen = []
    monkeypatch.setattr(page, "N_WEEKS", 6)
    monkeypatch.setattr(page, "estimate_contact_effects", lambda rows: seen.append(rows))
    review, company = review_of_a_shop(np.random.default_rng(4))
    page.estimate(review, page.read_basis(review, company), company.stays)
    rows = seen[0]
    day = rows["landmark_date"].max()
    own = rows[rows["landmark_date"] == day].set_index("customer_id")
    before = day - pd.Timedelta(days=1)
    stages = build_stages(company.order_days, review.snapshots(), as_of=before, policy=review.policy.stages)
    assert (stages.set_index("customer_id")["stage"].reindex(own.index) == own["stage"]).all()


def test_customers_are_alike_in_all_that_the_company_keeps_of_them(monkeypatch):
    seen = []
    monkeypatch.setattr(page, "N_WEEKS", 2)
    monkeypatch.setattr(page, "estimate_contact_effects", lambda rows: seen.append(rows))
    quotes = pd.DataFrame({"customer_id": ["c0001"], "quote_date": [pd.Timestamp("2026-01-05")]})
    review, company = review_of_a_shop(np.random.default_rng(4), quotes=quotes)
    page.estimate(review, page.read_basis(review, company), company.stays)
    rows = seen[0].set_index("customer_id")
    assert {"dip", "open_quotes"} < set(list_known(rows)) and "cases_half_year" not in rows
    assert rows["open_quotes"].groupby(level=0).max().to_dict() == dict.fromkeys(rows.index, 0.0) | {"c0001": 1.0}


def test_a_large_company_is_looked_at_in_fewer_weeks_of_the_same_year(monkeypatch):
    review, company = review_of_a_shop(np.random.default_rng(4))
    basis = page.read_basis(review, company)
    every = page.choose_dates(basis)
    monkeypatch.setattr(page, "MAX_STARTS", basis.order_days["customer_id"].nunique() * 13)
    fewer = page.choose_dates(basis)
    assert len(every) == 52 and len(fewer) == 13 and set(fewer) < set(every) and fewer[-1] == every[-1]


def test_a_date_in_so_many_keeps_customers_times_dates_below_the_limit_and_the_last_day():
    orders = pd.DataFrame({"customer_id": list("abcdefghij")})
    basis = page.Basis(pd.DataFrame(), orders, page.Windows(), pd.Timestamp("2026-09-30"))
    assert page.thin_dates(basis, [1, 2, 3], limit=30) == [1, 2, 3]
    assert page.thin_dates(basis, [1, 2, 3, 4], limit=30) == [2, 4]
    assert page.thin_dates(basis, list(range(13)), limit=30) == [2, 7, 12]
    assert page.thin_dates(basis, [], limit=30) == []


def test_where_next_to_nobody_ordered_nothing_is_shown(monkeypatch):
    rows = contacts_in_sixty_cells(np.random.default_rng(2), largest=50).assign(n_orders=0.0)
    monkeypatch.setattr(page, "estimate", lambda *_: estimate_contact_effects(rows))
    review, company = review_of_a_shop(np.random.default_rng(4))
    assert page.show_contact_effects(review, company, wording=WORDING) is None and not review.out.texts


def test_without_orders_or_contacts_nothing_is_shown():
    review = SimpleNamespace(has=lambda name: False)
    assert page.show_contact_effects(review, None, wording=WORDING) is None
    assert page.show_contact_effects(review, SimpleNamespace(), wording=WORDING) is None
