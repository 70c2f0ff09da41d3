"""Monthly states: the stage of the panel is the stage in force, on every month end and for every kind of customer."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.monitor.states import (
    FREQUENCY_STEPS,
    N_FREQUENCY,
    N_SILENCE,
    N_STATES,
    UNKNOWN,
    build_state_panel,
    list_month_ends,
    stage_of,
)
from portfolio_lab.analysis.stages import STAGES, build_stages
from portfolio_lab.policy import StagePolicy, StageRule

AS_OF = pd.Timestamp("2026-09-30")
POLICY = StagePolicy(rules=(StageRule(pre_inactive_days=45, inactive_days=100),), ex_customer_days=400)


def _customers(*rows):
    columns = ["customer_id", "created_date", "first_order_date", "closed_date", "is_known"]
    frame = pd.DataFrame(rows, columns=columns)
    dates = {name: pd.to_datetime(frame[name]) for name in columns if name.endswith("_date")}
    return frame.assign(**dates, segment=None)


@pytest.fixture(scope="module")
def company():
    """60 customers with purchases at random, some closed, some never bought, one known by a credit only."""
    rng = np.random.default_rng(3)
    first = pd.Timestamp("2025-01-01")
    rows = [(f"c{i:02d}", first + pd.Timedelta(days=int(day))) for i in range(50)
            for day in rng.choice(637, rng.integers(1, 12))]  # fmt: skip
    days = pd.DataFrame(rows, columns=["customer_id", "order_date"]).drop_duplicates().assign(is_purchase_day=True)
    credit = pd.DataFrame({"customer_id": ["credit"], "order_date": [pd.Timestamp("2026-03-03")]})
    days = pd.concat([days, credit.assign(is_purchase_day=False)], ignore_index=True)
    firsts = days.groupby("customer_id")["order_date"].min()
    people = [(name, None if i % 5 else "2025-01-15", firsts[name], "2026-05-05" if i % 7 == 0 else None, i % 3 > 0)
              for i, name in enumerate(firsts.index)]  # fmt: skip
    people += [("asked", "2026-02-02", None, None, True), ("always", None, None, None, True),
               ("left", "2025-02-02", None, "2026-01-31", True)]  # fmt: skip
    return days, _customers(*people)


def test_the_stage_is_the_one_in_force_on_every_month_end(company):
    days, customers = company
    panel = build_state_panel(days, customers, as_of=AS_OF, policy=POLICY)
    assert panel.days[-1] == AS_OF
    assert len(panel.days) == 21
    for day, states in zip(panel.days, panel.states, strict=True):
        in_table = customers["is_known"] & ~(customers["created_date"] > day)
        known = customers[in_table | (customers["first_order_date"] <= day)]
        closed = known["closed_date"].where(known["closed_date"] <= day)
        stages = build_stages(days, known.assign(closed_date=closed), as_of=day, policy=POLICY)
        expected = stages.set_index("customer_id")["stage"].reindex(panel.customer_ids)
        found = [(*STAGES, None)[place] for place in stage_of(states)]
        assert found == expected.where(expected.notna(), None).tolist()


def test_silence_and_frequency_are_in_the_code():
    days = pd.DataFrame({"customer_id": "a", "order_date": pd.to_datetime(["2025-09-30", "2025-10-01", "2026-07-31"]),
                         "is_purchase_day": True})  # fmt: skip
    panel = build_state_panel(days, _customers(("a", None, "2025-09-30", None, True)), as_of=AS_OF, policy=POLICY)
    code = panel.states[-1, 0]
    assert code // N_FREQUENCY % N_SILENCE == 2  # August and September
    assert code % N_FREQUENCY == 2  # two purchase days within a year
    assert STAGES[stage_of(code)] == "pre_inactive"
    assert len(FREQUENCY_STEPS) + 1 == N_FREQUENCY


def test_a_prospect_ages_and_whoever_is_not_known_yet_has_no_stage():
    days = pd.DataFrame({"customer_id": ["a"], "order_date": [pd.Timestamp("2026-01-31")], "is_purchase_day": True})
    people = _customers(("a", None, "2026-01-31", None, False), ("p", "2026-06-30", None, None, True))
    panel = build_state_panel(days, people, as_of=AS_OF, policy=POLICY)
    of_p = panel.states[:, 1]
    assert (of_p[:5] == UNKNOWN).all()
    assert (of_p[5:] // N_FREQUENCY % N_SILENCE).tolist() == [0, 1, 2, 3]
    assert stage_of(np.array([UNKNOWN])).tolist() == [len(STAGES)]
    assert panel.states.max() <= N_STATES


def test_month_ends_stay_month_ends_and_do_not_reach_before_the_data():
    ends = list_month_ends("2026-04-30", first="2026-01-31", longest=9)
    assert [str(day.date()) for day in ends] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
    inside = list_month_ends("2026-03-30", first="2020-01-01", longest=3)
    assert [str(day.date()) for day in inside] == ["2026-01-30", "2026-02-28", "2026-03-30"]
