import numpy as np
import pandas as pd
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational.cells import (
    build_cells,
    join_small_cells,
    shrink_cells,
)
from portfolio_lab.analysis.observational.effect import fit_effect
from portfolio_lab.errors import AnalysisError


@pytest.mark.parametrize("estimand", ["ate", "att"])
def test_cells_average_back_to_the_total(sample, contacts, quick, estimand):
    found = fit_effect(sample, estimand=estimand, recipe=quick)
    cells = build_cells(sample, found, contacts[["is_a", "claim"]].reset_index(drop=True))
    assert (cells["share"] * cells["effect"]).sum() == pytest.approx(found.effect, abs=1e-12)
    assert cells["n_treated"].sum() == sample.treated.sum() and len(cells) == 4
    one = build_cells(sample, found, pd.DataFrame({"all": np.zeros(sample.n)}))
    assert one["error"].iloc[0] == pytest.approx(found.error, rel=0.02)
    with pytest.raises(AnalysisError, match="keys of every row"):
        build_cells(sample, found, contacts[["is_a"]].head(3))


def test_true_effects_by_class_are_found(sample, adjusted, contacts):
    cells = build_cells(sample, adjusted, contacts[["is_a"]])
    truth = contacts.groupby("is_a")["effect_hidden"].mean().to_numpy()
    assert (np.abs(cells["effect"] - truth) < 3 * cells["error"]).all()


@pytest.fixture
def small():
    return pd.DataFrame(
        {
            "abc_class": ["A", "A", "A", "B"],
            "stage": ["active", "active", "inactive", "active"],
            "n_treated": [100, 29, 200, 10],
            "n_control": [100, 90, 200, 10],
            "n_events": [50, 20, 60, 3],
            "share": [0.3, 0.1, 0.5, 0.1],
            "effect": [0.10, 0.50, 0.02, 0.90],
            "error": [0.02, 0.2, 0.02, 0.5],
        }
    ).assign(channel=["call", "visit", "call", "call"])


def test_small_cells_take_the_figures_around_them(small):
    joined = join_small_cells(small, ("abc_class", "stage", "channel"))
    assert joined["is_joined"].tolist() == [False, True, False, True]
    assert joined["joined_to"].tolist() == ["", "abc_class · stage", "", "all"]
    assert joined["effect"][1] == pytest.approx((0.3 * 0.10 + 0.1 * 0.50) / 0.4)
    assert joined["effect"][3] == pytest.approx((small["share"] * small["effect"]).sum())
    assert joined["n_treated"].tolist() == [100, 129, 200, 339]


def test_thirty_and_five_are_enough(small):
    enough = small.head(2).assign(n_treated=30, n_control=30, n_events=5)
    assert not join_small_cells(enough, ("abc_class", "channel"))["is_joined"].any()
    assert join_small_cells(enough.assign(n_events=4), ("abc_class", "channel"))["is_joined"].all()


def compare(n_runs):
    gains = []
    for run in range(n_runs):
        cells = shrink_cells(sim.sixty_cells(np.random.default_rng(run)))
        truth = cells["effect_hidden"]
        best = cells["shrunk_effect"].idxmax()
        false = (cells["is_clear"] & (truth == 0)).sum() / max(cells["is_clear"].sum(), 1)
        gains.append(
            [
                ((cells["shrunk_effect"] - truth) ** 2).mean(),
                ((cells["effect"] - truth) ** 2).mean(),
                cells["shrunk_effect"][best] - truth[best],
                false,
                ((cells["low"] <= truth) & (truth <= cells["high"])).mean(),
            ]
        )
    return np.array(gains)


def test_partial_pooling_takes_the_luck_out():
    gains = compare(60)
    shrunk, raw, lead, false, covered = gains.mean(axis=0)
    assert shrunk / raw <= 0.5
    assert abs(lead) <= 0.02
    assert false <= 0.05 + 2 * gains[:, 3].std() / np.sqrt(60)
    assert 0.88 <= covered <= 0.97


def test_alike_cells_are_one_and_a_single_cell_stays_itself(small):
    same = small.head(3).assign(effect=0.1, error=0.02)
    shrunk = shrink_cells(same)
    np.testing.assert_allclose(shrunk["shrunk_effect"], 0.1)
    assert (shrunk["high"] - shrunk["low"]).max() < 2 * 1.96 * 0.02
    alone = shrink_cells(small.head(1))
    assert alone["shrunk_effect"].iloc[0] == small["effect"].iloc[0]
    assert alone["high"].iloc[0] == pytest.approx(0.10 + 1.959964 * 0.02)
    assert alone["is_clear"].iloc[0]


def test_cells_may_be_drawn_towards_those_of_their_own_kind(small):
    cells = pd.concat([small.head(3)] * 2, ignore_index=True).assign(error=0.05)
    cells["effect"] = [0.0, 0.01, -0.01, 0.50, 0.51, 0.49]
    cells["channel"] = ["message"] * 3 + ["visit"] * 3
    shrunk = shrink_cells(cells, within="channel")
    np.testing.assert_allclose(shrunk["shrunk_effect"], [0.0] * 3 + [0.5] * 3, atol=1e-9)
    assert shrunk["is_clear"].tolist() == [False] * 3 + [True] * 3
