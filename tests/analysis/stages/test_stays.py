import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.stages.ladder import build_stages
from portfolio_lab.analysis.stages.stays import build_stage_stays
from portfolio_lab.policy import StagePolicy, StageRule

POLICY = StagePolicy(rules=(StageRule(pre_inactive_days=10, inactive_days=20),), inactivated_days=5)


def order_days(**days: list[str]) -> pd.DataFrame:
    rows = [(customer, pd.Timestamp(day)) for customer, dates in days.items() for day in dates]
    return pd.DataFrame(rows, columns=["customer_id", "order_date"]).assign(is_purchase_day=True)


def stays(days: pd.DataFrame, people: pd.DataFrame | None = None, as_of: str = "2026-02-28") -> list[tuple]:
    people = pd.DataFrame({"customer_id": pd.Series(dtype=object)}) if people is None else people
    table = build_stage_stays(days, people, as_of=as_of, policy=POLICY)
    return [
        (row.stage, f"{row.start_date:%m-%d}", "" if pd.isna(row.end_date) else f"{row.end_date:%m-%d}")
        for row in table.itertuples()
    ]


def test_stays_touch_and_a_purchase_of_an_active_customer_starts_none():
    assert stays(order_days(a=["2026-01-01", "2026-01-11", "2026-01-22"]), as_of="2026-02-28") == [
        ("active", "01-01", "01-21"),
        ("pre_inactive", "01-21", "01-22"),
        ("active", "01-22", "02-01"),
        ("pre_inactive", "02-01", "02-11"),
        ("inactivated", "02-11", "02-16"),
        ("inactive", "02-16", ""),
    ]


def test_a_stay_that_ends_the_day_after_as_of_is_still_open():
    assert stays(order_days(a=["2026-01-01"]), as_of="2026-01-10") == [("active", "01-01", "")]
    assert stays(order_days(a=["2026-01-01"]), as_of="2026-01-11")[-1] == ("pre_inactive", "01-11", "")


@pytest.mark.parametrize(
    ("closed", "expected"),
    [
        ("2026-01-05", [("active", "01-01", "01-05"), ("ex_customer", "01-05", "01-08"), ("active", "01-08", "")]),
        ("2026-01-08", [("active", "01-01", "01-08"), ("ex_customer", "01-08", "")]),
        ("2025-12-01", [("active", "01-01", "")]),
    ],
)
def test_a_closure_opens_a_stay_until_the_next_purchase(closed, expected):
    people = pd.DataFrame({"customer_id": ["a"], "closed_date": pd.to_datetime([closed])})
    assert stays(order_days(a=["2026-01-01", "2026-01-08"]), people, as_of="2026-01-09") == expected


def test_on_any_day_the_stay_says_what_the_stage_table_says():
    rng = np.random.default_rng(7)
    frame = pd.DataFrame(
        {
            "customer_id": rng.integers(0, 80, 600).astype(str),
            "order_date": pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 400, 600), unit="D"),
            "is_purchase_day": True,
        }
    )
    people = pd.DataFrame(
        {"customer_id": [str(i) for i in range(80)], "segment": ["s", "t"] * 40, "closed_date": pd.NaT}
    )
    people.loc[:20, "closed_date"] = pd.Timestamp("2026-06-01")
    policy = StagePolicy(
        rules=(StageRule(segment="s", family="own_cycle", pre_inactive_at=1, inactive_at=2, typical_gap_days=30),
               StageRule(pre_inactive_days=20, inactive_days=50)),
        ex_customer_days=151,
    )  # fmt: skip
    table = build_stage_stays(frame, people, as_of="2027-06-01", policy=policy)
    for day in pd.date_range("2026-01-15", "2027-05-31", freq="23D"):
        there = table[(table["start_date"] <= day) & ~(table["end_date"] <= day)]
        assert there["customer_id"].is_unique
        stages = build_stages(frame, people, as_of=day, policy=policy)
        bought = stages[stages["last_purchase_date"].notna()].set_index("customer_id")["stage"]
        pd.testing.assert_series_equal(there.set_index("customer_id")["stage"].sort_index(), bought.sort_index())
