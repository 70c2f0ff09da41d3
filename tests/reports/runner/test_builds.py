from datetime import date

from portfolio_lab.reports.runner import builds

DAY = date(2026, 9, 30)


def test_numbers_grow_over_builds_and_failed_attempts(tmp_path):
    assert builds.next_id(tmp_path, DAY) == "0001_2026-09-30"
    (tmp_path / ".builds" / "0009_2026-06-30").mkdir(parents=True)
    (tmp_path / "failed" / "0011_2026-09-30").mkdir(parents=True)
    assert builds.next_id(tmp_path, DAY) == "0012_2026-09-30"
    (tmp_path / ".builds" / "12345_2026-06-30").mkdir()
    assert builds.next_id(tmp_path, DAY) == "12346_2026-09-30"
    assert [folder.number for folder in builds.list_builds(tmp_path)] == [9, 12345]


def test_a_build_is_renamed_when_whole_and_back(tmp_path):
    half = builds.begin_build(tmp_path, DAY)
    assert half == tmp_path / ".builds" / "0001_2026-09-30.tmp" and builds.list_builds(tmp_path) == []
    assert list(builds.half_builds(tmp_path)) == [half]
    final = builds.seal_build(half)
    assert [folder.path for folder in builds.list_builds(tmp_path)] == [final]
    assert builds.list_builds(tmp_path)[0].id == "0001_2026-09-30"
    assert builds.unseal_build(final) == half and half.is_dir()


def test_a_failed_attempt_is_moved(tmp_path):
    half = builds.begin_build(tmp_path, DAY)
    (half / "a").write_text("kept")
    place = builds.move_to_failed(half)
    assert place == tmp_path / "failed" / "0001_2026-09-30" and (place / "a").read_text() == "kept"
    assert [folder.id for folder in builds.list_failed(tmp_path)] == ["0001_2026-09-30"]
    assert builds.number_of(place.name) == 1


def test_removing_leaves_nothing(tmp_path):
    final = builds.seal_build(builds.begin_build(tmp_path, DAY))
    (final / "a").mkdir()
    builds.remove_build(final)
    assert list((tmp_path / ".builds").iterdir()) == []


def test_litter_is_swept_but_no_build_and_no_foreign_file(tmp_path):
    half = builds.begin_build(tmp_path, DAY)
    (tmp_path / ".latest.99.tmp").symlink_to(".builds/0001_2026-09-30")
    (tmp_path / ".index.html.tmp").write_text("half")
    (tmp_path / ".builds" / ".0000_2026-09-30.gone.tmp").mkdir()
    (tmp_path / "notes.tmp").write_text("mine")
    builds.sweep_litter(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".builds", "notes.tmp"]
    assert list((tmp_path / ".builds").iterdir()) == [half]
