import pytest

from portfolio_lab.reports.cli.progress import plain_text, show_progress
from portfolio_lab.reports.runner.events import Event

EVENTS = [
    (Event("note", "reading the data"), "reading the data"),
    (Event("start", "the data have changed", "abc"), "abc: started (the data have changed)"),
    (Event("cell", "", "abc", n_run=3, n_total=9), None),
    (Event("retry", "trying again in 2 s", "abc"), "abc: trying again in 2 s"),
    (
        Event("end", "All 9 cells ran, in 1.2 s.", "abc", status="ok", seconds=1.2),
        "abc: done. All 9 cells ran, in 1.2 s.",
    ),
    (Event("end", "Cell 5 stopped.", "abc", status="error", seconds=1.2), "abc: error. Cell 5 stopped."),
    (Event("carry", "it was not asked for", "abc"), "abc: carried over, it was not asked for"),
]


@pytest.mark.parametrize(("event", "line"), EVENTS)
def test_an_event_is_one_line_or_none(event, line):
    assert plain_text(event) == line


def test_in_a_log_file_there_is_a_line_for_each_event_and_no_bar(capsys):
    with show_progress(is_terminal=False) as observe:
        for event, _ in EVENTS:
            observe(event)
    said = capsys.readouterr()
    assert said.err.splitlines() == [line for _, line in EVENTS if line] and said.out == ""
    assert "\x1b" not in said.err and "\r" not in said.err


def test_on_a_terminal_lines_live_and_markup_in_names_is_text(capsys):
    with show_progress(is_terminal=True) as observe:
        for event, _ in [*EVENTS[:5], *EVENTS[6:], (Event("note", "reading [bold]orders[/bold].csv"), "")]:
            observe(event)
    said = capsys.readouterr().err
    assert "abc" in said and "done" in said and "[bold]orders[/bold].csv" in said


def test_standard_error_decides_when_nobody_says(capsys):
    with show_progress() as observe:
        observe(Event("note", "here"))
    assert capsys.readouterr().err == "here\n"
