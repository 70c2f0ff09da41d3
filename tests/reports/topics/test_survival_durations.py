from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.data.load import LoadReport, TableReport
from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.topics.survival_durations import as_number, fill_gaps
from portfolio_lab.reports.topics.survival_inputs import read_stays


def quality(*findings, n_read=0, n_kept=0, n_set_aside=0):
    table = TableReport("durations", "durations.csv", n_read, n_kept, {}, (), (), n_set_aside=n_set_aside)
    return LoadReport("data", "f", (table,), findings, None, ())


def bring(table, **params):
    own = {"groups": [], "covariates": [], "duration_unit": "months"} | params
    return SimpleNamespace(
        has=lambda name: name == "durations",
        table=lambda name: table,
        quality=quality(),
        params=SimpleNamespace(**own),
    )


def durations(**changes):
    frame = {"duration": [1.0, 2.0, 3.0], "event_observed": [True, False, True], "Contract": ["a", None, "b"]}
    table = pd.DataFrame(frame | {"charge": ["1.5", "2", "3"]})
    return bring(table.assign(**changes), groups=["Contract"], covariates=["charge"])


def test_finished_lifetimes_need_no_orders():
    stays = read_stays(durations())
    assert not stays.is_dated
    assert stays.unit == "months"
    assert stays.lifetimes["Contract"].tolist() == ["a", "unknown", "b"]
    assert stays.landmark_rows.empty
    assert stays.n_salespeople == 1
    assert stays.findings == ()
    assert read_stays(durations(event_observed=False)).findings[0].guard == "no_events"


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(AnalysisError, match=r"durations does not have.*'Contract'"):
        read_stays(_without_contract())


def _without_contract():
    review = durations()
    table = review.table("durations").drop(columns="Contract")
    return SimpleNamespace(**{**vars(review), "table": lambda name: table})


def test_customers_with_several_stays_are_told_and_get_errors_by_customer():
    assert read_stays(durations(customer_id=["a", "b", "c"])).cluster is None
    stays = read_stays(durations(customer_id=["a", "a", "a"]))
    assert stays.cluster == "customer_id"
    assert stays.findings[0].sentence.startswith("1 customer stands in more than one row")
    mixed = read_stays(durations(customer_id=["a", None, "a"]))
    assert mixed.driver_rows["customer_id"].tolist() == ["a", "row 1", "a"]
    assert read_stays(durations(customer_id=[None, None, "c"])).cluster is None


@pytest.mark.parametrize("name", ["duration", "event_observed", "entry"])
def test_the_outcome_is_no_attribute(name):
    review = durations()
    review.params.covariates = [name]
    with pytest.raises(AnalysisError, match=r"what is to be explained as an attribute.*name one of Contract, charge$"):
        read_stays(review)


def test_the_word_for_everybody_is_no_group():
    review = durations(all="a")
    review.params.groups = ["all"]
    with pytest.raises(AnalysisError, match="the word for everybody"):
        read_stays(review)


def test_a_column_named_twice_counts_once():
    review = durations()
    review.params.groups, review.params.covariates = ["Contract", "Contract"], ["charge", "Contract", "charge"]
    stays = read_stays(review)
    assert stays.groupings == ("Contract",)
    assert stays.covariates == ("charge", "Contract")


def test_stays_without_any_length_are_refused():
    with pytest.raises(AnalysisError, match="every duration is 0"):
        read_stays(durations(duration=0.0))


def test_text_that_is_all_numbers_is_a_number():
    many = pd.Series([str(n) for n in range(11)])
    assert as_number(many).dtype == float
    assert as_number(many.head(10)).dtype == object
    assert as_number(pd.Series(["1", "0", None, "1"])).dropna().tolist() == [1.0, 0.0, 1.0]
    assert as_number(pd.Series(["1", "2"])).dtype == object
    assert as_number(pd.Series(["1", "1"])).dtype == object
    assert as_number(pd.Series([True, False])).tolist() == [1.0, 0.0]
    blank = as_number(pd.concat([many, pd.Series([" ", None])], ignore_index=True))
    assert blank.isna().sum() == 2
    assert fill_gaps(blank).iloc[-1] == 5.0
    assert fill_gaps(pd.Series(["a", None])).isna().sum() == 1
    assert as_number(pd.concat([many, pd.Series(["x"])])).dtype == object


def test_gaps_and_sums_over_the_stay_are_told():
    n = 40
    table = pd.DataFrame({"duration": np.arange(1.0, n + 1), "event_observed": True})
    table["total"] = (table["duration"] * 10).astype(str).where(table.index > 2, " ")
    table["rate"] = pd.Series(np.random.default_rng(0).normal(size=n)).where(table.index > 1)
    stays = read_stays(bring(table, covariates=["total", "rate"]))
    assert [finding.guard for finding in stays.findings] == ["gaps", "lifetime_total"]
    assert stays.findings[0].sentence == "rate is missing for 2 of 40 stays; the median stands in."
    assert stays.findings[1].sentence.startswith("total grows with the length of a stay")
    assert "left out of the effects" in stays.findings[1].sentence
    assert stays.driver_rows["rate"].notna().all()


def test_a_sum_over_the_stay_is_no_covariate():
    n = 60
    table = pd.DataFrame({"duration": np.arange(1.0, n + 1), "event_observed": True})
    table = table.assign(total=table["duration"] * 10, left=-table["duration"], rate=np.resize(np.arange(12.0), n))
    stays = read_stays(bring(table, covariates=["total", "rate", "left"]))
    assert stays.covariates == ("rate",)
    assert "total grows with" in stays.findings[0].sentence
    assert "left falls with" in stays.findings[1].sentence
