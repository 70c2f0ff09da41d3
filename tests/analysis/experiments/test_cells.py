"""For whom it works."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.experiments.cells import (
    build_cells,
    compare,
    compare_cells,
    mark_clear_cells,
    pool_small,
)

NAMES = ("P1", "purchase")


def draw(rng, n=4000):
    cell = pd.Series(rng.choice(["no", "yes"], n))
    treated = pd.Series(rng.random(n) < 0.5)
    rate = 0.1 + np.where(cell == "yes", 0.12, 0.0) * treated
    return pd.Series((rng.random(n) < rate).astype(float)), treated, cell


def test_each_cell_is_the_comparison_of_its_own_customers():
    y, d, cell = draw(np.random.default_rng(0))
    cells = build_cells(y, d, pd.DataFrame({"womens": cell}), kind="binary", names=NAMES)
    yes = cell == "yes"
    own = compare(y[yes].to_numpy(), d[yes].to_numpy(), kind="binary")
    row = cells[cells["value"] == "yes"].iloc[0]
    assert (row["effect"], row["low"], row["high"]) == pytest.approx((own.effect, own.low, own.high))
    assert (row["n_treated"], row["n_control"]) == (own.n_treated, own.n_control)
    assert set(cells["plan_id"]) == {"P1"}


def test_a_planted_interaction_is_found_and_pooled_cells_stay_apart():
    y, d, cell = draw(np.random.default_rng(1))
    other = pd.Series(np.random.default_rng(2).choice(["a", "b", "c"], len(y)))
    cells = mark_clear_cells(
        build_cells(y, d, pd.DataFrame({"womens": cell, "zip": other}), kind="binary", names=NAMES)
    )
    contrasts = compare_cells(cells).set_index("cell")
    assert bool(contrasts.loc["womens", "is_uneven"])
    assert not bool(contrasts.loc["zip", "is_uneven"])
    assert contrasts.loc["womens", ["best", "worst"]].tolist() == ["yes", "no"]
    assert contrasts.loc["womens", "low"] > 0
    womens = cells[cells["cell"] == "womens"].set_index("value")
    assert womens.loc["yes", "shrunk_low"] > womens.loc["no", "shrunk_high"]
    assert womens["is_clear"].to_dict() == {"no": False, "yes": True}


@pytest.mark.parametrize("n_runs", [12, pytest.param(40, marks=pytest.mark.full)])
def test_cells_without_any_difference_are_rarely_clear_and_pooling_draws_them_together(n_runs):
    rng, clear, raw, pooled = np.random.default_rng(3), 0, 0.0, 0.0
    for _ in range(n_runs):
        y, d = pd.Series((rng.random(3000) < 0.2).astype(float)), pd.Series(rng.random(3000) < 0.5)
        cell = pd.DataFrame({"region": rng.integers(0, 12, 3000).astype(str)})
        cells = mark_clear_cells(build_cells(y, d, cell, kind="binary", names=NAMES))
        clear += bool(cells["is_clear"].any())
        raw += (cells["effect"] ** 2).mean()
        pooled += (cells["shrunk_effect"] ** 2).mean()
    assert clear / n_runs <= 0.15
    assert pooled < 0.5 * raw


def test_small_cells_are_thrown_together_and_grey_where_still_too_small():
    n = 400
    cell = pd.Series(np.where(np.arange(n) < 30, "x", np.where(np.arange(n) < 60, "y", "big")))
    treated = pd.Series(np.arange(n) % 2 == 0)
    y = pd.Series((np.arange(n) % 3 == 0).astype(float))
    assert set(pool_small(y, treated, cell, kind="binary")) == {"big", "other"}
    few = build_cells(y, treated, pd.DataFrame({"c": cell.replace("y", "big")}), kind="binary", names=NAMES)
    grey = few[few["value"] == "x"].iloc[0]
    assert bool(grey["is_small"])
    assert np.isnan(grey["effect"])
    assert not mark_clear_cells(few)["is_clear"][few["value"] == "x"].any()


def test_bands_come_in_order():
    n = 900
    values = pd.Series(["above 90", "up to 10", "up to 90"] * (n // 3))
    y, d = pd.Series(np.tile([1.0, 0.0], n // 2)), pd.Series(np.repeat([True, False], n // 2))
    cells = build_cells(y, d, pd.DataFrame({"history": values}), kind="binary", names=NAMES)
    assert cells["value"].tolist() == ["up to 10", "up to 90", "above 90"]


def test_stages_come_down_their_ladder():
    y, d, _ = draw(np.random.default_rng(5))
    stage = pd.Series(np.resize(["inactivated", "pre_inactive", "active"], len(y)))
    cells = build_cells(y, d, pd.DataFrame({"stage": stage}), kind="binary", names=NAMES)
    assert cells["value"].tolist() == ["active", "pre_inactive", "inactivated"]


def test_without_cells_there_is_nothing_to_compare():
    y, d, _ = draw(np.random.default_rng(4), n=200)
    nothing = build_cells(y, d, pd.DataFrame(index=y.index), kind="binary", names=NAMES)
    assert mark_clear_cells(nothing).empty
    assert compare_cells(nothing).empty
