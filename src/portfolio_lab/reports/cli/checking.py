"""The command ``check``: can this run file and its data be used?"""

import json
import sys
from dataclasses import asdict

from portfolio_lab.errors import Fault, InputError, RunFileError
from portfolio_lab.reports.cli.asking import Asked, make_request
from portfolio_lab.reports.cli.exits import refusal_text
from portfolio_lab.reports.cli.progress import show_progress
from portfolio_lab.reports.cli.secrets import without_secrets
from portfolio_lab.reports.runner.parts import Request
from portfolio_lab.reports.runner.wiring import suite_parts

OK, REFUSED = 0, 2


def check_run(run: str, as_of: str, *, as_json: bool) -> int:
    """Write every fault of the run file, else of its data; return 0 when there is none, else 2."""
    try:
        request = make_request(Asked(run, as_of))
        with without_secrets(request.run_file), show_progress() as observe:
            parts = suite_parts(observe)
            data = parts.prepare(request)
            assert_notebooks(request, parts.reports(request.run_file, data))
    except InputError as refusal:
        _tell_refusal(refusal, as_json)
        return REFUSED
    said = {"ok": True, "as_of": request.as_of.isoformat(), "tables": sorted(data.tables), "faults": []}
    sentence = f"{run} can be run as of {said['as_of']}, with {', '.join(said['tables'])}."
    sys.stdout.write((json.dumps(said, indent=1) if as_json else sentence) + "\n")
    return OK


def assert_notebooks(request: Request, reports: tuple) -> None:
    """Raise RunFileError for every report whose notebook is not there."""
    missing = [report for report in reports if not report.notebook.is_file()]
    if missing:
        remedy = "add it, or take the report out of the catalog"
        raise RunFileError(
            [Fault("has no notebook", remedy, file=str(one.notebook), value=one.topic) for one in missing]
        )


def _tell_refusal(refusal: InputError, as_json: bool) -> None:
    if as_json:
        faults = [asdict(fault) | {"text": str(fault)} for fault in refusal.faults]
        sys.stdout.write(json.dumps({"ok": False, "faults": faults}, indent=1, ensure_ascii=False, default=str) + "\n")
    else:
        sys.stderr.write(refusal_text(refusal) + "\n")
