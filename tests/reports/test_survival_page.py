from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from simulators.survival import review_of

from portfolio_lab.reports import survival_page as page
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.survival_inputs import NO_ROWS, read_stays


@pytest.fixture(scope="module")
def review():
    return review_of(np.random.default_rng(2), n=700)


@pytest.fixture(scope="module")
def stays(review):
    return read_stays(review)


@pytest.fixture(scope="module")
def drivers(stays):
    return page.fit_drivers(stays)


def test_drivers_have_words_and_intervals(drivers):
    assert drivers.problem == ""
    assert (drivers.effects["low"] < drivers.effects["hazard_ratio"]).all()
    assert drivers.effects["label"].notna().all()
    assert {"term", "hazard_ratio", "low", "high", "ph_ok"} <= set(drivers.effects)


def test_without_events_or_covariates_there_is_a_sentence(stays):
    silent = replace(stays, driver_rows=stays.driver_rows.assign(event_observed=False))
    assert "nothing that could explain" in page.fit_drivers(silent).problem
    constant = replace(stays, driver_rows=stays.driver_rows.assign(a=1.0), covariates=("a",))
    assert "nothing that could explain" in page.fit_drivers(constant).problem


def test_twins_among_the_covariates_are_a_sentence_not_a_crash(stays):
    twins = stays.driver_rows.assign(twin=stays.driver_rows["is_returned"])
    found = page.fit_drivers(replace(stays, driver_rows=twins, covariates=("is_returned", "twin")))
    assert found.problem.startswith("The drivers cannot be estimated")
    assert found.model is None


def test_the_line_is_moved_four_times(review, stays, drivers):
    moved = page.move_line(review, stays, drivers)
    assert moved["inactive_days"].drop_duplicates().tolist() == [90, 120, 150, 180]
    assert set(moved["term"]) == set(drivers.terms["term"])
    assert moved["label"].notna().all()


def test_groups_are_shown_and_their_tables_returned(stays, make_context, tmp_path):
    out = Outputs(tmp_path, context=make_context("survival"))
    groups, tests = page.show_groups(out, stays.lifetimes, ("segment",), stays=stays, version="3", limit=365)
    assert set(groups["group"]) == {"industry", "retail"}
    assert tests["grouping"].tolist() == ["segment"]
    assert "version 3, inactive after 120 days" in out.page["figures"]["curves_segment"]["caption"]
    assert page.show_groups(out, NO_ROWS, (), stays=stays, version="3", limit=365)[0].empty


def test_many_groups_are_drawn_as_means(stays, make_context, tmp_path):
    out = Outputs(tmp_path, context=make_context("survival"))
    many = stays.lifetimes.assign(person=np.arange(len(stays.lifetimes)) % 8)
    page.show_groups(out, many, ("person",), stays=stays, version="3", limit=365)
    assert list(out.page["figures"]) == ["means_person"]


def test_a_curve_of_few_is_not_drawn(stays):
    assert page.draw_curves(stays.lifetimes.head(20), None, unit="days", locale="en_GB") is None
    figure = page.draw_curves(stays.lifetimes, None, unit="days", locale="en_GB")
    assert len(figure.axes) == 2
    plt.close(figure)


def test_the_headline_takes_the_clearest_difference(stays):
    rows = stays.landmark_rows
    fast = rows["duration"].where(rows["team"] == "North", rows["duration"] + 400)
    leading = page.leading_groups(replace(stays, landmark_rows=rows.assign(duration=fast)), limit=365)
    assert set(leading["grouping"]) <= {"team", "salesperson", "satisfaction"}
    same = stays.lifetimes.assign(segment=np.resize(["x", "y"], len(stays.lifetimes)))
    assert page.leading_groups(
        replace(stays, lifetimes=same, groupings=("segment",), landmark_groupings=()), limit=9
    ).empty


def test_small_pieces():
    assert page.interval({"median_low": 1.0, "median_high": 2.0}) == (1.0, 2.0)
    assert page.interval({"median_low": 1.0, "median_high": np.nan}) is None
    assert len(page.stack(pd.DataFrame(), pd.DataFrame({"a": [1]}))) == 1
    assert page.stack(pd.DataFrame()).empty


def test_all_curves_hold_the_grouping_all(stays):
    curves = page.stack_curves(stays)
    assert set(curves["grouping"]) == {"all", *stays.groupings, *stays.landmark_groupings}


def test_undated_stays_are_scored_from_their_age(stays):
    rows = stays.lifetimes[["duration", "event_observed", "entry", "segment"]].assign(entry=0.0)
    undated = replace(stays, lifetimes=rows, driver_rows=rows, covariates=("segment",), cluster=None, company=None)
    drivers = page.fit_drivers(undated)
    assert drivers.model is not None
    ahead = page.score_open_stays(undated, drivers, horizon=90)
    assert len(ahead) == (~rows["event_observed"]).sum()
    assert ahead["p"].dropna().is_monotonic_decreasing
    c_index, error = page.check_fit(undated, drivers, horizon=365)
    assert 0.4 < c_index < 0.7
    assert error < 0.1
    assert np.isnan(page.check_fit(replace(undated, driver_rows=rows.assign(entry=0.5)), drivers, horizon=9)[0])
