import os

import pytest

from portfolio_lab.data.load import staging
from portfolio_lab.data.load.seen import KEPT, recall, remember
from portfolio_lab.data.source import state

CSV = "customer_id,order_date,amount\na,2026-01-31,10.5\n"


@pytest.fixture
def opened(monkeypatch):
    """How often the source was opened."""
    calls = []
    real = staging.open_source
    monkeypatch.setattr(staging, "open_source", lambda *given, **named: calls.append(1) or real(*given, **named))
    monkeypatch.setattr(state, "SETTLED_NS", 0)
    return calls


def test_unchanged_files_are_not_read_again(border, opened):
    border.write("orders.csv", CSV)
    first = border.stage()
    assert border.stage().report == first.report
    assert len(opened) == 1


def test_a_touched_file_is_read_once_more_and_gives_the_same_tables(border, opened):
    path = border.write("orders.csv", CSV)
    first = border.stage()
    os.utime(path)
    assert border.stage().report.fingerprint == first.report.fingerprint
    assert len(opened) == 2
    border.stage()
    assert len(opened) == 2


def test_a_change_within_the_same_second_is_seen(border, monkeypatch):
    """As it comes: no file is trusted that was written only just now."""
    border.write("orders.csv", CSV)
    border.stage()
    border.write("orders.csv", CSV.replace("10.5", "99.5"))
    assert border.stage().report.orders.months[0]["amount"] == 99.5


def test_another_mapping_is_another_state(border, opened):
    border.write("orders.csv", CSV)
    border.stage()
    border.stage(timezone="Europe/Madrid")
    assert len(opened) == 2


def test_staged_tables_that_are_gone_are_made_again(border, opened):
    border.write("orders.csv", CSV)
    (border.stage().folder / "orders.parquet").unlink()
    assert border.stage().report.table("orders").n_kept == 1
    assert len(opened) == 2


def test_the_oldest_are_forgotten_and_a_damaged_memory_is_an_empty_one(tmp_path):
    for number in range(KEPT + 1):
        remember(tmp_path, str(number), f"f{number}")
    assert (recall(tmp_path, "0"), recall(tmp_path, "1"), recall(tmp_path, None)) == (None, "f1", None)
    (tmp_path / "seen.json").write_text("[")
    assert recall(tmp_path, "1") is None
