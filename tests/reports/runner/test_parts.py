import os

from fixtures.fake_review import AS_OF, fake_run_file

from portfolio_lab.reports.runner.parts import Request, available_cores


def test_a_review_has_its_own_folder(tmp_path):
    assert Request(fake_run_file(tmp_path), AS_OF, tmp_path / "reports").run_dir == tmp_path / "reports" / "demo"


def test_cores_are_those_that_this_process_may_use():
    before = os.sched_getaffinity(0)
    assert available_cores() == len(before)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert available_cores() == 1
    finally:
        os.sched_setaffinity(0, before)
