"""A finished experiment as an analyst brings it."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.experiments.entrance import as_numbers, band_cells, encode_covariates, read_experiment
from portfolio_lab.errors import AnalysisError

OUTCOMES = {"visit": "binary", "spend": "amount"}


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "arm": ["No E-Mail", " Mens E-Mail ", "Womens E-Mail", "No E-Mail"],
            "visit": ["1", "0", "true", "no"],
            "spend": ["0", "12.50", "0.0", None],
            "recency": ["10", "6", "7", "9"],
            "womens": ["1", "0", "1.0", "0"],
            "channel": ["Web", "Phone", "Web", None],
        }
    )


def read(frame, **changes):
    given = {"control_arm": "No E-Mail", "outcomes": OUTCOMES, "covariates": ["recency"], "cells": ["womens"]}
    return read_experiment(frame, **(given | changes))


def test_text_becomes_numbers_and_arms_keep_their_blanks(frame):
    experiment = read(frame)
    assert experiment.treated_arms == ("Mens E-Mail", "Womens E-Mail")
    assert experiment.outcomes["visit"].tolist() == [1, 0, 1, 0]
    assert experiment.outcomes["spend"].tolist()[:3] == [0, 12.5, 0]
    assert np.isnan(experiment.outcomes["spend"].iloc[3])
    assert experiment.cells["womens"].tolist() == ["1", "0", "1", "0"]
    assert experiment.covariates["recency"].tolist() == [10, 6, 7, 9]


def test_a_comma_may_be_the_decimal_sign(frame):
    frame["spend"] = ["0", "12,50", "0,0", "1"]
    assert read(frame, decimal=",").outcomes["spend"].tolist() == [0, 12.5, 0, 1]
    assert as_numbers(pd.Series([1, 2])).tolist() == [1.0, 2.0]


def test_texts_become_one_column_a_value_and_gaps_are_flagged(frame):
    encoded = encode_covariates(frame[["channel"]])
    assert list(encoded) == ["channel = Web", "channel = unknown"]
    assert encoded["channel = unknown"].tolist() == [0, 0, 0, 1]
    gaps = encode_covariates(pd.DataFrame({"recency": ["2", None, "4"]}))
    assert gaps["recency"].tolist() == [2, 3, 4]
    assert gaps["recency unknown"].tolist() == [0, 1, 0]


def test_of_many_texts_the_frequent_count_and_the_rest_is_one():
    cities = pd.Series([f"c{i:02d}" for i in range(40) for _ in range(40 - i)], name="city")
    encoded = encode_covariates(cities.to_frame())
    assert len(encoded.columns) == 19 and encoded["city = c18"].sum() == 22
    assert (1 - encoded.sum(axis=1)).sum() == sum(40 - i for i in range(19, 40))


def test_many_numbers_become_four_bands():
    bands = band_cells(pd.Series([str(i) for i in range(100)]))
    assert bands.value_counts().to_dict() == {"up to 24.75": 25, "up to 49.5": 25, "up to 74.25": 25, "above 74.25": 25}
    assert band_cells(pd.Series(["a", None])).tolist() == ["a", "unknown"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"control_arm": "none"}, "one of: Mens E-Mail, No E-Mail, Womens E-Mail"),
        ({"outcomes": {}}, "without outcomes"),
        ({"outcomes": {"clicks": "binary"}}, r"no such column.*visit, spend"),
        ({"covariates": ["age"]}, "no such column"),
        ({"cells": ["arm"]}, "no such column"),
        ({"outcomes": {"spend": "binary"}}, "spend is not binary"),
        ({"outcomes": {"channel": "amount"}}, "channel is not a number"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_is_there(frame, changes, message):
    with pytest.raises(AnalysisError, match=message):
        read(frame, **changes)


def test_one_arm_and_too_many_texts_are_refused(frame):
    with pytest.raises(AnalysisError, match="one arm"):
        read(frame.assign(arm="No E-Mail"))
    many = pd.DataFrame({"arm": ["a", "b"] * 15, "visit": ["1"] * 30, "zip": [f"z{i}" for i in range(30)]})
    with pytest.raises(AnalysisError, match="too many different"):
        read(many, control_arm="a", outcomes={"visit": "binary"}, covariates=[], cells=["zip"])


def test_what_came_out_cannot_have_been_known_before(frame):
    for name in ("covariates", "cells"):
        with pytest.raises(AnalysisError, match="was not known before"):
            read(frame, **{name: ["visit"]})


def test_a_customer_without_an_arm_is_refused_not_taken_for_an_arm(frame):
    frame.loc[1, "arm"] = None
    with pytest.raises(AnalysisError, match="without an arm"):
        read(frame)
