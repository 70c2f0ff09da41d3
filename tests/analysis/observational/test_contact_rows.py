import numpy as np
import pandas as pd

from portfolio_lab.analysis.observational.cohort import Windows
from portfolio_lab.analysis.observational.contact_rows import (
    NOBODY,
    OTHERS,
    SEVERAL,
    build_contact_rows,
    look_up_stages,
    rank_by_year,
)
from portfolio_lab.analysis.stages import build_stage_stays, build_stages
from portfolio_lab.policy import StagePolicy

AS_OF = pd.Timestamp("2026-06-30")
START = pd.Timestamp("2026-06-01")
WINDOWS = Windows(grace_days=7, follow_days=14, max_silent_days=400)


def test_classes_are_those_of_the_year_before():
    rows = pd.DataFrame(
        {"landmark_date": [AS_OF] * 5 + [AS_OF - pd.Timedelta(days=7)], "amount_year": [79.0, 2.0, 14.0, 5.0, 0.0, 1.0]}
    )
    assert rank_by_year(rows, cuts=(80.0, 95.0)).tolist() == ["A", "C", "A", "B", "C", "A"]
    computed = rank_by_year(rows, cuts="computed")
    assert computed.iloc[0] == "A" and computed.iloc[4] == "C"


def test_each_row_has_the_one_channel_of_its_week():
    ids = [f"c{i:03d}" for i in range(200)]
    orders = pd.DataFrame({"customer_id": ids, "order_date": START - pd.Timedelta(days=200), "amount": 1.0})
    log = pd.DataFrame({"customer_id": ids[:90], "contact_date": START, "channel": ["visit"] * 40 + ["call"] * 50})
    also = pd.DataFrame({"customer_id": ids[5:9], "contact_date": START, "channel": "visit"})
    twice = pd.DataFrame({"customer_id": [ids[0], ids[1]], "contact_date": START, "channel": ["call", None]})
    few = pd.DataFrame({"customer_id": ids[90:110], "contact_date": START, "channel": ["letter", "fair"] * 10})
    late = pd.DataFrame({"customer_id": [ids[150]], "contact_date": START + pd.Timedelta(days=7), "channel": "visit"})
    rows = build_contact_rows(
        orders.assign(is_purchase_day=True),
        pd.concat([log, also, twice, few, late], ignore_index=True),
        dates=[START],
        as_of=AS_OF,
        windows=WINDOWS,
    )
    channel = rows.set_index("customer_id")["channel"]
    assert channel[ids[0]] == channel[ids[1]] == SEVERAL and channel[ids[150]] == NOBODY
    assert channel.value_counts().to_dict() == {NOBODY: 90, "call": 50, "visit": 38, OTHERS: 20, SEVERAL: 2}
    assert ((rows["channel"] != NOBODY) == rows["is_treated"]).all()


def test_the_stage_is_that_of_the_day_before_and_no_later_order_changes_it():
    rng = np.random.default_rng(3)
    day = START - pd.to_timedelta(rng.integers(1, 400, 300), unit="D")
    orders = pd.DataFrame({"customer_id": [f"c{i % 120:03d}" for i in range(300)], "order_date": day})
    on_the_day = pd.DataFrame({"customer_id": orders["customer_id"].unique(), "order_date": START})
    customers = pd.DataFrame({"customer_id": orders["customer_id"].unique()})
    rows = customers.assign(landmark_date=START)
    policy = StagePolicy()
    stays = build_stage_stays(pd.concat([orders, on_the_day]), customers, as_of=AS_OF, policy=policy)
    known = build_stages(orders, customers, as_of=START - pd.Timedelta(days=1), policy=policy)
    expected = known.set_index("customer_id").loc[rows["customer_id"], "stage"]
    found = look_up_stages(rows, stays)
    assert found.tolist() == expected.tolist() and len(set(found)) >= 3
    later = look_up_stages(rows.assign(landmark_date=START + pd.Timedelta(days=1)), stays)
    assert set(later) == {"active"}


def test_who_had_no_stage_yet_has_none():
    since = [START, START - pd.Timedelta(days=9)]
    stays = pd.DataFrame({"customer_id": ["b", "c"], "stage": ["active", "inactive"], "start_date": since})
    rows = pd.DataFrame({"customer_id": ["a", "b", "c", "d"], "landmark_date": START})
    assert look_up_stages(rows, stays).tolist() == ["not known", "not known", "inactive", "not known"]
