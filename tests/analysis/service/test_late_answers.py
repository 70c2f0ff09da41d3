"""Late answers: the planted ratio is recovered, none is found where none was planted."""

import numpy as np
import pandas as pd
import pytest
from simulators.service import served

from portfolio_lab.analysis.service.late_answers import build_late_rows, compare_late_answers, compute_left_shares


def rows_of(seed, *, n=3000, late_ratio=1.0, hazard=0.0006):
    days, cases, as_of = served(np.random.default_rng(seed), n=n, late_ratio=late_ratio, hazard=hazard)
    lines = pd.Series(120.0, index=days["customer_id"].unique())
    return build_late_rows(cases, days, as_of=as_of, late_days=7, inactive_days=lines)


def test_the_planted_ratio_is_recovered():
    effect = compare_late_answers(rows_of(1, late_ratio=3.0))
    assert effect.problem == ""
    assert effect.low < 3.0 < effect.high
    assert effect.low > 1.5
    assert effect.is_clear


def test_without_an_effect_none_is_claimed():
    effect = compare_late_answers(rows_of(2))
    assert effect.low < 1 < effect.high
    assert not effect.is_clear


@pytest.mark.full
def test_the_interval_holds_the_truth_in_most_of_forty_companies():
    """A case may be followed by another that is answered otherwise, which pulls the ratio a little towards 1."""
    effects = [compare_late_answers(rows_of(50 + seed, n=1500, late_ratio=2.0)) for seed in range(40)]
    assert sum(effect.low <= 2.0 <= effect.high for effect in effects) >= 33
    assert np.mean([np.log(effect.hazard_ratio) for effect in effects]) == pytest.approx(np.log(2), abs=0.15)


def by_hand(answered, purchases, *, as_of="2026-09-30"):
    cases = pd.DataFrame(
        {
            "customer_id": ["a"],
            "opened_date": pd.to_datetime(["2026-01-10"]),
            "first_response_date": pd.to_datetime([answered]),
        }
    )
    days = pd.DataFrame({"customer_id": "a", "order_date": pd.to_datetime(purchases), "is_purchase_day": True})
    lines = pd.Series({"a": 120.0})
    return build_late_rows(cases, days, as_of=pd.Timestamp(as_of), late_days=7, inactive_days=lines)


@pytest.mark.parametrize(("answered", "is_late"), [("2026-01-17", 0), ("2026-01-18", 1), (None, 1)])
def test_late_on_both_sides_of_the_line(answered, is_late):
    assert by_hand(answered, ["2025-12-01", "2026-02-01", "2026-03-01"])["is_late"].tolist() == [is_late]


def test_a_customer_counts_from_its_next_purchase_and_leaves_on_its_last():
    """Due on 17 January; bought on 1 February (15 days) and last on 1 March (43 days), silent ever since."""
    row = by_hand("2026-01-11", ["2025-12-01", "2026-02-01", "2026-03-01"]).iloc[0]
    assert (row["entry"], row["duration"], row["event_observed"]) == (15, 44, True)
    assert row["silence"] == pytest.approx(np.log1p(47))


def test_who_may_still_be_there_is_watched_until_the_line_of_inactivity_before_as_of():
    row = by_hand("2026-01-11", ["2025-12-01", "2026-02-01", "2026-03-01"], as_of="2026-06-01").iloc[0]
    assert (row["duration"], row["event_observed"]) == (16, False)  # 1 June less 120 days is 1 February


def test_who_never_bought_again_or_was_silent_already_is_not_compared():
    assert by_hand("2026-01-11", ["2025-12-01"]).empty
    assert by_hand("2026-01-11", ["2025-01-01", "2026-02-01"]).empty
    assert by_hand("2026-01-11", ["2026-02-01"]).empty


def test_too_little_to_compare_is_a_problem_in_words():
    few = rows_of(3, n=60)
    effect = compare_late_answers(few)
    assert "too few" in effect.problem
    assert np.isnan(effect.hazard_ratio)
    assert not effect.is_clear


def test_the_stratum_is_kept_and_an_unknown_one_is_a_group_of_its_own():
    rows = rows_of(4, n=1500, late_ratio=3.0)
    rows["salesperson_id"] = np.where(np.arange(len(rows)) % 3 == 0, None, "s")
    effect = compare_late_answers(rows, stratum="salesperson_id")
    assert effect.stratum == "salesperson_id"
    assert effect.hazard_ratio > 1


def test_shares_count_those_watched_for_the_whole_time():
    rows = pd.DataFrame(
        {"is_late": [1.0, 1.0, 0.0, 0.0], "event_observed": [True, False, False, False], "duration": [9, 180, 180, 50]}
    )
    found = compute_left_shares(rows).set_index("is_late")
    assert found["n"].to_dict() == {0.0: 1, 1.0: 2}
    assert found.loc[1.0, "left_share"] == 0.5
