"""Kept tables: whole or not there."""

from pathlib import Path

import ibis
import pytest

from portfolio_lab.data.source import keep_table

resource = pytest.importorskip("resource", reason="limits the size of a file, which Windows cannot")


@pytest.fixture
def table() -> ibis.Table:
    con = ibis.duckdb.connect()
    return con.sql("SELECT i, hash(i) AS noise, hash(i * 7) AS more FROM range(3000000) t(i)")


def test_a_table_is_written_whole_and_over_an_older_one(table, tmp_path) -> None:
    path = tmp_path / "new" / "numbers.parquet"
    assert keep_table(table.limit(10), path)
    assert keep_table(table, path)
    assert ibis.duckdb.connect().read_parquet(path).count().to_pandas() == 3_000_000
    assert list(path.parent.iterdir()) == [path]


def test_where_there_is_no_room_nothing_is_left(table, tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        assert not keep_table(table, tmp_path / "numbers.parquet")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_no_folder_nothing_is_left(table, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    assert not keep_table(table, tmp_path / "file" / "numbers.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_where_it_cannot_be_moved_nothing_is_left_beside(table, tmp_path: Path) -> None:
    (tmp_path / "numbers.parquet" / "full").mkdir(parents=True)
    assert not keep_table(table, tmp_path / "numbers.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["numbers.parquet"]
