import resource
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from portfolio_lab.errors import RunFileError
from portfolio_lab.reports.cli.asking import Asked, make_request, parse_parameters, reports_folder, today_in, typed
from portfolio_lab.reports.run_file import read_run_file

RUN = """
run: small
as_of: 2026-09-30
data: {source: data, timezone: Pacific/Kiritimati}
reports: {abc_classes: {n_bootstrap: 50, seed: 3}}
"""


@pytest.fixture
def run(tmp_path) -> str:
    path = tmp_path / "small.yaml"
    path.write_text(RUN)
    return str(path)


def refusal(asked: Asked) -> list[str]:
    with pytest.raises(RunFileError) as refused:
        make_request(asked)
    return [str(fault) for fault in refused.value.faults]


def test_what_was_typed_becomes_a_request(run, tmp_path):
    request = make_request(
        Asked(run, "2026-06-30", ("abc_classes",), ("abc_classes.seed=7",), Path("out"), jobs=3, pdf=True)
    )
    assert (request.as_of, request.only, request.jobs, request.pdf, request.force) == (
        date(2026, 6, 30), ("abc_classes",), 3, True, False)  # fmt: skip
    assert request.run_file.reports["abc_classes"] == {"n_bootstrap": 50, "seed": 7}
    assert request.run_file.root == tmp_path and request.reports_dir == Path.cwd() / "out"
    plain = make_request(Asked(run))
    assert plain.reports_dir == tmp_path / "reports" and plain.as_of == date(2026, 9, 30) and plain.jobs >= 1


def test_topics_may_be_joined_by_commas(run):
    assert make_request(Asked(run, only=("abc_classes,data_quality",))).only == ("abc_classes", "data_quality")


def test_all_faults_come_at_once_each_with_its_place_and_remedy(run):
    asked = Asked(run, "30/09/2026", ("abc",), ("x", "abc_classes.sed=1", "abc_classes.seed=-1", "abc_classes.as_of=x",
                                                "abc_classes.output_dir=/etc", "monitr.n=1"))  # fmt: skip
    faults = refusal(asked)
    assert len(faults) == 8
    assert faults[0] == "key -p, value 'x': is not a parameter → write it as topic.name=value"
    assert "is not a parameter of abc_classes → did you mean 'seed'?" in faults[1]
    assert "use --as-of" in faults[2] and "set by the runner" in faults[3]
    assert "value 'monitr': is not a report" in faults[4]
    assert faults[5].startswith("key --only, value 'abc': is not a report")
    assert faults[6].startswith("key -p abc_classes.seed, value '-1'")
    assert faults[7].endswith("is not a day → write it as 2026-09-30")


@pytest.mark.parametrize("text", ["NO", "00123", "1_000", "null", "2026-01-01", "[", "a: b", "'7'"])
def test_a_number_is_never_guessed_from_text(run, text):
    assert "key -p abc_classes.seed" in refusal(Asked(run, parameters=(f"abc_classes.seed={text}",)))[0]


def test_text_stays_text_where_the_report_takes_text(monkeypatch):
    from typing import Annotated, ClassVar

    from pydantic import Field

    from portfolio_lab.reports import catalog
    from portfolio_lab.reports.cli import asking

    Text = Annotated[str, Field(strict=True)]
    one = type("One", (catalog.ReportParams,), {
        "__annotations__": {"title": ClassVar[str], "group": Text, "rate": float, "many": tuple[str, ...]},
        "title": "One", "group": "a", "rate": 1.0, "many": ()})  # fmt: skip
    monkeypatch.setitem(asking.CATALOG, "one", one)
    assert [typed("one", "group", text) for text in ("00123", "NO", "12:30", "1.10", "[")] == [
        "00123", "NO", "12:30", "1.10", "["]  # fmt: skip
    assert typed("one", "rate", "0.5") == 0.5 and typed("one", "many", "[a, b]") == ["a", "b"]


def test_parameters_of_one_report_are_gathered():
    given, faults = parse_parameters(("abc_classes.seed=1", "abc_classes.n_listed=a=b"))
    assert given == {"abc_classes": {"seed": "1", "n_listed": "a=b"}} and faults == []


def test_today_is_where_the_company_is(run):
    assert today_in(read_run_file(run)) == datetime.now(ZoneInfo("Pacific/Kiritimati")).date()


def test_the_reports_folder_is_the_projects_unless_said_otherwise(run, tmp_path):
    run_file = read_run_file(run)
    assert reports_folder(run_file, None) == tmp_path / "reports"
    assert reports_folder(run_file, Path("/srv/r")) == Path("/srv/r")


def test_a_refusal_is_cheap_and_starts_no_kernel(run):
    code = "import sys; from portfolio_lab.reports.cli import main; main(sys.argv[1:])"
    best = 99.0
    for _ in range(2):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, "-c", code, "run", run, "-p", "abc_classes.sed=1"], capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.returncode == 2 and b"did you mean 'seed'" in done.stderr
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert best < 1.5
