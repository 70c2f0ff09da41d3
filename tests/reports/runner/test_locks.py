import subprocess
import sys
import time

import pytest

from portfolio_lab.errors import RunFileError
from portfolio_lab.reports.runner.locks import ReviewLockedError, hold_review, refuse_unwritable

HOLD = """
import sys, time
from pathlib import Path
from portfolio_lab.reports.runner.locks import hold_review
with hold_review(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_nothing_stays_on_disk(tmp_path):
    with hold_review(tmp_path / "demo"):
        assert (tmp_path / "demo" / ".lock").exists()
    assert list((tmp_path / "demo").iterdir()) == []


def test_a_second_run_is_refused_at_once_and_the_first_keeps_its_lock(tmp_path):
    with hold_review(tmp_path):
        began = time.monotonic()
        with pytest.raises(ReviewLockedError, match=r"another run of .* is under way → wait"), hold_review(tmp_path):
            raise AssertionError
        assert time.monotonic() - began < 5
        with pytest.raises(ReviewLockedError), hold_review(tmp_path):
            raise AssertionError
    with hold_review(tmp_path):
        pass


def test_the_lock_of_a_killed_run_is_free(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(ReviewLockedError), hold_review(tmp_path):
            raise AssertionError
        other.kill()
    with hold_review(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_the_lock_is_released_when_the_block_fails(tmp_path):
    with pytest.raises(KeyError), hold_review(tmp_path):
        raise KeyError
    with hold_review(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_refused_with_its_remedy(tmp_path):
    (tmp_path / "file").write_text("")
    words = r"file .*/file/demo.*cannot be written: Not a directory → .*--reports"
    with pytest.raises(RunFileError, match=words), hold_review(tmp_path / "file" / "demo"):
        raise AssertionError


def test_only_errors_of_the_system_are_refusals(tmp_path):
    with pytest.raises(KeyError), refuse_unwritable(tmp_path):
        raise KeyError
    with pytest.raises(RunFileError, match="No space left"), refuse_unwritable(tmp_path):
        raise OSError(28, "No space left on device")
