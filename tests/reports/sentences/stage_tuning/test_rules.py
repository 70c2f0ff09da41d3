from types import SimpleNamespace

import pandas as pd
import pytest

from portfolio_lab.policy import StagePolicy, StageRule
from portfolio_lab.reports.sentences.stage_tuning.rules import decision, describe_definition, describe_rule, headline
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")
DAYS = {"pre_inactive_days": 47, "inactive_days": 80}
CYCLE = StageRule(family="own_cycle", pre_inactive_at=1.5, inactive_at=3, typical_gap_days=30, **DAYS)
CHANCE = StageRule(
    family="return_probability", pre_inactive_at=0.4, inactive_at=0.1, horizon_days=90, model="mbg_nbd",
    fitted={"r": 1.0, "alpha": 1.0, "a": 1.0, "b": 1.0}, **DAYS,
)  # fmt: skip


def found(rule: StageRule, *, lead: float = 33.0, interval: tuple[float, float] = (41.0, 55.0), better: bool = True):
    return SimpleNamespace(
        rule=rule, days_interval=interval, metrics={"precision": 0.38}, is_better_than_in_force=better,
        in_force={"precision": 0.31}, gain_in_force=(0.01, 0.002, 0.02) if better else (0.0, -0.01, 0.01),
        row=pd.Series({"lead_days_median": lead}),
    )  # fmt: skip


def test_the_sentence_for_the_sales_director():
    assert headline(found(StageRule(**DAYS)), StagePolicy(), horizon_days=90, wording=WORDING) == (
        "Call a customer pre-inactive after 47 days without an order (41–55). Of 100 so flagged, 38 would not have "
        "bought in the next 90 days; we would see it 33 days before inactivation."
    )


def test_the_headline_agrees_with_the_decision_where_the_definition_in_force_stays():
    kept = found(StageRule(**DAYS), better=False)
    assert headline(kept, StagePolicy(), horizon_days=90, wording=WORDING) == (
        "The line in force stands, pre-inactive after 60 days without an order: to call them so after 47 days without "
        "an order looked as good, and nothing better is proven. Of 100 that it flags, 31 would not have bought in the "
        "next 90 days."
    )
    kept.gain_in_force = (-0.05, -0.08, -0.02)
    assert "would have done worse" in headline(kept, StagePolicy(), horizon_days=90, wording=WORDING)
    kept.in_force = {"precision": float("nan")}
    silent = headline(kept, StagePolicy(rules=(StageRule(**DAYS),)), horizon_days=90, wording=WORDING)
    assert silent == (
        "The line in force stands, pre-inactive after 47 days without an order. It gave no alarm to judge."
    )


def test_a_definition_by_segment_stands_segment_by_segment():
    policy = StagePolicy(rules=(StageRule(segment="hotel", **DAYS), CYCLE))
    text = headline(found(CYCLE, better=False), policy, horizon_days=90, wording=WORDING)
    assert text.startswith("The line in force stands, pre-inactive segment by segment as before: to call them so after")


def test_the_sentence_stays_true_without_a_spread_or_a_lead():
    best = found(StageRule(**DAYS), lead=float("nan"), interval=(47, 47))
    text = headline(best, StagePolicy(), horizon_days=90, wording=WORDING)
    assert text.endswith(
        "after 47 days without an order. Of 100 so flagged, 38 would not have bought in the next 90 days."
    )


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (CYCLE, "after 1.50 times its own purchase cycle (typically after 47 days without an order)"),
        (
            StageRule(
                family="gap_tail", pre_inactive_at=0.05, inactive_at=0.01, typical_gap_days=30, regularity=2, **DAYS
            ),
            "when its silence is longer than all but 5.0% of its own gaps (typically after 47 days without an order)",
        ),
        (
            StageRule(family="purchases_in_months", min_purchase_days=3, window_months=6, **DAYS),
            "with fewer than 3 purchase days in 6 months",
        ),
        (
            StageRule(
                family="falling_frequency", pre_inactive_at=0.5, window_months=6, typical_gap_variation=1, **DAYS
            ),
            "when it buys less than 50% as often as it used to within 6 months, or after 47 days without an order",
        ),
        (
            CHANCE,
            "when its chance to buy within 90 days has fallen below 40% (typically after 47 days without an order)",
        ),
    ],
)
def test_every_family_in_words(rule, words):
    assert describe_rule(rule, wording=WORDING) == words


def test_the_spread_stands_beside_the_days_it_belongs_to():
    assert describe_rule(CHANCE, wording=WORDING, between=(41, 55)).endswith(
        "(typically after 47 days without an order, 41–55)"
    )


def test_definition_in_force_names_its_segments():
    policy = StagePolicy(rules=(StageRule(segment="hotel", **DAYS), CYCLE))
    assert describe_definition(policy, wording=WORDING) == (
        "hotel: pre-inactive after 47 days without an order, inactive after 80 days; pre-inactive after 1.50 times its "
        "own purchase cycle (typically after 47 days without an order), inactive typically after 80 days"
    )


def test_decision_depends_on_what_is_proven():
    assert decision(found(CYCLE), StagePolicy(), wording=WORDING).startswith("Adopt the proposed definition")
    kept = decision(found(CYCLE, better=False), StagePolicy(), wording=WORDING)
    assert kept.startswith("Keep the definition in force (pre-inactive after 60 days")
