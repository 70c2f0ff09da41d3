import pandas as pd
import pytest

from portfolio_lab.analysis.abc_classes.stage_mix import (
    NOBODY,
    cross_stages,
    list_known_columns,
    summarise_stage_mix,
)


@pytest.fixture
def customers() -> pd.DataFrame:
    rows = [("1", "A", 100.0, "Ada"), ("2", "A", 50.0, "Ada"), ("3", "A", 60.0, None), ("4", "N", -5.0, "Bo")]
    return pd.DataFrame(rows, columns=["customer_id", "abc_class", "amount", "owner"])


@pytest.fixture
def stages() -> pd.DataFrame:
    return pd.DataFrame(
        {"customer_id": ["4", "3", "2", "1"], "stage": ["ex_customer", "active", "pre_inactive", "pre_inactive"]}
    )


def test_counts_and_money_by_class_stage_and_owner(customers, stages):
    mix = summarise_stage_mix(customers, stages)
    assert mix.to_numpy().tolist() == [
        ["A", "active", NOBODY, 1, 60.0],
        ["A", "pre_inactive", "Ada", 2, 150.0],
        ["N", "ex_customer", "Bo", 1, -5.0],
    ]


def test_nothing_is_lost_between_the_two_readings(customers, stages):
    counts, amounts = cross_stages(summarise_stage_mix(customers, stages))
    assert counts.columns.tolist() == ["active", "pre_inactive", "ex_customer"]
    assert counts.index.tolist() == ["A", "N"]
    assert counts.to_numpy().sum() == 4
    assert amounts.to_numpy().sum() == pytest.approx(205.0)
    assert counts.loc["A", "pre_inactive"] == 2


@pytest.mark.parametrize("owners", [[NOBODY, NOBODY], [None, None]])
def test_columns_on_people_are_left_out_where_nobody_is_known(owners):
    bare = pd.DataFrame({"stage": ["active"] * 2, "owner": owners, "n_owners": 0, "last_contact_date": pd.NaT})
    assert list_known_columns(bare) == ("stage",)
    known = bare.assign(owner=["Ada", None], n_owners=[0, 1], last_contact_date=[pd.Timestamp("2026-01-01"), pd.NaT])
    assert list_known_columns(known) == tuple(bare)
    assert list_known_columns(known.assign(name=None)) == tuple(bare)


def test_inputs_stay_as_they_were(customers, stages):
    copies = customers.copy(deep=True), stages.copy(deep=True)
    summarise_stage_mix(customers, stages)
    pd.testing.assert_frame_equal(customers, copies[0])
    pd.testing.assert_frame_equal(stages, copies[1])
