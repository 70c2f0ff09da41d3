"""What an open source keeps beside itself stays while it is in use, and goes once it is abandoned."""

import os
import tempfile
import time

import pytest

from portfolio_lab.data.source.scratch import ABANDONED_SECONDS, new_scratch
from portfolio_lab.reports.runner.sockets import sweep_sockets


@pytest.fixture
def base(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def make_old(folder, seconds):
    then = time.time() - seconds
    os.utime(folder, (then, then))


def test_another_run_that_begins_takes_nothing_away(base):
    folder = new_scratch()
    (folder / "sheet.parquet").touch()
    make_old(folder, 3600)
    sweep_sockets(base)
    new_scratch()
    assert (folder / "sheet.parquet").exists()


def test_what_a_killed_process_left_is_gone_after_a_day(base):
    folder = new_scratch()
    make_old(folder, ABANDONED_SECONDS + 60)
    assert new_scratch() != folder
    assert not folder.exists()
