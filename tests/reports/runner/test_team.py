"""Reports side by side: as many at once as asked for, the longest first, all of them stopped by one signal."""

import json
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from fixtures.fake_review import AS_OF, fake_parts, fake_record, fake_run_file, make_review, manifest_of, run_fake
from fixtures.processes import soon

from portfolio_lab.reports.runner import report as one
from portfolio_lab.reports.runner.parts import Request
from portfolio_lab.reports.runner.records import ReportEntry
from portfolio_lab.reports.runner.report import Workshop
from portfolio_lab.reports.runner.skip import Step
from portfolio_lab.reports.runner.team import run_reports


@pytest.fixture
def shop(tmp_path):
    folder = make_review(tmp_path, a="1", b="1", c="1", d="1")
    request = Request(fake_run_file(folder), AS_OF, folder / "reports", jobs=2)
    return Workshop(request, fake_parts(folder), folder, folder, {}, lambda value: value, lambda event: None)


def steps_of(shop, seconds: dict[str, float]) -> list[Step]:
    found = []
    for report in shop.parts.reports(shop.request.run_file, None):
        entry = ReportEntry(status="ok", title="", question="", reason="", difference=None, sentence="",
                            seconds=seconds.get(report.topic))  # fmt: skip
        found.append(Step(report, "run", "because", {}, entry=entry))
    return found


def test_as_many_at_once_as_asked_for_and_the_longest_first(shop, monkeypatch):
    import asyncio

    running, most, order = [], [], []

    async def run_report(report, shop, *, under, pages):
        assert isinstance(pages, ThreadPoolExecutor)
        order.append(report.topic)
        running.append(report.topic)
        most.append(len(running))
        await asyncio.sleep(0.02)
        running.remove(report.topic)
        return fake_record(report.topic)

    monkeypatch.setattr(one, "run_report", run_report)
    records = run_reports(steps_of(shop, {"c": 9.0, "b": 5.0}), shop, seconds_left=60)
    assert order == ["c", "b", "a", "d"] and max(most) == 2 and list(records) == ["a", "b", "c", "d"]


def test_when_the_time_of_the_review_is_up_nothing_begins(shop, monkeypatch):
    told = []
    shop = replace(shop, observe=told.append)
    records = run_reports(steps_of(shop, {}), shop, seconds_left=0)
    assert {record.status for record in records.values()} == {"timeout"}
    assert {record.limit.name for record in records.values()} == {"review_seconds"}
    assert [event.kind for event in told] == ["end"] * 4


def test_pages_are_loaded_while_the_first_kernels_start(shop, monkeypatch):
    loaded = []
    shop = replace(shop, parts=replace(shop.parts, load_pages=lambda: loaded.append(threading.current_thread().name)))
    run_reports(steps_of(shop, {}), shop, seconds_left=0)
    assert loaded and loaded[0] != threading.main_thread().name


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_ends_all_kernels_and_keeps_the_attempt(tmp_path, number):
    write = (
        "import os, time\nfrom pathlib import Path",
        "Path(output_dir, 'pid').write_text(str(os.getpid()))\ntime.sleep(60)",
    )
    folder = make_review(tmp_path, a=write, b=write, c=write)
    stopper = threading.Thread(target=stop_when_both_run, args=(folder, number))
    stopper.start()
    outcome = run_fake(folder)
    stopper.join()
    statuses = {topic: entry["status"] for topic, entry in manifest_of(outcome)["reports"].items()}
    assert outcome.exit_code == 1 and statuses == dict.fromkeys("abc", "interrupted")
    assert manifest_of(outcome)["status"] == "interrupted"
    for path in outcome.page.parent.rglob("pid"):
        assert soon(lambda path=path: not Path(f"/proc/{path.read_text()}").exists())
    record = json.loads((outcome.page.parent / "a" / "run.json").read_text())
    assert record["cell"]["number"] == 4 and "stopped from outside" in record["sentence"]


def stop_when_both_run(folder: Path, number: int) -> None:
    end = time.monotonic() + 60
    while len([path for path in folder.rglob("pid") if path.read_text()]) < 2 and time.monotonic() < end:
        time.sleep(0.05)
    os.kill(os.getpid(), number)
