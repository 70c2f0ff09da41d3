import os
import time

import pytest

from portfolio_lab.data.settings import DataSettings
from portfolio_lab.data.source import state as module
from portfolio_lab.data.source.state import file_state

TEXT = "customer_id,order_date,amount\na,2026-01-01,1\n"


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SETTLED_NS", 0)
    (tmp_path / "source" / "orders").mkdir(parents=True)
    (tmp_path / "source" / "orders" / "part.csv").write_text(TEXT)
    return lambda source="source": file_state(DataSettings(source=source), root=tmp_path)


def test_files_that_are_as_they_were_have_the_same_state(state):
    assert state() == state()


def test_an_edit_of_equal_length_with_the_old_time_set_back_is_seen(state, tmp_path):
    part = tmp_path / "source" / "orders" / "part.csv"
    before, about = state(), part.stat()
    time.sleep(0.02)
    part.write_text(TEXT.replace(",1\n", ",2\n"))
    os.utime(part, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert part.stat().st_mtime_ns == about.st_mtime_ns
    assert state() != before


def test_a_new_part_and_a_new_file_beside_it_are_seen(state, tmp_path):
    before = state()
    (tmp_path / "source" / "orders" / "part-2.csv").write_text(TEXT)
    second = state()
    (tmp_path / "source" / "notes.md").write_text("x")
    assert before != second != state()


def test_what_was_changed_only_just_now_has_to_be_read(state, monkeypatch):
    monkeypatch.setattr(module, "SETTLED_NS", 3_000_000_000)
    assert state() is None


def test_the_log_beside_a_database_counts(state, tmp_path):
    (tmp_path / "c.duckdb").write_bytes(b"x")
    before = state("c.duckdb")
    (tmp_path / "c.duckdb.wal").write_bytes(b"y")
    assert state("c.duckdb") != before


def test_a_server_has_no_files(state):
    assert state("postgres://me@127.0.0.1:9/x") is None
