import json

import pytest

from portfolio_lab.data.demo.truth import block_truth, realised_truth, world_truth, write_parameters


def test_truth_json_states_the_size_the_period_and_every_planted_number(world, tmp_path):
    write_parameters(world, tmp_path, n_months=30)
    found = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert found["n_customers"] == 600
    assert found["end_date"] == "2026-09-30"
    assert found["parameters"]["skill_sd"] == world.parameters.skill_sd
    assert found["seasons"]["hospitality"][6] == 1.35


def test_the_truth_of_the_world_states_every_effect_of_a_contact(world):
    effects = world_truth(world)["contact_effects"]
    assert len(effects) == 15
    assert effects.set_index(["abc_class", "channel"]).loc[("B", "call"), "rate_multiplier"] == 1.45


def test_every_customer_has_a_truth_and_those_who_left_a_cause(past):
    truth = block_truth(past)["customers"]
    assert truth["customer_id"].tolist() == past.customers["customer_id"].tolist()
    assert (truth["dropout_date"].notna() == truth["dropout_cause"].notna()).all()
    assert 0.05 < truth["dropout_date"].notna().mean() < 0.6


def test_the_quarter_of_a_rupture_has_its_cause(past):
    truth = block_truth(past)
    planted = truth["rupture_quarters"].query("is_planted")
    causes = set(zip(truth["ruptures"]["customer_id"], truth["ruptures"]["cause"], strict=True))
    assert len(planted) > 20
    assert set(zip(planted["customer_id"], planted["cause"], strict=True)) <= causes


def test_handovers_state_their_effect(past):
    p, truth = past.world.parameters, block_truth(past)["handovers"]
    expected = {True: p.bad_handover_hazard_multiplier, False: p.handover_hazard_multiplier}
    assert (truth["hazard_multiplier"] == truth["is_bad_moment"].map(expected)).all()


def test_sums_of_all_customers_become_rows(world, past):
    found = realised_truth(world, past.log.sums)
    assert len(found["realised_contacts"]) == 15
    assert found["realised_retention"]["n_observed"].sum() <= (past.state.gone_t < 1_000_000).sum()
    assert found["realised_leaving"]["expected_without"].gt(0).all()
    assert found["realised_contacts"]["planted"].iloc[0] == pytest.approx(1.6)
