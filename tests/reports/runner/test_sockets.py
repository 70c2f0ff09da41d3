import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from portfolio_lab.reports.runner.sockets import socket_folder, sweep_sockets

HOLD = """
import sys, time
from pathlib import Path
from portfolio_lab.reports.runner.sockets import socket_folder
with socket_folder(Path(sys.argv[1])) as folder:
    print(folder, flush=True)
    time.sleep(60)
"""


def age(folder: Path) -> None:
    long_ago = time.time() - 3600
    os.utime(folder, (long_ago, long_ago))


def test_the_folder_is_private_and_goes_away(tmp_path):
    with socket_folder(tmp_path) as folder:
        assert folder.parent == tmp_path and folder.stat().st_mode & 0o777 == 0o700
    assert list(tmp_path.iterdir()) == []


def test_the_folder_goes_away_when_the_run_fails(tmp_path):
    with pytest.raises(KeyError), socket_folder(tmp_path):
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_swept_and_what_a_living_run_uses_is_not(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        folder = Path(other.stdout.readline().strip())
        age(folder)
        sweep_sockets(tmp_path)
        assert folder.exists()
        other.kill()
    sweep_sockets(tmp_path)
    assert not folder.exists()


def test_a_folder_that_was_made_just_now_is_left_alone(tmp_path):
    (tmp_path / "portfolio-lab-new").mkdir()
    sweep_sockets(tmp_path)
    assert (tmp_path / "portfolio-lab-new").exists()


def test_a_base_that_is_too_long_for_sockets_is_avoided(tmp_path, monkeypatch):
    long = tmp_path / ("x" * 80)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with socket_folder() as folder:
        assert folder.parent == Path("/tmp")
