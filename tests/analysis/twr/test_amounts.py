import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.twr.amounts import parse_amounts
from portfolio_lab.errors import AnalysisError


def test_amounts_are_read_in_the_declared_way():
    european = parse_amounts(pd.Series(["100.000", "1.493,5", "-0,25", None, " 7 "]), decimal=",", thousands=".")
    assert european.tolist()[:3] == [100_000, 1493.5, -0.25]
    assert np.isnan(european[3]) and european[4] == 7
    assert parse_amounts(pd.Series(["100,000", "0.5"]), decimal=".", thousands=",").tolist() == [100_000, 0.5]
    assert parse_amounts(pd.Series(["1 234,5"]), decimal=",", thousands=" ").tolist() == [1234.5]


def test_the_mixed_column_of_the_reference_table_is_refused():
    with pytest.raises(AnalysisError, match=r"mixed in row 4.*1,493 beside 0\.493"):
        parse_amounts(pd.Series(["0", "0.493", "1", "1,493", "1,997"]), decimal=".", thousands=",")


@pytest.mark.parametrize(
    ("text", "decimal", "thousands"),
    [
        ("1,493", ".", None),
        ("1.2.3", ",", "."),
        ("12,34", ".", ","),
        ("1,4930", ".", ","),
        ("5 EUR", ".", ","),
        ("1e3", ".", ","),
    ],
)
def test_another_way_of_writing_is_refused_with_its_row(text, decimal, thousands):
    with pytest.raises(AnalysisError, match="not written in the declared way in row 2"):
        parse_amounts(pd.Series(["1", text]), decimal=decimal, thousands=thousands)


def test_separators_must_differ():
    with pytest.raises(AnalysisError, match="separators must differ"):
        parse_amounts(pd.Series(["1"]), decimal=",", thousands=",")
