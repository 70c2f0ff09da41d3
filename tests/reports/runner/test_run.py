"""The order of a run: lock, tidy up, prepare, plan, make, publish; with reports that need no process."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest
from fixtures.fake_review import (
    fake_parts,
    make_review,
    manifest_of,
    run_fake,
    snapshot,
    without_kernels,
    write_notebook,
)

from portfolio_lab.errors import DataError, RunFileError
from portfolio_lab.reports.runner.locks import ReviewLockedError, hold_review


@pytest.fixture
def review(tmp_path, monkeypatch):
    return make_review(tmp_path, a="1", b="2"), without_kernels(monkeypatch)


def links(folder):
    run_dir = folder / "reports" / "demo"
    return {path.name: path.readlink().name for path in run_dir.iterdir() if path.is_symlink()}


def test_a_review_is_published_whole(review):
    folder, ran = review
    outcome = run_fake(folder)
    assert outcome.exit_code == 0 and ran == ["a", "b"]
    assert outcome.page == folder / "reports" / "demo" / "2026-09-30" / "index.html" and outcome.page.exists()
    assert links(folder) == {"2026-09-30": "0001_2026-09-30", "latest": "0001_2026-09-30"}
    manifest = manifest_of(outcome)
    assert manifest["status"] == "published" and manifest["whole"] and manifest["failed"] == []
    assert manifest["data"] == {"fingerprint": "1", "load_report": {"rows": 1}} and manifest["policy"]["abc"]
    names = sorted(path.name for path in outcome.page.parent.iterdir())
    assert names == ["a", "b", "index.html", "manifest.json", "review.xlsx", "run.yaml"]
    assert sorted(path.name for path in (folder / "reports" / "demo").iterdir()) == [
        ".builds", "2026-09-30", "index.html", "latest"]  # fmt: skip


def test_a_second_run_finds_nothing_to_do(review):
    folder, ran = review
    first = run_fake(folder)
    before = snapshot(folder / "reports" / "demo")
    second = run_fake(folder)
    assert second.exit_code == 0 and "Nothing has changed" in second.sentence and ran == ["a", "b"]
    assert second.page == first.page and snapshot(folder / "reports" / "demo") == before


def test_only_what_has_changed_is_run_and_the_rest_is_carried_over(review):
    folder, ran = review
    run_fake(folder)
    write_notebook(folder / "notebooks" / "b.ipynb", "3")
    outcome = run_fake(folder)
    assert ran == ["a", "b", "b"]
    reports = manifest_of(outcome)["reports"]
    assert reports["a"]["status"] == "skipped" and reports["a"]["carried_from"]["build"] == "0001_2026-09-30"
    assert reports["b"]["status"] == "ok" and reports["b"]["difference"] == "notebook"
    assert (outcome.page.parent / "a" / "report.html").read_text() == "page 1" and manifest_of(outcome)["whole"]


def test_new_data_run_everything_and_the_old_build_stays_on_disk(review):
    folder, ran = review
    run_fake(folder)
    (folder / "data.txt").write_text("2")
    outcome = run_fake(folder)
    assert ran == ["a", "b", "a", "b"] and links(folder)["latest"] == "0002_2026-09-30"
    assert {entry["difference"] for entry in manifest_of(outcome)["reports"].values()} == {"data"}
    old = folder / "reports" / "demo" / ".builds" / "0001_2026-09-30"
    assert (old / "a" / "report.html").read_text() == "page 1"


def test_force_runs_what_need_not_be_run(review):
    folder, ran = review
    run_fake(folder)
    outcome = run_fake(folder, force=True)
    assert ran == ["a", "b", "a", "b"]
    assert manifest_of(outcome)["reports"]["a"]["reason"] == "--force was given"


def test_only_one_topic_carries_the_others_and_never_moves_latest(review):
    folder, ran = review
    run_fake(folder, as_of=date(2026, 6, 30))
    outcome = run_fake(folder, only=("b",))
    assert ran == ["a", "b", "b"]
    assert links(folder) == {
        "2026-06-30": "0001_2026-06-30",
        "2026-09-30": "0002_2026-09-30",
        "latest": "0001_2026-06-30",
    }
    manifest = manifest_of(outcome)
    assert manifest["reports"]["a"]["carried_from"]["as_of"] == "2026-06-30" and not manifest["whole"]
    assert manifest["only"] == ["b"]
    whole = run_fake(folder)
    assert ran == ["a", "b", "b", "a"] and links(folder)["latest"] == "0003_2026-09-30"
    carried = manifest_of(whole)["reports"]["b"]["carried_from"]
    assert carried["build"] == "0002_2026-09-30" and carried["as_of"] == "2026-09-30"


def test_only_without_anything_to_carry_leaves_the_others_out(review):
    folder, _ = review
    outcome = run_fake(folder, only=("b",))
    manifest = manifest_of(outcome)
    assert outcome.exit_code == 0 and not (outcome.page.parent / "a").exists()
    assert manifest["reports"]["a"]["status"] == "skipped" and manifest["reports"]["a"]["carried_from"] is None
    assert "latest" not in links(folder)


def test_an_earlier_date_is_published_without_moving_latest(review):
    folder, _ = review
    run_fake(folder)
    run_fake(folder, as_of=date(2026, 6, 30))
    assert links(folder)["latest"] == "0001_2026-09-30" and links(folder)["2026-06-30"] == "0002_2026-06-30"


def test_a_failed_report_publishes_nothing_and_is_announced(review, monkeypatch):
    folder, _ = review
    run_fake(folder)
    before = snapshot(folder / "reports" / "demo")
    (folder / "data.txt").write_text("2")
    without_kernels(monkeypatch, failing=("b",))
    outcome = run_fake(folder)
    assert outcome.exit_code == 1 and "b: It was error." in outcome.sentence
    assert outcome.page == folder / "reports" / "demo" / "failed" / "0002_2026-09-30" / "failure.html"
    assert manifest_of(outcome)["failed"] == ["b"] and snapshot(folder / "reports" / "demo") == before
    (folder / "data.txt").write_text("1")
    again = run_fake(folder)
    assert again.exit_code == 0 and links(folder)["latest"] == "0003_2026-09-30"
    assert {entry["status"] for entry in manifest_of(again)["reports"].values()} == {"skipped"}


def test_refused_data_run_nothing_and_are_recorded_where_there_is_an_archive(review):
    folder, ran = review
    (folder / "data.txt").write_text("bad")
    with pytest.raises(DataError, match="table orders: the data are bad → mend them"):
        run_fake(folder)
    assert ran == [] and not (folder / "reports" / "demo" / "failed").exists()
    (folder / "data.txt").write_text("1")
    run_fake(folder)
    before = snapshot(folder / "reports" / "demo")
    (folder / "data.txt").write_text("bad")
    with pytest.raises(DataError):
        run_fake(folder)
    failed = folder / "reports" / "demo" / "failed" / "0002_2026-09-30"
    manifest = json.loads((failed / "manifest.json").read_text())
    assert manifest["status"] == "refused" and "the data are bad" in manifest["problem"]
    assert snapshot(folder / "reports" / "demo") == before


def test_a_second_run_of_the_same_review_is_refused(review):
    folder, ran = review
    with hold_review(folder / "reports" / "demo"), pytest.raises(ReviewLockedError):
        run_fake(folder)
    assert ran == []


@pytest.mark.parametrize("verb", ["build_review_index", "write_workbook", "dump_run_file", "write_pdf"])
def test_whatever_fails_outside_the_reports_publishes_nothing(review, verb):
    folder, _ = review
    run_fake(folder)
    before = snapshot(folder / "reports" / "demo")

    def fail(*_: object) -> None:
        raise RuntimeError(f"{verb} failed")

    outcome = run_fake(folder, parts=replace(fake_parts(folder), **{verb: fail}), force=True, pdf=True)
    assert outcome.exit_code == 1 and f"RuntimeError: {verb} failed" in outcome.sentence
    assert manifest_of(outcome)["problem"] == f"RuntimeError: {verb} failed"
    assert snapshot(folder / "reports" / "demo") == before


def test_a_pdf_that_is_missing_is_made_without_running_anything(review):
    folder, ran = review
    run_fake(folder)
    outcome = run_fake(folder, pdf=True)
    assert outcome.exit_code == 0 and ran == ["a", "b"] and (outcome.page.parent / "review.pdf").exists()
    assert "Nothing has changed" in run_fake(folder, pdf=True).sentence


def test_a_report_that_left_the_review_makes_a_new_build(review):
    folder, ran = review
    run_fake(folder)
    (folder / "notebooks" / "a.ipynb").unlink()
    outcome = run_fake(folder)
    assert ran == ["a", "b"] and list(manifest_of(outcome)["reports"]) == ["b"]


def test_looking_does_not_load_what_running_needs():
    code = (
        "import sys; import portfolio_lab.reports.runner.run;"
        "heavy = {'papermill', 'nbclient', 'jupyter_client', 'nbformat', 'matplotlib', 'ibis', 'pandas'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_folder_where_nothing_can_be_made_is_refused_before_anything_runs(review):
    folder, ran = review
    (folder / "reports").write_text("a file where the folder should be")
    with pytest.raises(RunFileError, match="cannot be written"):
        run_fake(folder)
    assert ran == []
