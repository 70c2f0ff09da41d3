from datetime import date
from types import SimpleNamespace

import pandas as pd
from simulators.likely_a import simulate_growth

from portfolio_lab.policy import Policy
from portfolio_lab.reports.topics.likely_customers import read_likely_customers


def review(n_months):
    days, _ = simulate_growth(n_months=n_months)
    snapshots = pd.DataFrame({"customer_id": days["customer_id"].unique(), "closed_date": pd.NaT})
    last = days["order_date"].max() + pd.offsets.MonthEnd(0)
    return SimpleNamespace(order_days=lambda: days, snapshots=lambda: snapshots, policy=Policy(), as_of=last.date())


def test_the_named_are_likely_and_last_years_forecast_is_judged():
    found = read_likely_customers(review(48))
    assert found.problem == ""
    assert found.trial.landmark == date(2024, 12, 31)
    assert len(found.named) > 5
    assert (found.named["p_a"] >= 0.5).all()
    assert found.named["p_a"].is_monotonic_decreasing
    assert set(found.named["abc_class"]) <= {"B", "C"}
    assert len(found.named) < found.n_scored


def test_a_short_history_is_said_in_a_sentence():
    found = read_likely_customers(review(30))
    assert found.trial is None
    assert found.named.empty
    assert found.problem == (
        "the history is too short to learn who becomes A and to try it on the last twelve months (it takes 36 "
        "months of orders)"
    )
