from fixtures.fake_review import make_review, run_fake, snapshot, without_kernels

from portfolio_lab.reports.runner.manifests import read_manifest
from portfolio_lab.reports.runner.sweep import sweep_leftovers


def test_the_unfinished_build_of_a_killed_run_becomes_a_failed_attempt(tmp_path, monkeypatch):
    folder = make_review(tmp_path, a="1")
    without_kernels(monkeypatch)
    run_fake(folder)
    run_dir = folder / "reports" / "demo"
    before = snapshot(run_dir)
    half = run_dir / ".builds" / "0002_2026-09-30.tmp" / "a"
    half.mkdir(parents=True)
    (half / "facts.json").write_text("{}")
    told = []
    sweep_leftovers(run_dir, told.append)
    manifest = read_manifest(run_dir / "failed" / "0002_2026-09-30")
    assert (manifest.status, manifest.build, manifest.as_of, manifest.run) == (
        "killed", "0002_2026-09-30", "2026-09-30", "demo")  # fmt: skip
    assert manifest.started_at.startswith("20") and "ended from outside" in manifest.problem
    assert (run_dir / "failed" / "0002_2026-09-30" / "a" / "facts.json").exists()
    assert len(told) == 1 and not list((run_dir / ".builds").glob("*.tmp")) and snapshot(run_dir) == before


def test_a_tidy_folder_stays_as_it_is(tmp_path):
    told = []
    sweep_leftovers(tmp_path, told.append)
    assert told == [] and list(tmp_path.iterdir()) == []


def test_a_run_killed_between_naming_and_linking_is_finished_by_the_next(tmp_path, monkeypatch):
    folder = make_review(tmp_path, a="1")
    without_kernels(monkeypatch)
    run_fake(folder)
    run_dir = folder / "reports" / "demo"
    for name in ("2026-09-30", "latest"):
        (run_dir / name).unlink()
    outcome = run_fake(folder)
    assert "Nothing has changed" in outcome.sentence and (run_dir / "latest" / "a" / "report.html").exists()
