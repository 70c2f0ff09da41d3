import pytest

from portfolio_lab.reports.runner.records import CellCount, CellError, CellPlace, Ending, PassedLimit
from portfolio_lab.reports.runner.sentences import describe_ending

CELLS, CELL = CellCount(total=9, run=4), CellPlace(index=7, number=5, source="x")
NONE, ALL = CellCount(total=0, run=0), CellCount(total=9, run=9)
ERROR = CellError(name="ValueError", message="\nfirst\nsecond")
SENTENCES = [
    (Ending("ok", ALL, seconds=1.25), "All 9 cells ran, in 1.2 s."),
    (Ending("error", CELLS, CELL, ERROR), "Cell 5 of 9 stopped with ValueError: first"),
    (Ending("error", ALL, None, ERROR), "The page could not be written: ValueError: first"),
    (Ending("error", NONE, None, ERROR), "The report did not begin: ValueError: first"),
    (Ending("error", NONE, None, CellError(name="KeyError", message="")), "The report did not begin: KeyError: "),
    (Ending("timeout", CELLS, CELL, limit=PassedLimit(name="cell_seconds", value=300)),
     "Cell 5 of 9 was still running when the limit of 300 s for a cell was passed; it was ended."),
    (Ending("timeout", NONE, limit=PassedLimit(name="review_seconds", value=3600)),
     "The report had not begun when the limit of 3600 s for the whole review was passed."),
    (Ending("memory", CELLS, CELL, limit=PassedLimit(name="memory_mb", value=4096), peak_memory_mb=5000.4),
     "Cell 5 of 9 held 5000 MB, above the limit of 4096 MB; it was ended."),
    (Ending("killed", CELLS, CELL, signal="SIGSEGV", peak_memory_mb=50),
     "Cell 5 of 9 was running when the signal SIGSEGV ended the kernel (it held 50 MB at most)."),
    (Ending("killed", CELLS, CELL, signal="SIGKILL", peak_memory_mb=50),
     "Cell 5 of 9 was running when the signal SIGKILL ended the kernel "
     "(it held 50 MB at most; the system may have run out of memory)."),
    (Ending("dead_kernel", CELLS, CELL, exit_code=3),
     "Cell 5 of 9 was running when the kernel ended by itself with exit code 3."),
    (Ending("dead_kernel", NONE, exit_code=1), "The kernel never answered and ended with exit code 1."),
    (Ending("dead_kernel", NONE), "The kernel never answered and ended."),
    (Ending("killed", NONE, signal="SIGTERM"),
     "The start of the kernel was running when the signal SIGTERM ended the kernel (it held 0 MB at most)."),
    (Ending("interrupted", CELLS, CELL), "Cell 5 of 9 was running when the run was stopped from outside."),
    (Ending("interrupted", NONE), "The run was stopped from outside before this report began."),
]  # fmt: skip


@pytest.mark.parametrize(("ending", "sentence"), SENTENCES)
def test_each_ending_is_one_plain_sentence(ending, sentence):
    assert describe_ending(ending) == sentence
