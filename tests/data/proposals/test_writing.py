import pytest
from ruamel.yaml import YAML

from portfolio_lab.data.proposals import propose, write_proposal
from portfolio_lab.data.source import SurveyedTable


def written(*tables, source="data/mine"):
    text = write_proposal(propose(tables), run="mine", source=source)
    return text, YAML(typ="safe", pure=True).load(text)


def test_names_with_blanks_marks_and_line_breaks_stay_what_they_are():
    columns = {"Kunde: Nr": ["a"], "Customer\nNo": ["b"], "Datum": ["2026-01-01"], "Betrag": ["1"], "yes": ["x"]}
    text, plain = written(SurveyedTable("Umsätze #1", columns), source="postgres://me:${PW}@host/db")
    orders = plain["data"]["tables"]["orders"]
    assert plain["data"]["source"] == "postgres://me:${PW}@host/db"
    assert orders["table"] == "Umsätze #1"
    assert orders["columns"]["customer_id"] == "Customer\nNo"
    assert "# not used: Kunde: Nr, yes" in text


def test_what_is_not_known_is_a_comment_where_its_answer_goes():
    text, plain = written(
        SurveyedTable("sales", {"customer": ["a"], "date": ["03/04/2026"]}), SurveyedTable("rain", {"x": ["1"]})
    )
    assert "# ASK: orders needs amount; which column, or which expression over columns, is it?" in text
    assert '# ASK: is 03/04/2026 read as "%d/%m/%Y" or "%m/%d/%Y"?' in text
    assert "# ASK: not recognised, and not used unless you name them above: rain" in text
    assert "format" not in plain["data"]["tables"]["orders"]


def test_a_source_of_which_nothing_is_recognised_is_still_a_run_file():
    text, plain = written(SurveyedTable("rain", {"x": ["1"]}))
    assert "which table holds the order lines?" in text
    assert plain["data"] == {"source": "data/mine", "timezone": "UTC"}


def test_a_condition_for_blank_rows_is_a_comment_and_the_path_is_named_where_the_file_lies_elsewhere():
    columns = {"customer": ["a"], "date": ["2026-01-01"] * 2, "amount": ["1"] * 2}
    proposal = propose([SurveyedTable("sales", columns, n_rows=2), SurveyedTable("none.csv", {})])
    text = write_proposal(proposal, run="mine", source="x", typed="/elsewhere/mine.yaml")
    assert "\n      # where: customer IS NOT NULL\n" in text
    assert "# ASK: none.csv is empty" in text
    assert "# Then: portfolio-lab check /elsewhere/mine.yaml, and" in text
    assert "where" not in YAML(typ="safe", pure=True).load(text)["data"]["tables"]["orders"]


@pytest.mark.parametrize(
    ("names", "file", "place"),
    [
        (("Year 1", "Year 2"), None, {"table": "Year *"}),
        (("Jan", "Feb"), None, {"sheet": ["Jan", "Feb"]}),
        (("Year 1", "Year 2"), "a.xlsx", {"table": "a.xlsx", "sheet": "Year *"}),
    ],
)
def test_sheets_that_are_parts_are_written_as_the_run_file_reads_them(names, file, place):
    columns = {"customer": ["a"], "date": ["2026-01-01"], "amount": ["1"]}
    sheets = [SurveyedTable(f"{file or ''}{name}", columns, n_rows=1, sheet=name, file=file) for name in names]
    text, plain = written(*sheets)
    orders = plain["data"]["tables"]["orders"]
    assert {key: orders[key] for key in orders if key != "columns"} == place
    assert "# ASK: 2 sheets with the same columns are read together as orders" in text
