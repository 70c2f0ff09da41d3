import numpy as np
import pandas as pd
import pytest
from simulators.value import simulate_geometric_positions

from portfolio_lab.analysis.twr.inference import (
    bootstrap_paths,
    bootstrap_returns,
    judge_portfolios,
    summarise_experience,
)
from portfolio_lab.analysis.twr.returns import compute_returns, summarise_returns
from portfolio_lab.analysis.twr.statement import build_statement, build_valuations
from portfolio_lab.errors import AnalysisError


def _summary(positions):
    return summarise_returns(compute_returns(build_valuations(build_statement(positions, discount_rate=0.1))))


def test_the_interval_surrounds_the_return_and_small_portfolios_are_marked(positions):
    few = positions[positions["customer_id"].isin(positions["customer_id"].unique()[:150])]
    table = bootstrap_returns(few, n_bootstrap=300, seed=1).merge(_summary(few), on="portfolio_id")
    assert ((table["low"] < table["twr"]) & (table["twr"] < table["high"])).all()
    assert table["is_too_small"].tolist() == (table["n_customers"] < 30).tolist()
    assert table["is_too_small"].any()


def test_the_interval_holds_the_expected_return_about_as_often_as_it_says():
    positions = simulate_geometric_positions(n_portfolios=80, n_customers=60, n_years=1, seed=6)
    table = bootstrap_returns(positions, n_bootstrap=300, seed=2)
    held = ((table["low"] <= 0.10) & (table["high"] >= 0.10)).mean()
    assert 0.88 <= held <= 1.0
    assert held < 1.0


def test_the_same_seed_gives_the_same_interval_and_few_draws_are_refused(positions):
    first, again = (bootstrap_returns(positions, n_bootstrap=100, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    with pytest.raises(AnalysisError, match="100 draws or more"):
        bootstrap_returns(positions, n_bootstrap=99, seed=3)


def test_many_customers_are_drawn_in_groups_with_the_same_spread():
    large = simulate_geometric_positions(n_portfolios=1, n_customers=12_000, n_years=1, seed=5)
    table = bootstrap_returns(large, n_bootstrap=400, seed=1)
    spread = (table["high"] - table["low"]).iloc[0] / (2 * 1.96)
    exact = 1.375 * np.sqrt(0.8 * 0.2 / 12_000)
    assert spread == pytest.approx(exact, rel=0.12)


def test_verdicts_follow_the_interval_and_the_number_of_customers():
    summary = pd.DataFrame(
        {"portfolio_id": list("abcde"), "start": pd.Timestamp("2025-01-01"), "end": pd.Timestamp("2026-01-01"),
         "twr": [0.3, 0.0, 0.12, 0.5, np.nan], "ear": 0.1, "years": 1.0, "is_short": False, "status": "ok"}
    )  # fmt: skip
    intervals = pd.DataFrame(
        {"portfolio_id": list("abcd"), "low": [0.2, -0.1, 0.0, 0.3], "high": [0.4, 0.05, 0.3, 0.7],
         "n_customers": [50, 50, 50, 29]}
    )  # fmt: skip
    table = judge_portfolios(summary, intervals, discount_rate=0.10).set_index("portfolio_id")
    assert table["verdict"].to_dict() == {
        "d": "too_small", "a": "above", "c": "not_proven", "b": "below", "e": "undefined",
    }  # fmt: skip
    assert list(table.index) == ["d", "a", "c", "b", "e"]
    assert table.loc["a", ["management_return", "low", "high"]].tolist() == pytest.approx([0.2, 0.1, 0.3])


def test_a_basis_that_fits_is_rarely_missed_and_a_wrong_one_mostly():
    positions = simulate_geometric_positions(n_portfolios=4, n_customers=200, n_years=8, seed=2)
    statement = build_statement(positions, discount_rate=0.1, day_count="NL/365")
    right = summarise_experience(positions, statement, frequency="Y")
    assert len(right) == 8
    assert right["is_missed"].mean() <= 0.25
    wrong = positions.assign(margin_amount=positions["margin_amount"] * 0.7)
    missed = summarise_experience(wrong, build_statement(wrong, discount_rate=0.1, day_count="NL/365"), frequency="Y")
    assert missed["is_missed"].all()
    assert (missed["rate"] < 0).all()


def test_the_path_of_the_interval_ends_where_the_interval_of_the_return_lies(positions):
    paths = bootstrap_paths(positions, n_bootstrap=200, seed=1)
    last = paths.groupby("portfolio_id").last()
    whole = bootstrap_returns(positions, n_bootstrap=200, seed=1).set_index("portfolio_id")
    assert last["low"].tolist() == pytest.approx(whole["low"].tolist())
    assert last["high"].tolist() == pytest.approx(whole["high"].tolist())
    first = paths.groupby("portfolio_id").first()
    assert ((first["high"] - first["low"]) < (last["high"] - last["low"])).all()
    assert (paths["n_customers"] > 0).all()
