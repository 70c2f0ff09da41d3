"""The drawn months: exact on a case that can be enumerated, and true to a known process."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from portfolio_lab.analysis.abc_classes.phases import derive_classes, derive_ranking
from portfolio_lab.analysis.abc_classes.stability import (
    compute_stability,
    derive_is_unstable,
    summarise_stability,
)
from portfolio_lab.errors import AnalysisError

CUTS = (80, 95)


def _frames(months: dict[str, list[int]], cuts=CUTS) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Classes and blocks of customers given by their cents in each month."""
    values = pd.DataFrame({"customer_id": list(months), "amount_cents": [sum(cents) for cents in months.values()]})
    rows = [(name, block, cents) for name, series in months.items() for block, cents in enumerate(series) if cents]
    return derive_classes(derive_ranking(values), cuts=cuts), pd.DataFrame(
        rows, columns=["customer_id", "block", "amount_cents"]
    )


def _enumerate(months: dict[str, list[int]]) -> pd.DataFrame:
    """Probability of A and C0 of each customer over all equally likely draws."""
    names, draws = list(months), [list(product(series, repeat=len(series))) for series in months.values()]
    counts = pd.DataFrame(0, index=names, columns=["p_a", "p_c0"])
    for drawn in product(*draws):
        totals = [sum(cents) for cents in drawn]
        base = sum(totals)
        for name, total in zip(names, totals, strict=True):
            before = sum(other for other in totals if other > total)
            counts.loc[name, "p_a"] += total > 0 and before * 100 < 80 * base
            counts.loc[name, "p_c0"] += total == 0
    return counts / np.prod([len(list(draw)) for draw in draws])


def test_probabilities_agree_with_all_draws_enumerated():
    months = {"x": [900, 500], "y": [0, 400], "z": [100, 250]}
    classes, blocks = _frames(months)
    n_bootstrap = 2000
    found = compute_stability(classes, blocks, n_months=2, cuts=CUTS, n_bootstrap=n_bootstrap, seed=1)
    truth = _enumerate(months).loc[found["customer_id"]]
    margin = 4.5 * np.sqrt(truth * (1 - truth) / n_bootstrap) + 1e-9
    for column in ("p_a", "p_c0"):
        assert (np.abs(found[column].to_numpy() - truth[column]) <= margin[column]).all()


def test_same_seed_same_table_and_another_seed_another():
    generator = np.random.default_rng(2)
    months = {f"c{i}": generator.integers(0, 500, size=6).tolist() for i in range(30)}
    classes, blocks = _frames(months)
    first, again, other = (
        compute_stability(classes, blocks, n_months=6, cuts=CUTS, n_bootstrap=50, seed=seed) for seed in (7, 7, 8)
    )
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


def test_order_of_the_blocks_does_not_matter():
    months = {f"c{i}": [i * 7 % 11, i * 5 % 13, i] for i in range(1, 20)}
    classes, blocks = _frames(months)
    shuffled = blocks.sample(frac=1, random_state=3)
    first, second = (
        compute_stability(classes, rows, n_months=3, cuts=CUTS, n_bootstrap=20, seed=1) for rows in (blocks, shuffled)
    )
    pd.testing.assert_frame_equal(first, second)


def test_equal_months_and_dormant_customers_are_certain():
    classes, blocks = _frames({"x": [600, 600], "y": [500, 500], "z": [0, 0], "n": [-10, -10]})
    found = compute_stability(classes, blocks, n_months=2, cuts=CUTS, n_bootstrap=30, seed=1).set_index("customer_id")
    assert found["p_class"].tolist() == [1.0] * 4
    assert found.loc["z", "p_c0"] == found.loc["n", "p_n"] == 1.0


def test_a_single_purchase_in_a_year_is_missing_in_about_a_third_of_the_draws():
    # (1 - 1/12) ** 12 = 0.352
    classes, blocks = _frames({"x": [5000] * 12, "y": [10] + [0] * 11})
    found = compute_stability(classes, blocks, n_months=12, cuts=CUTS, n_bootstrap=2000, seed=1).set_index(
        "customer_id"
    )
    assert found.loc["y", "p_c0"] == pytest.approx((11 / 12) ** 12, abs=4.5 * np.sqrt(0.352 * 0.648 / 2000))


def test_draws_in_which_nobody_has_a_value_leave_nobody_in_a():
    classes, blocks = _frames({"x": [100, 0]})
    found = compute_stability(classes, blocks, n_months=2, cuts="computed", n_bootstrap=400, seed=1).iloc[0]
    assert found["p_a"] + found["p_c0"] == pytest.approx(1)
    assert found["p_c0"] == pytest.approx(0.25, abs=4.5 * np.sqrt(0.25 * 0.75 / 400))


@pytest.mark.parametrize("cuts", [CUTS, "computed"])
def test_probabilities_of_the_classes_add_up(cuts):
    months = {f"c{i}": [i, 0, i * i % 17, -3 * (i % 4)] for i in range(1, 25)}
    classes, blocks = _frames(months, cuts)
    found = compute_stability(classes, blocks, n_months=4, cuts=cuts, n_bootstrap=40, seed=1)
    assert found[["p_a", "p_b", "p_c", "p_c0", "p_n"]].sum(axis=1).tolist() == pytest.approx([1.0] * len(classes))
    own = [row[f"p_{name.lower()}"] for (_, row), name in zip(found.iterrows(), classes["abc_class"], strict=True)]
    assert found["p_class"].tolist() == own


def test_a_known_process_is_recovered():
    """The certain come out certain; the others as near to one half as a year that is itself a draw makes them.

    A year differs from the process as much as a draw differs from the year, so the expected probability is
    Phi(z / sqrt(1 + 11/12)) where Phi(z) is the true one (twelve months, variance without correction).
    """
    generator = np.random.default_rng(11)
    means = np.concatenate([[4000, 3000], np.linspace(500, 1200, 9), np.full(40, 40)])
    years = generator.gamma(1.0, means[None, :, None], size=(1000, len(means), 12)).round().astype(int) + 1
    truth = np.mean([_in_a(year.sum(axis=1)) for year in years], axis=0)
    estimates = np.mean([_p_a(year) for year in years[:30]], axis=0)
    assert (truth[:2] > 0.99).all() and (estimates[:2] > 0.95).all()
    assert (truth[11:] < 0.001).all() and (estimates[11:] < 0.001).all()
    expected = norm.cdf(norm.ppf(truth[2:11]) / np.sqrt(1 + 11 / 12))
    assert expected.min() < 0.35 and expected.max() > 0.75
    # the mean over 30 years of a share that spreads by at most 0.4 lies within 0.2 of its expectation (2.7 errors each)
    assert np.abs(estimates[2:11] - expected).max() < 0.2
    assert np.abs((estimates[2:11] - expected).mean()) < 0.05


def _in_a(totals: np.ndarray) -> np.ndarray:
    descending = -np.sort(-totals)
    return totals >= descending[(np.cumsum(descending) - descending) * 100 < 80 * descending.sum()].min()


def _p_a(year: np.ndarray) -> np.ndarray:
    classes, blocks = _frames({f"c{i:02d}": series.tolist() for i, series in enumerate(year)})
    found = compute_stability(classes, blocks, n_months=12, cuts=CUTS, n_bootstrap=100, seed=5)
    return found.set_index("customer_id").sort_index()["p_a"].to_numpy()


def test_unstable_is_below_the_share_not_at_it():
    unstable = derive_is_unstable(pd.DataFrame({"p_class": [0.79, 0.8, 1.0]}), stable_share=0.8)
    assert unstable.tolist() == [True, False, False]


def test_summary_has_every_class():
    customers = pd.DataFrame(
        {"abc_class": ["A", "A", "C"], "p_class": [1.0, 0.5, 0.6], "is_unstable": [False, True, True]}
    )
    table = summarise_stability(customers).set_index("abc_class")
    assert table["n_unstable"].to_dict() == {"A": 1, "B": 0, "C": 1, "C0": 0, "N": 0}
    assert table.loc["A", "mean_p_class"] == 0.75


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"amount_cents": 5}, r"do not add up to the customer's value \(found 'x'\)"),
        ({"customer_id": "stranger"}, r"belongs to nobody who is classified \(found 'stranger'\)"),
        ({"block": 2}, r"lies before the window \(found 2\)"),
    ],
)
def test_months_of_something_else_are_refused(change, message):
    classes, blocks = _frames({"x": [600, 600], "y": [500, 500]})
    (column, value), *_ = change.items()
    blocks.loc[0, column] = value
    with pytest.raises(AnalysisError, match=message):
        compute_stability(classes, blocks, n_months=2, cuts=CUTS, n_bootstrap=2, seed=1)


def test_no_draws_are_refused():
    classes, blocks = _frames({"x": [600, 600]})
    with pytest.raises(AnalysisError, match="at least one draw"):
        compute_stability(classes, blocks, n_months=2, cuts=CUTS, n_bootstrap=0, seed=1)
