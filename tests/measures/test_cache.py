"""The cache of measures: same question, same file; any other question, or a broken file: computed."""

from datetime import date

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from portfolio_lab.measures import cache as cache_module
from portfolio_lab.measures.cache import MeasureCache
from portfolio_lab.measures.snapshots import build_snapshots

DAY = date(2024, 12, 31)


@pytest.fixture
def computed() -> list[date]:
    return []


@pytest.fixture
def build(computed):
    def build_example(tables, *, as_of, window_months=None):
        computed.append(as_of)
        return pd.DataFrame({"customer_id": ["a", None], "day": pd.to_datetime([as_of, None]), "amount": [0.1, None],
                             "n_orders": [1, 2], "window": window_months or 0})  # fmt: skip

    return build_example


def _get(cache: MeasureCache, build, as_of: date = DAY, **options) -> pd.DataFrame:
    return cache.get(build, lambda day: {}, as_of=as_of, options=options)


def test_the_second_time_it_is_read_and_equal_in_types_too(tmp_path, build, computed) -> None:
    cache = MeasureCache(tmp_path, fingerprint="data-1")
    assert_frame_equal(_get(cache, build), _get(MeasureCache(tmp_path, fingerprint="data-1"), build), check_exact=True)
    assert len(computed) == 1


def test_other_data_day_option_or_code_are_computed_anew(tmp_path, build, computed, monkeypatch) -> None:
    cache = MeasureCache(tmp_path, fingerprint="data-1")
    _get(cache, build)
    _get(MeasureCache(tmp_path, fingerprint="data-2"), build)
    _get(cache, build, as_of=date(2024, 12, 30))
    _get(cache, build, window_months=12)
    monkeypatch.setattr(cache_module, "code_hash", lambda: "other code")
    _get(cache, build)
    assert len(computed) == 5


@pytest.mark.parametrize("damage", ["empty", "cut", "text", "gone"])
def test_a_file_that_cannot_be_read_is_computed_again(tmp_path, build, computed, damage) -> None:
    cache = MeasureCache(tmp_path, fingerprint="data-1")
    expected = _get(cache, build)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    content = {"empty": b"", "cut": whole[: len(whole) // 2], "text": b"customer_id,amount\n"}.get(damage)
    path.unlink() if content is None else path.write_bytes(content)
    assert_frame_equal(_get(cache, build), expected)
    assert len(computed) == 2
    assert path.read_bytes() == whole


def test_nothing_half_written_is_left_where_writing_fails(tmp_path, build, computed, monkeypatch) -> None:
    def write_half(frame: pd.DataFrame, path) -> None:
        path.write_bytes(b"PAR1 half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", write_half)
    assert len(_get(MeasureCache(tmp_path, fingerprint="data-1"), build)) == 2
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_measure_leaves_no_file(tmp_path) -> None:
    def build_broken(tables, *, as_of):
        raise ValueError("no orders")

    with pytest.raises(ValueError, match="no orders"):
        _get(MeasureCache(tmp_path / "new", fingerprint="data-1"), build_broken)
    assert not (tmp_path / "new").exists()


def test_a_real_measure_comes_back_as_it_was(tmp_path, company, on_duckdb) -> None:
    cache, tables = MeasureCache(tmp_path, fingerprint="data-1"), on_duckdb(**company)
    first, second = (
        cache.get(build_snapshots, lambda day: tables, as_of=DAY, options={"window_months": 12}) for _ in range(2)
    )
    assert_frame_equal(first, second, check_exact=True)
