import numpy as np

from portfolio_lab.data.demo.incidents import FORCED_WAIT


def test_waits_have_the_planted_median_and_are_longer_with_the_overloaded(company):
    p = company.parameters
    late = company.truth("late_responses")
    events = company.table("service_events")
    share = len(late) / len(events)
    assert 0.05 < share < 0.20
    assert set(late["hazard_multiplier"]) == set(p["late_response_hazard_multiplier"].values())


def test_claims_follow_late_deliveries(past):
    orders, events = past.log.frame("orders"), past.log.frame("events")
    claims = events[events["kind"] == 0]
    late = orders[orders["is_late"].astype(bool)]
    key = set(zip(late["row"], late["t"] + 8, strict=True))
    ordinary = claims[~claims["is_forced"].astype(bool)]
    hits = np.mean([pair in key for pair in zip(ordinary["row"], ordinary["t"], strict=True)])
    p = past.world.parameters
    by_late = p.late_delivery_share * p.claim_after_late_delivery
    planted = by_late / (by_late + (1 - p.late_delivery_share) * p.claim_per_order)
    assert abs(hits - planted) < 3.5 * np.sqrt(planted * (1 - planted) / len(ordinary))


def test_the_claim_behind_a_rupture_is_answered_late(past):
    events = past.log.frame("events")
    forced = events[events["is_forced"].astype(bool)]
    assert len(forced)
    assert (forced["wait"] >= FORCED_WAIT).all()
    assert (forced["solve"] > 60).all()
