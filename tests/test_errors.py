"""Errors name the place, the value and the remedy."""

import pytest

from portfolio_lab.errors import AnalysisError, DataError, Fault, InputError, PortfolioLabError, RunFileError


def test_a_fault_reads_from_the_file_down_to_the_value():
    fault = Fault(
        "is wrong", "mend it", file="a.csv", line=3, table="orders", column="amount", row=7, key="k", value="x"
    )
    assert str(fault) == "file a.csv, line 3, table orders, column amount, row 7, key k, value 'x': is wrong → mend it"
    assert str(Fault("is wrong", "mend it")) == "is wrong → mend it"
    assert Fault("p", "r", row=0).place == "row 0"


def test_refused_input_holds_every_fault_one_a_line():
    error = DataError([Fault("one", "a"), Fault("two", "b")])
    assert str(error).splitlines() == ["one → a", "two → b"]
    assert len(error.faults) == 2


def test_analysis_says_what_was_found():
    error = AnalysisError("amounts are empty", remedy="give some", value=[])
    assert str(error) == "amounts are empty (found []) → give some"


@pytest.mark.parametrize("kind", [RunFileError, DataError])
def test_one_except_catches_them_all(kind):
    assert issubclass(kind, InputError)
    assert issubclass(kind, PortfolioLabError)
