import numpy as np
import pandas as pd
from simulators.survival import own_rhythms

from portfolio_lab.analysis.spells import as_lifetimes
from portfolio_lab.analysis.survival.company import (
    build_company,
    build_landmark_groups,
    derive_satisfaction_band,
    derive_start_groups,
    find_known_starts,
)

AS_OF = pd.Timestamp("2023-12-31")
CUT_OVER = pd.Timestamp("2021-07-01")


def company(*, truncated, with_dates=True):
    orders = own_rhythms(np.random.default_rng(4), n=1500)
    first = orders.groupby("customer_id")["order_date"].min()
    customers = pd.DataFrame({"customer_id": first.index, "created_date": first.to_numpy(), "closed_date": pd.NaT})
    if truncated:
        orders = orders[orders["order_date"] >= CUT_OVER]
    return build_company(
        orders, customers if with_dates else customers[["customer_id"]], as_of=AS_OF, inactive_days=120
    )


def test_a_whole_history_needs_no_late_entry():
    found = company(truncated=False)
    assert not found.truncation.is_truncated
    assert found.n_late == 0
    assert found.spells["is_start_known"].all()
    assert [finding.guard for finding in found.findings if finding.guard == "left_truncation"] == []


def test_a_cut_over_is_handled_and_told():
    found = company(truncated=True)
    assert found.truncation.is_truncated
    assert found.n_late > 50
    assert found.findings[0].guard == "left_truncation"
    assert f"{found.n_late:,} of known age" in found.findings[0].sentence


def test_a_cut_over_without_opening_dates_leaves_the_unknown_ages_out():
    found = company(truncated=True, with_dates=False)
    assert found.n_late == 0
    assert found.n_unknown_start > 50
    assert len(as_lifetimes(found.spells)) == len(found.spells) - found.n_unknown_start


def test_only_opening_dates_before_the_history_count():
    customers = pd.DataFrame({"customer_id": ["a", "b"], "created_date": [CUT_OVER, CUT_OVER - pd.Timedelta(days=1)]})
    found = find_known_starts(customers, before=CUT_OVER)
    assert found.isna().to_dict() == {"a": True, "b": False}
    assert find_known_starts(customers[["customer_id"]], before=CUT_OVER) is None


def test_groups_at_the_start():
    rows = pd.DataFrame(
        {
            "customer_id": ["a", "b", "c"],
            "start_date": pd.to_datetime(["2019-05-01", "2022-01-31", "2023-03-01"]),
            "entry": [800.0, 0.0, 0.0],
        }
    )
    snapshots = pd.DataFrame({"customer_id": ["a", "b"], "segment": ["retail", "industry"]})
    found = derive_start_groups(rows, snapshots)
    assert found["cohort"].tolist() == [None, "2022", "2023"]
    assert found["segment"].tolist() == ["retail", "industry", "unknown"]
    assert "segment" not in derive_start_groups(rows, snapshots.assign(segment=None))


def test_groups_at_the_landmark():
    spells = company(truncated=False).spells
    day = pd.Timestamp("2023-01-01")
    known = pd.DataFrame({"customer_id": spells["customer_id"].unique(), "team": "N", "empty": None})
    known.loc[::2, "team"] = None
    found = build_landmark_groups(spells, known, landmark=day, columns=("team", "empty", "absent"))
    assert set(found["team"]) == {"N", "unknown"}
    assert "empty" not in found
    assert (found["landmark_date"] == day).all()


def test_satisfaction_is_the_mean_of_the_year_before():
    day = pd.Timestamp("2024-01-01")
    surveys = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "c", "d", "e"],
            "survey_date": [
                day,
                day,
                day - pd.Timedelta(days=364),
                day,
                day - pd.Timedelta(days=365),
                day + pd.Timedelta(days=1),
            ],
            "score": [4.0, 6.0, 7.5, 4.9, 1.0, 1.0],
        }
    )
    found = derive_satisfaction_band(surveys, landmark=day)
    assert found.to_dict() == {"a": "5 to 7.5", "b": "above 7.5", "c": "below 5"}
