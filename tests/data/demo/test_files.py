import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from portfolio_lab.data.demo.files import Shelf, append

FRAME = pd.DataFrame(
    {
        "customer_id": ["00123", None],
        "day": pd.to_datetime(["2026-09-30", None]),
        "amount": [1234.5, -0.1],
        "latitude": [41.123456, None],
        "quantity": [3.0, None],
        "is_open": [True, False],
        "name": ['Peña, "La 5ª"', "a\nb"],
        "nothing": [None, None],
    }
)


def test_csv_has_fixed_decimals_iso_dates_quotes_and_line_feeds(tmp_path):
    append(Shelf(tmp_path, "csv"), "t", FRAME, block=0)
    assert (tmp_path / "t.csv").read_bytes().decode() == (
        "customer_id,day,amount,latitude,quantity,is_open,name,nothing\n"
        '00123,2026-09-30,1234.50,41.12346,3,true,"Peña, ""La 5ª""",\n'
        ',,-0.10,,,false,"a\nb",\n'
    )


def test_later_blocks_are_appended_without_a_header(tmp_path):
    shelf = Shelf(tmp_path, "csv")
    append(shelf, "t", FRAME[["amount"]], block=0)
    append(shelf, "t", FRAME[["amount"]], block=1)
    assert (tmp_path / "t.csv").read_text() == "amount\n1234.50\n-0.10\n1234.50\n-0.10\n"
    assert shelf.n_rows == {"t": 4}


@pytest.mark.parametrize("block", [0, 41])
def test_parquet_parts_are_numbered_and_hold_days_and_strings(tmp_path, block):
    append(Shelf(tmp_path, "parquet"), "t", FRAME, block=block)
    part = pq.read_table(tmp_path / f"t/part-{block + 1:05d}.parquet")
    assert part.schema.field("day").type == pa.date32()
    assert part.schema.field("nothing").type == pa.string()
    assert part.column("customer_id").to_pylist() == ["00123", None]
