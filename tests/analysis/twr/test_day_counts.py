from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lab.analysis.twr import day_counts
from portfolio_lab.analysis.twr.day_counts import count_days, count_no_leap_days, count_years, year_counter
from portfolio_lab.errors import AnalysisError

DATES = st.dates(date(1990, 1, 1), date(2060, 12, 31))
NEAR_LEAP = st.sampled_from([date(y, m, d) for y in (2020, 2024) for m, d in ((2, 28), (2, 29), (3, 1))])
SPREAD = [date(2020, 1, 1), date(2020, 6, 30), date(2021, 1, 1), date(2021, 6, 30), date(2021, 12, 31)]


@given(a=DATES | NEAR_LEAP, b=DATES | NEAR_LEAP, c=DATES | NEAR_LEAP)
@settings(max_examples=200, deadline=None)
def test_days_without_29_february_add_up_over_any_split(a, b, c):
    assert count_no_leap_days(a, b) + count_no_leap_days(b, c) == count_no_leap_days(a, c)
    assert count_no_leap_days(a, a) == 0


def test_the_days_around_29_february():
    eve, leap, after = date(2020, 2, 28), date(2020, 2, 29), date(2020, 3, 1)
    days = [count_no_leap_days(eve, leap), count_no_leap_days(leap, after), count_no_leap_days(leap, leap)]
    assert days == [0, 1, 0]
    assert count_no_leap_days(eve, after) == 1


def test_the_librarys_days_without_29_february_are_never_asked_for(monkeypatch):
    def refuse(*arguments):
        raise AssertionError(f"asked the library: {arguments}")

    monkeypatch.setattr(day_counts.pyxirr, "days_between", refuse)
    monkeypatch.setattr(day_counts.pyxirr, "year_fraction", refuse)
    assert count_days(SPREAD[0], SPREAD[-1], day_count="NL/365") == 729
    assert count_years(SPREAD[0], SPREAD[2], day_count="NL/365") == 1


@pytest.mark.parametrize(
    ("day_count", "days"),
    [("ACT/365F", 63), ("NL/365", 62), ("30/360", 61), ("30E/360", 62)],
)
def test_the_published_span_into_a_leap_february(day_count, days):
    found = count_days(date(2007, 12, 28), date(2008, 2, 29), day_count=day_count)
    assert found == days if day_count != "30E/360" else found in (61, 62)


@pytest.mark.parametrize(
    ("day_count", "days", "years"),
    [
        ("NL/365", [180, 365, 545, 729], [0.493151, 1.0, 1.493151, 1.997260]),
        ("ACT/365F", [181, 366, 546, 730], [0.495890, 1.002740, 1.495890, 2.0]),
        ("ACT/ACT", [181, 366, 546, 730], [0.494536, 1.0, 1.493151, 1.997260]),
        ("30/360", [179, 360, 539, 720], [0.497222, 1.0, 1.497222, 2.0]),
        ("30E/360", [179, 360, 539, 719], [0.497222, 1.0, 1.497222, 1.997222]),
    ],
)
def test_the_spans_of_the_reference_table(day_count, days, years):
    assert [count_days(SPREAD[0], day, day_count=day_count) for day in SPREAD[1:]] == days
    assert [count_years(SPREAD[0], day, day_count=day_count) for day in SPREAD[1:]] == pytest.approx(years, abs=1e-6)
    assert year_counter(day_count)(SPREAD[0], SPREAD[1]) == pytest.approx(years[0], abs=1e-6)


def test_an_unknown_convention_is_refused_with_the_known_ones():
    with pytest.raises(AnalysisError, match=r"unknown day count.*ACT/360.*NL/365"):
        count_days(SPREAD[0], SPREAD[1], day_count="ACT/363")
