import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.survival.encoding import apply_terms, encode_covariates
from portfolio_lab.errors import AnalysisError


def _rows():
    teams = ["N"] * 50 + ["S"] * 30 + ["E"] * 15 + [None] * 5
    return pd.DataFrame(
        {"team": teams, "event_observed": True, "x": np.arange(100.0), "is_new": [True] * 20 + [False] * 80}
    )


def test_groups_become_flags_against_the_most_frequent():
    rows, terms = encode_covariates(_rows(), ["team"], min_events=5)
    assert terms["term"].tolist() == ["team: E", "team: S", "team: unknown"]
    assert set(terms["reference"]) == {"N"}
    assert rows["team: S"].sum() == 30
    assert terms["n_events"].tolist() == [15, 30, 5]


def test_small_groups_join_other_and_too_small_ones_give_no_term():
    _, terms = encode_covariates(_rows(), ["team"], min_events=16)
    assert terms["term"].tolist() == ["team: S", "team: other"]
    rows, terms = encode_covariates(_rows(), ["team"], min_events=10)
    assert terms["term"].tolist() == ["team: E", "team: S"]
    assert (rows["team"] == "other").sum() == 5


def test_flags_and_numbers():
    rows, terms = encode_covariates(_rows(), ["x", "is_new"])
    assert terms["kind"].tolist() == ["number", "flag"]
    assert rows["is_new"].sum() == 20


def test_what_never_varies_or_hardly_anybody_has_gives_no_term():
    rows = _rows().assign(x=1.0)
    assert encode_covariates(rows, ["x"])[1].empty
    assert encode_covariates(_rows(), ["is_new"], min_events=21)[1].empty
    assert len(encode_covariates(_rows(), ["is_new"], min_events=20)[1]) == 1


def test_a_missing_number_is_refused():
    with pytest.raises(AnalysisError, match="x has missing numbers"):
        encode_covariates(_rows().assign(x=np.nan), ["x"])


def test_terms_of_other_rows_are_applied_as_they_are():
    _, terms = encode_covariates(_rows(), ["team", "is_new", "x"])
    found = apply_terms(_rows().head(90), terms)
    assert found["team: S"].sum() == 30
    assert found["team: E"].sum() == 10
    assert found["x"].tolist() == list(range(90))
    assert found["is_new"].sum() == 20


def test_levels_that_were_joined_stay_joined():
    _, terms = encode_covariates(_rows(), ["team"], min_events=16)
    assert apply_terms(_rows(), terms)["team: other"].sum() == 20
