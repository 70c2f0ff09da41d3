import pytest

from portfolio_lab.errors import DataError, RunFileError
from portfolio_lab.reports.cli.initialising import propose_run
from portfolio_lab.reports.run_file import read_run_file

CSV = "Kunde;Datum;Netto\n001;31.01.2026;1.234,50\n002;01.02.2026;-7,00\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of its own, in which the command is typed."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "Umsätze.csv").write_text(CSV, encoding="cp1252")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_of_exports_becomes_a_run_file_that_can_be_run(project, capsys):
    assert propose_run("exports", run="mine", out=None, force=False) == 0
    said = capsys.readouterr().out
    assert "Recognised orders in Umsätze.csv; sure of 3 columns." in said
    assert "Asked: currency, locale, time zone and country" in said
    run_file = read_run_file("mine")
    assert (run_file.data.source, run_file.path) == ("exports", project / "params" / "mine.yaml")
    assert run_file.data.table("orders").columns == {"customer_id": "Kunde", "order_date": "Datum", "amount": "Netto"}


def test_the_name_comes_from_the_source_and_the_place_can_be_given(project, capsys):
    propose_run(str(project / "exports" / "Umsätze.csv"), run="", out=project / "here.yaml", force=False)
    text = (project / "here.yaml").read_text(encoding="utf-8")
    assert "run: ums_tze\n" in text
    assert "source: exports/Umsätze.csv\n" in text


def test_a_run_file_that_exists_is_left_as_it_is(project):
    (project / "params").mkdir()
    mine = project / "params" / "exports.yaml"
    mine.write_text("run: exports\n")
    with pytest.raises(RunFileError, match="exists already; it was left as it is"):
        propose_run("exports", run="", out=None, force=False)
    assert mine.read_text() == "run: exports\n"
    assert propose_run("exports", run="", out=None, force=True) == 0
    assert "tables:" in mine.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("source", "run", "words"), [("exports", "a/b", "is no name for a run"), ("nowhere", "x", "does not exist")]
)
def test_what_cannot_be_proposed_is_refused_and_nothing_is_written(project, source, run, words):
    with pytest.raises((RunFileError, DataError), match=words):
        propose_run(source, run=run, out=None, force=False)
    assert not (project / "params").exists()


def test_a_written_password_never_reaches_a_run_file(project):
    with pytest.raises(DataError, match="password in clear text") as refused:
        propose_run("postgres://me:hunter2@host/db", run="x", out=None, force=False)
    assert "hunter2" not in str(refused.value)
    assert not (project / "params").exists()


def test_what_is_asked_and_what_is_guessed_is_said(project, capsys):
    (project / "exports" / "Umsätze.csv").write_text("Kunde,Datum,Umsatz,Betrag\na,03/04/2026,1,1\n", encoding="utf-8")
    (project / "exports" / "rain.csv").write_text("x\n1\n")
    propose_run("exports", run="mine", out=None, force=False)
    said = capsys.readouterr().out
    assert "would fit as well" in said
    assert 'Asked: orders: is 03/04/2026 read as "%d/%m/%Y" or "%m/%d/%Y"?' in said
    assert "Not recognised: rain.csv" in said


def test_the_next_command_names_the_file_where_it_was_written_elsewhere(project, capsys):
    propose_run("exports", run="mine", out=project / "else where" / "mine.yaml", force=False)
    assert f"Then: portfolio-lab check '{project / 'else where' / 'mine.yaml'}'" in capsys.readouterr().out
    propose_run("exports", run="mine", out=None, force=False)
    assert "Then: portfolio-lab check mine\n" in capsys.readouterr().out


def test_an_empty_file_and_one_with_a_header_only_are_named_as_such(project, capsys):
    (project / "exports" / "none.csv").write_text("")
    (project / "exports" / "head.csv").write_text("a,b\n")
    propose_run("exports", run="mine", out=None, force=False)
    said = capsys.readouterr().out
    assert "Asked: none.csv is empty" in said and "Asked: head.csv has a header but no rows" in said
