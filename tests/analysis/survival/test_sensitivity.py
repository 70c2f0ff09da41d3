import numpy as np
import pandas as pd
import pytest
from simulators.survival import own_rhythms

from portfolio_lab.analysis.survival.cox import CoxDesign
from portfolio_lab.analysis.survival.sensitivity import FACTORS, build_spells_at, compare_thresholds, compare_windows
from portfolio_lab.errors import AnalysisError

AS_OF = pd.Timestamp("2023-12-31")


@pytest.fixture(scope="module")
def lifetimes():
    orders = own_rhythms(np.random.default_rng(1), n=800)
    rng = np.random.default_rng(2)
    flag = pd.Series(rng.integers(0, 2, 800).astype(float), index=[f"c{i}" for i in range(800)])
    stops_early = orders["customer_id"].map(flag) == 1
    first = orders.groupby("customer_id")["order_date"].transform("min")
    kept = orders[~stops_early | ((orders["order_date"] - first).dt.days < 300)]
    rows = {factor: build_spells_at(kept, as_of=AS_OF, inactive_days=120 * factor) for factor in FACTORS}
    return {factor: spells.assign(x=spells["customer_id"].map(flag)) for factor, spells in rows.items()}


def test_every_line_has_its_row_and_longer_lines_see_fewer_events(lifetimes):
    table = compare_thresholds(lifetimes, lifetimes, CoxDesign(("x",), cluster="customer_id"))
    assert table["factor"].tolist() == list(FACTORS)
    assert table["inactive_days"].tolist() == [90, 120, 150, 180]
    assert table["n_events"].is_monotonic_decreasing
    assert not table["is_sign_changed"].any()
    assert table.loc[table["factor"] == 1, "is_close"].all()


def test_a_sign_that_turns_is_marked(lifetimes):
    turned = lifetimes | {1.5: lifetimes[1.5].assign(x=lambda rows: 1 - rows["x"])}
    table = compare_thresholds(turned, lifetimes, CoxDesign(("x",))).set_index("factor")
    assert table["is_sign_changed"].to_dict() == {0.75: False, 1.0: False, 1.25: False, 1.5: True}
    assert not table.loc[1.5, "is_close"]


def test_a_line_that_nobody_crosses_says_so(lifetimes):
    still = lifetimes | {1.5: lifetimes[1.5].assign(event_observed=False)}
    row = compare_thresholds(still, still, CoxDesign(("x",))).set_index("factor").loc[1.5]
    assert row["note"] == "no event among the rows"
    assert np.isnan(row["hazard_ratio"])
    assert not row["is_sign_changed"]


def test_the_line_in_force_must_be_there(lifetimes):
    with pytest.raises(AnalysisError, match="the line in force is missing"):
        compare_thresholds({0.75: lifetimes[0.75]}, lifetimes, CoxDesign(("x",)))


def test_truncated_history_enters_late():
    orders = own_rhythms(np.random.default_rng(3), n=400)
    opening = pd.Timestamp("2021-01-01")
    seen = orders[orders["order_date"] >= opening]
    known = orders.groupby("customer_id")["order_date"].min()
    found = build_spells_at(seen, None, known, as_of=AS_OF, inactive_days=120, truncated_from=opening)
    assert (found["entry"] > 0).sum() > 50
    assert (found["duration"] > found["entry"]).all()


def test_each_window_has_its_effect_and_one_without_a_model_says_why(lifetimes):
    rows, design = lifetimes[1.0], CoxDesign(("x",), cluster="customer_id")
    table = compare_windows({"whole": rows, "twice": rows.assign(x=0.0)}, design)
    asked, twice = table.iloc[0], table.iloc[1]
    whole = compare_thresholds(lifetimes, lifetimes, design).set_index("factor").loc[1.0]
    assert asked[["hazard_ratio", "low", "high"]].tolist() == whole[["hazard_ratio", "low", "high"]].tolist()
    assert (asked["window"], asked["note"]) == ("whole", "")
    assert np.isnan(twice["hazard_ratio"])
    assert twice["note"] == "covariate x is the same for everybody"
