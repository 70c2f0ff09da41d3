import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.stage_tuning.metrics import compute_utility
from portfolio_lab.analysis.stage_tuning.summary import (
    check_disjoint,
    compare_stage_shares,
    compare_stages,
    compute_save_rates,
    known,
    name_change_days,
    summarise_choice,
    summarise_rules,
)


def test_recommendation_has_the_numbers_of_later_dates_with_intervals_around_them(with_money):
    found = summarise_choice(with_money, segment="hotel")
    assert found.rule.segment == "hotel"
    assert found.metrics["precision"] == with_money.outer[found.name]["precision"]
    for metric in ("precision", "recall", "balanced_accuracy", "primary"):
        low, high = found.intervals[metric]
        assert low < found.metrics[metric] < high
    assert found.flicker_rate == 0.0
    assert found.rates["stage"].tolist() == ["active", "pre_inactive", "inactive"]
    assert found.share_drift >= 0


def test_definition_in_force_is_judged_in_the_same_money(with_money):
    counts, outer = with_money.counts, with_money.nested.outer
    expected = compute_utility(
        counts.hits_by_origin[-1, outer].sum(),
        counts.false_alarms_by_origin[-1, outer].sum(),
        counts.margin_by_origin[-1, outer].sum(),
        with_money.settings,
    )
    found = summarise_choice(with_money)
    assert found.in_force["primary"] == pytest.approx(float(expected) / len(outer))
    gain, low, high = found.gain_in_force
    assert gain == pytest.approx(found.metrics["primary"] - found.in_force["primary"])
    assert low < gain < high
    assert found.is_better_than_in_force == (low > 0)


def test_each_family_and_the_definition_in_force_have_one_row(with_money, regular_timing):
    rules = summarise_rules(with_money, n_salespeople=4)
    assert rules["name"].tolist() == [*with_money.families["name"], "in_force"]
    assert rules["is_chosen"].sum() == 1
    chosen = rules[rules["is_chosen"]].iloc[0]
    assert chosen["days_low"] <= chosen["pre_inactive_days"] <= chosen["days_high"]
    assert chosen["alarms_per_week"] == pytest.approx(
        with_money.table.loc[with_money.choice.position, "alarms_per_week"] / 4
    )
    assert rules["utility_amount"].notna().all()
    assert summarise_rules(regular_timing)["utility_amount"].isna().all()


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [(None, "first"), (47.0, "steady"), (41.0, "steady"), (55.0, "steady"), (40.0, "moved"), (56.0, "moved")],
)
def test_a_line_has_moved_when_the_earlier_one_lies_outside_the_interval(earlier, expected):
    assert name_change_days(earlier, 47.0, (41.0, 55.0)) == expected


def test_disjoint_customers_and_save_rates_are_those_of_the_chosen_family(with_money):
    seen, unseen = check_disjoint(with_money)
    assert np.isfinite([seen, unseen]).all()
    rates = compute_save_rates(with_money)
    assert set(rates["name"]) == {"recommended", "in_force"}
    assert rates.groupby("name")["utility_amount"].apply(lambda money: money.is_monotonic_increasing).all()


def stages(*rows: tuple[str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["customer_id", "stage"])
    return frame.assign(days_since_last_order=1.0, next_stage=None, enters_next_stage_date=pd.NaT)


def test_shares_leave_out_prospects_and_follow_the_ladder():
    shares = compare_stage_shares(
        {"a": stages(("1", "active"), ("2", "inactive"), ("3", "prospect")), "b": stages(("1", "pre_inactive"))}
    )
    assert shares.columns.tolist() == ["active", "pre_inactive", "inactivated", "inactive", "ex_customer"]
    assert shares.loc["a"].tolist() == [0.5, 0, 0, 0.5, 0]
    assert shares.loc["b"].tolist() == [0, 1, 0, 0, 0]


def test_each_customer_is_shown_under_both_definitions():
    table = compare_stages(stages(("1", "active"), ("2", "inactive")), stages(("2", "active"), ("1", "active")))
    assert table["stage"].tolist() == ["active", "inactive"]
    assert table["stage_proposed"].tolist() == ["active", "active"]


def test_what_cannot_be_told_is_none():
    assert known(float("nan")) is None
    assert known(3.0) == 3.0
