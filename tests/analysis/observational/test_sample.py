from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.observational.sample import build_sample, find_independent, leave_out, shares_by_group, take
from portfolio_lab.errors import AnalysisError


@pytest.fixture
def rows():
    n = 100
    return pd.DataFrame(
        {
            "customer_id": np.repeat(np.arange(50), 2).astype(str),
            "is_treated": np.arange(n) % 2 == 0,
            "outcome": np.arange(n) % 3 == 0,
            "age": np.where(np.arange(n) == 7, np.nan, np.arange(n) * 1.0),
            "is_new": np.arange(n) < 40,
            "region": np.where(np.arange(n) < 60, "north", "south"),
            "same": 1.0,
        }
    )


def test_numbers_get_a_square_texts_and_flags_a_flag_gaps_a_flag(rows):
    sample = build_sample(rows, outcome="outcome", covariates=("age", "is_new", "region", "same"))
    assert sample.sources == ("age", "age", "age", "is_new", "region")
    assert sample.is_plain.tolist() == [False, True, False, True, True]
    np.testing.assert_allclose(sample.terms.mean(axis=0), 0, atol=1e-12)
    assert sample.is_binary and sample.cluster[0] == sample.cluster[1] != sample.cluster[2]


def test_a_skewed_number_enters_by_its_logarithm(rows):
    amounts = rows.assign(amount=np.exp(np.linspace(0, 12, 100)))
    sample = build_sample(amounts, outcome="outcome", covariates=("amount",))
    assert np.abs(sample.terms[:, 0]).max() < 3


def test_a_covariate_can_be_forgotten(rows):
    sample = leave_out(build_sample(rows, outcome="outcome", covariates=("age", "region")), "age")
    assert sample.sources == ("region",) and sample.terms.shape == (100, 1) and len(sample.is_plain) == 1


def test_rows_can_be_taken(rows):
    sample = build_sample(rows, outcome="outcome", covariates=("region",))
    assert take(sample, np.arange(100) < 80).n == 80
    with pytest.raises(AnalysisError, match="too few customers in one of the groups"):
        take(sample, np.arange(100) < 40)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"outcome": np.nan}, "an outcome is not known"),
        ({"is_treated": np.arange(100) < 29}, "too few customers"),
    ],
)
def test_unfit_rows_are_refused(rows, change, message):
    with pytest.raises(AnalysisError, match=message):
        build_sample(rows.assign(**change), outcome="outcome", covariates=("region",))


def test_thirty_are_enough_and_missing_columns_are_named(rows):
    build_sample(rows.assign(is_treated=np.arange(100) < 30), outcome="outcome", covariates=())
    with pytest.raises(AnalysisError, match="hair"):
        build_sample(rows, outcome="outcome", covariates=("hair",))


def test_columns_that_say_the_same_are_left_out_and_named(rows):
    twice = rows.assign(area=rows["region"].map({"north": "N", "south": "S"}), old=~rows["is_new"])
    sample = build_sample(twice, outcome="outcome", covariates=("is_new", "region", "area", "old", "same"))
    assert sample.sources == ("is_new", "region") and sample.terms.shape == (100, 2)
    assert sample.repeated == ("area", "old")
    assert build_sample(rows, outcome="outcome", covariates=("is_new", "region")).repeated == ()


def test_of_columns_that_say_the_same_the_first_is_kept():
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(2, 200))
    terms = np.column_stack([a, 5 * a, b, a - 2 * b, rng.normal(size=200), np.zeros(200)])
    assert find_independent(terms).tolist() == [True, False, True, False, True, False]
    assert find_independent(terms[:3, [0, 2, 4]]).all() and find_independent(np.zeros((5, 0))).shape == (0,)


def test_a_rare_group_is_kept_larger_than_the_other(rows):
    sample = build_sample(pd.concat([rows] * 50, ignore_index=True), outcome="outcome", covariates=("age",))
    rare = replace(sample, treated=np.arange(sample.n) % 50 == 0)
    shares = shares_by_group(rare, 1_000)
    assert set(shares[rare.treated]) == {1.0}  # a hundred are fewer than needed: all stay
    assert set(shares[~rare.treated]) == {0.2}
    assert set(shares_by_group(sample, 1_000)) == {0.2}
    often = replace(sample, treated=np.arange(sample.n) % 10 == 0)
    assert set(shares_by_group(often, 1_000, per_group=400)[often.treated]) == {0.8}


@pytest.mark.parametrize("n", [100, 5_000])
def test_a_column_that_others_already_say_is_found_in_short_and_tall_tables(n):
    terms = np.random.default_rng(1).normal(size=(n, 4))
    terms[:, 2] = terms[:, 0] - 2 * terms[:, 1]
    assert find_independent(terms).tolist() == [True, True, False, True]
    assert find_independent(terms[:, [0, 1, 3]]).all()
