import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter
from lifelines.statistics import proportional_hazard_test
from simulators.survival import SCALE, SHAPE, TERMS, ties

from portfolio_lab.analysis.survival.cox import CoxDesign, fit_cox, summarise_coefficients
from portfolio_lab.analysis.survival.encoding import encode_covariates
from portfolio_lab.analysis.survival.proportionality import (
    check_proportionality,
    choose_remedies,
    fit_with_remedies,
)

ROSSI = ("fin", "age", "race", "wexp", "mar", "paro", "prio")


def crossing(rng, *, n):
    """The flag x doubles the hazard in the first 200 days and halves it after; y is a plain effect."""
    x, y = rng.integers(0, 2, n).astype(float), rng.normal(size=n)
    goal = rng.exponential(size=n) / np.exp(0.3 * y)
    early = np.exp(np.log(2) * x) * (200 / SCALE) ** SHAPE
    rest = (goal - early) / np.exp(-np.log(2) * x)
    within = SCALE * (goal / np.exp(np.log(2) * x)) ** (1 / SHAPE)
    beyond = SCALE * (np.maximum(rest, 0) + (200 / SCALE) ** SHAPE) ** (1 / SHAPE)
    time, censored = np.where(goal < early, within, beyond), rng.uniform(60, 1095, n)
    return pd.DataFrame(
        {"x": x, "y": y, "duration": np.ceil(np.minimum(time, censored)), "event_observed": time <= censored}
    )


def test_equals_the_library_and_the_published_verdicts(rossi):
    """Rossi: age p < .005, work experience p = .01 fail; the others hold."""
    model = fit_cox(rossi, CoxDesign(ROSSI))
    found = check_proportionality(rossi, model).set_index("term")
    plain = rossi.drop(columns="entry")
    fitted = CoxPHFitter().fit(plain, "duration", "event_observed")
    oracle = proportional_hazard_test(fitted, plain, time_transform="km").summary
    assert found["chi2"].to_numpy() == pytest.approx(oracle.loc[found.index, "test_statistic"].to_numpy(), rel=1e-5)
    assert found.index[~found["ph_ok"]].tolist() == ["age", "wexp"]
    assert found.loc["age", "p"] < 0.005
    assert found.loc["wexp", "p"] == pytest.approx(0.01, abs=0.005)


def test_size_of_a_planted_change():
    """The log hazard ratio falls from +0.69 to -0.69; a straight line through a step overshoots a little."""
    rows = crossing(np.random.default_rng(0), n=15000)
    found = check_proportionality(rows, fit_cox(rows, CoxDesign(("x", "y")))).set_index("term")
    assert -2.0 < found.loc["x", "change"] < -1.0
    assert abs(found.loc["y", "change"]) < 0.15


def test_above_ten_thousand_events_size_decides():
    rows = crossing(np.random.default_rng(1), n=30000)
    found = check_proportionality(rows, fit_cox(rows, CoxDesign(("x", "y")))).set_index("term")
    assert not found.loc["x", "ph_ok"]
    assert found.loc["y", "ph_ok"]
    tested = check_proportionality(rows, fit_cox(rows, CoxDesign(("x", "y"))), alpha=1.0).set_index("term")
    assert tested.loc["y", "ph_ok"]


def alarms(simulate, terms, *, n, reps):
    tests = []
    for seed in range(reps):
        rows = simulate(np.random.default_rng(seed), n=n)
        tests.append(~check_proportionality(rows, fit_cox(rows, CoxDesign(terms)))["ph_ok"].to_numpy())
    return np.mean(tests, axis=0)


def test_planted_violation_is_found_and_plain_effects_are_left_alone():
    """10 draws of 5,000 each: power above .9; 40 draws × 5 terms: alarms below .05 + 3 standard errors."""
    assert alarms(crossing, ("x", "y"), n=5000, reps=10)[0] >= 0.9
    assert alarms(ties, TERMS, n=1000, reps=40).mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)


@pytest.mark.full
def test_false_alarms_are_few():
    assert alarms(ties, TERMS, n=5000, reps=200).mean() <= 0.08


def _terms(rows):
    return encode_covariates(rows, ["team", "x", "y"])


def test_order_of_remedies():
    rows = crossing(np.random.default_rng(2), n=400).assign(team=np.resize(["N", "N", "S"], 400))
    _, terms = _terms(rows)
    tested = pd.DataFrame({"term": ["team: S", "x", "y"], "ph_ok": [False, False, True]})
    assert choose_remedies(tested, terms) == {"team": "strata", "x": "periods"}
    assert choose_remedies(tested, terms, questions=("team",)) == {"team": "periods", "x": "periods"}
    assert choose_remedies(tested.assign(ph_ok=True), terms) == {}


def test_periods_recover_both_effects():
    rows = crossing(np.random.default_rng(3), n=12000)
    encoded, terms = encode_covariates(rows, ["x", "y"])
    model, tested, remedies = fit_with_remedies(encoded, CoxDesign(("x", "y")), terms, cuts=(200,))
    effects = summarise_coefficients(model).set_index("term")["coefficient"]
    assert remedies == {"x": "periods"}
    assert effects["x [0, 200)"] == pytest.approx(np.log(2), abs=0.12)
    assert effects["x from 200"] == pytest.approx(-np.log(2), abs=0.12)
    assert effects["y"] == pytest.approx(0.3, abs=0.05)
    assert tested["ph_ok"].all()


def test_a_group_becomes_a_stratum():
    rows = crossing(np.random.default_rng(4), n=6000)
    rows = rows.assign(team=np.where(rows["x"] == 1, "S", "N"))
    encoded, terms = encode_covariates(rows, ["team", "y"])
    model, _, remedies = fit_with_remedies(encoded, CoxDesign(tuple(terms["term"])), terms, cuts=(200,))
    assert remedies == {"team": "strata"}
    assert model.design.strata == ("team",)
    assert model.coefficients.index.tolist() == ["y"]
