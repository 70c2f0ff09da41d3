"""Expressions of a run file: what is allowed gives the right answer, what is not never reaches an engine."""

import ibis
import pytest

from portfolio_lab.data.expressions import (
    ExpressionError,
    Scope,
    build_condition,
    build_day,
    build_number,
    build_text,
    parse_expression,
    used_columns,
)

ROWS = {
    "Quantity": ["2", "x", "3", None],
    "Unit Price": ["1.5", "2", "0", "4"],
    "net-amount": ["1", "2", "3", "4"],
    'say "hi"': ["A", "b", "A", None],
    "select": ["2026-01-01", "2026-01-02", "not a day", None],
}


class TextReader:
    def number(self, column):
        return column.try_cast("float64")

    def day(self, column):
        return column.try_cast("date")

    def text(self, column):
        return column.strip().nullif("")


@pytest.fixture(scope="module")
def engine():
    con = ibis.duckdb.connect()
    return con, con.create_table("t", ibis.memtable(ROWS))


def evaluate(engine, text, build):
    con, table = engine
    scope = Scope({name: table[name] for name in table.columns}, TextReader())
    values = con.execute(build(parse_expression(text, list(ROWS)), scope).name("v"))
    return [None if value is None or value != value else value for value in values.tolist()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('Quantity * "Unit Price"', [3.0, None, 0.0, None]),
        ('Quantity / "Unit Price"', [4 / 3, None, None, None]),
        ('"Unit Price" / Quantity', [0.75, None, 0.0, None]),
        ("-Quantity + 1", [-1.0, None, -2.0, None]),
        ("REPLACE(Quantity, 'x', ' 7 ')", [2.0, 7.0, 3.0, None]),
        ("REPLACE(\"net-amount\", '2', '5') + 1", [2.0, 6.0, 4.0, 5.0]),
        ("(Quantity - 1) * 10", [10.0, None, 20.0, None]),
        ("Quantity % 2", [0.0, None, 1.0, None]),
        ("ABS(0 - Quantity)", [2.0, None, 3.0, None]),
        ("ROUND(Quantity / 3, 2)", [0.67, None, 1.0, None]),
        ("COALESCE(Quantity, 0)", [2.0, 0.0, 3.0, 0.0]),
        ('CASE WHEN "say ""hi""" = \'A\' THEN Quantity ELSE 0 END', [2.0, 0.0, 3.0, 0.0]),
        ('CASE WHEN Quantity > 2 THEN "net-amount" END', [None, None, 3.0, None]),
    ],
)
def test_numbers(engine, text, expected):
    assert evaluate(engine, text, build_number) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quantity > 2", [False, None, True, None]),
        ('Quantity > "Unit Price"', [True, None, True, None]),
        ("Quantity IN (2, 3)", [True, None, True, None]),
        ("Quantity = 'x'", [False, True, False, None]),
        ("Quantity IS NULL", [False, False, False, True]),
        ('NOT Quantity IS NULL AND "net-amount" >= 2', [False, True, True, False]),
        ('"net-amount" BETWEEN 2 AND 3', [False, True, True, False]),
        ("\"select\" >= '2026-01-02'", [False, True, None, None]),
        ("\"select\" BETWEEN '2026-01-01' AND '2026-01-01'", [True, False, None, None]),
        ('"say ""hi""" LIKE \'A%\' OR Quantity = \'x\'', [True, True, True, None]),
        ('UPPER("say ""hi""") <> \'A\'', [False, True, False, None]),
    ],
)
def test_conditions(engine, text, expected):
    assert evaluate(engine, text, build_condition) == expected


def test_texts_and_days(engine):
    assert evaluate(engine, 'LOWER(TRIM("say ""hi""")) || \'-\' || Quantity', build_text) == ["a-2", "b-x", "a-3", None]
    days = evaluate(engine, 'COALESCE("select", "select")', build_day)
    assert [str(day)[:10] for day in days[:2]] == ["2026-01-01", "2026-01-02"]


def test_the_columns_used_are_named_in_order():
    tree = parse_expression('"Unit Price" * Quantity + "Unit Price"', list(ROWS))
    assert used_columns(tree) == ("Unit Price", "Quantity")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1", "(SELECT max(Quantity) FROM t)", "Quantity; DROP TABLE t", "EXISTS (SELECT 1)", "read_csv('x')",
        "read_text('/etc/passwd')", "getenv('HOME')", "current_setting('x')", "Quantity::INT", "CAST(Quantity AS INT)",
        "COUNT(*)", "SUM(Quantity)", "*", "t.Quantity", "Quantity COLLATE nocase", "INTERVAL 1 DAY", "{'a': 1}",
        "[Quantity]", "Quantity[1]", "$1", "?", "x -> x", "row_number() OVER ()", "CURRENT_DATE", "random()",
        "COPY t TO 'x'", "ATTACH 'x'", "PRAGMA version", "INSERT INTO t VALUES (1)", "", ";", "Quantity = ANY(1)",
        "Quantity IN (SELECT 1)", "load_extension('x')", "CASE Quantity WHEN 1 THEN 2 END", "'a' > 'b'",
        "1 +", "((((", "Quantity LIKE Quantity", "TRIM('x' FROM Quantity)", "1" * 3000,
    ],
)  # fmt: skip
def test_whatever_is_not_on_the_list_is_refused(engine, text):
    with pytest.raises(ExpressionError) as refused:
        evaluate(engine, text, build_condition)
    assert refused.value.remedy


def test_an_unknown_column_is_refused_with_the_nearest_one():
    with pytest.raises(ExpressionError, match="names 'Quantty', which is no column") as refused:
        parse_expression("Quantty > 1", list(ROWS))
    assert "did you mean 'Quantity'?" in refused.value.remedy


def test_an_order_between_texts_is_refused_since_9_is_greater_than_10(engine):
    with pytest.raises(ExpressionError, match="orders texts"):
        evaluate(engine, "Quantity > 'abc'", build_condition)


@pytest.mark.parametrize("text", ["SELECT 1", "read_csv('x')", "getenv('HOME')", "SUM(Quantity)", "Quantity::INT"])
def test_the_list_holds_before_anything_is_built(text):
    """Two walls: what is not on the list is refused as it is parsed, not only because nothing would build it."""
    with pytest.raises(ExpressionError, match="which is not allowed here"):
        parse_expression(text, list(ROWS))
