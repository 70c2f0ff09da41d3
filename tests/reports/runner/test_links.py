import errno
import os
from pathlib import Path

import pytest

from portfolio_lab.reports.runner.builds import list_builds
from portfolio_lab.reports.runner.links import good_builds, point, read_link, settle_links
from portfolio_lab.reports.runner.manifests import MANIFEST, write_record
from portfolio_lab.reports.runner.records import Manifest


def build(run_dir: Path, build_id: str, *, whole: bool = True) -> Path:
    folder = run_dir / ".builds" / build_id
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(build_id)
    day = build_id.split("_")[1]
    write_record(folder / MANIFEST, Manifest(build=build_id, run="demo", as_of=day, status="published", whole=whole))
    return folder


def no_links(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, "no links here")


def test_each_date_leads_to_its_newest_build_and_latest_to_the_greatest_whole_date(tmp_path):
    build(tmp_path, "0001_2026-06-30")
    newest = build(tmp_path, "0002_2026-06-30")
    build(tmp_path, "0003_2026-03-31")
    settle_links(tmp_path)
    assert read_link(tmp_path, "2026-06-30") == newest == read_link(tmp_path, "latest")
    assert list(good_builds(tmp_path)) == ["2026-03-31", "2026-06-30"]
    assert (tmp_path / "latest" / "index.html").read_text() == "0002_2026-06-30"
    assert str((tmp_path / "latest").readlink()) == ".builds/0002_2026-06-30"


def test_part_of_a_review_never_moves_latest(tmp_path):
    whole = build(tmp_path, "0001_2026-06-30")
    part, later_part = build(tmp_path, "0002_2026-06-30", whole=False), build(tmp_path, "0003_2026-09-30", whole=False)
    settle_links(tmp_path)
    assert read_link(tmp_path, "latest") == whole and read_link(tmp_path, "2026-06-30") == part
    assert read_link(tmp_path, "2026-09-30") == later_part


def test_only_wrong_links_are_touched(tmp_path):
    build(tmp_path, "0001_2026-06-30")
    settle_links(tmp_path)
    before = (tmp_path / "latest").lstat().st_ino
    settle_links(tmp_path)
    assert (tmp_path / "latest").lstat().st_ino == before


def test_a_link_is_swapped_in_one_step(tmp_path, monkeypatch):
    build(tmp_path, "0001_2026-06-30")
    settle_links(tmp_path)
    build(tmp_path, "0002_2026-06-30")
    seen = []
    replace = Path.replace

    def look(self: Path, target: Path) -> Path:
        seen.append((tmp_path / "2026-06-30" / "index.html").read_text())
        result = replace(self, target)
        seen.append((tmp_path / "2026-06-30" / "index.html").read_text())
        return result

    monkeypatch.setattr(Path, "replace", look)
    settle_links(tmp_path)
    assert set(seen) <= {"0001_2026-06-30", "0002_2026-06-30"} and seen[-1] == "0002_2026-06-30"


def test_without_links_a_pointer_page_leads_to_the_build(tmp_path, monkeypatch):
    first = build(tmp_path, "0001_2026-06-30")
    monkeypatch.setattr(Path, "symlink_to", no_links)
    settle_links(tmp_path)
    assert read_link(tmp_path, "latest") == first == good_builds(tmp_path)["2026-06-30"]
    page = (tmp_path / "2026-06-30" / "index.html").read_text()
    assert 'content="0; url=../.builds/0001_2026-06-30/index.html"' in page and "<script" not in page
    assert "Content-Security-Policy" in page and "viewport" in page and "<h1>2026-06-30</h1>" in page
    second = build(tmp_path, "0002_2026-06-30")
    settle_links(tmp_path)
    assert read_link(tmp_path, "latest") == second
    monkeypatch.undo()
    settle_links(tmp_path)
    assert read_link(tmp_path, "latest") == second and (tmp_path / "latest").is_dir()


def test_a_pointer_is_never_written_through_a_link_into_a_published_build(tmp_path, monkeypatch):
    first = build(tmp_path, "0001_2026-06-30")
    settle_links(tmp_path)
    build(tmp_path, "0002_2026-06-30")
    monkeypatch.setattr(Path, "symlink_to", no_links)
    with pytest.raises(OSError, match="no links here"):
        settle_links(tmp_path)
    assert (first / "index.html").read_text() == "0001_2026-06-30"
    assert read_link(tmp_path, "latest") == first


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_full_disk_or_a_missing_right_is_not_a_system_without_links(tmp_path, monkeypatch, code):
    folder = build(tmp_path, "0001_2026-06-30")

    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "symlink_to", fail)
    with pytest.raises(OSError, match=os.strerror(code)):
        point(tmp_path, "latest", list_builds(tmp_path)[0])
    assert not (tmp_path / "latest").exists() and folder.is_dir()


def test_a_link_to_a_build_that_is_gone_counts_as_none(tmp_path):
    (tmp_path / "2026-06-30").symlink_to(".builds/0001_2026-06-30")
    assert read_link(tmp_path, "2026-06-30") is None and good_builds(tmp_path) == {}
    assert read_link(tmp_path, "latest") is None


def test_builds_without_a_readable_manifest_are_not_linked(tmp_path):
    (tmp_path / ".builds" / "0001_2026-06-30").mkdir(parents=True)
    settle_links(tmp_path)
    assert good_builds(tmp_path) == {}
