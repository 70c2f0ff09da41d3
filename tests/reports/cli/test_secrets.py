import pytest

from portfolio_lab.errors import DataError, Fault, RunError
from portfolio_lab.reports.cli.secrets import without_secrets
from portfolio_lab.reports.run_file import RunFile
from portfolio_lab.reports.runner.locks import ReviewLockedError

SECRET = "s3cret-w0rd"


@pytest.fixture
def run_file(monkeypatch) -> RunFile:
    monkeypatch.setenv("LAB_PW", SECRET)
    return RunFile(run="demo", data={"source": "postgres://me:${LAB_PW}@db/sales"})


@pytest.mark.parametrize(
    "problem",
    [
        DataError([Fault(f"cannot reach postgres://me:{SECRET}@db", "look", value=SECRET, row=3)]),
        RunError(f"cannot use {SECRET}"),
        ReviewLockedError(f"{SECRET} is under way"),
    ],
)
def test_our_errors_stay_what_they_are_without_the_secret(run_file, problem):
    with pytest.raises(type(problem)) as caught, without_secrets(run_file):
        raise problem from ValueError(SECRET)
    assert SECRET not in str(caught.value) and "${LAB_PW}" in str(caught.value)
    assert caught.value.__suppress_context__ and caught.value.__cause__ is None


def test_an_error_of_a_driver_is_told_with_its_traceback_but_without_the_secret(run_file):
    with pytest.raises(RunError) as caught, without_secrets(run_file):
        raise OSError(f"could not connect to me:{SECRET}@db")
    assert "could not connect to me:${LAB_PW}@db" in str(caught.value) and "Traceback" in str(caught.value)
    assert caught.value.__suppress_context__


def test_without_secrets_our_own_mistakes_are_not_changed():
    with pytest.raises(ZeroDivisionError), without_secrets(RunFile(run="demo", data={"source": "data"})):
        raise ZeroDivisionError


def test_places_in_a_fault_stay_numbers(run_file):
    with pytest.raises(DataError) as caught, without_secrets(run_file):
        raise DataError([Fault("a", "b", row=3, n=7)])
    assert (caught.value.faults[0].row, caught.value.faults[0].n) == (3, 7)
