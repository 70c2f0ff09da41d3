"""Blanks that can and cannot be seen, taken away in both ways alike."""

import ibis
import pandas as pd
import pytest

from portfolio_lab.data.source.blanks import ALL, without_blanks, without_blanks_cheaply

TEXTS = ["a", " a", "a\t", "\u00a0a b\u202f", "\ufeffa", "a\u200b", "", "  ", "\u00a0", "ä", "é\u00a0", "a\u00a0b",
         None, "-1", "Ω", "'x'", "\r\na"]  # fmt: skip
PLAIN = ["a", "a", "a", "a b", "a", "a", None, None, None, "ä", "é", "a\u00a0b", None, "-1", "Ω", "'x'", "a"]


@pytest.mark.parametrize("strip", [without_blanks, without_blanks_cheaply])
def test_blanks_at_both_ends_go_and_those_inside_stay(strip):
    table = ibis.memtable({"at": range(len(TEXTS)), "text": TEXTS}, schema={"at": "int64", "text": "string"})
    frame = ibis.duckdb.connect().to_pyarrow(table.select("at", text=strip(table.text)).order_by("at"))
    assert frame["text"].to_pylist() == PLAIN


@pytest.mark.parametrize("engine", [pytest.param("postgres", marks=pytest.mark.postgres),
                                    pytest.param("spark", marks=pytest.mark.spark)])  # fmt: skip
def test_servers_take_the_same_blanks_away(engine, request):
    con = request.getfixturevalue(engine)
    texts = {"\u00a0 a b\u200b\t": "a b", ALL: None, "\x0bfox 9 v\x0c ": "fox 9 v", "v tnr f": "v tnr f"}
    table = con.create_table("blanks", pd.DataFrame({"text": list(texts)}), overwrite=True)
    try:
        read = con.to_pyarrow(table.select("text", bare=without_blanks(table.text))).to_pylist()
    finally:
        con.drop_table("blanks", force=True)
    assert {row["text"]: row["bare"] for row in read} == texts
