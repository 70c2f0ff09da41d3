"""The whole tuning on customers whose truth is known."""

import numpy as np
import pandas as pd
import pytest
from simulators.stages import FIRST_DAY, simulate_own_cycles

from portfolio_lab.analysis.stage_tuning.backtest import count_alarms
from portfolio_lab.analysis.stage_tuning.bootstrap import percentile_interval, resample_sums
from portfolio_lab.analysis.stage_tuning.origins import training_positions
from portfolio_lab.analysis.stage_tuning.panel import build_panel
from portfolio_lab.analysis.stage_tuning.settings import TuningSettings
from portfolio_lab.analysis.stage_tuning.steadiness import (
    compute_rates_by_step,
    compute_stage_steps,
    count_backward_moves,
)
from portfolio_lab.analysis.stage_tuning.tune import IN_FORCE, gather_evidence, tune_stages
from portfolio_lab.analysis.stages.families import compute_ladder_days
from portfolio_lab.analysis.stages.histories import build_histories
from portfolio_lab.analysis.stages.ladder import build_stages
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import StagePolicy, StageRule

CYCLE_FAMILIES = ("own_cycle", "gap_tail")


def test_random_timing_needs_no_more_than_fixed_days(random_timing):
    assert random_timing.evidence.regularity.shape == pytest.approx(1.1, abs=0.15)
    assert random_timing.choice.name == "fixed_days"


def test_regular_timing_calls_for_the_own_cycle(regular_timing):
    """DGP-S, k = 4: the shrunk cycle is chosen, and its gain over the best fixed days is beyond doubt."""
    tuning = regular_timing
    assert tuning.choice.name in CYCLE_FAMILIES
    gain = tuning.outer[tuning.choice.name]["accuracy"] - tuning.outer["fixed_days"]["accuracy"]
    paired = tuning.outer_resampled[tuning.choice.name]["accuracy"] - tuning.outer_resampled["fixed_days"]["accuracy"]
    assert gain >= 0.02
    assert percentile_interval(paired)[0] > 0


def test_no_rule_flickers(regular_timing):
    tuning = regular_timing
    rows = np.arange(len(tuning.panel.histories.day))
    for position in tuning.families["position"]:
        lines = compute_ladder_days(tuning.panel.histories, rows, tuning.candidates[position].rule)
        steps = compute_stage_steps(tuning.panel, *lines)
        assert count_backward_moves(tuning.panel, steps) == 0.0


def test_labels_reach_no_origin_that_learns(with_money):
    origins, horizon = with_money.panel.origins, with_money.settings.horizon_days
    for test in with_money.nested.outer:
        train = training_positions(origins, test, horizon_days=horizon)
        assert origins[train].max() + pd.Timedelta(days=horizon) <= origins[test]
    assert with_money.frozen.frozen_on == origins[0]
    assert origins[-1] + pd.Timedelta(days=horizon) <= FIRST_DAY + pd.Timedelta(days=1095)


def test_alarms_are_the_stages_that_the_report_would_have_shown(with_money):
    """Back-test and stage table are one definition: pre-inactive or later on the same customers at the same date."""
    tuning = with_money
    days = order_days_of(tuning)
    for name in ("fixed_days", tuning.choice.name):
        position = int(tuning.families.set_index("name").loc[name, "position"])
        policy = StagePolicy(rules=(tuning.candidates[position].rule,))
        at = tuning.nested.outer[-1]
        stages = build_stages(days, pd.DataFrame({"customer_id": []}, dtype=object), as_of=tuning.panel.origins[at],
                              policy=policy).set_index("customer_id")["stage"]  # fmt: skip
        shown = stages.reindex(tuning.panel.histories.customer_ids).isin(["pre_inactive", "inactivated", "inactive"])
        member, lapses = tuning.panel.is_member[at], tuning.panel.lapses[at]
        assert (shown & member & lapses).sum() == tuning.counts.hits_by_origin[position, at]
        assert (shown & member & ~lapses).sum() == tuning.counts.false_alarms_by_origin[position, at]
        share = (stages == "pre_inactive").sum() / tuning.panel.is_known[at].sum()
        assert share == pytest.approx(tuning.counts.stage_share_by_origin[position, at])


def order_days_of(tuning) -> pd.DataFrame:
    histories = tuning.panel.histories
    return pd.DataFrame(
        {
            "customer_id": histories.customer_ids[histories.customer],
            "order_date": pd.Timestamp("1970-01-01") + pd.to_timedelta(histories.day, unit="D"),
            "is_purchase_day": True,
        }
    )


def test_table_tells_everything_of_every_rule_and_of_the_definition_in_force(with_money):
    table = with_money.table
    assert len(table) == len(with_money.candidates) + 1
    assert table["name"].iloc[-1] == IN_FORCE
    told = ["precision", "recall", "f1", "youden_j", "balanced_accuracy", "primary", "lead_days_median",
            "lead_days_p10", "in_time_share", "alarms_per_week", "entries_per_year", "stage_share"]  # fmt: skip
    assert table.loc[[with_money.choice.position, len(table) - 1], told].notna().to_numpy().all()
    fixed = table[table["name"] == "fixed_days"]
    assert (fixed["lead_days_median"] == fixed["inactive_days"] - fixed["pre_inactive_days"]).all()
    assert fixed["recall"].is_monotonic_decreasing
    assert table["is_pareto"].any()


def test_purchase_rates_fall_over_the_stages(with_money):
    tuning = with_money
    rule = tuning.candidates[tuning.choice.position].rule
    lines = compute_ladder_days(tuning.panel.histories, np.arange(len(tuning.panel.histories.day)), rule)
    steps = compute_stage_steps(tuning.panel, *lines)
    rates = [row["return_share"] for row in compute_rates_by_step(tuning.panel, steps, positions=tuning.nested.outer)]
    assert rates[0] > rates[1] > rates[2]


def test_interval_of_the_line_holds_the_line(with_money):
    low, high = with_money.choice.days_interval
    assert low <= with_money.table.loc[with_money.choice.position, "pre_inactive_days"] <= high


def test_optimism_is_the_difference_between_learning_and_later(with_money):
    families = with_money.families
    np.testing.assert_allclose(families["optimism"], families["inner_primary"] - families["outer_primary"])


def test_money_is_what_the_settings_say(with_money):
    tuning, position = with_money, with_money.choice.position
    counts = tuning.counts
    hits, false = counts.hits_by_origin[position].mean(), counts.false_alarms_by_origin[position].mean()
    expected = 0.2 * counts.margin_by_origin[position].mean() - 5.0 * (hits + false)
    assert tuning.table.loc[position, "primary"] == pytest.approx(expected)


def test_same_seed_same_answer_and_inputs_stay_as_they_were():
    truth = simulate_own_cycles(n=700, seed=4, shape=2, last_day=900)
    people = pd.DataFrame({"customer_id": truth.order_days["customer_id"].unique(), "segment": "s"})
    copies = truth.order_days.copy(deep=True), people.copy(deep=True)
    arguments = {"as_of": FIRST_DAY + pd.Timedelta(days=900), "in_force": StagePolicy(),
                 "settings": TuningSettings(n_bootstrap=20, models=())}  # fmt: skip
    one = tune_stages(truth.order_days, people, **arguments)
    two = tune_stages(truth.order_days, people, **arguments)
    pd.testing.assert_frame_equal(one.table, two.table)
    pd.testing.assert_frame_equal(one.families, two.families)
    assert one.choice == two.choice
    pd.testing.assert_frame_equal(truth.order_days, copies[0])
    pd.testing.assert_frame_equal(people, copies[1])


def test_rows_after_as_of_change_nothing():
    truth = simulate_own_cycles(n=700, seed=4, shape=2, last_day=1200)
    as_of = FIRST_DAY + pd.Timedelta(days=900)
    past = truth.order_days[truth.order_days["order_date"] <= as_of]
    people = pd.DataFrame({"customer_id": truth.order_days["customer_id"].unique()})
    found = [
        tune_stages(
            days, people, as_of=as_of, in_force=StagePolicy(), settings=TuningSettings(n_bootstrap=20, models=())
        )
        for days in (truth.order_days, past)
    ]
    pd.testing.assert_frame_equal(found[0].table, found[1].table, check_exact=True)
    assert found[0].choice == found[1].choice


def test_too_little_data_is_refused_with_the_guard_that_failed():
    truth = simulate_own_cycles(n=300, seed=4, last_day=900)
    with pytest.raises(AnalysisError, match=r"customers who bought must be at least 500 \(found 300\)"):
        gather_evidence(
            truth.order_days,
            as_of=FIRST_DAY + pd.Timedelta(days=900),
            in_force=StagePolicy(),
            settings=TuningSettings(),
        )


def test_without_a_line_in_the_curve_the_definition_in_force_draws_it():
    truth = simulate_own_cycles(n=700, seed=4, last_day=900, life=50_000.0)
    evidence = gather_evidence(
        truth.order_days,
        as_of=FIRST_DAY + pd.Timedelta(days=900),
        in_force=StagePolicy(rules=(StageRule(inactive_days=133),)),
        settings=TuningSettings(lost_share=0.01),
    )
    assert not evidence.is_line_from_curve
    assert evidence.inactive_days == 133


@pytest.mark.full
@pytest.mark.parametrize("shape", [4, 8])
def test_regular_timing_at_full_size(shape):
    truth = simulate_own_cycles(n=8000, seed=shape, shape=shape, median_cycle=25.0, spread=1.2, last_day=1095)
    tuning = tune_stages(
        truth.order_days,
        pd.DataFrame({"customer_id": truth.order_days["customer_id"].unique()}),
        as_of=FIRST_DAY + pd.Timedelta(days=1095),
        in_force=StagePolicy(),
        settings=TuningSettings(horizon_days=180, everybody=True, share_bounds=(0.0, 1.0)),
    )
    name = tuning.choice.name
    assert name in CYCLE_FAMILIES
    assert tuning.outer[name]["accuracy"] - tuning.outer["fixed_days"]["accuracy"] >= 0.02
    paired = tuning.outer_resampled[name]["accuracy"] - tuning.outer_resampled["fixed_days"]["accuracy"]
    assert percentile_interval(paired)[0] > 0


@pytest.mark.full
def test_interval_of_precision_holds_the_true_precision():
    """100 data sets of 600 customers: the interval from resampled customers holds what 200,000 customers say."""
    truth = precision_of(200_000, seed=1, n_bootstrap=2)[0]
    hits = 0
    for seed in range(100):
        _, (low, high) = precision_of(600, seed=1000 + seed, n_bootstrap=1000)
        hits += low <= truth <= high
    assert hits >= 90


def precision_of(n: int, *, seed: int, n_bootstrap: int) -> tuple[float, tuple[float, float]]:
    """Precision of 60 fixed days at six origins, with its interval."""
    histories = build_histories(simulate_own_cycles(n=n, seed=seed, last_day=900).order_days)
    origins = pd.date_range(FIRST_DAY + pd.Timedelta(days=500), periods=6, freq="ME")
    panel = build_panel(histories, origins, horizon_days=90, population_days=150)
    lines = [(0, np.full(len(histories.day), 60, np.int16), np.full(len(histories.day), 150, np.int16))]
    counts = count_alarms(panel, lines, n_candidates=1)
    arrays = {"hits": counts.hits_by_customer, "false": counts.false_alarms_by_customer}
    sums = resample_sums(arrays, n_bootstrap=n_bootstrap, seed=seed)
    precision = counts.hits_by_origin.sum() / (counts.hits_by_origin.sum() + counts.false_alarms_by_origin.sum())
    return float(precision), percentile_interval((sums["hits"] / (sums["hits"] + sums["false"])).ravel())
