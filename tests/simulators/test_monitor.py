"""The small company is what its tests take it for."""

import pandas as pd
from simulators.monitor import open_company


def test_it_can_be_opened_with_all_its_tables_and_with_orders_alone(tmp_path):
    full, bare = open_company(tmp_path / "full"), open_company(tmp_path / "bare", with_tables=False)
    assert full.order_days()["amount"].sum() == bare.order_days()["amount"].sum() == 1395.0
    assert full.has("targets")
    assert not bare.has("customers")
    assert len(full.snapshots()) == 8
    assert len(bare.snapshots()) == 7
    assert full.order_days()["order_date"].max() == pd.Timestamp("2026-09-28")
