import pytest
from fixtures.fake_review import fake_parts, make_review, manifest_of, run_fake, run_json

from portfolio_lab.errors import ConnectionLost, DataError, Fault
from portfolio_lab.reports.runner.retry import with_retries

LOSES_N_TIMES = """
from pathlib import Path
from portfolio_lab.errors import ConnectionLost
count = Path(run_file).with_name(f"count-{n}")
tries = int(count.read_text()) if count.exists() else 0
count.write_text(str(tries + 1))
if tries < n:
    raise ConnectionLost("the database hung up")
"""


def fail_first(times: int, error: Exception):
    left = [error] * times
    return lambda: (_ for _ in ()).throw(left.pop()) if left else "done"


def test_a_lost_connection_is_tried_again_and_told():
    told = []
    work = fail_first(2, ConnectionLost("hung up"))
    assert with_retries(work, waits=(0.01, 0.02), observe=told.append) == "done"
    assert [event.text for event in told] == ["hung up; trying again in 0.01 s", "hung up; trying again in 0.02 s"]


def test_patience_ends():
    with pytest.raises(ConnectionLost):
        with_retries(fail_first(3, ConnectionLost("x")), waits=(0.01, 0.01), observe=lambda event: None)


def test_no_other_error_is_tried_again():
    with pytest.raises(DataError):
        with_retries(fail_first(1, DataError([Fault("a", "b")])), waits=(0.01,), observe=lambda event: None)


def test_a_notebook_is_run_again_after_lost_connections_only(tmp_path):
    folder = make_review(tmp_path, loses=LOSES_N_TIMES, fails="raise OSError('ConnectionLost')")
    parts = fake_parts(folder, retry_waits=(0.05, 0.05))
    run_file_reports = {"loses": {"n": 1}}
    outcome = run_with(folder, parts, run_file_reports)
    assert (run_json(outcome, "loses")["status"], run_json(outcome, "loses")["attempts"]) == ("ok", 2)
    assert (run_json(outcome, "fails")["status"], run_json(outcome, "fails")["attempts"]) == ("error", 1)
    assert manifest_of(outcome)["failed"] == ["fails"]


def run_with(folder, parts, reports):
    from dataclasses import replace

    from portfolio_lab.reports.runner.parts import Report

    def with_own(run_file, data):
        return tuple(
            replace(one, parameters=dict(one.parameters) | reports.get(one.topic, {}))
            for one in make(run_file, data)
            if isinstance(one, Report)
        )

    make = parts.reports
    return run_fake(folder, parts=replace(parts, reports=with_own))
