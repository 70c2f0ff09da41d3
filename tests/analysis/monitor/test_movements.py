"""Movements by hand, and as a property: they add up to the customer, in every group and between any two days."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lab.analysis.monitor.movements import (
    GONE,
    MOVE_NAMES,
    build_moves,
    derive_amount,
    summarise_flows,
    summarise_movements,
    summarise_stages,
)
from portfolio_lab.analysis.stages import STAGES
from portfolio_lab.errors import AnalysisError


def _day(**stages):
    """Stages by customer; whoever is no prospect has bought."""
    days = pd.DataFrame({"customer_id": list(stages), "stage": list(stages.values()), "amount": 10.0})
    return days.assign(has_bought=days["stage"] != "prospect")


@pytest.mark.parametrize(
    ("before", "now", "move"),
    [
        ("active", "pre_inactive", "became_pre_inactive"),
        ("pre_inactive", "active", "back_in_time"),
        ("pre_inactive", "pre_inactive", "stayed"),
        *[(gone, "active", "recovered") for gone in GONE],
        *[(gone, "pre_inactive", "recovered") for gone in GONE],
        *[("active", gone, "lost") for gone in GONE],
        *[("pre_inactive", gone, "lost") for gone in GONE],
        *[("prospect", now, "won") for now in STAGES[1:]],
        *[(None, now, "won") for now in STAGES[1:]],
        (None, "prospect", "other"),
        ("inactivated", "inactive", "other"),
    ],
)
def test_each_move_has_its_name(before, now, move):
    earlier = _day(x="active") if before is None else _day(x="active", a=before)
    moves = build_moves(_day(x="active", a=now), earlier).set_index("customer_id")
    assert moves.loc["a", "move"] == move
    assert moves.loc["x", "move"] == "stayed"


def test_a_prospect_whose_file_is_closed_was_not_won():
    now = _day(asked="ex_customer", back="active").assign(has_bought=[False, True])
    before = _day(asked="prospect", back="ex_customer").assign(has_bought=False)
    assert build_moves(now, before)["move"].tolist() == ["other", "won"]


def test_nobody_may_be_forgotten():
    with pytest.raises(AnalysisError, match="missing on the later"):
        build_moves(_day(a="active"), _day(a="active", b="active"))


def test_amounts_come_from_the_snapshots():
    stages = pd.DataFrame({"customer_id": ["a", "b"], "stage": ["active", "prospect"]})
    snapshots = pd.DataFrame(
        {"customer_id": ["a"], "amount": [7.0], "first_purchase_date": [pd.Timestamp("2026-01-05")]}
    )
    found = derive_amount(stages, snapshots)
    assert found["amount"].tolist() == [7.0, 0.0]
    assert found["has_bought"].tolist() == [True, False]


def test_stages_of_several_days_side_by_side():
    table = summarise_stages({"now": _day(a="active", b="active", c="inactive"), "year": _day(a="prospect")})
    rows = table.set_index("stage")
    assert rows.loc["active", ["n_customers_now", "amount_now", "share_now"]].tolist() == [
        2,
        20.0,
        pytest.approx(2 / 3),
    ]
    assert rows.loc["prospect", ["n_customers_year", "share_year"]].tolist() == [1, 1.0]
    assert rows["share_now"].sum() == pytest.approx(1)
    assert table["stage"].tolist() == list(STAGES)


def test_movements_of_a_group_by_hand():
    now = _day(a="inactive", b="inactivated", c="active", d="active")
    before = _day(a="active", b="pre_inactive", c="active", d="inactive").assign(amount=[5.0, 7.25, 1, 1])
    groups = pd.Series({"a": "Ana", "b": "Ana", "c": "Ben", "d": "Ben"})
    table = summarise_movements(build_moves(now, before), groups).set_index("group")
    assert table.index.tolist() == ["Ana", "Ben"]
    assert table.loc["Ana", ["n_customers", "n_lost", "lost_amount", "n_stayed"]].tolist() == [2, 2, 12.25, 0]
    assert table.loc["Ben", ["n_customers", "n_recovered", "n_stayed", "lost_amount"]].tolist() == [2, 1, 1, 0.0]


people = st.dictionaries(
    st.integers(0, 60).map(lambda n: f"c{n}"), st.tuples(st.none() | st.sampled_from(STAGES), st.sampled_from(STAGES)),
    min_size=1, max_size=40,
)  # fmt: skip


owner_lists = st.lists(st.sampled_from(["Ana", "Ben", None]), min_size=61, max_size=61)


@settings(max_examples=8, deadline=None)
@given(people=people, owners=owner_lists)
def test_movements_add_up_to_the_customer(people, owners):
    _assert_adds_up(people, owners)


@pytest.mark.full
@settings(max_examples=200, deadline=None)
@given(people=people, owners=owner_lists)
def test_movements_add_up_for_many_companies(people, owners):
    _assert_adds_up(people, owners)


def _assert_adds_up(people, owners):
    now = _day(**{name: stage for name, (_, stage) in people.items()})
    before = _day(**{name: stage for name, (stage, _) in people.items() if stage is not None})
    moves = build_moves(now, before)
    flows, stages = summarise_flows(moves), summarise_stages({"now": now, "previous": before}).set_index("stage")
    into = flows.groupby("stage")["n_customers"].sum().reindex(STAGES, fill_value=0)
    out_of = flows.groupby("stage_before")["n_customers"].sum().reindex(STAGES, fill_value=0)
    assert into.to_dict() == stages["n_customers_now"].to_dict()
    assert out_of.to_dict() == stages["n_customers_previous"].to_dict()
    groups = pd.Series({name: owners[int(name[1:])] for name in people}, dtype=object)
    table = summarise_movements(moves, groups)
    named = [f"n_{name}" for name in (*MOVE_NAMES, "other", "stayed")]
    assert (table[named].sum(axis=1) == table["n_customers"]).all()
    assert table["n_customers"].sum() == groups.notna().sum()
    whole = summarise_movements(moves, pd.Series("all", index=list(people))).iloc[0]
    assert whole["n_lost"] == (moves["move"] == "lost").sum()
    assert whole["n_customers"] == len(people)
