"""The end of a run when the disk, the links or the pages fail."""

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest
from fixtures.fake_review import fake_parts, make_review, manifest_of, run_fake, snapshot, without_kernels

from portfolio_lab.reports.runner import links, manifests
from portfolio_lab.reports.runner.links import read_link


@pytest.fixture
def review(tmp_path, monkeypatch):
    folder = make_review(tmp_path, a="1", b="2")
    without_kernels(monkeypatch)
    run_fake(folder)
    (folder / "data.txt").write_text("2")
    return folder, folder / "reports" / "demo"


def fail_with(code: int):
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


def test_a_link_that_cannot_be_set_leaves_everything_as_it_was(review, monkeypatch):
    folder, run_dir = review
    before = snapshot(run_dir)
    monkeypatch.setattr(links, "point", fail_with(errno.EACCES))
    outcome = run_fake(folder)
    assert outcome.exit_code == 1 and "Permission denied" in outcome.sentence
    assert snapshot(run_dir) == before and manifest_of(outcome)["status"] == "failed"
    assert [path.name for path in (run_dir / ".builds").iterdir()] == ["0001_2026-09-30"]
    monkeypatch.undo()
    without_kernels(monkeypatch)
    assert run_fake(folder).exit_code == 0 and read_link(run_dir, "latest").name == "0003_2026-09-30"


def test_a_latest_that_cannot_be_moved_is_said_and_put_right_by_the_next_run(review, monkeypatch):
    folder, run_dir = review
    real = links.point

    def point(where: Path, name: str, build: object) -> None:
        if name == "latest":
            raise OSError(errno.EIO, "broken")
        real(where, name, build)

    monkeypatch.setattr(links, "point", point)
    outcome = run_fake(folder)
    assert outcome.exit_code == 1 and "The review is published, but `latest` could not be moved" in outcome.sentence
    assert read_link(run_dir, "2026-09-30").name == "0002_2026-09-30"
    assert read_link(run_dir, "latest").name == "0001_2026-09-30"
    monkeypatch.setattr(links, "point", real)
    assert run_fake(folder).exit_code == 0 and read_link(run_dir, "latest").name == "0002_2026-09-30"


def test_an_archive_that_cannot_be_written_is_said(review):
    folder, run_dir = review
    parts = replace(fake_parts(folder), build_archive=fail_with(errno.EACCES))
    outcome = run_fake(folder, parts=parts)
    assert (
        outcome.exit_code == 1
        and "The review is published, but the archive page could not be written" in outcome.sentence
    )
    assert read_link(run_dir, "latest").name == "0002_2026-09-30"


def test_a_failure_page_that_cannot_be_written_does_not_hide_the_failure(review, monkeypatch):
    folder, run_dir = review
    without_kernels(monkeypatch, failing=("a",))
    outcome = run_fake(folder, parts=replace(fake_parts(folder), render_failure=fail_with(errno.EACCES)))
    assert outcome.exit_code == 1 and "a: It was error." in outcome.sentence
    assert "The failure page could not be written: PermissionError" in outcome.sentence
    assert outcome.page == run_dir / "failed" / "0002_2026-09-30" and outcome.page.is_dir()


def test_on_a_full_disk_only_the_manifest_is_kept(review, monkeypatch):
    folder, run_dir = review
    before, calls, real = snapshot(run_dir), [], manifests.write_json

    def write(path: Path, value: object) -> None:
        calls.append(path)
        if path.name == "manifest.json" and any(path.parent.rglob("report.html")):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, value)

    monkeypatch.setattr(manifests, "write_json", write)
    outcome = run_fake(folder)
    assert outcome.exit_code == 1 and "No space left" in outcome.sentence and snapshot(run_dir) == before
    kept = run_dir / "failed" / "0002_2026-09-30"
    assert sorted(path.name for path in kept.iterdir()) == ["failure.html", "manifest.json"]


def test_on_a_disk_without_any_room_nothing_is_kept_and_that_is_said(review, monkeypatch):
    folder, run_dir = review
    before = snapshot(run_dir)
    monkeypatch.setattr(manifests, "write_json", fail_with(errno.ENOSPC))
    outcome = run_fake(folder)
    assert outcome.exit_code == 1 and "There was no room to keep the attempt." in outcome.sentence
    assert outcome.page is None and snapshot(run_dir) == before and list((run_dir / "failed").iterdir()) == []
    assert not list((run_dir / ".builds").glob("*.tmp"))


def test_a_stop_in_the_middle_keeps_the_attempt_as_interrupted(review, monkeypatch):
    folder, run_dir = review
    before = snapshot(run_dir)

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("portfolio_lab.reports.runner.run._execute", stop)
    outcome = run_fake(folder)
    assert outcome.exit_code == 1 and manifest_of(outcome)["status"] == "interrupted"
    assert {entry["status"] for entry in manifest_of(outcome)["reports"].values()} == {"interrupted"}
    assert snapshot(run_dir) == before
