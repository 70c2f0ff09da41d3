import json
import math

import pytest

from portfolio_lab.reports.runner.manifests import MANIFEST, read_manifest, write_json, write_record
from portfolio_lab.reports.runner.records import Manifest

SMALL = Manifest(build="0001_2026-09-30", run="demo", as_of="2026-09-30", status="killed")


def test_a_record_is_read_back(tmp_path):
    write_record(tmp_path / MANIFEST, SMALL)
    assert read_manifest(tmp_path) == SMALL


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    write_json(tmp_path / "a.json", {"é": 1})
    with pytest.raises(ValueError):
        write_json(tmp_path / "a.json", {"n": math.nan})
    assert json.loads((tmp_path / "a.json").read_text()) == {"é": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_no_manifest_or_half_of_one_reads_as_none(tmp_path):
    assert read_manifest(tmp_path) is None
    (tmp_path / MANIFEST).write_text(SMALL.model_dump_json()[:50])
    assert read_manifest(tmp_path) is None
    (tmp_path / MANIFEST).write_text('{"layout": 1, "unknown": 2}')
    assert read_manifest(tmp_path) is None
