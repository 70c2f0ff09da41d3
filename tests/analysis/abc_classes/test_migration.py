"""Movement between two days."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.abc_classes.migration import (
    build_migration,
    classify_earlier,
    compute_kappa,
    compute_transition_shares,
    list_movers,
    summarise_migration,
    summarise_stays,
    summarise_transitions,
)
from portfolio_lab.errors import AnalysisError

BEFORE, AFTER = "AAABBBBCCCCC", "AABABBCCCCCB"


def _classes(letters, amounts=None, ids=None) -> pd.DataFrame:
    letters = list(letters)
    return pd.DataFrame(
        {
            "customer_id": ids or [f"c{i:02d}" for i in range(len(letters))],
            "abc_class": letters,
            "amount": np.array(amounts if amounts is not None else [1.0] * len(letters), dtype=float),
        }
    )


@pytest.fixture
def moved() -> pd.DataFrame:
    """Five known before, one new: one stays in A, one falls to B, one is lost from C, one wakes, one sleeps on."""
    before = _classes(["A", "A", "C", "C0", "C0"], [60, 30, 10, 0, 0], list("abcde"))
    after = _classes(["A", "B", "C0", "B", "C0", "C"], [70, 12, 0, 15, 0, 3], list("abcdef"))
    return build_migration(before, after)


def test_published_transitions_agreement_and_kappa():
    migration = build_migration(_classes(BEFORE), _classes(AFTER))
    shares = compute_transition_shares(summarise_transitions(migration))
    expected = [[0.6667, 0.3333, 0], [0.25, 0.5, 0.25], [0, 0.2, 0.8]]
    assert shares.loc[list("ABC"), list("ABC")].to_numpy() == pytest.approx(np.array(expected), abs=5e-5)
    summary = summarise_migration(migration)
    assert summary.stay_rate == pytest.approx(0.6667, abs=5e-5)
    assert summary.kappa == pytest.approx(0.489362, abs=5e-7)


def test_states_of_new_lost_awake_and_asleep(moved):
    states = moved.set_index("customer_id")[["state_before", "state_after"]].apply("→".join, axis=1)
    assert states.to_dict() == {"a": "A→A", "b": "A→B", "c": "C→lost", "d": "C0→B", "e": "C0→C0", "f": "new→C"}


def test_who_is_no_longer_classified_is_lost():
    migration = build_migration(_classes("AN"), _classes("A", ids=["other"]))
    assert migration["state_after"].tolist() == ["lost", "lost", "A"]
    assert migration["class_after"].tolist() == ["C0", "C0", "A"]
    assert migration["after_amount"].tolist() == [0.0, 0.0, 1.0]


def test_every_state_is_in_the_table_and_rows_sum_to_one(moved):
    transitions = summarise_transitions(moved)
    assert list(transitions.index) == ["A", "B", "C", "C0", "N", "new"]
    assert list(transitions.columns) == ["A", "B", "C", "C0", "N", "lost"]
    assert transitions.to_numpy().sum() == len(moved)
    shares = compute_transition_shares(transitions)
    assert shares.sum(axis=1)[["A", "C", "C0", "new"]].tolist() == pytest.approx([1.0] * 4)
    assert shares.loc[["B", "N"]].isna().all().all()


def test_stays_weighted_by_customers_and_by_value(moved):
    stays = summarise_stays(moved).set_index("abc_class")
    assert (stays.loc["A", "n_before"], stays.loc["A", "n_stayed"]) == (2, 1)
    assert stays.loc["A", "stay_rate"] == 0.5
    assert stays.loc["A", "value_stay_rate"] == pytest.approx(60 / 90)
    assert stays.loc["C0", "stay_rate"] == 0.5
    assert np.isnan(stays.loc["C0", "value_stay_rate"]) and np.isnan(stays.loc["B", "stay_rate"])


def test_summary_by_hand(moved):
    summary = summarise_migration(moved)
    assert (summary.n_before, summary.n_new, summary.n_lost, summary.n_up, summary.n_down) == (5, 1, 1, 1, 1)
    assert summary.stay_rate == pytest.approx(2 / 5)
    assert summary.value_stay_rate == pytest.approx(0.6)
    assert (summary.lost_amount, summary.new_amount) == (10.0, 3.0)


def test_a_net_negative_value_before_has_no_weight():
    before, after = _classes(["A", "N"], [10, -90]), _classes(["A", "C"], [10, 5])
    assert summarise_migration(build_migration(before, after)).value_stay_rate == 1.0


def test_the_first_day_of_a_company_has_no_rates():
    summary = summarise_migration(build_migration(_classes(""), _classes("AB")))
    assert (summary.n_before, summary.n_new) == (0, 2)
    assert (summary.stay_rate, summary.value_stay_rate, summary.kappa) == (None, None, None)


@pytest.mark.parametrize(
    ("before", "after", "kappa"), [("AB", "AB", 1.0), ("AB", "BA", -1.0), ("AA", "AA", None), ("AABB", "ABAB", 0.0)]
)
def test_kappa(before, after, kappa):
    assert compute_kappa(pd.Series(list(before)), pd.Series(list(after))) == kappa


def test_movers_by_size_of_the_change(moved):
    movers = list_movers(moved)
    assert movers["customer_id"].tolist() == ["b", "d", "c", "f"]
    assert movers["change_amount"].tolist() == [-18.0, 15.0, -10.0, 3.0]


def test_nobody_on_either_day_is_refused():
    with pytest.raises(AnalysisError, match="nobody is classified"):
        build_migration(_classes(""), _classes(""))


def test_an_earlier_day_is_classified_by_the_same_rule(snapshots):
    earlier = classify_earlier(snapshots, criterion="margin", cuts=(60, 95))
    assert earlier["abc_class"].tolist() == ["A", "B", "C0"]
    assert earlier["amount"].tolist() == [90.0, 30.0, 0.0]


@pytest.mark.parametrize(
    "change",
    [{"first_order_date": pd.NaT}, {"amount": 0.0}, {"amount": [900.0, np.nan, 0.0, 0.0]}],
    ids=["nobody ordered", "nobody positive", "not recorded"],
)
def test_a_day_without_classes_has_no_rows(snapshots, change):
    earlier = classify_earlier(snapshots.assign(**change), criterion="amount", cuts=(80, 95))
    assert earlier.empty
    migration = build_migration(earlier, _classes("AB"))
    assert migration["state_before"].tolist() == ["new", "new"]
