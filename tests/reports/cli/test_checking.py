import json
from dataclasses import replace
from datetime import date

import pytest
from fixtures.fake_review import AS_OF, fake_parts, fake_run_file, make_review

from portfolio_lab.errors import RunFileError
from portfolio_lab.reports.cli.checking import assert_notebooks, check_run, doubts_about_day
from portfolio_lab.reports.runner.parts import Request

RUN = "run: demo\nas_of: 2026-09-30\ndata: {source: data.txt}\n"


@pytest.fixture
def run(tmp_path, monkeypatch) -> str:
    folder = make_review(tmp_path, a="1")
    (folder / "demo.yaml").write_text(RUN)
    monkeypatch.setattr("portfolio_lab.reports.cli.checking.checking_parts", lambda observe: fake_parts(folder))
    return str(folder / "demo.yaml")


def test_a_good_run_file_and_good_data(run, capsys):
    assert check_run(run, "", as_json=False) == 0
    assert capsys.readouterr().out == f"{run} can be run as of 2026-09-30, with orders.\n"
    assert check_run(run, "2026-06-30", as_json=True) == 0
    assert json.loads(capsys.readouterr().out) == {
        "ok": True, "as_of": "2026-06-30", "tables": ["orders"], "faults": [], "noticed": []}  # fmt: skip


def test_bad_data_and_a_bad_run_file_end_with_two(run, tmp_path, capsys):
    (tmp_path / "data.txt").write_text("bad")
    assert check_run(run, "", as_json=False) == 2
    assert (
        "One thing is wrong; nothing was run.\n  - table orders: the data are bad → mend them"
        in capsys.readouterr().err
    )
    (tmp_path / "demo.yaml").write_text(RUN + "curency: EUR\nperiod: week\n")
    assert check_run(run, "", as_json=True) == 2
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False and {fault["key"] for fault in said["faults"]} == {"curency", "period"}
    assert all(fault["remedy"] and fault["text"] for fault in said["faults"])


def test_a_server_that_does_not_answer_ends_with_two_and_its_key(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PW", "b#rg%25")
    (tmp_path / "params").mkdir()
    run = tmp_path / "params" / "shop.yaml"
    run.write_text("run: shop\nas_of: 2026-09-30\ndata: {source: 'postgres://u:${PW}@127.0.0.1:1/shop'}\n")
    assert check_run(str(run), "", as_json=True) == 2
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert (fault["key"], fault["problem"]) == ("data.source", "postgres://127.0.0.1/shop does not answer")
    assert fault["remedy"].startswith("see that the server runs") and "b#rg" not in fault["text"]


def test_a_report_without_notebook_is_named(tmp_path):
    folder = make_review(tmp_path, a="1", b="2")
    request = Request(fake_run_file(folder), AS_OF, folder / "reports")
    reports = fake_parts(folder).reports(request.run_file, None)
    assert_notebooks(request, reports)
    with pytest.raises(RunFileError, match=r"file .*gone.ipynb, value 'a': has no notebook → add it"):
        assert_notebooks(request, (replace(reports[0], notebook=folder / "gone.ipynb"), reports[1]))


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        (date(2009, 1, 8), "lies before the first order"),
        (date(2010, 3, 2), None),
        (date(2010, 3, 3), "lies 93 days after the last order"),
    ],
)
def test_a_day_outside_the_orders_is_noticed_not_refused(as_of, words):
    found = doubts_about_day(as_of, {"first_date": "2009-11-01", "last_date": "2009-11-30"})
    assert [words in text for text in found] == ([True] if words else [])
    assert all("run from 2009-11-01 to 2009-11-30" in text for text in found)
    assert doubts_about_day(as_of, None) == []


def test_what_is_noticed_is_said_after_the_good_news(run, tmp_path, monkeypatch, capsys):
    parts = fake_parts(tmp_path)
    summary = {"orders": {"first_date": "2027-01-01", "last_date": "2027-02-01"}}
    told = replace(parts, prepare=lambda request: replace(parts.prepare(request), load_report=summary))
    monkeypatch.setattr("portfolio_lab.reports.cli.checking.checking_parts", lambda observe: told)
    assert check_run(run, "", as_json=False) == 0
    assert "\nLook at this: as_of 2026-09-30 lies before the first order" in capsys.readouterr().out


def test_rows_that_were_left_out_are_said_even_where_they_are_few(run, tmp_path, monkeypatch, capsys):
    parts = fake_parts(tmp_path)
    told = {"told": [("dropped", "row 3: is blank → fill it in"), ("listed", "every row is in x.csv")]}
    checked = replace(parts, prepare=lambda request: replace(parts.prepare(request), load_report=told))
    monkeypatch.setattr("portfolio_lab.reports.cli.checking.checking_parts", lambda observe: checked)
    assert check_run(run, "", as_json=False) == 0
    said = capsys.readouterr().out
    assert "\nLook at this: left out: row 3: is blank → fill it in\nLook at this: every row is in x.csv\n" in said
    assert check_run(run, "", as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["noticed"][0] == "left out: row 3: is blank → fill it in"
