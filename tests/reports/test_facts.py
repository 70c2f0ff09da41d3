import math

import numpy as np
import pytest

from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.facts import (
    Change,
    build_fact,
    describe_change,
    is_clear_change,
    is_within_margin,
    known_tiles,
    show_fact,
    show_interval,
)

IN = {"locale": "en_GB", "currency": "EUR"}


def fact(value, unit="customers", *, better=None, method="", definition="d", interval=None):
    built = build_fact(value, label="Customers", unit=unit, better=better, method=method, interval=interval)
    return {**built, "definition": definition}


@pytest.mark.parametrize(
    ("given", "kept"),
    [(np.int64(3), 3), (np.float64(0.5), 0.5), (math.nan, None), (math.inf, None), (None, None), ("A", "A"), (7, 7)],
)
def test_a_value_becomes_what_json_knows(given, kept):
    assert build_fact(given, label="x", unit="count")["value"] == kept


@pytest.mark.parametrize(("given", "kept"), [((1, 2), [1, 2]), ((np.nan, 2), None), (None, None), ((2, 2), [2, 2])])
def test_an_interval_has_two_bounds_or_none(given, kept):
    assert build_fact(1, label="x", unit="count", interval=given)["interval"] == kept


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"interval": (3, 2)}, "an interval needs two rising bounds"),
        ({"interval": (1, 2, 3)}, "an interval needs two rising bounds"),
        ({"better": "more"}, "`better` must be 'higher', 'lower' or None"),
        ({"label": " "}, "a fact needs a label"),
    ],
)
def test_a_fact_that_makes_no_sense_is_refused(changes, message):
    with pytest.raises(AnalysisError, match=message):
        build_fact(1, **{"label": "x", "unit": "count", **changes})


@pytest.mark.parametrize(
    ("now", "before", "change"),
    [
        (fact(5), None, Change("new", "no earlier value")),
        (fact(5, better="higher"), fact(3), Change("up", "+2", "good")),
        (fact(5, better="lower"), fact(3), Change("up", "+2", "bad")),
        (fact(3, better="lower"), fact(5), Change("down", "−2", "good")),
        (fact(5), fact(3), Change("up", "+2", "neutral")),
        (fact(5), fact(5), Change("same", "unchanged")),
        (fact(0.50001, "share"), fact(0.5, "share"), Change("same", "unchanged")),
        (fact(0.53, "share"), fact(0.5, "share"), Change("up", "+3.0 points")),
        (fact(5, method="b"), fact(3, method="a"), Change("redefined", "method changed, not compared")),
        (fact(5, definition="e"), fact(3), Change("redefined", "method changed, not compared")),
        (fact(5, "days"), fact(3), Change("redefined", "method changed, not compared")),
        (fact(None), fact(3), Change("unknown", "not known now")),
        (fact(3), fact(None), Change("unknown", "not known before")),
        (
            fact(0.53, "share", better="higher", interval=(0.5, 0.6)),
            fact(0.5, "share", interval=(0.4, 0.55)),
            Change("up", "+3.0 points, within the margin of error", "neutral"),
        ),
        (
            fact(0.7, "share", better="lower", interval=(0.65, 0.75)),
            fact(0.5, "share"),
            Change("up", "+20.0 points", "bad"),
        ),
        (fact(5, interval=(4, 6)), fact(5, interval=(4, 6)), Change("same", "unchanged")),
        (fact("Acme", "text"), fact("Acme", "text"), Change("same", "unchanged")),
        (fact("Acme", "text"), fact("Bolt", "text"), Change("other", "was Bolt")),
    ],
)
def test_a_change_is_said_as_it_is(now, before, change):
    assert describe_change(now, before, **IN) == change


@pytest.mark.parametrize(
    ("now", "before", "within"),
    [
        ((5, (4, 6)), (3, (2, 4)), True),
        ((5, (4.1, 6)), (3, (2, 4)), False),
        ((5, (3, 6)), (3, None), True),
        ((5, (3.1, 6)), (3, None), False),
        ((5, None), (3, (2, 5)), True),
        ((5, None), (3, (2, 4.9)), False),
        ((5, None), (3, None), False),
    ],
)
def test_a_change_within_the_intervals_may_be_chance(now, before, within):
    assert is_within_margin(fact(now[0], interval=now[1]), fact(before[0], interval=before[1])) is within


@pytest.mark.parametrize(
    ("now", "before", "clear"),
    [
        ((5, (4.1, 6)), (3, (2, 4)), True),
        ((5, (4, 6)), (3, (2, 4)), False),
        ((5, (4, 6)), (3, None), False),
        ((5, None), (3, (2, 4)), False),
        ((5, None), (3, None), False),
    ],
)
def test_only_two_intervals_apart_make_a_change_clear(now, before, clear):
    assert is_clear_change(fact(now[0], interval=now[1]), fact(before[0], interval=before[1])) is clear


def test_value_and_interval_in_the_words_of_the_locale():
    share = fact(0.7344, "share", interval=(0.71, 0.76))
    assert show_fact(share, **IN) == "73.4%"
    assert show_interval(share, **IN) == "71.0% to 76.0%"
    assert show_interval(fact(1), **IN) == ""


def test_a_day_is_told_in_words_and_words_stay_as_they_are():
    first, later = (build_fact(day, label="Last order", unit="date") for day in ("2026-06-30", "2026-09-30"))
    assert show_fact(later, **IN) == "30 Sept 2026"
    assert describe_change(later, first, **IN).text == "was 30 Jun 2026"
    assert show_fact(build_fact("not known", label="Last order", unit="date"), **IN) == "not known"


def test_what_is_not_known_is_no_tile():
    facts = {"a": fact(None), "b": fact(0), "c": fact(3), "d": fact(4), "e": fact(5)}
    assert known_tiles({"tiles": ["a", "c", "b", "d"]}, facts, n=2) == ["c", "b"]
    assert known_tiles({"tiles": ["a"]}, facts, n=2) == []
