"""Earlier verdicts are kept and set against what is known now."""

from datetime import date

import pandas as pd
import pytest

from portfolio_lab.analysis.verdicts import (
    append_history,
    build_verdict_table,
    compare_with_earlier,
    count_earlier_looks,
    judge,
)


@pytest.fixture
def table_of(case, make_estimate):
    def make(effect, se, n_treated=1000):
        return build_verdict_table([judge(case, make_estimate(effect, se, n_treated=n_treated), label="A")])

    return make


def test_history_grows_and_a_day_written_again_is_replaced(table_of):
    first = append_history(None, table_of(0.01, 0.03), as_of=date(2026, 3, 31))
    second = append_history(first, table_of(0.05, 0.009), as_of=date(2026, 6, 30))
    again = append_history(second, table_of(0.06, 0.009), as_of=date(2026, 6, 30))
    assert second["verdict"].tolist() == ["inconclusive", "works_and_pays"]
    assert again["effect"].tolist() == [0.01, 0.06]
    assert append_history(second, table_of(0.0, 0.03), as_of=date(2026, 3, 31))["effect"].tolist() == [0.0]


def test_earlier_verdicts_stand_beside_those_of_now(table_of):
    history = append_history(None, table_of(0.05, 0.03), as_of=date(2026, 3, 31))
    history = append_history(history, table_of(0.05, 0.009), as_of=date(2026, 6, 30))
    row = compare_with_earlier(history).iloc[0]
    assert (row["earlier_verdict"], row["verdict"]) == ("inconclusive", "works_and_pays")
    assert bool(row["is_changed"])
    assert bool(row["is_borne_out"])
    assert compare_with_earlier(history.head(1)).empty


def test_looks_on_fewer_customers_count(table_of):
    history = append_history(None, table_of(0.01, 0.03, n_treated=500), as_of=date(2026, 3, 31))
    history = append_history(history, table_of(0.01, 0.03, n_treated=500), as_of=date(2026, 6, 30))
    assert count_earlier_looks(history, plan_id="P1", outcome="purchase", n=1500) == 1
    assert count_earlier_looks(history, plan_id="P1", outcome="purchase", n=1000) == 0
    assert count_earlier_looks(history, plan_id="P2", outcome="purchase", n=1500) == 0
    assert count_earlier_looks(None, plan_id="P1", outcome="purchase", n=1) == 0
    assert isinstance(history["as_of"].iloc[0], pd.Timestamp)
