import pandas as pd

from portfolio_lab.analysis.stage_tuning.gaps import build_gaps


def test_the_running_gap_is_open_and_ends_at_as_of():
    days = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b", "c"],
            "order_date": pd.to_datetime(["2026-01-01", "2026-01-11", "2026-02-01", "2026-01-20", "2026-01-31"]),
        }
    )
    gaps = build_gaps(days, as_of="2026-01-31")
    # c's only purchase is on as_of: its gap has no length yet; a's purchase of February has not happened
    assert gaps["customer_id"].tolist() == ["a", "a", "b"]
    assert gaps["gap_days"].tolist() == [10, 20, 11]
    assert gaps["is_closed"].tolist() == [True, False, False]
    assert gaps["gap_number"].tolist() == [1, 2, 1]
    assert gaps["start_date"].tolist() == pd.to_datetime(["2026-01-01", "2026-01-11", "2026-01-20"]).tolist()


def test_cdnow_has_67536_gaps_of_which_44021_are_closed(cdnow):
    gaps = build_gaps(cdnow, as_of="1998-06-30")
    assert len(gaps) == 67_536
    assert gaps["is_closed"].sum() == 44_021
