import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.spells import Truncation
from portfolio_lab.analysis.survival.guards import (
    assert_event_dates,
    find_gone_stale,
    find_one_time_buyers,
    find_overfit,
    find_purge,
    find_seasonal,
    find_thin_groups,
    find_truncation,
    find_unknown_customers,
)
from portfolio_lab.errors import AnalysisError

OPENING = pd.Timestamp("2020-01-01")
AS_OF = pd.Timestamp("2024-12-31")


def spells(n=40, *, last_days=100, returned_after=None):
    """``n`` customers who bought on the first day and once more, and (if asked) came back after going quiet."""
    last = OPENING + pd.Timedelta(days=last_days)
    first = pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(n)],
            "spell_number": 1,
            "start_date": OPENING,
            "last_purchase_date": last,
            "end_date": last + pd.Timedelta(days=120),
            "event_observed": True,
            "inactive_days": 120.0,
            "n_purchase_days": 2,
        }
    )
    if returned_after is None:
        return first
    back = first["end_date"] + pd.Timedelta(days=returned_after)
    second = first.assign(
        spell_number=2, start_date=back, last_purchase_date=back, end_date=AS_OF, event_observed=False
    )
    return pd.concat([first, second], ignore_index=True)


def test_dated_back_events_stop_the_analysis():
    assert_event_dates(spells())
    backdated = spells().assign(end_date=lambda s: s["last_purchase_date"])
    with pytest.raises(AnalysisError, match="inactivations are dated back"):
        assert_event_dates(backdated)


def test_truncation_is_told_only_when_there_is_one():
    found = find_truncation(Truncation(900, 100.0, 9.0, True), n_unknown=50, n_late=850)
    assert "900 customers seem to begin when the order history does, 9.0 times as many" in found[0].sentence
    old = "850 of known age are counted from the day on which we could watch them"
    unknown = "50 of unknown age are left out of curves over age."
    assert found[0].sentence.endswith(f"most were customers before. {old}; {unknown}")
    truncated = Truncation(900, 100.0, 9.0, True)
    assert find_truncation(truncated, n_unknown=0, n_late=850)[0].sentence.endswith(f"before. {old}.")
    assert find_truncation(truncated, n_unknown=50, n_late=0)[0].sentence.endswith(f"before. {unknown}")
    assert find_truncation(Truncation(90, 100.0, 0.9, False), n_unknown=0, n_late=0) == []
    one_start = find_truncation(Truncation(90, 0.0, np.inf, False), n_unknown=0, n_late=0)
    assert one_start[0].sentence.startswith("Hardly anybody begins later than the first stretch")


def test_deleted_customers_are_told_by_the_missing_early_losses():
    assert find_purge(spells(), window_start=OPENING) == []
    found = find_purge(spells(last_days=800), window_start=OPENING)
    assert "Nobody in these data left in the first 800 days" in found[0].sentence
    assert find_purge(spells(n=29, last_days=800), window_start=OPENING) == []


def test_buyers_missing_from_the_list():
    ids = pd.Series([f"c{i}" for i in range(100)])
    assert find_unknown_customers(ids, ids[1:]) == []
    assert find_unknown_customers(ids, ids[2:])[0].sentence.startswith("2% of the buyers are not in the list")


@pytest.mark.parametrize(("returned_after", "is_told"), [(365, True), (366, False), (None, False)])
def test_seasonal_customers_come_back_within_a_year(returned_after, is_told):
    found = find_seasonal(spells(returned_after=returned_after), as_of=AS_OF)
    assert bool(found) == is_told


def test_too_few_old_losses_say_nothing_about_seasons():
    assert find_seasonal(spells(n=29, returned_after=100), as_of=AS_OF) == []
    assert find_seasonal(spells(returned_after=100), as_of=OPENING + pd.Timedelta(days=300)) == []


def test_one_time_buyers_are_told_above_thirty_percent():
    mixed = spells(n=10)
    assert find_one_time_buyers(mixed.assign(n_purchase_days=[1] * 3 + [2] * 7)) == []
    found = find_one_time_buyers(mixed.assign(n_purchase_days=[1] * 4 + [2] * 6))
    assert found[0].sentence.startswith("40% of those who went inactive had bought once only")
    assert find_one_time_buyers(mixed.assign(event_observed=False)) == []


def test_each_thin_group_gets_its_own_sentence():
    groups = pd.DataFrame(
        {
            "grouping": "team",
            "group": ["N", "S", "E", "W", "A", "B"],
            "n": [100, 0, 12, 50, 1, 4],
            "n_events": [10, 0, 0, 9, 1, 1],
        }
    )
    assert [finding.sentence for finding in find_thin_groups(groups)] == [
        "team S: nobody to follow.",
        "team E: none of 12 stays has ended, so there is nothing to estimate yet.",
        "team W: only 9 of 50 stays have ended, too few for a comparison.",
        "team A: a single stay, too few for a comparison.",
        "team B: only 1 of 4 stays has ended, too few for a comparison.",
    ]


def test_fewer_than_ten_events_per_effect():
    assert find_overfit(30, 3) == []
    assert "29 ends for 3 effects" in find_overfit(29, 3)[0].sentence
    assert find_overfit(0, 0) == []


def test_no_event_and_nobody_are_sentences():
    rows = pd.DataFrame({"duration": np.ones(3), "event_observed": False})
    assert find_gone_stale(rows)[0].sentence == "None of 3 stays has ended yet: there is nothing to estimate."
    assert find_gone_stale(rows.head(0))[0].sentence == "There is nobody to follow."
    assert find_gone_stale(rows.assign(event_observed=True)) == []
