"""One plain sentence for how a report ended, ready for a page and for the terminal."""

from portfolio_lab.reports.runner.records import Ending


def describe_ending(ending: Ending) -> str:
    """Return how a report ended, as a sentence that names the cell and the limit."""
    return _SENTENCES[ending.status](ending)


def _ok(ending: Ending) -> str:
    return f"All {ending.cells.total} cells ran, in {ending.seconds:.1f} s."


def _error(ending: Ending) -> str:
    said = f"{ending.error.name}: {_first_line(ending.error.message)}"
    if ending.cell is None:
        return f"The page could not be written: {said}" if ending.cells.run else f"The report did not begin: {said}"
    return f"{_where(ending)} stopped with {said}"


def _timeout(ending: Ending) -> str:
    whose = {"cell_seconds": "a cell", "report_seconds": "a report", "review_seconds": "the whole review"}
    limit = f"the limit of {ending.limit.value:g} s for {whose[ending.limit.name]}"
    if ending.cell is None and ending.cells.run == 0:
        return f"The report had not begun when {limit} was passed."
    return f"{_where(ending)} was still running when {limit} was passed; it was ended."


def _memory(ending: Ending) -> str:
    held = f"held {ending.peak_memory_mb:.0f} MB, above the limit of {ending.limit.value:g} MB; it was ended."
    return f"{_where(ending)} {held}"


def _killed(ending: Ending) -> str:
    used = f"it held {ending.peak_memory_mb:.0f} MB at most"
    hint = "; the system may have run out of memory" if ending.signal == "SIGKILL" else ""
    return f"{_where(ending)} was running when the signal {ending.signal} ended the kernel ({used}{hint})."


def _dead_kernel(ending: Ending) -> str:
    code = "" if ending.exit_code is None else f" with exit code {ending.exit_code}"
    if ending.cell is None:
        return f"The kernel never answered and ended{code}."
    return f"{_where(ending)} was running when the kernel ended by itself{code}."


def _interrupted(ending: Ending) -> str:
    if ending.cell is None:
        return "The run was stopped from outside before this report began."
    return f"{_where(ending)} was running when the run was stopped from outside."


_SENTENCES = {
    "ok": _ok,
    "error": _error,
    "timeout": _timeout,
    "memory": _memory,
    "killed": _killed,
    "dead_kernel": _dead_kernel,
    "interrupted": _interrupted,
}


def _where(ending: Ending) -> str:
    if ending.cell is None:
        return "The start of the kernel"
    return f"Cell {ending.cell.number} of {ending.cells.total}"


def _first_line(text: str) -> str:
    lines = text.strip().splitlines() or [""]
    return lines[0][:300]
