from datetime import date

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.twr.dietz import add_unvalued_flows, compute_modified_dietz
from portfolio_lab.analysis.twr.valuations import prepare_valuations
from portfolio_lab.errors import AnalysisError


def _flows(*pairs):
    return pd.DataFrame({"flow_date": pd.to_datetime([d for d, _ in pairs]), "cash_flow": [float(a) for _, a in pairs]})


def test_the_reference_table_as_one_period():
    flows = _flows(("2020-06-30", 50_000), ("2021-01-01", 25_000), ("2021-06-30", 10_000))
    span = {"start": date(2020, 1, 1), "end": date(2021, 12, 31)}
    rate = compute_modified_dietz(100_000, 205_000, flows, **span)
    assert rate == pytest.approx(0.131071, abs=5e-7)
    assert (205_000 - 185_000) / rate == pytest.approx(152_589.04, abs=0.01)


def test_the_published_example_of_120_percent():
    flows = _flows(("2021-01-01", 50))
    assert compute_modified_dietz(100, 300, flows, start=date(2020, 1, 2), end=date(2022, 1, 1)) == pytest.approx(
        1.2, abs=1e-3
    )


def test_the_flow_of_a_day_may_count_its_own_day_and_income_is_gain():
    flows = _flows(("2021-01-16", 100))
    span = {"start": date(2021, 1, 1), "end": date(2021, 1, 31)}
    assert compute_modified_dietz(100, 176, flows, **span) == pytest.approx(-24 / 150)
    late = compute_modified_dietz(100, 176, flows, weighting="start_of_day", **span)
    assert late == pytest.approx(-24 / (100 + 100 * 16 / 30))
    assert compute_modified_dietz(100, 100, _flows(), income=7, **span) == pytest.approx(0.07)


def test_no_average_capital_is_undefined_and_a_flow_outside_is_refused():
    span = {"start": date(2021, 1, 1), "end": date(2021, 1, 31)}
    assert np.isnan(compute_modified_dietz(100, 10, _flows(("2021-01-02", -110)), **span))
    with pytest.raises(AnalysisError, match="outside the period"):
        compute_modified_dietz(100, 10, _flows(("2021-02-02", 1)), **span)


def test_flows_of_valuation_days_join_them_and_others_lie_between(reference):
    table = prepare_valuations(reference, allow_negative=False, sort=False)
    flows = pd.DataFrame(
        {
            "portfolio_id": "reference",
            "flow_date": pd.to_datetime(["2020-06-30", "2020-06-30", "2020-03-31", "2020-05-30"]),
            "cash_flow": [1.0, 2.0, 10.0, -40.0],
        }
    )
    joined, between = add_unvalued_flows(table, flows)
    assert joined["cash_flow"].iloc[1] == 50_003
    assert joined["nav_after"].iloc[1] == 155_003
    assert between.loc[1, ["total", "largest", "n_flows"]].tolist() == [-30, 40, 2]
    assert between.loc[1, "weighted"] == pytest.approx(10 * 91 / 181 - 40 * 31 / 181)
    assert between["n_flows"].sum() == 2


@pytest.mark.parametrize(
    ("day", "portfolio", "amount"),
    [("2019-12-31", "reference", 1.0), ("2022-01-01", "reference", 1.0), ("2020-03-01", "other", 1.0),
     ("2020-03-01", "reference", np.nan)],
)  # fmt: skip
def test_a_flow_that_no_valuation_surrounds_is_refused(reference, day, portfolio, amount):
    table = prepare_valuations(reference, allow_negative=False, sort=False)
    flows = pd.DataFrame({"portfolio_id": [portfolio], "flow_date": pd.to_datetime([day]), "cash_flow": [amount]})
    with pytest.raises(AnalysisError, match=f"portfolio {portfolio} on {day} has no valuation"):
        add_unvalued_flows(table, flows)
