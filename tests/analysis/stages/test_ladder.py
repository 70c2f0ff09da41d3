import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.stages.ladder import LADDER, STAGES, build_stages, match_rules, typical_rule_days
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import StagePolicy, StageRule

BOUGHT = pd.Timestamp("2026-01-01")
FIXED = StagePolicy()

FITTED = {
    "first_never_share": 0.5, "first_scale_days": 60.0, "first_shape": 1.2,
    "later_never_share": 0.1, "later_scale_days": 40.0, "later_shape": 2.0, "cycle_power": 1.0,
}  # fmt: skip
FAMILIES = {
    "fixed_days": StageRule(),
    "own_cycle": StageRule(family="own_cycle", pre_inactive_at=1.5, inactive_at=3, typical_gap_days=40),
    "gap_tail": StageRule(
        family="gap_tail", pre_inactive_at=0.2, inactive_at=0.02, typical_gap_days=40, regularity=2.0
    ),
    "purchases_in_months": StageRule(family="purchases_in_months", min_purchase_days=3, window_months=4),
    "falling_frequency": StageRule(
        family="falling_frequency", pre_inactive_at=0.7, window_months=4, typical_gap_variation=0.5
    ),
    "hazard": StageRule(
        family="hazard", pre_inactive_at=0.4, inactive_at=0.1, typical_gap_days=40, horizon_days=90, fitted=FITTED
    ),
    "return_probability": StageRule(
        family="return_probability", pre_inactive_at=0.5, inactive_at=0.1, horizon_days=90, model="mbg_nbd",
        fitted={"r": 0.9, "alpha": 30.0, "a": 0.5, "b": 3.0},
    ),
    "pareto": StageRule(
        family="return_probability", pre_inactive_at=0.5, inactive_at=0.1, horizon_days=90, model="pareto_nbd",
        fitted={"r": 0.9, "alpha": 30.0, "s": 0.6, "beta": 80.0},
    ),
}  # fmt: skip


def order_days(**days: list[str]) -> pd.DataFrame:
    rows = [(customer, pd.Timestamp(day)) for customer, dates in days.items() for day in dates]
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date"])
    return frame.assign(is_purchase_day=True)


def customers(*ids: str, **columns) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": pd.Series(ids, dtype=object), **columns})


def stage_after(days: int, policy: StagePolicy = FIXED) -> pd.Series:
    table = build_stages(
        order_days(a=["2026-01-01"]), customers("a"), as_of=BOUGHT + pd.Timedelta(days=days), policy=policy
    )
    return table.iloc[0]


@pytest.mark.parametrize(
    ("days", "stage", "next_stage", "next_day"),
    [
        (0, "active", "pre_inactive", 60),
        (59, "active", "pre_inactive", 60),
        (60, "pre_inactive", "inactivated", 120),
        (119, "pre_inactive", "inactivated", 120),
        (120, "inactivated", "inactive", 150),
        (149, "inactivated", "inactive", 150),
        (150, "inactive", "ex_customer", 365),
        (364, "inactive", "ex_customer", 365),
        (365, "ex_customer", None, None),
    ],
)
def test_both_sides_of_every_line_and_the_day_of_the_next_move(days, stage, next_stage, next_day):
    row = stage_after(days, StagePolicy(ex_customer_days=365))
    assert row["stage"] == stage
    assert row["days_since_last_order"] == days
    assert row["next_stage"] == next_stage
    if next_day is None:
        assert pd.isna(row["enters_next_stage_date"])
    else:
        assert row["enters_next_stage_date"] == BOUGHT + pd.Timedelta(days=next_day)
    assert row["pre_inactive_date"] == BOUGHT + pd.Timedelta(days=60)
    assert row["inactive_date"] == BOUGHT + pd.Timedelta(days=120)


def test_without_a_line_for_ex_customers_an_inactive_one_moves_no_further():
    row = stage_after(5000)
    assert row["stage"] == "inactive"
    assert pd.isna(row["next_stage"])
    assert pd.isna(row["enters_next_stage_date"])


def test_a_stage_of_no_length_is_skipped():
    policy = StagePolicy(
        rules=(StageRule(family="purchases_in_months", min_purchase_days=2, window_months=12, inactive_days=120),)
    )
    row = stage_after(119, policy)
    assert (row["stage"], row["next_stage"]) == ("active", "inactivated")
    assert stage_after(120, policy)["stage"] == "inactivated"


def test_prospects_have_no_purchase_and_go_nowhere_by_silence():
    table = build_stages(order_days(), customers("p"), as_of="2026-01-01", policy=FIXED)
    assert table["stage"].tolist() == ["prospect"]
    assert table[["last_purchase_date", "enters_next_stage_date", "next_stage"]].isna().to_numpy().all()


def test_a_first_purchase_after_as_of_leaves_a_prospect():
    days = order_days(a=["2026-01-02"])
    assert build_stages(days, customers("a"), as_of="2026-01-01", policy=FIXED)["stage"].tolist() == ["prospect"]
    assert build_stages(days, customers("a"), as_of="2026-01-02", policy=FIXED)["stage"].tolist() == ["active"]


@pytest.mark.parametrize(
    ("closed", "as_of", "stage"),
    [
        ("2026-01-20", "2026-01-19", "active"),
        ("2026-01-20", "2026-01-20", "ex_customer"),
        ("2026-01-10", "2026-01-20", "active"),
        ("2026-01-15", "2026-01-20", "ex_customer"),
        (None, "2026-01-20", "active"),
    ],
)
def test_closure_makes_an_ex_customer_from_its_day_on_until_a_later_purchase(closed, as_of, stage):
    people = customers("a", closed_date=pd.to_datetime([closed]))
    table = build_stages(order_days(a=["2026-01-01", "2026-01-15"]), people, as_of=as_of, policy=FIXED)
    assert table["stage"].tolist() == [stage]
    if stage == "ex_customer":
        assert table[["next_stage", "enters_next_stage_date"]].isna().to_numpy().all()


def test_first_rule_whose_segment_matches_wins_and_the_star_takes_the_rest():
    policy = StagePolicy(
        version="7",
        rules=(StageRule(segment="hotel", pre_inactive_days=10, inactive_days=20), StageRule()),
    )
    days = order_days(a=["2026-01-01"], b=["2026-01-01"], c=["2026-01-01"])
    people = customers("a", "b", "c", segment=["hotel", "bar", None])
    table = build_stages(days, people, as_of="2026-01-16", policy=policy)
    assert table["stage"].tolist() == ["pre_inactive", "active", "active"]
    assert table["rule_segment"].tolist() == ["hotel", "*", "*"]
    assert set(table["stage_version"]) == {"7"}


def test_a_customer_without_a_matching_rule_is_refused():
    policy = StagePolicy.model_construct(rules=(StageRule(segment="hotel"),), inactivated_days=30)
    with pytest.raises(AnalysisError, match=r"matches no stage rule \(found 'bar'\)"):
        match_rules(pd.Series(["hotel", "bar"]), policy)


def test_a_customer_twice_is_refused():
    with pytest.raises(AnalysisError, match=r"stands twice in customers \(found 'a'\)"):
        build_stages(order_days(), customers("a", "a"), as_of="2026-01-01", policy=FIXED)


def test_orders_of_unknown_customers_count():
    table = build_stages(order_days(x=["2026-01-01"]), customers("a"), as_of="2026-01-01", policy=FIXED)
    assert table.set_index("customer_id")["stage"].to_dict() == {"a": "prospect", "x": "active"}


def test_typical_days_are_the_median_over_active_customers():
    rule = StagePolicy(rules=(FAMILIES["own_cycle"],))
    days = order_days(a=["2026-01-01"], b=["2026-01-01", "2026-01-11"], c=["2024-01-01"])
    table = build_stages(days, customers(), as_of="2026-01-20", policy=rule)
    lines = table.set_index("customer_id").loc[["a", "b"], "inactive_days"]
    assert typical_rule_days(table)[1] == int(lines.median())
    with pytest.raises(AnalysisError, match="nobody has bought yet"):
        typical_rule_days(build_stages(order_days(), customers("a"), as_of="2026-01-20", policy=rule))


def random_histories(n: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    n_purchases = rng.geometric(0.25, n)
    who = np.repeat(np.arange(n), n_purchases)
    gaps = np.ceil(rng.gamma(rng.choice([0.5, 1, 4], len(who)), 40 * np.exp(rng.normal(0, 1, n))[who]) + 0.01)
    starts = np.repeat(rng.integers(0, 500, n), n_purchases)
    first = np.r_[True, who[1:] != who[:-1]]
    total = np.cumsum(np.where(first, 0, gaps))
    offset = total - np.repeat(total[first], n_purchases)
    day = (starts + offset).clip(max=1500).astype(int)
    return pd.DataFrame(
        {
            "customer_id": [f"c{i:05d}" for i in who],
            "order_date": pd.Timestamp("2020-01-01") + pd.to_timedelta(day, unit="D"),
            "is_purchase_day": True,
        }
    )


@pytest.mark.parametrize("family", [family for family in FAMILIES if family != "pareto"])
def test_in_silence_a_customer_only_moves_towards_inactivity(family):
    """10,000 random histories, every family: no flicker, one stage each, and the announced day is kept."""
    policy = StagePolicy(rules=(FAMILIES[family],), ex_customer_days=900)
    days = random_histories(10_000, seed=len(family))
    rank = {stage: position for position, stage in enumerate(STAGES)}
    before, n_moves = None, 0
    for as_of in pd.date_range("2020-06-30", "2024-06-30", freq="183D"):
        now = build_stages(days, customers(), as_of=as_of, policy=policy).set_index("customer_id")
        assert now.index.is_unique
        assert now["stage"].isin(LADDER).all()
        if before is not None:
            then = before.reindex(now.index)
            silent = then["last_purchase_date"] == now["last_purchase_date"]
            moved = now["stage"].map(rank)[silent] - then["stage"].map(rank)[silent]
            assert (moved >= 0).all()
            assert ((moved > 0) == (then["enters_next_stage_date"][silent] <= as_of)).all()
            n_moves += int((moved > 0).sum())
        before = now
    assert n_moves > 3_000


@pytest.mark.parametrize("family", FAMILIES)
def test_on_the_announced_day_and_not_before_the_customer_is_in_the_announced_stage(family):
    policy = StagePolicy(rules=(FAMILIES[family],))
    days = random_histories(300, seed=3)
    table = build_stages(days, customers(), as_of="2021-06-30", policy=policy).set_index("customer_id")
    for row in table.dropna(subset=["enters_next_stage_date"]).sample(8, random_state=1).itertuples():
        past = days[(days["customer_id"] == row.Index) & (days["order_date"] <= "2021-06-30")]
        day = row.enters_next_stage_date
        on = build_stages(past, customers(), as_of=day, policy=policy).iloc[0]
        eve = build_stages(past, customers(), as_of=day - pd.Timedelta(days=1), policy=policy).iloc[0]
        assert (eve["stage"], on["stage"]) == (row.stage, row.next_stage)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_future_changes_nothing(family):
    """Sentinels: rows after as_of deleted, and made-up rows after as_of added, leave the table as it was."""
    policy = StagePolicy(rules=(FAMILIES[family],))
    as_of = pd.Timestamp("2021-06-30")
    days = random_histories(2_000, seed=5)
    past = days[days["order_date"] <= as_of]
    fake = past.assign(order_date=as_of + pd.Timedelta(days=1))
    whole = build_stages(days, customers(*past["customer_id"].unique()), as_of=as_of, policy=policy)
    cut = build_stages(past, customers(*past["customer_id"].unique()), as_of=as_of, policy=policy)
    more = build_stages(pd.concat([days, fake]), customers(*past["customer_id"].unique()), as_of=as_of, policy=policy)
    pd.testing.assert_frame_equal(whole, cut, check_exact=True)
    pd.testing.assert_frame_equal(whole, more, check_exact=True)


def test_inputs_stay_as_they_were():
    days, people = order_days(a=["2026-01-01"]), customers("a", closed_date=pd.to_datetime(["2026-02-01"]))
    copies = days.copy(deep=True), people.copy(deep=True)
    build_stages(days, people, as_of="2026-01-15", policy=FIXED)
    pd.testing.assert_frame_equal(days, copies[0])
    pd.testing.assert_frame_equal(people, copies[1])
