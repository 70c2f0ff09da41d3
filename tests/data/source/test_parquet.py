"""Parquet parts are one table: folders may name values, empty parts say nothing, the rest has to agree."""

import pandas as pd
import pytest

from portfolio_lab.errors import DataError

ROW = pd.DataFrame({"customer_id": ["a"], "order_date": pd.to_datetime(["2026-01-31"]), "amount": [1.0]})


@pytest.fixture
def write(border):
    def write(name, frame, compression="snappy"):
        path = border.source / "orders" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.to_parquet(path, index=False, compression=compression)
        return path

    return write


def test_the_name_of_a_folder_is_a_value_of_its_rows(border, write):
    write("sales_channel=web%20shop/x=1/1.parquet", ROW)
    write("sales_channel=store/x=2/1.parquet", ROW)
    write("sales_channel=__HIVE_DEFAULT_PARTITION__/x=3/1.parquet", ROW)
    assert sorted(border.frame()["sales_channel"].fillna("none")) == ["none", "store", "web shop"]
    (border.source / "orders" / "sales_channel=store").rename(border.source / "orders" / "sales_channel=market")
    assert "market" in set(border.frame()["sales_channel"])


def test_a_day_that_only_the_folder_knows_is_read(border, write):
    for day in ("2026-01-30", "2026-01-31"):
        write(f"order_date={day}/part.parquet", ROW.drop(columns="order_date"))
    assert sorted(str(day)[:10] for day in border.frame()["order_date"]) == ["2026-01-30", "2026-01-31"]


def test_a_column_of_the_file_goes_before_the_name_of_its_folder(border, write):
    write("amount=7/1.parquet", ROW)
    assert border.frame()["amount"].tolist() == [1.0]


def test_a_part_without_rows_need_not_agree_and_no_two_of_them_are_copies(border, write):
    nothing = pd.DataFrame({"customer_id": pd.Series([], dtype=object), "amount": []})
    write("1.parquet", nothing)
    write("2.parquet", nothing)
    write("3.parquet", ROW)
    assert len(border.frame()) == 1
    (border.source / "orders" / "3.parquet").unlink()
    write("1.parquet", ROW.head(0))
    write("2.parquet", ROW.head(0))
    with pytest.raises(DataError, match="table orders: has no rows"):
        border.stage()


def test_parts_below_other_folders_drift(border, write):
    write("region=1/1.parquet", ROW)
    write("2.parquet", ROW.assign(amount=2.0))
    with pytest.raises(DataError, match=r"differs from 2\.parquet in its columns: \('region', "):
        border.stage()


def test_names_that_the_engine_uses_itself_are_read_or_refused_not_mixed_up(border, write):
    write("1.parquet", ROW.assign(filename="own"))
    assert len(border.frame()) == 1
    write("1.parquet", ROW.assign(file_row_number=9))
    with pytest.raises(DataError, match="column file_row_number: has a name that the engine uses itself"):
        border.stage()


@pytest.mark.parametrize("compression", ["gzip", "snappy", "zstd", "none"])
def test_the_one_part_whose_pages_are_damaged_is_named(border, write, compression):
    rows = pd.concat([ROW] * 5_000).assign(customer_id=[f"c{n * 7 % 5_000}" for n in range(5_000)])
    paths = [write(f"{name}.parquet", rows.assign(amount=float(name)), compression=compression) for name in "123"]
    content = bytearray(paths[1].read_bytes())
    content[2_000:2_200] = bytes(200)
    paths[1].write_bytes(content)
    with pytest.raises(DataError) as caught:
        border.stage()
    [fault] = caught.value.faults
    assert (fault.file, fault.table) == ("2.parquet", "orders")
    assert "write this file again; the other parts can be read" in str(caught.value)


def test_a_damaged_file_that_stands_alone_has_no_other_parts(border):
    path = border.source / "orders.parquet"
    pd.concat([ROW] * 5_000).assign(customer_id=[f"c{n}" for n in range(5_000)]).to_parquet(path, compression="gzip")
    content = bytearray(path.read_bytes())
    content[2_000:2_200] = bytes(200)
    path.write_bytes(content)
    with pytest.raises(
        DataError, match=r"orders\.parquet.* is not a Parquet file that can be read → write this file again$"
    ):
        border.stage()


def test_every_damaged_part_and_every_drift_is_named_at_once(border):
    frame = pd.DataFrame({"customer_id": ["a"], "order_date": ["2026-01-01"], "amount": [1.0]})
    (border.source / "orders").mkdir()
    frame.to_parquet(border.source / "orders" / "a.parquet")
    border.write("orders/b.parquet", b"PAR1 cut")
    frame.rename(columns={"amount": "net"}).to_parquet(border.source / "orders" / "c.parquet")
    border.write("orders/d.parquet", b"nothing")
    with pytest.raises(DataError) as refused:
        border.stage()
    assert [fault.file for fault in refused.value.faults] == ["b.parquet", "d.parquet", "c.parquet"]
