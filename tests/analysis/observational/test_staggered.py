import numpy as np
import pandas as pd
import pytest
from simulators import effectiveness as sim

from portfolio_lab.analysis.observational.staggered import fit_staggered, look_before_starts
from portfolio_lab.errors import AnalysisError

NAMES = {"unit": "unit", "period": "period", "start": "start", "outcome": "orders"}
# diff-diff 3.13.0, CallawaySantAnna: overall effect and error by comparison group
DIFF_DIFF = {True: (0.6181520988829007, 0.05664001069314037), False: (0.6247543019456471, 0.05621445475962905)}
SINCE = {
    -3: (-0.07699472, 0.11069197),
    -1: (-0.02559940, 0.05291537),
    0: (0.48334736, 0.05416071),
    3: (0.84478335, 0.11797329),
}


@pytest.fixture(scope="module")
def panel():
    rng = np.random.default_rng(5)
    sim.rollout(rng, starts=(4,))
    return sim.rollout(rng)


@pytest.mark.parametrize("never_only", [True, False])
def test_equals_diff_diff(panel, never_only):
    found = fit_staggered(panel, **NAMES, never_only=never_only)
    assert (found.overall, found.overall_error) == pytest.approx(DIFF_DIFF[never_only], abs=1e-9)


def test_by_time_since_the_start(panel):
    table = fit_staggered(panel, **NAMES, never_only=True).by_since.set_index("since")
    for since, (effect, error) in SINCE.items():
        assert table.loc[since].tolist() == pytest.approx([effect, error], abs=1e-7)


# Callaway and Sant'Anna (2021), teenage employment and minimum wages 2003-2007, against those that never raised them:
# counties per start and effect by start and year, as the authors' package did prints them (four decimals)
COUNTIES = {2004: 20, 2006: 40, 2007: 131, np.nan: 309}
PUBLISHED = {
    (2004, 2004): -0.0105, (2004, 2005): -0.0704, (2004, 2006): -0.1373, (2004, 2007): -0.1008,
    (2006, 2004): 0.0065, (2006, 2005): -0.0028, (2006, 2006): -0.0046, (2006, 2007): -0.0412,
    (2007, 2004): 0.0305, (2007, 2005): -0.0027, (2007, 2006): -0.0311, (2007, 2007): -0.0261,
}  # fmt: skip


def counties(rng):
    """A panel of as many counties whose mean changes are the published ones, and their scatter free."""
    rows = []
    for start, n in COUNTIES.items():
        noise = rng.normal(size=(n, 5))
        noise -= noise.mean(axis=0)
        level = {2003: 0.0}
        for year in range(2004, 2008):
            base = min(year, start) - 1 if start > 0 else 2003
            level[year] = level[base] + PUBLISHED.get((start, year), 0.0)
        rows += [
            (f"{start}-{i}", year, start, level[year] - 0.05 * k + noise[i, k])
            for k, year in enumerate(level)
            for i in range(n)
        ]
    return pd.DataFrame(rows, columns=["unit", "period", "start", "orders"])


def test_published_effects_add_up_as_published():
    found = fit_staggered(counties(np.random.default_rng(2)), **NAMES, never_only=True)
    effects = found.by_start.set_index(["start", "period"])["effect"]
    for key, published in PUBLISHED.items():
        assert effects.loc[key] == pytest.approx(published, abs=1e-9)
    assert found.overall == pytest.approx(-0.0400, abs=1e-4)
    after = found.by_since[found.by_since["since"] >= 0]
    assert after["effect"].mean() == pytest.approx(-0.0772, abs=1e-4)
    by_start = found.by_start[found.by_start["period"] >= found.by_start["start"]].groupby("start")["effect"].mean()
    assert np.average(by_start, weights=[20, 40, 131]) == pytest.approx(-0.0310, abs=1e-4)


# The same 500 counties (data set mpdta, as in the Python package moderndid 0.2.0, MIT licence): the yearly changes of
# log employment 2004-2007, by start their means, and their covariances in millionths
CHANGES = {
    2004: ([-0.073133, -0.047111, -0.032748, 0.058684],
           [[8898, -2387, 1188, -5516], [-2387, 12916, -1551, 1606], [1188, -1551, 5968, -4492],
            [-5516, 1606, -4492, 13822]]),
    2006: ([-0.05611, 0.010058, 0.029493, -0.014394],
           [[17936, 2336, -157, -787], [2336, 12361, -2684, 1890], [-157, -2684, 7425, -3191],
            [-787, 1890, -3191, 9883]]),
    2007: ([-0.032123, 0.010083, 0.003001, -0.003818],
           [[17066, -3385, 1652, 1142], [-3385, 25587, -6863, -74], [1652, -6863, 24888, -7148],
            [1142, -74, -7148, 25094]]),
    np.nan: ([-0.06263, 0.012808, 0.034088, 0.022236],
             [[29581, -9452, 2022, 636], [-9452, 22712, -5749, -1300], [2022, -5749, 40054, -12271],
              [636, -1300, -12271, 26527]]),
}  # fmt: skip


def counties_of_the_same_moments(rng):
    """As many counties whose yearly changes have the published means and covariances to the last digit."""
    frames = []
    for (start, (mean, covariance)), n in zip(CHANGES.items(), COUNTIES.values(), strict=True):
        noise = rng.normal(size=(n, 4))
        noise -= noise.mean(axis=0)
        noise = np.linalg.solve(np.linalg.cholesky(noise.T @ noise / n), noise.T).T
        changes = noise @ np.linalg.cholesky(np.array(covariance) / 1e6).T + mean
        levels = np.column_stack([np.zeros(n), np.cumsum(changes, axis=1)])
        wide = pd.DataFrame(levels, columns=range(2003, 2008), index=[f"{start}-{i}" for i in range(n)])
        long = wide.rename_axis("unit").reset_index().melt("unit", var_name="period", value_name="orders")
        frames.append(long.assign(start=start))
    return pd.concat(frames, ignore_index=True).astype({"period": int})


def test_published_effect_and_error_of_the_minimum_wage_come_back():
    found = fit_staggered(counties_of_the_same_moments(np.random.default_rng(3)), **NAMES, never_only=True)
    assert (found.overall, found.overall_error) == pytest.approx((-0.0400, 0.0120), abs=1e-4)
    first = found.by_start.set_index(["start", "period"]).loc[(2004, 2004)]
    assert first.tolist() == pytest.approx([-0.0105, 0.0233], abs=1e-4)
    after = found.by_since["since"].to_numpy() >= 0
    error = np.sqrt(found.covariance[np.ix_(after, after)].sum()) / after.sum()
    dynamic = found.by_since.loc[after, "effect"].mean()
    assert (dynamic, error) == pytest.approx((-0.0772, 0.0200), abs=1e-4)


def test_what_the_periods_before_the_starts_could_have_shown(panel):
    seen = look_before_starts(fit_staggered(panel, **NAMES, never_only=True))
    assert seen.passed and seen.slope_seen > 0 and seen.bias_unseen > seen.slope_seen and seen.breakdown > 1
    drifting = panel.assign(orders=panel["orders"] + 0.3 * panel["period"] * panel["start"].notna())
    assert not look_before_starts(fit_staggered(drifting, **NAMES, never_only=True)).passed
    short = fit_staggered(panel[panel["period"] >= 3].assign(start=panel["start"].where(panel["start"] != 3)), **NAMES)
    with pytest.raises(AnalysisError, match="too few periods before"):
        look_before_starts(type(short)(**{**vars(short), "by_since": short.by_since.query("since >= -1")}))


def test_growing_effects_come_back():
    found = fit_staggered(sim.rollout(np.random.default_rng(8), n=3000), **NAMES)
    table = found.by_since.set_index("since")["effect"]
    np.testing.assert_allclose(table.loc[[0, 1, 2, 3]], [0.4, 0.5, 0.6, 0.7], atol=0.09)
    low, high = found.interval()
    assert low < 0.52 < high + 0.05 and high - low < 0.12


def test_gaps_and_nobody_left_are_refused(panel):
    with pytest.raises(AnalysisError, match="the panel has gaps"):
        fit_staggered(panel.drop(index=3), **NAMES)
    with pytest.raises(AnalysisError, match="no unit is left"):
        fit_staggered(panel[panel["start"] == 4], **NAMES)
