"""Columns of earlier quarters in a brought table: read, refused by name, and set back by a quarter."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.observational.brought import find_earlier, gather_history, read_history, split_covariates
from portfolio_lab.errors import AnalysisError

KINDS = {"bought": "binary", "spend": "amount"}
QUARTERS = ["q4", "q3", "q2", "q1"]


def table(**more):
    columns = {name: [str(k), "0", "8"] for k, name in enumerate(QUARTERS, start=1)}
    return pd.DataFrame({"arm": ["a", "b", "b"], "bought": "1", "spend": "2"} | columns | more)


def test_quarters_are_numbers_in_the_order_given_and_an_empty_cell_is_nothing():
    found = read_history(table(q2=["1,5", None, " "]), {"bought": QUARTERS}, outcomes=KINDS, decimal=",")["bought"]
    assert list(found) == QUARTERS and found["q2"].tolist() == [1.5, 0.0, 0.0]
    assert found["q4"].tolist() == [1.0, 0.0, 8.0]


def test_amounts_are_in_their_mean_so_that_the_currency_does_not_matter():
    euros = read_history(table(), {"spend": QUARTERS}, outcomes=KINDS)["spend"]
    cents = table()
    cents[QUARTERS] = cents[QUARTERS].astype(int) * 100
    assert np.allclose(read_history(cents, {"spend": QUARTERS}, outcomes=KINDS)["spend"], euros)
    assert euros.to_numpy()[euros.to_numpy() > 0].mean() == pytest.approx(1.0)
    nothing = read_history(table(**dict.fromkeys(QUARTERS, "0")), {"spend": QUARTERS}, outcomes=KINDS)["spend"]
    assert (nothing == 0).all(axis=None)


@pytest.mark.parametrize(
    ("history", "value", "told"),
    [
        ({"visits": QUARTERS}, "visits", "no outcome"),
        ({"bought": [*QUARTERS[:3], "q0"]}, ["q0"], "no such column"),
        ({"bought": [*QUARTERS, "arm"]}, ["arm"], "no such column"),
        ({"bought": [*QUARTERS, "spend"]}, ["spend"], "not known before"),
        ({"bought": QUARTERS[:3]}, QUARTERS[:3], "too short"),
        ({"bought": [*QUARTERS, "q4"]}, [*QUARTERS, "q4"], "twice"),
    ],
    ids=["no outcome", "no column", "the arm", "a result", "three", "twice"],
)
def test_a_history_that_is_none_is_refused_by_name(history, value, told):
    with pytest.raises(AnalysisError, match=told) as raised:
        read_history(table(), history, outcomes=KINDS)
    assert raised.value.value == value and "reports.effectiveness.covariates" in raised.value.remedy


def test_a_quarter_that_is_no_number_is_named_with_its_value():
    with pytest.raises(AnalysisError, match="q3") as raised:
        read_history(table(q3=["1", "many", "2"]), {"bought": QUARTERS}, outcomes=KINDS)
    assert raised.value.value == "many"


def test_a_quarter_earlier_the_last_quarter_is_what_followed():
    past = pd.DataFrame({"q4": [0.0, 3.0], "q3": [1.0, 2.0], "q2": [4.0, 5.0], "q1": [6.0, 7.0]})
    yes_no = find_earlier(past, outcome="bought", kind="binary")
    assert yes_no["bought"].tolist() == [0.0, 1.0] and yes_no["customer_id"].tolist() == [0, 1]
    assert yes_no[["q4", "q3", "q2"]].to_numpy().tolist() == past[["q3", "q2", "q1"]].to_numpy().tolist()
    assert "q1" not in yes_no
    assert find_earlier(past, outcome="spend", kind="amount")["spend"].tolist() == [0.0, 3.0]


def test_the_quarters_of_all_outcomes_were_known_before():
    first, second = pd.DataFrame({"a": [1.0], "b": [2.0]}), pd.DataFrame({"b": [9.0], "c": [3.0]})
    index = pd.RangeIndex(1)
    assert gather_history({"x": first, "y": second}, "x", index=index).iloc[0].to_dict() == {"a": 1, "b": 2, "c": 3}
    assert gather_history({"x": first, "y": second}, "y", index=index).iloc[0].to_dict() == {"b": 9, "c": 3, "a": 1}
    assert gather_history({"x": first}, "z", index=index).shape == (1, 2)
    assert gather_history({}, "z", index=index).shape == (1, 0)


def test_columns_named_alone_and_those_of_quarters_are_told_apart():
    alone, history = split_covariates(["region", "q4", {"orders": ["q4", "q3"]}, {"spend": ["s4"]}])
    assert alone == ["region"] and history == {"orders": ["q4", "q3"], "spend": ["s4"]}
    assert split_covariates([]) == ([], {})
