"""A plan with a hold-out, from its list to a verdict."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from simulators.company_with_hold_out import HORIZON, PLAN, START, company_with_hold_out

from portfolio_lab.analysis.experiments.hold_outs import (
    build_hold_out_rows,
    compare_simply,
    evaluate_hold_out,
    leave_open,
    price_plan,
)
from portfolio_lab.analysis.verdicts import NOT_MEASURABLE, WORKS, PlanCase
from portfolio_lab.errors import AnalysisError

CASE = PlanCase(PLAN, "purchase", "binary", window_days=HORIZON, mwe=0.02)


def prepared(seed=0, **options):
    arms, order_days = company_with_hold_out(np.random.default_rng(seed), **options)
    return build_hold_out_rows(arms, order_days, horizon_days=HORIZON), order_days


@pytest.fixture(scope="module")
def rows():
    return prepared(seed=1, n=4000)[0]


def test_the_planted_effect_is_found_with_everybody_in_the_drawn_group(rows):
    judged = evaluate_hold_out(rows, CASE, n_assigned=4000)
    estimate = judged.result.estimate
    assert estimate.low <= 0.108 <= estimate.high
    assert judged.result.verdict in WORKS
    assert judged.result.label == "A"
    assert all(check.passed for check in judged.result.checks)
    assert judged.compliance.effect.low <= 0.12 <= judged.compliance.effect.high
    assert [view["view"] for view in judged.views][2] == "per customer contacted because of the plan"
    assert set(judged.cells["cell"]) == {"abc_class", "stage"}


@pytest.mark.parametrize("n_runs", [8, pytest.param(25, marks=pytest.mark.full)])
def test_coverage_over_many_plans(n_runs):
    covered = 0
    for seed in range(n_runs):
        estimate = evaluate_hold_out(prepared(seed=100 + seed, n=600)[0], CASE, n_assigned=600).result.estimate
        covered += estimate.low <= 0.108 <= estimate.high
    assert covered / n_runs >= 0.84


def test_window_and_time_before_have_equal_length_and_do_not_overlap():
    arms = pd.DataFrame(
        {"customer_id": ["a"], "plan_id": PLAN, "start_date": START, "arm": ["treated"], "probability": 0.7}
    )
    days = [START - pd.Timedelta(days=91), START - pd.Timedelta(days=90), START - pd.Timedelta(days=1), START,
            START + pd.Timedelta(days=89), START + pd.Timedelta(days=90)]  # fmt: skip
    orders = pd.DataFrame({"customer_id": "a", "order_date": days, "amount": [1.0, 2, 4, 8, 16, 32]})
    orders = orders.assign(margin_amount=0.0, n_orders=1, is_purchase_day=True)
    row = build_hold_out_rows(arms, orders, horizon_days=90).iloc[0]
    assert (row["before_amount"], row["amount"]) == (6.0, 24.0)


def test_cost_and_margin_give_the_break_even(rows):
    case = price_plan(replace(CASE, mwe=None), rows, plan_cost_amount=2800.0)
    assert case.margin_amount == 50.0
    assert case.cost_amount == pytest.approx(2800 / rows["is_treated"].sum())
    assert case.mwe == pytest.approx(case.cost_amount / 50)
    sales = price_plan(PlanCase(PLAN, "sales", "amount"), rows, plan_cost_amount=2800.0)
    assert sales.margin_amount == pytest.approx(0.25)
    assert price_plan(replace(CASE, mwe=None), rows, plan_cost_amount=None).mwe is None
    assert price_plan(CASE, rows, plan_cost_amount=2800.0).mwe == 0.02


def test_lost_customers_a_broken_draw_and_contamination_are_seen(rows):
    lost = evaluate_hold_out(rows, CASE, n_assigned=5000).result
    assert (lost.verdict, lost.label) == (NOT_MEASURABLE, "E")
    broken = evaluate_hold_out(rows.assign(probability=0.6), CASE, n_assigned=4000).result
    assert broken.verdict == NOT_MEASURABLE
    held = ~rows["is_treated"]
    leaking = rows.assign(is_contacted=rows["is_contacted"] | (held & (rows.index % 10 == 0)))
    check = evaluate_hold_out(leaking, CASE, n_assigned=4000).result.checks[-1]
    assert check.passed is False
    assert "too small" in check.sentence


def test_sizes_cannot_be_checked_where_nobody_recorded_the_chances(rows):
    sizes = evaluate_hold_out(rows.assign(probability=np.nan), CASE, n_assigned=4000).result.checks[1]
    assert sizes.passed is None
    moved = rows["abc_class"].eq("B") & rows["stage"].eq("active") & (rows.index % 4 == 0)
    treated = rows["is_treated"] & ~moved
    swapped = treated | (~rows["is_treated"] & rows["abc_class"].eq("C") & (rows.index % 2 == 0))
    arm = np.where(swapped, "treated", "hold_out")
    found = evaluate_hold_out(rows.assign(is_treated=swapped, arm=arm), CASE, n_assigned=4000).result
    strata = next(check for check in found.checks if check.name == "group sizes by stratum")
    assert strata.passed is False
    assert found.verdict == NOT_MEASURABLE


def test_a_plan_given_to_whole_salespeople_counts_salespeople(rows):
    by_owner = rows.assign(is_treated=rows["salesperson_id"].isin(["S1", "S2"]), probability=np.nan)
    by_owner["arm"] = np.where(by_owner["is_treated"], "treated", "hold_out")
    judged = evaluate_hold_out(by_owner, CASE, n_assigned=4000).result
    assert "4 clusters" in judged.estimate.method
    one = by_owner.assign(is_treated=by_owner["salesperson_id"].eq("S1"))
    one["arm"] = np.where(one["is_treated"], "treated", "hold_out")
    assert evaluate_hold_out(one, CASE, n_assigned=4000).result.verdict == NOT_MEASURABLE


def test_money_and_margins_that_are_not_known(rows):
    sales = evaluate_hold_out(rows, PlanCase(PLAN, "sales", "amount", mwe=4.0), n_assigned=4000).result
    assert sales.estimate.low <= 0.108 * 200 <= sales.estimate.high
    unknown = rows.assign(margin_amount=np.nan)
    with pytest.raises(AnalysisError, match="margin of some orders"):
        evaluate_hold_out(unknown, PlanCase(PLAN, "margin", "amount", mwe=4.0), n_assigned=4000)


def test_the_simple_comparison_takes_all_other_customers():
    rows, order_days = prepared(seed=3, n=1000)
    customers = pd.DataFrame({"customer_id": [*rows["customer_id"], "gone", "new"], "stage": "active"})
    customers.loc[customers["customer_id"] == "new", "stage"] = "prospect"
    found = compare_simply(rows, customers, order_days, case=CASE)
    contacted = rows["is_contacted"]
    others = np.r_[rows.loc[~contacted, "is_buyer"], 0.0]
    assert found == pytest.approx(rows.loc[contacted, "is_buyer"].mean() - others.mean())
    assert compare_simply(rows.assign(is_contacted=np.nan), customers, order_days, case=CASE) is None


def test_an_open_window_is_left_alone():
    result = leave_open(CASE, ends=pd.Timestamp("2026-12-31"))
    assert (result.verdict, result.estimate) == (NOT_MEASURABLE, None)
    assert "2026-12-31" in result.reason
