import pytest

from portfolio_lab.reports.runner.links import settle_links
from portfolio_lab.reports.runner.locks import ReviewLockedError, hold_review
from portfolio_lab.reports.runner.manifests import MANIFEST, write_record
from portfolio_lab.reports.runner.prune import prune_review
from portfolio_lab.reports.runner.records import Manifest

BUILDS = (("0001_2026-06-30", True), ("0002_2026-06-30", True), ("0003_2026-09-30", True), ("0004_2026-09-30", True),
          ("0006_2026-09-30", True), ("0007_2026-09-30", False))  # fmt: skip
FAILED = ("0005_2026-09-30", "0008_2026-09-30", "0009_2026-09-30")


@pytest.fixture
def run_dir(tmp_path):
    for name, whole in BUILDS:
        folder = tmp_path / ".builds" / name
        folder.mkdir(parents=True)
        manifest = Manifest(build=name, run="demo", as_of=name[5:], status="published", whole=whole)
        write_record(folder / MANIFEST, manifest)
    for name in FAILED:
        (tmp_path / "failed" / name).mkdir(parents=True)
    settle_links(tmp_path)
    return tmp_path


def names(folders) -> list[str]:
    return [folder.id[:4] for folder in folders]


def test_without_apply_nothing_is_touched(run_dir):
    pruning = prune_review(run_dir, keep=0)
    assert names(pruning.removed) == ["0001", "0003", "0004", "0005", "0008", "0009"]
    assert len(list((run_dir / ".builds").iterdir())) == 6 and len(list((run_dir / "failed").iterdir())) == 3


def test_what_readers_reach_always_stays(run_dir):
    pruning = prune_review(run_dir, keep=0, apply=True)
    assert names(pruning.kept) == ["0002", "0006", "0007"]
    assert sorted(path.name[:4] for path in (run_dir / ".builds").iterdir()) == ["0002", "0006", "0007"]
    assert list((run_dir / "failed").iterdir()) == []
    assert (run_dir / "latest" / MANIFEST).exists() and (run_dir / "2026-06-30" / MANIFEST).exists()


@pytest.mark.parametrize(("keep", "removed"), [(1, ["0001", "0003", "0005", "0008"]), (2, ["0001", "0005"]), (3, [])])
def test_the_newest_of_the_others_stay(run_dir, keep, removed):
    assert names(prune_review(run_dir, keep=keep, apply=True).removed) == removed


def test_a_review_that_is_running_is_not_pruned(run_dir):
    with hold_review(run_dir), pytest.raises(ReviewLockedError):
        prune_review(run_dir, keep=0, apply=True)


def test_a_review_that_never_ran_has_nothing_to_prune(tmp_path):
    assert prune_review(tmp_path / "none", keep=0).removed == ()
