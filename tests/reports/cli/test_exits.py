import pytest

from portfolio_lab.errors import DataError, Fault, RunError, RunFileError
from portfolio_lab.reports.cli.exits import exit_code_of, refusal_text
from portfolio_lab.reports.runner.locks import ReviewLockedError

FAULTS = [Fault("is wrong", "mend it", key="a"), Fault("is missing", "bring it", table="orders")]


def ending_with(problem: BaseException):
    def app(arguments, standalone_mode):
        raise problem

    return app


@pytest.mark.parametrize(
    ("problem", "code", "words"),
    [
        (
            RunFileError(FAULTS),
            2,
            "2 things are wrong; nothing was run.\n  - key a: is wrong → mend it\n  - table orders:",
        ),
        (DataError(FAULTS[:1]), 2, "One thing is wrong; nothing was run."),
        (ReviewLockedError("another run is under way"), 4, "another run is under way"),
        (RunError("it broke"), 1, "it broke"),
        (KeyboardInterrupt(), 1, "Stopped. Nothing was published."),
    ],
)
def test_each_ending_has_its_code_and_words(problem, code, words, capsys):
    assert exit_code_of(ending_with(problem), []) == code
    assert words in capsys.readouterr().err


def test_what_a_command_returns_is_the_code():
    assert exit_code_of(lambda arguments, standalone_mode: None, []) == 0
    assert exit_code_of(lambda arguments, standalone_mode: 1, []) == 1


def test_a_reader_that_went_away_is_no_traceback():
    assert exit_code_of(ending_with(BrokenPipeError()), []) == 1


def test_our_own_mistakes_are_not_hidden():
    with pytest.raises(ZeroDivisionError):
        exit_code_of(ending_with(ZeroDivisionError()), [])


def test_one_fault_and_many():
    assert refusal_text(RunFileError(FAULTS)).splitlines()[0] == "2 things are wrong; nothing was run."
    assert len(refusal_text(RunFileError(FAULTS)).splitlines()) == 3
