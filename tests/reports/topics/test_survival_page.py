from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from simulators.survival import review_of

from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.topics import survival_page as page
from portfolio_lab.reports.topics.survival_inputs import read_stays
from portfolio_lab.reports.topics.survival_stays import NO_ROWS


@pytest.fixture(scope="module")
def review():
    return review_of(np.random.default_rng(2), n=700)


@pytest.fixture(scope="module")
def stays(review):
    return read_stays(review)


def test_groups_are_shown_and_their_tables_returned(stays, make_context, tmp_path):
    out = Outputs(tmp_path, context=make_context("survival"))
    found = page.show_groups(out, stays.lifetimes, ("segment",), stays=stays, version="3", limit=365)
    assert set(found.groups["group"]) == {"industry", "retail"}
    assert found.tests["grouping"].tolist() == ["segment"]
    assert len(found.pairs) == 1
    assert "version 3, inactive after 120 days" in out.page["figures"]["curves_segment"]["caption"]
    assert page.show_groups(out, NO_ROWS, (), stays=stays, version="3", limit=365).groups.empty


def test_groups_of_a_landmark_say_from_when_they_are_followed(stays, make_context, tmp_path):
    out = Outputs(tmp_path, context=make_context("survival"))
    page.show_groups(out, stays.landmark_rows, ("team",), stays=stays, version="3", limit=365)
    caption = out.page["figures"]["curves_team"]["caption"]
    assert "active on 31 December 2022 and counted from there on" in caption


def test_columns_of_any_name_have_a_figure_each(stays, make_context, tmp_path):
    out = Outputs(tmp_path, context=make_context("survival"))
    rows = stays.lifetimes.assign(**{"Größe (€)": stays.lifetimes["segment"], "§": stays.lifetimes["segment"]})
    page.show_groups(
        out,
        rows.assign(SEGMENT=rows["segment"]),
        ("segment", "SEGMENT", "Größe (€)", "§"),
        stays=stays,
        version="3",
        limit=365,
    )
    assert list(out.page["figures"]) == ["curves_segment", "curves_segment_2", "curves_gr_e", "curves_group"]


def test_groups_that_cannot_be_compared_are_not_drawn(stays, make_context, tmp_path):
    out = Outputs(tmp_path, context=make_context("survival"))
    alone = stays.lifetimes.assign(
        one="all of them",
        unnamed=np.resize(["trade", "unknown"], len(stays.lifetimes)),
        segment=stays.lifetimes["segment"],
    )
    page.show_groups(out, alone, ("one", "unnamed", "segment"), stays=stays, version="3", limit=365)
    assert list(out.page["figures"]) == ["curves_segment"]


def test_many_groups_are_drawn_as_means(stays, make_context, tmp_path):
    out = Outputs(tmp_path, context=make_context("survival"))
    many = stays.lifetimes.assign(person=np.arange(len(stays.lifetimes)) % 8)
    page.show_groups(out, many, ("person",), stays=stays, version="3", limit=365)
    assert list(out.page["figures"]) == ["means_person"]


def test_a_curve_of_few_is_not_drawn(stays):
    assert page.draw_curves(stays.lifetimes.head(20), None, unit="days", locale="en_GB") is None
    figure = page.draw_curves(stays.lifetimes, None, unit="days", locale="en_GB")
    assert len(figure.axes) == 2
    figure.canvas.draw()
    width, texts = figure.bbox.width, [*figure.axes[1].texts, *figure.axes[1].get_yticklabels()]
    days = [text.get_position()[0] for text in figure.axes[1].texts]
    assert 3 <= len(days) <= 7 and days == figure.axes[0].get_xticks().tolist()
    margin = 0.1 * figure.dpi
    assert all(margin < text.get_window_extent().x0 and text.get_window_extent().x1 < width - margin for text in texts)
    points_at_390 = 390 / (width / figure.dpi * 72)
    labels = [*texts, *figure.axes[0].get_xticklabels(), *figure.axes[0].get_yticklabels(), figure.axes[0].xaxis.label]
    assert min(text.get_fontsize() for text in labels) * points_at_390 > 10
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
    assert np.isnan(page.quality_of(None)).all()
    assert page.interval({"median_low": 1.0, "median_high": 2.0}) == (1.0, 2.0)
    assert page.interval({"median_low": 1.0, "median_high": np.nan}) is None
    assert len(page.stack(pd.DataFrame(), pd.DataFrame({"a": [1]}))) == 1
    assert page.stack(pd.DataFrame()).empty


def test_without_groups_the_tables_keep_their_columns():
    found = page.join_compared()
    assert list(found.tests) == ["grouping", "chi2", "df", "p"]
    assert found.groups.empty
    assert {"group", "median", "rmst_se"} <= set(found.groups)
    assert {"group_1", "p_holm"} <= set(found.pairs)


def test_all_curves_hold_the_grouping_all(stays):
    curves = page.stack_curves(stays)
    assert set(curves["grouping"]) == {"all", *stays.groupings, *stays.landmark_groupings}


def test_the_mean_of_a_year_needs_somebody_followed_for_a_year(stays):
    mean, (low, high) = page.mean_of_a_year(stays.lifetimes)
    assert 0 < low < mean < high < 365
    short = stays.lifetimes.assign(duration=stays.lifetimes["duration"].clip(upper=364))
    assert page.mean_of_a_year(short) == (None, None)
    assert page.mean_of_a_year(stays.lifetimes.assign(event_observed=False)) == (None, None)


@pytest.mark.parametrize(("n_events", "is_known"), [(9, False), (10, True)])
def test_a_median_needs_ten_ends(n_events, is_known):
    rows = pd.DataFrame({"duration": np.arange(1.0, 13), "event_observed": np.arange(12) < n_events, "entry": 0.0})
    median, mean = page.read_lengths(rows, limit=12)
    assert pd.notna(median["median"]) == pd.notna(mean[0]) == is_known
