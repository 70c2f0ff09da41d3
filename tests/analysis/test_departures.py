import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from portfolio_lab.analysis.departures import (
    STRATA,
    build_exposure_changes,
    date_exposures,
    measure_pace,
    measure_typical_gap,
    place_departures,
    place_on_calendar,
)
from portfolio_lab.analysis.drivers import build_driver_rows
from portfolio_lab.analysis.spells import build_spells
from portfolio_lab.analysis.survival.cox import CoxDesign, fit_cox
from portfolio_lab.errors import AnalysisError

DAY = pd.Timestamp("2024-01-01")


def on(day):
    return DAY + pd.to_timedelta(day, unit="D")


def orders(**days):
    rows = [(customer, on(day)) for customer, found in days.items() for day in found]
    return pd.DataFrame(rows, columns=["customer_id", "order_date"]).assign(is_purchase_day=True)


def events(*rows):
    return pd.DataFrame({"customer_id": [r[0] for r in rows], "event_date": [on(r[1]) for r in rows]})


def test_pace_is_that_known_on_the_day_and_empty_before_the_first_order():
    history = orders(a=[0, 10, 40], b=[5])
    assert measure_typical_gap(history) == 20
    wanted = events(("a", -1), ("a", 9), ("a", 10), ("a", 99), ("b", 5), ("c", 5))
    found = measure_pace(history, wanted, date="event_date", typical_days=20.0)
    assert found["pace_days"].tolist()[1:5] == [20.0, (10 + 40) / 3, (40 + 40) / 4, 20.0]
    assert found["last_purchase_date"].tolist()[1:5] == [on(0), on(10), on(40), on(5)]
    assert found.iloc[[0, 5]].isna().all(axis=None)


def test_one_order_each_gives_a_gap_of_one_day():
    assert measure_typical_gap(orders(a=[0], b=[3])) == 1.0


def test_a_departure_falls_into_long_gaps_more_often():
    """Gaps of 10 and 30 days at paces of 20 and 50/3: 0.5 and 1.8 paces. Up to 0.5 lies (0.5 + 0.5) / 2.3 of all."""
    found = place_departures(orders(a=[0, 10, 40]), n=2)
    assert found == pytest.approx((2.3 / 4 / 2, 0.5 + (2.3 * 3 / 4 - 1.0)))
    assert place_departures(orders(a=[0], b=[1]), n=2) == (0.25, 0.75)


def test_a_window_opens_one_line_after_the_event_less_the_place():
    history = orders(a=[0, 20, 40, 60])
    found = date_exposures(events(("a", 61), ("a", -5)), history, inactive_days=100, places=(0.0, 0.5))
    assert found["from_date"].tolist() == [on(161), on(151)]
    assert found["event_date"].tolist() == [on(61), on(61)]


def test_a_window_never_opens_before_its_event():
    found = date_exposures(events(("a", 61)), orders(a=[0, 50]), inactive_days=30, places=(9.0,))
    assert found["from_date"].tolist() == [on(61)]
    early = found.assign(from_date=on(60))
    with pytest.raises(AnalysisError, match="opens before its event"):
        build_exposure_changes({"moved": early}, width_days=9, as_of=on(99))


def test_exposure_is_the_share_of_open_windows_and_overlaps_count_once():
    rows = pd.DataFrame({"customer_id": "a", "event_date": on(0), "place": [0, 0, 1], "from_date": on([10, 15, 20])})
    late = rows.head(1).assign(from_date=on(12))
    found = build_exposure_changes({"moved": rows, "late": late}, width_days=10, as_of=on(25))
    assert found.values.tolist() == [
        ["a", on(10), 0.5, 0.0],
        ["a", on(12), 0.5, 1.0],
        ["a", on(15), 0.5, 1.0],
        ["a", on(20), 1.0, 1.0],
        ["a", on(22), 1.0, 0.0],
        ["a", on(25), 0.5, 0.0],
    ]
    silent = build_exposure_changes({"moved": rows, "late": late.head(0)}, width_days=10, as_of=on(25))
    assert set(silent["late"]) == {0.0}


def test_rows_on_the_calendar_begin_where_an_end_is_possible():
    history = orders(a=[0, 20, 40], b=[30])
    spells = build_spells(history, as_of=on(200), inactive_days=50)
    rows = build_driver_rows(spells, None)
    found = place_on_calendar(rows, history, origin=DAY)
    assert found[["customer_id", "entry", "duration", "event_observed"]].values.tolist() == [
        ["a", 49.0, 90.0, True],
        ["b", 79.0, 80.0, True],
    ]
    assert found["episode_start_date"].tolist() == [on(49), on(79)]
    assert set(found["age"]) == {"0"}


def simulate(rng, *, n, effect, n_days=1500):
    """Orders at each customer's own pace; who leaves stops. For 90 days after a handover leaving is more likely.

    Handovers come in two waves, and customers differ in how likely they are to leave, so that those still there when a
    wave comes are of the lasting kind.
    """
    hazard = rng.gamma(1.0, 1 / 500, n)
    handover = np.where(rng.random(n) < 0.5, rng.choice([500.0, 900.0], n), np.inf)
    wear, goal = hazard[:, None] * np.ones((n, n_days)), rng.exponential(size=n)
    day = np.arange(n_days)
    wear *= np.where((day >= handover[:, None]) & (day < handover[:, None] + 90), effect, 1.0)
    gone = (np.cumsum(wear, axis=1) < goal[:, None]).sum(axis=1)
    cycle = 25 * np.exp(rng.normal(0.0, 0.4, n))
    ages = np.cumsum(np.ceil(rng.gamma(2.0, cycle[:, None] / 2, (n, 200))), axis=1)
    row, order = np.nonzero(ages < gone[:, None])
    history = pd.DataFrame(
        {"customer_id": row.astype(str), "order_date": on(ages[row, order]), "is_purchase_day": True}
    )
    moved = np.flatnonzero(np.isfinite(handover))
    return history, pd.DataFrame({"customer_id": moved.astype(str), "event_date": on(handover[moved])})


def estimate(history, moved, *, n_days=1500, places=None):
    as_of, line = on(n_days - 1), 240
    dated = date_exposures(moved, history, inactive_days=line, places=places or place_departures(history))
    changes = build_exposure_changes({"moved": dated}, width_days=90, as_of=as_of)
    rows = build_driver_rows(build_spells(history, as_of=as_of, inactive_days=line), changes)
    rows = place_on_calendar(rows, history, origin=DAY)
    model = fit_cox(rows, CoxDesign(("moved",), strata=STRATA, cluster="customer_id"))
    return model.coefficients["moved"], float(np.sqrt(model.covariance.iloc[0, 0]))


def test_a_planted_effect_is_found_and_too_small_where_every_decision_is_dated_at_the_last_order():
    history, moved = simulate(np.random.default_rng(0), n=3000, effect=3.0)
    found, error = estimate(history, moved)
    assert abs(found - np.log(3.0)) < 2 * error
    assert error < 0.16
    naive, _ = estimate(history, moved, places=(0.0,))
    assert naive < found - error


def distances(seeds, *, n, effect):
    """How far each estimate lies from the truth, in its own standard errors."""
    found = [estimate(*simulate(np.random.default_rng(seed), n=n, effect=effect)) for seed in seeds]
    return np.array([(value - np.log(effect)) / error for value, error in found])


def test_the_estimates_scatter_as_their_errors_say():
    """Squared distances of 12 draws add up to a chi-squared number; half the error would make it four times that."""
    z = distances(range(12), n=1000, effect=1.8)
    low, high = chi2.ppf([0.0005, 0.9995], len(z))
    assert low < (z**2).sum() < high
    assert (4 * z**2).sum() > high


@pytest.mark.full
def test_the_intervals_hold_the_truth_in_two_hundred_and_forty_draws():
    z = distances(range(3000, 3240), n=1500, effect=1.8)
    assert abs((np.abs(z) < 1.96).mean() - 0.95) <= 3 * np.sqrt(0.95 * 0.05 / 240)
    assert abs((z**2).mean() - 1) <= 3 * np.sqrt(2 / 240)


@pytest.mark.full
def test_the_planted_effect_is_found_without_bias():
    gaps = [estimate(*simulate(np.random.default_rng(seed), n=1500, effect=1.8))[0] for seed in range(24)]
    assert abs(np.mean(gaps) - np.log(1.8)) < 0.15
