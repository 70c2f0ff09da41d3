"""What is there but is none of what a column holds is left out with its place, never cast, and never a crash."""

import duckdb
import pandas as pd
import pytest
from fixtures.engines import ENGINES

from portfolio_lab.data.source.embedded import MOST_TRIMMED
from portfolio_lab.data.source.reading import FALSE_WORDS, NOBODY, SHEET_ERRORS, TRUE_WORDS, is_one_of
from portfolio_lab.errors import DataError

GOOD = "SELECT {id} AS customer_id, {day} AS order_date, 1.0 AS amount"


def write(border, *rows):
    listed = " UNION ALL ".join(GOOD.format(**{"id": "1::double", "day": "date '2026-01-01'"} | row) for row in rows)
    duckdb.connect().execute(f"COPY ({listed}) TO '{border.source}/orders.parquet'")


@pytest.mark.parametrize("text", ["'nan'::double", "'inf'::double", "4.5::double", "1e300::double"])
def test_numbers_that_are_no_whole_ones_are_no_identifiers(border, text):
    write(border, {}, {"id": text})
    (finding,) = border.stage().report.findings
    assert (finding.column, finding.problem, finding.n) == ("customer_id", "is not an identifier", 1)
    assert border.frame()["customer_id"].tolist() == ["1"]


@pytest.mark.parametrize("text", ["['a']", "{'a': 1}", "'a'::blob"])
def test_lists_and_bytes_are_no_identifiers(border, text):
    write(border, {"id": text})
    with pytest.raises(DataError, match=r"column customer_id, row 1, value .*: is not an identifier"):
        border.stage()


def test_a_day_without_end_is_no_day_of_an_order(border):
    write(border, {}, {"day": "'infinity'::date"})
    (finding,) = border.stage().report.findings
    assert (finding.column, finding.examples[0].value) == ("order_date", "infinity")


@pytest.mark.parametrize("n_more", [0, MOST_TRIMMED])
def test_blanks_are_taken_away_in_tables_of_any_width(border, n_more):
    header = ["customer_id", "order_date", "amount", *(f"c{place}" for place in range(n_more))]
    rows = ([customer, "2026-01-01", " 1 "] + ["x"] * n_more for customer in (" a ", "\u00a0"))
    border.write("orders.csv", "\n".join(",".join(row) for row in (header, *rows)) + "\n")
    assert border.frame()["customer_id"].tolist() == ["a"]
    assert [finding.problem for finding in border.stage().report.findings] == ["is blank"]


def test_a_file_that_cannot_be_opened_is_named(border):
    (border.source / "orders.csv").symlink_to(border.source / "elsewhere.csv")
    with pytest.raises(DataError, match=r"file orders\.csv, table orders: cannot be opened: No such file"):
        border.stage()


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_a_word_of_a_list_is_found_whole_and_to_the_letter_on_every_engine(engine):
    words = sorted({*NOBODY, *SHEET_ERRORS, *TRUE_WORDS, *FALSE_WORDS})
    others = ["", "nulls", "a null", "n,a,", "NULL", "na na", "----", "??", "1,0", "1x0", "#REF", "REF!", "|", "()"]
    table = engine.create_table("words", pd.DataFrame({"text": [*words, *others, None]}), overwrite=True)
    try:
        read = engine.to_pyarrow(table.select("text", found=is_one_of(table.text, words))).to_pylist()
    finally:
        engine.drop_table("words", force=True)
    found = {row["text"]: row["found"] for row in read}
    assert found == dict.fromkeys(words, True) | dict.fromkeys(others, False) | {None: None}
