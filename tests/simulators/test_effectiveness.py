"""The simulators behave as published: the naive comparisons are wrong in the way and by the size that is known."""

import numpy as np
import pandas as pd
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.survival.cox import CoxDesign, fit_cox, summarise_coefficients


@pytest.fixture(scope="module")
def rng():
    return np.random.default_rng(1)


def gap(frame, column="outcome", by="is_treated"):
    return frame.loc[frame[by], column].mean() - frame.loc[~frame[by], column].mean()


def test_s1_has_its_truth_and_the_wrong_sign(rng):
    frame = sim.confounded_contacts(rng, n=300_000)
    assert frame["effect_hidden"].mean() == pytest.approx(sim.S1_ATE, abs=0.0005)
    assert frame.loc[frame["is_treated"], "effect_hidden"].mean() == pytest.approx(sim.S1_ATT, abs=0.0005)
    assert gap(frame) == pytest.approx(-0.1182, abs=0.006)
    assert frame["is_treated"].mean() == pytest.approx(0.383, abs=0.004)


@pytest.mark.parametrize(("multiplier", "att"), [(1.0, 0.0), (sim.S2_MULTIPLIER, 0.460)])
def test_s2_rises_by_itself_after_the_dip(rng, multiplier, att):
    frame = sim.contacts_after_a_dip(rng, n=150_000, multiplier=multiplier)
    frame["before"] = frame[list(sim.S2_LAGS[1:])].mean(axis=1)
    treated = frame[frame["is_treated"]]
    assert treated["effect_hidden"].mean() == pytest.approx(att, abs=0.03)
    assert (treated["outcome"] - treated["lag_1"]).mean() == pytest.approx(1.203 + att, abs=0.06)
    assert gap(frame) == pytest.approx(-0.210 + att, abs=0.06)
    assert gap(frame) - gap(frame, "lag_1") == pytest.approx(1.621 + att, abs=0.07)
    assert gap(frame) - gap(frame, "before") == pytest.approx(-1.024 + att, abs=0.06)


@pytest.mark.parametrize(("ratio", "ever"), [(1.0, 0.261), (1.3, 0.324)])
def test_s3_makes_ever_contacted_look_deadly_and_the_dated_contact_does_not(ratio, ever):
    rows = sim.immortal_contacts(np.random.default_rng(3), n=6000, ratio=ratio)
    dated = summarise_coefficients(fit_cox(rows, CoxDesign(("is_contacted", "x"), cluster="customer_id")))
    whole = rows.groupby("customer_id", as_index=False).agg(
        entry=("entry", "min"), duration=("duration", "max"), event_observed=("event_observed", "max"),
        is_ever=("is_ever", "first"), x=("x", "first"),
    )  # fmt: skip
    naive = summarise_coefficients(fit_cox(whole, CoxDesign(("is_ever", "x"))))
    estimates = [table.set_index("term")["coefficient"].iloc[0] for table in (dated, naive)]
    assert estimates[0] == pytest.approx(np.log(ratio), abs=0.08)
    assert np.exp(estimates[1]) == pytest.approx(ever, abs=0.08)


@pytest.mark.full
@pytest.mark.parametrize("ratio", [1.0, 1.3])
def test_s3_over_forty_companies_the_dated_contact_is_right_to_a_twentieth(ratio):
    found = []
    for run in range(40):
        rows = sim.immortal_contacts(np.random.default_rng(run), ratio=ratio)
        dated = summarise_coefficients(fit_cox(rows, CoxDesign(("is_contacted", "x"), cluster="customer_id")))
        found.append(dated.set_index("term")["coefficient"].iloc[0])
    assert abs(np.mean(found) - np.log(ratio)) <= 0.05


def test_s4_punishes_contacts_that_do_nothing(rng):
    customers, contacts = sim.contacts_until_the_order(rng, n=100_000)
    ordered = np.isfinite(customers["order_day"])
    n = contacts.groupby("customer_id").size().reindex(customers["customer_id"]).fillna(0).clip(upper=5)
    rates = ordered.groupby(n.to_numpy()).mean()
    np.testing.assert_allclose(rates, [0.942, 0.799, 0.530, 0.347, 0.247, 0.152], atol=0.05)
    assert contacts["contact_day"].max() < sim.S4_DAYS


def test_s5_flatters_those_who_were_reached(rng):
    frame = sim.half_executed_plan(rng, n=300_000)
    offer = gap(frame, by="is_planned")
    adherence = frame.loc[frame["is_planned"], "is_executed"].mean()
    assert adherence == pytest.approx(0.58, abs=0.01)
    assert offer == pytest.approx(0.055, abs=0.006)
    assert gap(frame, by="is_executed") == pytest.approx(0.135, abs=0.012)
    assert offer / adherence == pytest.approx(sim.S5_CACE, abs=0.01)


def test_s6_has_a_true_gain_of_some_eight_days_and_a_simple_gap_of_the_wrong_sign(rng):
    frame = sim.time_to_the_next_order(rng, n=50_000)
    early = frame["duration"].clip(upper=sim.S6_TAU)
    assert frame["effect_hidden"].mean() == pytest.approx(-8.3, abs=0.15)
    assert gap(frame.assign(early=early), "early") > 1


def test_s7_exaggerates_its_best_cell(rng):
    lead = []
    for _ in range(150):
        cells = sim.sixty_cells(rng)
        best = cells["effect"].idxmax()
        lead.append(cells["effect"][best] - cells["effect_hidden"][best])
    assert len(cells) == 60 == len(cells.drop_duplicates(["abc_class", "stage", "channel"]))
    assert np.mean(lead) > 0.05


def test_s8_draws_both_arms(rng):
    arms = [sim.two_arms(rng, n=20_000, effect=0.03) for _ in range(20)]
    assert np.mean([a / 20_000 for a, _ in arms]) == pytest.approx(0.15, abs=0.003)
    assert np.mean([b / 20_000 for _, b in arms]) == pytest.approx(0.12, abs=0.003)


def test_s9_hides_a_cause_only_where_it_is_strong(rng):
    strong, none = (sim.hidden_cause(rng, n=60_000, strength=s) for s in (1.0, 0.0))
    gaps = [gap(frame, "negative_control", by="is_planned") for frame in (strong, none)]
    assert gaps[0] < gaps[1] - 0.03
    executed = strong.loc[strong["is_planned"], "is_treated"].mean()
    assert executed == pytest.approx(0.7, abs=0.01)


def test_a_rollout_and_a_threshold_have_their_effects(rng):
    panel = sim.rollout(rng, n=2000)
    at_start = panel[panel["period"] == panel["start"]]["orders"].mean()
    assert at_start - panel[panel["period"] == panel["start"] - 1]["orders"].mean() == pytest.approx(0.7, abs=0.1)
    near = sim.threshold(rng, n=400_000).query("abs(score - 0.5) < 0.02")
    assert gap(near.assign(above=near["score"] >= 0.5), by="above") == pytest.approx(0.4, abs=0.05)


def test_only_contacts_before_the_landmark_count_and_only_the_silent():
    rows = pd.DataFrame({"customer_id": ["a", "b", "c"], "order_day": [10.0, np.inf, 28.0]})
    contacts = pd.DataFrame({"customer_id": ["b", "b", "b", "c", "a"], "contact_day": [1.0, 28.0, 40.0, 2.0, 1.0]})
    found = sim.count_dose(rows, contacts, landmark_days=20.0)
    assert dict(zip(found["customer_id"], found["dose"], strict=True)) == {"b": 1, "c": 1}
