import numpy as np
import pandas as pd
import pytest
from simulators.growth import alike, better_quarter, sized

from portfolio_lab.analysis.growth import headroom
from portfolio_lab.analysis.growth.headroom import LOOK_ALIKES, ONCE, POTENTIAL, UNKNOWN


@pytest.fixture(scope="module")
def customers():
    return alike(np.random.default_rng(4), n=1500)


def test_the_true_better_quarter_of_each_group_is_recovered(customers):
    found = headroom.derive_headroom(customers)
    for segment, members in found.groupby("segment"):
        assert members["target_amount"].mean() == pytest.approx(better_quarter(segment), rel=0.06)
    room = found.groupby("segment")["headroom_amount"].sum()
    true = customers.assign(t=customers["segment"].map(better_quarter))
    expected = (true["t"] - true["amount"]).clip(lower=0).groupby(true["segment"]).sum()
    assert room.to_numpy() == pytest.approx(expected.to_numpy(), rel=0.08)


def test_the_percentile_leaves_the_customer_itself_out(customers):
    """Against numpy over the other customers, one by one."""
    some = customers.groupby("segment").head(40).reset_index(drop=True)
    found = headroom.derive_headroom(some)
    for row in found.iloc[[0, 17, 45, 79]].itertuples():
        others = some[(some["segment"] == row.segment) & (some["customer_id"] != row.customer_id)]["amount"]
        assert row.n_alike == len(others) == 39
        assert row.look_alike_amount == pytest.approx(np.quantile(others, 0.75))


def test_a_potential_comes_before_look_alikes_and_nobody_has_less_than_no_room(customers):
    known = customers.assign(potential_amount=np.where(customers.index == 0, 10.0, np.nan))
    first = headroom.derive_headroom(known).iloc[0]
    assert (first["target_source"], first["target_amount"], first["headroom_amount"]) == (POTENTIAL, 10.0, 0.0)
    assert first["look_alike_amount"] > 0


def test_the_widest_likeness_with_enough_customers_is_taken(customers):
    few = customers.groupby("segment").head(21).assign(region=[f"r{i % 7}" for i in range(42)])
    found = headroom.derive_headroom(few.reset_index(drop=True))
    assert set(found["alike_on"]) == {"segment, rhythm"}
    assert set(headroom.derive_headroom(few.groupby("segment").head(20).reset_index(drop=True))["alike_on"]) == {
        "rhythm"
    }
    alone = headroom.derive_headroom(few.head(20).reset_index(drop=True))
    assert set(alone["target_source"]) == {UNKNOWN}
    assert alone["headroom_amount"].sum() == 0


def test_young_customers_and_those_who_did_not_buy_are_nobodys_measure(customers):
    young = customers.assign(tenure_days=np.where(customers["segment"] == "retail", 364.0, 365.0))
    found = headroom.derive_headroom(young.drop(columns=["region"]))
    assert found["n_alike"].max() == 1500
    none = headroom.derive_headroom(customers.assign(amount=0.0))
    assert set(none["target_source"]) == {UNKNOWN}


def test_columns_that_nobody_has_are_passed_over(customers):
    found = headroom.derive_headroom(customers.drop(columns="region"))
    assert set(found["alike_on"]) == {"segment, rhythm"}
    assert set(found["target_source"]) == {LOOK_ALIKES}


@pytest.mark.parametrize("segment", [None, "all"])
def test_who_is_alike_in_nothing_but_rhythm_has_no_target(customers, segment):
    """Everybody is not a group: without attributes, or with one segment for all, nothing says who is alike."""
    bare = customers.drop(columns="region").assign(segment=segment)
    found = headroom.derive_headroom(bare)
    assert set(found["target_source"]) == {UNKNOWN}
    assert found["headroom_amount"].sum() == 0


def test_without_attributes_the_true_better_quarter_of_each_size_is_recovered():
    """Sizes over three powers of ten; the truth is from a hundred times as many customers of the same kind."""
    found = headroom.derive_headroom(sized(np.random.default_rng(5), n=8_000))
    many = sized(np.random.default_rng(6), n=200_000)
    true = many.groupby("level")["amount"].quantile(0.75)
    told = found[found["target_source"] == LOOK_ALIKES].groupby("level")["target_amount"].agg(["mean", "size"])
    told = told[told["size"] >= 300]
    assert len(told) >= 5
    assert told["mean"].to_numpy() == pytest.approx(true[told.index].to_numpy(), rel=0.08)
    small = found[found["before"].between(28, 96)]
    assert len(small) > 200
    assert small["target_amount"].max() < 300 < np.quantile(found["amount"], 0.75)


def test_levels_and_tenures_on_both_sides_of_each_line():
    before, days = pd.Series([31.9, 32.0, 64.0, 0.0, None, 50.0]), pd.Series([365.0, 546, 547, 800, 800, 364])
    found = headroom.derive_level(before, days)
    assert found["level"].fillna("").tolist() == ["16 to 32", "32 to 64", "64 to 128", "", "", ""]
    assert found["tenure"].fillna("").tolist() == ["1 to 1½ years", "1 to 1½ years", "1½ to 2 years", "", "", ""]


@pytest.mark.parametrize(
    ("gap", "rhythm"),
    [
        (30.0, "weekly to monthly"),
        (30.1, "every two months"),
        (60.0, "every two months"),
        (120.1, "rarer"),
        (None, ONCE),
    ],
)
def test_rhythm_on_both_sides_of_each_line(gap, rhythm):
    assert headroom.derive_rhythm(pd.DataFrame({"mean_gap_days": [gap]}, dtype=float)).tolist() == [rhythm]


def test_the_last_year_opens_after_its_first_day():
    days = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b"],
            "order_date": pd.to_datetime(["2025-09-30", "2025-10-01", "2026-09-30", "2026-10-01"]),
            "amount": [1.0, 2.0, 4.0, 8.0],
        }
    )
    assert headroom.sum_last_year(days, as_of=pd.Timestamp("2026-09-30")).to_dict() == {"a": 6.0}
    assert headroom.sum_last_year(days, as_of=pd.Timestamp("2026-10-01")).to_dict() == {"a": 4.0, "b": 8.0}


def test_summaries_add_up(customers):
    found = headroom.derive_headroom(customers)
    table = headroom.summarise_headroom(found, ["segment"])
    assert table["segment"].tolist() == ["retail", "industry"]
    assert table["headroom_amount"].sum() == pytest.approx(found["headroom_amount"].sum())
    assert table["headroom_share"].sum() == pytest.approx(1)
    assert headroom.summarise_sources(found)["n_customers"].tolist() == [3000]
    assert headroom.summarise_headroom(found.assign(headroom_amount=0.0), ["segment"])["headroom_share"].sum() == 0


def test_look_alikes_are_tried_on_those_whose_potential_is_known(customers):
    known = customers.assign(potential_amount=customers["segment"].map(better_quarter))
    found = headroom.compare_targets(headroom.derive_headroom(known))
    assert found["n"] == 3000
    assert found["median_ratio"] == pytest.approx(1, abs=0.05)
    assert found["within_half_share"] == 1
    assert np.isnan(headroom.compare_targets(headroom.derive_headroom(customers))["median_ratio"])
