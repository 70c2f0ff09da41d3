import pytest
from pydantic import ValidationError

from portfolio_lab.reports.runner.records import CellCount, Ending, Manifest, ReportEntry


def test_records_are_frozen_and_know_their_keys():
    with pytest.raises(ValidationError):
        Manifest(build="a", run="demo", as_of="2026-09-30", status="published", typo=1)
    manifest = Manifest(build="a", run="demo", as_of="2026-09-30", status="published")
    with pytest.raises(ValidationError):
        manifest.status = "failed"


@pytest.mark.parametrize("status", ["completed", "", "success"])
def test_a_state_that_does_not_exist_is_refused(status):
    with pytest.raises(ValidationError):
        ReportEntry(status=status, title="A", question="?", reason="", difference=None, sentence="")


def test_layout_is_written():
    assert Manifest(build="a", run="r", as_of="2026-09-30", status="failed").model_dump(mode="json")["layout"] == 1
    assert Ending("ok", CellCount(total=1, run=1)).kernel_log == ()
