"""The commands that run, with verbs that write almost nothing."""

import pytest
from fixtures.fake_review import fake_parts, make_review, without_kernels

from portfolio_lab.errors import RunFileError
from portfolio_lab.reports.cli.asking import Asked
from portfolio_lab.reports.cli.running import run_once, run_past

RUN = "run: demo\nas_of: 2026-09-30\nperiod: quarter\ndata: {source: data.txt}\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    make_review(tmp_path, a="1", b="2")
    (tmp_path / "demo.yaml").write_text(RUN)
    without_kernels(monkeypatch)
    return tmp_path


def ask(folder, **others) -> Asked:
    return Asked(str(folder / "demo.yaml"), **others)


def test_a_good_run_says_where_its_page_is(folder, capsys):
    assert run_once(ask(folder), make_parts=lambda observe: fake_parts(folder)) == 0
    said = capsys.readouterr()
    assert said.out.splitlines()[0].startswith("Published: 2 run, 0 carried over")
    assert said.out.splitlines()[1] == f"Open {folder}/reports/demo/2026-09-30/index.html"
    assert said.err.splitlines()[-1] == "writing the review"


def test_explaining_says_for_each_report_why(folder, capsys):
    run_once(ask(folder), make_parts=lambda observe: fake_parts(folder))
    (folder / "data.txt").write_text("2")
    capsys.readouterr()
    run_once(ask(folder), explain=True, make_parts=lambda observe: fake_parts(folder))
    assert capsys.readouterr().out.splitlines()[:2] == [
        "a: run, because the data have changed [data]", "b: run, because the data have changed [data]"]  # fmt: skip
    run_once(ask(folder), explain=True, make_parts=lambda observe: fake_parts(folder))
    assert "Nothing has changed" in capsys.readouterr().out


def test_a_failed_run_says_so_on_standard_error_with_its_page(folder, capsys, monkeypatch):
    without_kernels(monkeypatch, failing=("a",))
    assert run_once(ask(folder), make_parts=lambda observe: fake_parts(folder)) == 1
    said = capsys.readouterr()
    assert "Not published.\n  - a: It was error.\n" in said.err and "failure.html" in said.err.splitlines()[-1]
    assert said.out == ""


def test_past_periods_are_run_oldest_first(folder, capsys):
    code = run_past(ask(folder), first="2026-01-01", last="2026-09-30", make_parts=lambda observe: fake_parts(folder))
    assert code == 0 and (folder / "reports" / "demo" / "latest").readlink().name == "0003_2026-09-30"
    opened = [line[-21:-11] for line in capsys.readouterr().out.splitlines() if line.startswith("Open")]
    assert opened == ["2026-03-31", "2026-06-30", "2026-09-30"]


def test_one_failed_period_makes_the_whole_command_fail(folder, monkeypatch):
    (folder / "notebooks" / "a.ipynb").write_text("{}")
    without_kernels(monkeypatch, failing=("a",))
    assert run_past(ask(folder), first="2026-06-30", last="2026-09-30", make_parts=lambda o: fake_parts(folder)) == 1


def test_days_that_are_none_are_refused_together(folder):
    with pytest.raises(RunFileError) as refused:
        run_past(ask(folder), first="june", last="30.9.2026")
    assert [str(fault) for fault in refused.value.faults] == [
        "key --from, value 'june': is not a day → write it as 2026-09-30",
        "key --to, value '30.9.2026': is not a day → write it as 2026-09-30",
    ]
