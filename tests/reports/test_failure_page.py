import json

import pytest

from portfolio_lab.reports.failure_page import MAX_CHARACTERS, render_attempt


@pytest.fixture
def attempt(tmp_path, manifest_of):
    folder = tmp_path / "0004_2026-12-31"
    (folder / "abc_classes").mkdir(parents=True)
    manifest_of(folder, as_of="2026-12-31", status="failed", failed=["abc_classes"])
    return folder


def put(folder, record, topic="abc_classes"):
    (folder / topic).mkdir(exist_ok=True)
    (folder / topic / "run.json").write_text(json.dumps(record))


def test_says_which_cell_its_source_its_parameters_and_the_end_of_the_traceback(attempt, failing_record):
    put(attempt, failing_record())
    (attempt / "abc_classes" / "executed.ipynb").write_text("{}")
    page = render_attempt(attempt)
    assert "The review of 31 December 2026 failed: 1 report could not be made" in page
    assert "<dd>4 of 9</dd>" in page
    assert "ranked = rank_customers(snapshots)" in page
    assert "<dt>n_bootstrap</dt><dd>500</dd>" in page
    assert "KeyError: &#39;margin_amount&#39;" in page
    assert 'href="abc_classes/executed.ipynb"' in page


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"status": "timeout", "limit": {"name": "cell_seconds", "value": 300}}, "<dd>cell_seconds = 300</dd>"),
        ({"status": "killed", "signal": "SIGKILL"}, "<dt>Signal</dt><dd>SIGKILL</dd>"),
        ({"status": "dead_kernel", "exit_code": 0, "kernel_log": ["last words"]}, "last words"),
        ({"status": "memory", "peak_memory_mb": 5123.4}, "<dd>5123 MB</dd>"),
    ],
)
def test_each_state_shows_its_evidence(attempt, failing_record, changes, shown):
    put(attempt, failing_record(cell=None, error=None, **changes))
    page = render_attempt(attempt)
    assert shown in page
    assert "The end of the traceback" not in page
    assert "The notebook as far as it ran" not in page


def test_the_reports_that_ran_well_are_named_below(attempt, failing_record):
    put(attempt, failing_record())
    put(attempt, failing_record(topic="survival", title="Survival", status="ok", sentence="It ran."), "survival")
    page = render_attempt(attempt)
    assert "<strong>Survival</strong>: It ran." in page
    assert "<h2>Survival</h2>" not in page


def test_a_run_that_left_nothing_but_its_folder_still_has_a_page(tmp_path):
    folder = tmp_path / "0009_2026-12-31"
    folder.mkdir()
    assert "The review of 31 December 2026 failed" in render_attempt(folder)


def test_refused_data_are_shown_as_they_were_said(tmp_path, manifest_of):
    folder = tmp_path / "0009_2026-12-31"
    folder.mkdir()
    manifest_of(folder, as_of="2026-12-31", status="refused", problem="table orders: <no> column amount")
    page = render_attempt(folder)
    assert "The review of 31 December 2026 was not started" in page
    assert "table orders: &lt;no&gt; column amount" in page


def test_of_a_very_long_text_the_end_is_kept(attempt, failing_record):
    put(attempt, failing_record(error={"name": "E", "message": "m", "traceback": ["x" * MAX_CHARACTERS, "the cause"]}))
    page = render_attempt(attempt)
    assert "the cause" in page
    assert "…\nx" in page
