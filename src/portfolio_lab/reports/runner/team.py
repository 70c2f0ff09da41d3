"""Run the reports of a plan side by side, as many kernels at once as were asked for."""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from portfolio_lab.reports.runner.events import Event
from portfolio_lab.reports.runner.interrupts import stop_sets
from portfolio_lab.reports.runner.records import CellCount, Ending, RunRecord
from portfolio_lab.reports.runner.skip import Step

if TYPE_CHECKING:
    from portfolio_lab.reports.runner.report import Workshop


def run_reports(steps: list[Step], shop: "Workshop", *, seconds_left: float) -> dict[str, RunRecord]:
    """Return the record of each step, by topic; notebooks run in processes of their own, pages are written one by one.

    Those that took longest before begin first, so that no long one is left for the end.
    """
    longest_first = sorted(steps, key=lambda step: -((step.entry and step.entry.seconds) or 0.0))
    with ThreadPoolExecutor(max_workers=1) as pages:
        pages.submit(shop.parts.load_pages)
        records = asyncio.run(_run_all(longest_first, shop, seconds_left, pages))
    return {step.report.topic: records[step.report.topic] for step in steps}


async def _run_all(
    steps: list[Step], shop: "Workshop", seconds_left: float, pages: ThreadPoolExecutor
) -> Mapping[str, RunRecord]:
    """Start everybody; each waits for a free place."""
    stop, gate = asyncio.Event(), asyncio.Semaphore(max(1, shop.request.jobs))
    ends = asyncio.get_running_loop().time() + seconds_left
    with stop_sets(stop):
        tasks = [_run_in_turn(step, shop, gate=gate, stop=stop, ends=ends, pages=pages) for step in steps]
        return {record.topic: record for record in await asyncio.gather(*tasks)}


async def _run_in_turn(
    step: Step,
    shop: "Workshop",
    *,
    gate: asyncio.Semaphore,
    stop: asyncio.Event,
    ends: float,
    pages: ThreadPoolExecutor,
) -> RunRecord:
    # Executing means nbclient: imported here, it costs nothing to a run that finds nothing to do.
    from portfolio_lab.reports.runner import execute
    from portfolio_lab.reports.runner import report as one

    topic = step.report.topic
    async with gate:
        if stop.is_set():
            record = one.never_begun(step.report, shop, Ending("interrupted", CellCount(total=0, run=0)))
        elif asyncio.get_running_loop().time() >= ends:
            record = one.never_begun(step.report, shop, one.out_of_time(shop.request.run_file.limits.review_seconds))
        else:
            shop.observe(Event("start", step.reason, topic))
            under = execute.Supervision(shop.request.run_file.limits, ends, stop, _tell_cells(shop, topic))
            record = await one.run_report(step.report, shop, under=under, pages=pages)
    shop.observe(Event("end", record.sentence, topic, status=record.status, seconds=record.seconds))
    return record


def _tell_cells(shop: "Workshop", topic: str) -> Callable[[int, int], None]:
    return lambda n_run, n_total: shop.observe(Event("cell", "", topic, n_run=n_run, n_total=n_total))
