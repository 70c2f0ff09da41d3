"""A finding names the line of the file in which its row begins, whatever stands before it."""

import csv

import pytest

from portfolio_lab.data.settings import DEFAULT_FORMAT
from portfolio_lab.data.source import lines
from portfolio_lab.data.source.lines import line_finder, lines_at
from portfolio_lab.data.source.text_files import TextFile

HEADER = "customer_id,order_date,amount,name\n"
GOOD, BAD = "a,2026-01-01,1,x\n", "c,2026-01-01,zz,x\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HEADER + GOOD + BAD, 3),
        (HEADER + GOOD + "\n\n" + BAD, 5),
        (HEADER + 'a,2026-01-01,1,"x\ny\nz"\n' + BAD, 5),
        (HEADER + "b,2026-01-01\n" + GOOD + BAD, 4),
        (HEADER + 'a,2026-01-01,1,5" pipe\n' + BAD, 3),
        (HEADER.replace("name", '"na\nme"') + GOOD + BAD, 4),
        ("\ufeff" + HEADER + GOOD + "\n" + BAD, 4),
        ((HEADER + 'a,2026-01-01,1,"x\ny"\n' + BAD).replace("\n", "\r\n"), 4),
    ],
)
def test_a_bad_value_is_named_with_its_line_on_the_page_and_in_the_file_of_rejects(border, text, line):
    border.write("orders.csv", text)
    staged = border.stage()
    (finding,) = [item for item in staged.report.findings if item.column == "amount"]
    assert finding.examples[0].row == line
    with (staged.folder / "rejected_orders.csv").open(encoding="utf-8", newline="") as rejected:
        assert line in [int(row["row"]) for row in csv.DictReader(rejected) if row["value"] == "zz"]


def test_broken_lines_are_named_with_their_line_too(border):
    border.write("orders.csv", HEADER + 'a,2026-01-01,1,"x\ny"\n\n' + "b,2026-01-01\n" + GOOD + "c\n")
    (finding,) = border.stage().report.findings
    assert [example.row for example in finding.examples] == [5, 7]


def test_each_part_counts_its_own_lines(border):
    border.write("orders/1.csv", HEADER + "\n" + GOOD + BAD)
    border.write("orders/2.csv", HEADER + BAD + GOOD)
    (finding,) = border.stage().report.findings
    assert [(example.file, example.row) for example in finding.examples] == [("1.csv", 4), ("2.csv", 2)]


def test_a_regular_file_is_not_read_again(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "_found", None)
    look = TextFile(tmp_path / "none.csv", "none.csv", ("a",), 1, "", 0, n_lines=4)
    assert line_finder([look], DEFAULT_FORMAT)("none.csv", 3, [2, 4]) == {2: 2, 4: 4}


def test_places_in_bytes_are_lines_across_chunks(tmp_path, monkeypatch):
    path = tmp_path / "some.txt"
    path.write_bytes(b"ab\ncd\n\nef\n")
    for size in (1, 3, 100):
        monkeypatch.setattr(lines, "CHUNK", size)
        assert lines_at(path, [7, 0, 3, 3]) == {0: 1, 3: 2, 7: 4}
