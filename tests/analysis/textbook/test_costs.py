from datetime import date

import pandas as pd
import pytest

from portfolio_lab.analysis.textbook.costs import build_cost_rows, compare_costs

AS_OF = date(2026, 9, 30)
SNAPSHOTS = pd.DataFrame(
    {
        "customer_id": ["old", "new", "lead", "late"],
        "created_date": pd.to_datetime(["2020-01-01", "2025-10-01", "2026-01-01", "2025-09-30"]),
        "first_purchase_date": pd.to_datetime(["2020-02-01", "2026-02-01", None, "2025-10-01"]),
        "acquisition_cost_amount": [None, 60.0, 40.0, 99.0],
    }
)
DAYS = pd.DataFrame(
    {"customer_id": ["old", "old", "new", "late"], "is_purchase_day": True,
     "order_date": pd.to_datetime(["2025-09-30", "2026-09-30", "2026-02-01", "2025-10-01"])}
)  # fmt: skip
CONTACTS = pd.DataFrame(
    [("old", "2026-01-01", 20.0), ("old", "2025-09-30", 7.0), ("new", "2026-01-31", 5.0), ("new", "2026-02-01", 10.0),
     ("lead", "2026-03-01", 3.0)],
    columns=["customer_id", "contact_date", "cost_amount"],
).assign(contact_date=lambda frame: pd.to_datetime(frame["contact_date"]))  # fmt: skip


def test_recorded_acquisition_of_all_who_came_and_contacts_with_those_who_had_bought():
    rows = build_cost_rows(SNAPSHOTS, CONTACTS, DAYS, as_of=AS_OF).set_index("customer_id")
    assert rows["winning_amount"].to_dict() == {"old": 0, "new": 60, "lead": 40, "late": 0}
    assert rows["keeping_amount"].to_dict() == {"old": 20, "new": 10, "lead": 0, "late": 0}
    assert rows["is_won"].to_dict() == {"old": False, "new": True, "lead": False, "late": True}
    assert rows["is_kept"].to_dict() == {"old": True, "new": False, "lead": False, "late": False}
    found = compare_costs(rows, n_bootstrap=50, seed=1)
    assert found.value == pytest.approx((100 / 2) / (30 / 1))


def test_without_a_recorded_cost_the_contacts_before_the_first_purchase_count():
    rows = build_cost_rows(SNAPSHOTS.drop(columns="acquisition_cost_amount"), CONTACTS, DAYS, as_of=AS_OF)
    assert rows.set_index("customer_id")["winning_amount"].to_dict() == {"old": 0, "new": 5, "lead": 3, "late": 0}


def test_what_is_lacking_is_named():
    rows = build_cost_rows(SNAPSHOTS, CONTACTS, DAYS, as_of=AS_OF)
    assert "kept" in compare_costs(rows.assign(is_kept=False), n_bootstrap=9, seed=1).lacks
    assert "contacts" in compare_costs(rows.assign(keeping_amount=0.0), n_bootstrap=9, seed=1).lacks
