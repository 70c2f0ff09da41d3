import numpy as np
import pandas as pd
import pytest
from simulators.survival import own_rhythms

from portfolio_lab.analysis.spells import build_spells
from portfolio_lab.analysis.watch_model import (
    RHYTHM_TERMS,
    build_watch_rows,
    choose_landmarks,
    fit_watch_model,
    score_watch_rows,
)
from portfolio_lab.errors import AnalysisError

AS_OF = pd.Timestamp("2023-12-31")
OPTIONS = {"inactive_days": 120, "follow_days": 180}


@pytest.fixture(scope="module")
def company():
    orders = own_rhythms(np.random.default_rng(5), n=1200)
    spells = build_spells(orders, as_of=AS_OF, inactive_days=120)
    rng = np.random.default_rng(6)
    visits = orders.sample(3000, random_state=1).rename(columns={"order_date": "event_date"})
    visits["event_date"] += pd.to_timedelta(rng.integers(0, 60, 3000), unit="D")
    return orders, spells, {"contacted": visits[["customer_id", "event_date"]]}


@pytest.fixture(scope="module")
def fitted(company):
    orders, spells, events = company
    dates = choose_landmarks(AS_OF - pd.Timedelta(days=180), first=pd.Timestamp("2021-01-01"))
    rows = build_watch_rows(spells, orders, events, dates=dates, **OPTIONS)
    return fit_watch_model(rows, (*RHYTHM_TERMS, "contacted"))


def test_landmarks_go_back_in_steps_and_stop_at_the_first_day():
    last = pd.Timestamp("2024-03-01")
    found = choose_landmarks(last, first=pd.Timestamp("2024-01-31"), n=9)
    assert found == [last, pd.Timestamp("2024-01-31")]
    with pytest.raises(AnalysisError, match="too short to learn from"):
        choose_landmarks(last, first=pd.Timestamp("2024-03-02"))


def test_rows_know_nothing_of_what_came_later(company):
    orders, spells, events = company
    date = pd.Timestamp("2023-01-31")
    full = build_watch_rows(spells, orders, events, dates=[date], **OPTIONS)
    then_orders = orders[orders["order_date"] <= date]
    then_events = {"contacted": events["contacted"][events["contacted"]["event_date"] <= date]}
    then_spells = build_spells(then_orders, as_of=date + pd.Timedelta(days=1), inactive_days=120)
    then = build_watch_rows(then_spells, then_orders, then_events, dates=[date], **OPTIONS)
    known = ["customer_id", "cycle_ratio", "log_cycle", "is_first_order", "is_returned", "contacted"]
    pd.testing.assert_frame_equal(full[known], then[known])


def test_a_flag_is_on_when_something_lies_in_the_last_ninety_days(company):
    orders, spells, _ = company
    date = pd.Timestamp("2023-01-31")
    active = build_watch_rows(spells, orders, {}, dates=[date], **OPTIONS)["customer_id"].head(3).tolist()
    events = pd.DataFrame(
        {"customer_id": active, "event_date": [date, date - pd.Timedelta(days=89), date - pd.Timedelta(days=90)]}
    )
    rows = build_watch_rows(spells, orders, {"seen": events}, dates=[date], **OPTIONS).set_index("customer_id")
    assert rows.loc[active, "seen"].tolist() == [1.0, 1.0, 0.0]


def test_terms_that_hardly_vary_are_left_out(company):
    orders, spells, events = company
    rows = build_watch_rows(spells, orders, events, dates=[pd.Timestamp("2023-01-31")], **OPTIONS).assign(rare=0.0)
    model, _ = fit_watch_model(rows, ("log_cycle", "rare"))
    assert model.design.covariates == ("log_cycle",)


def test_without_a_term_that_tells_anything_there_is_no_model(company):
    orders, spells, events = company
    rows = build_watch_rows(spells, orders, events, dates=[pd.Timestamp("2023-01-31")], **OPTIONS).assign(same=1.0)
    with pytest.raises(AnalysisError, match="tells one from another"):
        fit_watch_model(rows, ("same",))


def test_nobody_can_go_inactive_before_the_line(company, fitted):
    orders, spells, events = company
    model, known = fitted
    today = build_watch_rows(spells, orders, events, dates=[AS_OF - pd.Timedelta(days=1)], **OPTIONS)
    scored = score_watch_rows(model, known, today, horizons=(30, 90, 180))
    safe = scored["days_to_inactivation"] > 105
    assert (scored.loc[safe, "p_90"] == 0).all()
    assert (scored["p_30"] <= scored["p_90"]).all()
    assert (scored["p_90"] <= scored["p_180"]).all()
    assert (scored["p_90_low"] <= scored["p_90"]).all()
    late = scored[scored["p_30"] > 0.3]
    assert len(late) > 20
    assert (late["latest_contact_days"] <= late["median_residual_days"].fillna(999)).all()
    assert (late["latest_contact_days"] >= 0).all()
    known_median = scored.dropna(subset=["median_residual_days"])
    assert (known_median["median_residual_days"] >= known_median["days_to_inactivation"]).all()
    assert (known_median["median_residual_days"] == known_median["days_to_inactivation"]).any()
