from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from simulators.survival import review_of

from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.topics import survival_leaks
from portfolio_lab.reports.topics.survival_inputs import read_stays


@pytest.fixture(scope="module")
def review():
    return review_of(np.random.default_rng(4), n=300)


@pytest.fixture(scope="module")
def stays(review):
    return read_stays(review)


def test_everything_is_known_in_time(review, stays):
    checked = survival_leaks.check_for_leaks(review, stays)
    assert checked.n_days == 12
    assert checked.n_rows >= 12


def test_a_flag_that_looks_ahead_stops_the_page(review, stays, monkeypatch):
    honest = survival_leaks.build_changes
    monkeypatch.setattr(
        survival_leaks,
        "build_changes",
        lambda sources, **options: honest(replace(sources, events=_earlier(sources.events)), **options),
    )
    with pytest.raises(AnalysisError, match=r"covariates use what was not known yet: .*contacted"):
        survival_leaks.check_for_leaks(review, stays)


def _earlier(events):
    return {name: rows.assign(event_date=rows["event_date"] - pd.Timedelta(days=400)) for name, rows in events.items()}


def test_a_rhythm_that_looks_ahead_stops_the_page(review, stays, monkeypatch):
    honest = survival_leaks.derive_rhythm

    def prophetic(rows, order_days, **options):
        later = rows.assign(landmark_date=rows["landmark_date"] + pd.Timedelta(days=200))
        return honest(later, order_days, **options)

    monkeypatch.setattr(survival_leaks, "derive_rhythm", prophetic)
    with pytest.raises(AnalysisError, match=r"not known yet: .*n_purchase_days"):
        survival_leaks.check_for_leaks(review, stays)


def test_without_events_only_the_rhythm_is_checked_and_without_rows_nothing(review, stays):
    plain = SimpleNamespace(**{**vars(review), "has": lambda name: False})
    assert survival_leaks.check_for_leaks(plain, replace(stays, events={})).n_days == 12
    nobody = replace(stays, driver_rows=stays.driver_rows.head(0))
    assert survival_leaks.check_for_leaks(review, nobody).n_rows == 0
