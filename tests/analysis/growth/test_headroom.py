import numpy as np
import pandas as pd
import pytest
from simulators.growth import alike, better_quarter

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
    found = headroom.derive_headroom(young.drop(columns=["segment", "region"]))
    assert found["n_alike"].max() == 1500
    none = headroom.derive_headroom(customers.assign(amount=0.0))
    assert set(none["target_source"]) == {UNKNOWN}


def test_columns_that_nobody_has_are_passed_over(customers):
    found = headroom.derive_headroom(customers[["customer_id", "amount", "tenure_days", "rhythm"]])
    assert set(found["alike_on"]) == {"rhythm"}
    assert set(found["target_source"]) == {LOOK_ALIKES}


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
