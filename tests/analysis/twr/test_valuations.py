import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.twr.valuations import NegativeNAV, Reconciliation, prepare_valuations
from portfolio_lab.errors import AnalysisError


def _prepare(table, *, allow_negative=False, sort=False):
    return prepare_valuations(table, allow_negative=allow_negative, sort=sort)


def test_missing_flows_are_none_and_nav_after_follows(reference):
    table = _prepare(reference.assign(income=5.0))
    assert table["nav_after"].tolist() == [100_000, 155_000, 185_000, 200_000, 205_000]
    assert _prepare(reference.drop(columns="cash_flow"))["cash_flow"].tolist() == [0] * 5


def test_given_values_may_differ_by_half_a_cent_and_no_more(reference):
    after = [100_000, 155_000, 185_000, 200_000, 205_000.0]
    initial = [np.nan, 100_000, 155_000, 185_000, 200_000.0]
    _prepare(reference.assign(nav_after=np.array(after) + 0.004, nav_initial=initial))
    with pytest.raises(Reconciliation, match=r"nav_after does not reconcile in row 3.*185000\.01.*185000\.00"):
        _prepare(reference.assign(nav_after=[*after[:2], 185_000.01, *after[3:]]))
    with pytest.raises(Reconciliation, match=r"nav_initial does not reconcile in row 4"):
        _prepare(reference.assign(nav_initial=[*initial[:3], 185_001.0, 200_000]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"nav_before": [0.0, np.nan, 1.0, 1.0, 1.0]}, "nav_before is empty or infinite in row 2.*2020-06-30"),
        ({"cash_flow": [0.0, 1.0, np.inf, 1.0, 1.0]}, "cash_flow is empty or infinite in row 3"),
        ({"income": [0.0, 1.0, 1.0, 1.0, np.nan]}, "income is empty or infinite in row 5"),
        ({"nav_before": list("12345")}, "holds text.*parse_amounts"),
        ({"valuation_date": pd.to_datetime(["2020-01-01", "2020-06-30", "2020-06-30", "2021-06-30", "2021-12-31"])},
         "a date stands twice in row 3"),
        ({"valuation_date": pd.to_datetime(["2020-01-01", "2021-06-30", "2021-01-01", "2021-07-30", "2021-12-31"])},
         "do not rise in row 3.*sort=True"),
        ({"valuation_date": pd.to_datetime(["2020-01-01", None, "2021-01-01", "2021-07-30", "2021-12-31"])},
         "empty in row 2"),
    ],
)  # fmt: skip
def test_bad_rows_are_refused_by_number(reference, change, message):
    with pytest.raises(AnalysisError, match=message):
        _prepare(reference.assign(**change))


def test_unsorted_rows_are_sorted_only_on_request(reference):
    shuffled = reference.iloc[[3, 0, 4, 2, 1]]
    pd.testing.assert_frame_equal(_prepare(shuffled, sort=True), _prepare(reference))
    with pytest.raises(AnalysisError, match="do not rise"):
        _prepare(shuffled)


def test_two_portfolios_under_one_name_are_found_by_their_shared_date(reference):
    mixed = pd.concat([reference, reference.assign(nav_before=5.0)]).sort_values("valuation_date")
    with pytest.raises(AnalysisError, match=r"a date stands twice in row 2.*own portfolio_id"):
        _prepare(mixed)


def test_a_value_below_zero_is_refused_unless_allowed(reference):
    negative = reference.assign(nav_before=[0.0, 105_000, -1.0, 190_000, 205_000])
    with pytest.raises(NegativeNAV, match=r"below zero in row 3.*allow_negative"):
        _prepare(negative)
    assert _prepare(negative, allow_negative=True)["nav_before"].min() == -1


def test_no_rows_and_no_columns_are_refused(reference):
    with pytest.raises(AnalysisError, match="there are no valuations"):
        _prepare(reference.iloc[:0])
    with pytest.raises(AnalysisError, match="lack nav_before"):
        _prepare(reference.drop(columns="nav_before"))
