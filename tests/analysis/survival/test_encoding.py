import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.survival.encoding import (
    apply_terms,
    base_term,
    choose_step,
    encode_covariates,
    scale_effects,
)
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


@pytest.mark.parametrize(("spread", "step"), [(30.1, 20.0), (2260.0, 2000.0), (0.9, 1.0), (0.013, 0.01), (8.0, 10.0)])
def test_numbers_have_a_round_step_near_their_standard_deviation(spread, step):
    values = pd.Series([-1.0, 1.0]) * spread / np.sqrt(2)
    assert choose_step(values) == pytest.approx(step)


def test_effects_of_numbers_are_given_per_step_and_others_stay():
    terms = pd.DataFrame({"term": ["charge", "Price [EUR]", "late"], "step": [20.0, 2.0, 1.0]})
    names = ["charge", "charge [0, 12)", "charge from 24", "Price [EUR]", "late"]
    effects = pd.DataFrame({"term": names, "hazard_ratio": 1.01, "low": 1.0, "high": np.nan})
    scaled = scale_effects(effects, terms)
    assert scaled["step"].tolist() == [20, 20, 20, 2, 1]
    assert scaled["hazard_ratio"].tolist() == pytest.approx([1.01**20] * 3 + [1.01**2, 1.01])
    assert scaled["low"].eq(1).all()
    assert scaled["high"].isna().all()
    assert base_term("made from wood", ["x"]) == "made"
    assert base_term("x [0, 12)", ["x"]) == "x"
