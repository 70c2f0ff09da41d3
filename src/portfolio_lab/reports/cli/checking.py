"""The command ``check``: can this run file and its data be used?"""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from portfolio_lab.errors import ConnectionLost, DataError, Fault, InputError, RunFileError
from portfolio_lab.reports.cli.asking import Asked, make_request
from portfolio_lab.reports.cli.exits import refusal_text
from portfolio_lab.reports.cli.progress import show_progress
from portfolio_lab.reports.cli.secrets import without_secrets
from portfolio_lab.reports.runner.parts import Request
from portfolio_lab.reports.runner.wiring import checking_parts

OK, REFUSED = 0, 2
TREATMENTS = {
    "dropped": "left out: ",
    "emptied": "read as empty: ",
    "noted": "kept: ",
    "set_aside": "set aside as asked: ",
    "listed": "",
}
LONG_AFTER_DAYS = 92  # more than any quarter without a single order


def check_run(run: str, as_of: str, *, as_json: bool) -> int:
    """Write every fault of the run file, else of its data; return 0 when there is none, else 2.

    A server that does not answer is a fault too: what it holds cannot be used now.
    """
    try:
        request = make_request(Asked(run, as_of))
        with without_secrets(request.run_file), show_progress() as observe:
            parts = checking_parts(observe)
            data = parts.prepare(request)
            assert_notebooks(request, parts.reports(request.run_file, data))
    except InputError as refusal:
        _tell_refusal(refusal, as_json)
        return REFUSED
    except ConnectionLost as lost:
        _tell_refusal(DataError([_fault_of(lost)]), as_json)
        return REFUSED
    noticed = doubts_about_day(request.as_of, data.load_report.get("orders"))
    noticed += [TREATMENTS[treated] + text for treated, text in data.load_report.get("told", ())]
    said = {"ok": True, "as_of": request.as_of.isoformat(), "tables": sorted(data.tables), "faults": []}
    sentence = f"{run} can be run as of {said['as_of']}, with {', '.join(said['tables'])}."
    lines = [sentence, *(f"Look at this: {text}" for text in noticed)]
    sys.stdout.write((json.dumps(said | {"noticed": noticed}, indent=1) if as_json else "\n".join(lines)) + "\n")
    return OK


def doubts_about_day(as_of: date, orders: Mapping[str, Any] | None) -> list[str]:
    """Return a sentence where the day of the review lies before the first order or long after the last; else none.

    ``orders``: the load report's summary of the order lines, with first_date and last_date as ISO text.
    """
    if not orders or not orders.get("first_date") or not orders.get("last_date"):
        return []
    first, last = (date.fromisoformat(orders[name]) for name in ("first_date", "last_date"))
    span = f"the orders run from {first} to {last}; set as_of to the last day that they cover"
    if as_of < first:
        return [f"as_of {as_of} lies before the first order, so there is nothing to report on: {span}"]
    if (as_of - last).days > LONG_AFTER_DAYS:
        return [f"as_of {as_of} lies {(as_of - last).days} days after the last order, so nobody seems to buy: {span}"]
    return []


def assert_notebooks(request: Request, reports: tuple) -> None:
    """Raise RunFileError for every report whose notebook is not there."""
    missing = [report for report in reports if not report.notebook.is_file()]
    if missing:
        remedy = "add it, or take the report out of the catalog"
        raise RunFileError(
            [Fault("has no notebook", remedy, file=str(one.notebook), value=one.topic) for one in missing]
        )


def _fault_of(lost: ConnectionLost) -> Fault:
    problem, _, remedy = str(lost).partition(" → ")
    return Fault(problem, remedy, key="data.source")


def _tell_refusal(refusal: InputError, as_json: bool) -> None:
    if as_json:
        faults = [asdict(fault) | {"text": str(fault)} for fault in refusal.faults]
        sys.stdout.write(json.dumps({"ok": False, "faults": faults}, indent=1, ensure_ascii=False, default=str) + "\n")
    else:
        sys.stderr.write(refusal_text(refusal) + "\n")
