from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational.cells import (
    build_cells,
    join_small_cells,
    pool_upward,
    shrink_cells,
)
from portfolio_lab.analysis.observational.effect import fit_effect
from portfolio_lab.analysis.observational.nuisances import Recipe
from portfolio_lab.analysis.observational.sample import build_sample
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


def test_few_contacted_of_whom_nobody_ordered_are_not_surer_than_the_others():
    rng = np.random.default_rng(2)
    rows = pd.DataFrame({"is_treated": np.arange(1500) < 300, "x": rng.normal(size=1500)})
    rows["cell"] = np.where(np.arange(1500) % 300 < 40, "small", "large")
    rows["outcome"] = (rng.random(1500) < 0.1) & ~(rows["is_treated"] & (rows["cell"] == "small"))
    sample = build_sample(rows.astype({"outcome": float}), outcome="outcome", covariates=("x",), cluster=None)
    found = fit_effect(sample, recipe=Recipe("logit", n_splits=1))
    cells = build_cells(sample, found, rows[["cell"]]).set_index("cell")
    n_contacted = cells.loc["small", "n_treated"]
    assert cells.loc["small", "error"] >= 0.9 * np.sqrt(0.1 * 0.9 / n_contacted)


def pooled(contacts, sample, found):
    rng = np.random.default_rng(8)
    n = len(contacts)
    keys = pd.DataFrame({"abc_class": np.where(contacts["is_a"] > 0, "A", "B")})
    keys["stage"] = rng.choice(["active", "inactive", "ex_customer"], n, p=[0.8, 0.19, 0.01])
    keys["channel"] = rng.choice(["call", "visit", "letter", "fair"], n, p=[0.6, 0.38, 0.01, 0.01])
    return keys, *pool_upward(sample, found, keys)


@pytest.mark.parametrize("estimand", ["ate", "att"])
def test_lines_of_small_cells_still_average_back_to_the_total(sample, contacts, quick, estimand):
    found = fit_effect(sample, estimand=estimand, recipe=quick)
    keys, cells, lines = pooled(contacts, sample, found)
    for table in (cells, lines) if estimand == "ate" else (lines,):
        assert (table["share"] * table["effect"]).sum() == pytest.approx(found.effect, abs=1e-10)
    assert lines["n_cells"].sum() == len(cells) == keys.drop_duplicates().shape[0]
    assert lines[["n_treated", "n_control"]].to_numpy().min() >= 30 and lines["n_events"].min() >= 5
    assert not lines["is_small"].any() and lines["share"].sum() == pytest.approx(1.0, abs=1e-12)


def test_small_cells_go_to_their_stage_first_then_to_their_class(sample, adjusted, contacts):
    _, cells, lines = pooled(contacts, sample, adjusted)
    own = lines[~lines["is_joined"]]
    large = cells[(cells[["n_treated", "n_control"]].min(axis=1) >= 30) & (cells["n_events"] >= 5)]
    assert (
        own[["abc_class", "stage", "channel"]].to_numpy().tolist()
        == large[["abc_class", "stage", "channel"]].to_numpy().tolist()
    )
    np.testing.assert_allclose(own["effect"], large["effect"])
    joined = lines[lines["is_joined"]]
    assert len(joined) and (joined["n_cells"] >= 2).all()
    by_stage = joined[~joined["stage"].str.contains(",")]
    for row in by_stage.itertuples():
        same = cells[(cells["abc_class"] == row.abc_class) & (cells["stage"] == row.stage)]
        assert set(row.channel.split(", ")) == set(same["channel"]) - set(
            own[(own["abc_class"] == row.abc_class) & (own["stage"] == row.stage)]["channel"]
        )


def test_what_is_too_small_everywhere_joins_the_smallest_joined_line_or_stands_alone(sample, adjusted):
    n = sample.n
    alone = np.where(np.arange(n) < 20, "few", "many")
    cells, lines = pool_upward(sample, adjusted, pd.DataFrame({"abc_class": alone}))
    assert lines["is_small"].tolist() == [False, True] and lines["is_joined"].tolist() == [False, True]
    assert lines["abc_class"].tolist() == ["many", "few"]
    stage = np.where(np.arange(n) < 20, "few", np.where(np.arange(n) < 120, "some", "many"))
    channel = np.where((np.arange(n) < 120) & (np.arange(n) % 2 == 0), "odd", "usual")
    keys = pd.DataFrame({"abc_class": np.where(np.arange(n) < 20, "Z", "A"), "stage": stage, "channel": channel})
    cells, lines = pool_upward(sample, adjusted, keys)
    assert not lines["is_small"].any()
    holder = lines.loc[lines["abc_class"].str.contains("Z"), "line"].item()
    assert cells.loc[cells["abc_class"] == "Z", "line"].eq(holder).all()
    assert (lines["share"] * lines["effect"]).sum() == pytest.approx(adjusted.effect, abs=1e-10)


def test_a_customer_met_in_two_comparisons_counts_once(sample, adjusted):
    halves = np.arange(sample.n) // 2
    keys = pd.DataFrame({"all": np.zeros(sample.n)})
    once = build_cells(replace(sample, place=halves), adjusted, keys)
    assert once["n_treated"].item() + once["n_control"].item() == len(np.unique(halves))
    assert once["effect"].item() == pytest.approx(adjusted.effect)


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
