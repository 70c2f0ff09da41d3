from datetime import date

import numpy as np
import pandas as pd
import pytest
from simulators.likely_a import simulate_growth

from portfolio_lab.analysis.likely_a import (
    Ranking,
    build_likely_rows,
    choose_likely_landmarks,
    fit_likely_a,
    judge_likely_a,
    score_likely_a,
)
from portfolio_lab.errors import AnalysisError

AS_OF = date(2025, 12, 31)


@pytest.fixture(scope="module")
def company():
    return simulate_growth()


def scored(days, *, landmark):
    ranking = Ranking()
    first = days["order_date"].min().date()
    landmarks = choose_likely_landmarks(first, until=landmark, window_months=12)
    rows = [build_likely_rows(days, landmark=day, as_of=landmark, ranking=ranking) for day in landmarks]
    model = fit_likely_a(pd.concat(rows))
    now = build_likely_rows(days, landmark=landmark, as_of=AS_OF, ranking=ranking)
    return now.assign(p_a=score_likely_a(model, now))


def test_growth_that_has_begun_is_recognised_and_the_chance_is_honest(company):
    days, start = company
    found = scored(days, landmark=date(2024, 12, 31))
    trial = judge_likely_a(found, likely_share=0.5)
    assert trial.n_named >= 10
    assert trial.precision_low > 0.5
    assert trial.n_right / trial.n_became_a > 0.7
    assert trial.precision >= trial.nearest_precision
    assert trial.n_expected / trial.n_named == pytest.approx(trial.precision, abs=0.2)
    begun = found["customer_id"].map(start).between(26, 35)
    assert found.loc[begun, "p_a"].median() > 5 * found.loc[~begun, "p_a"].median()


def test_what_comes_after_the_landmark_changes_nothing_but_the_outcome(company):
    days, _ = company
    landmark = date(2024, 6, 30)
    before = days[days["order_date"] <= pd.Timestamp(landmark)]
    full = build_likely_rows(days, landmark=landmark, as_of=AS_OF, ranking=Ranking())
    known = build_likely_rows(before, landmark=landmark, as_of=landmark, ranking=Ranking())
    assert known["is_a_later"].isna().all()
    assert full["is_a_later"].notna().all()
    pd.testing.assert_frame_equal(full.drop(columns="is_a_later"), known.drop(columns="is_a_later"))


def test_the_outcome_is_the_class_twelve_months_on():
    rows = [("big", f"{y}-06-01", 1000.0) for y in (2023, 2024, 2025)]
    rows += [("up", "2023-06-01", 200.0), ("up", "2024-06-01", 200.0), ("up", "2025-06-01", 5000.0)]
    rows += [("low", f"{y}-06-01", 60.0) for y in (2023, 2024, 2025)]
    days = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"]).assign(is_purchase_day=True)
    days["order_date"] = pd.to_datetime(days["order_date"])
    ranking = Ranking(cuts=(70, 95))
    found = build_likely_rows(days, landmark=date(2024, 12, 31), as_of=AS_OF, ranking=ranking)
    assert dict(zip(found["customer_id"], found["is_a_later"], strict=True)) == {"up": True, "low": False}
    assert found.set_index("customer_id").loc["up", "amount_level"] == pytest.approx(np.log(200 / 1000 + 0.01))


def test_who_has_closed_is_left_out(company):
    days, _ = company
    some = build_likely_rows(days, landmark=AS_OF, as_of=AS_OF, ranking=Ranking())["customer_id"].iloc[0]
    for closed, is_there in (("2025-12-31", False), ("2026-01-01", True)):
        dates = pd.Series(pd.Timestamp(closed), index=[some])
        rows = build_likely_rows(days, dates, landmark=AS_OF, as_of=AS_OF, ranking=Ranking())
        assert (some in set(rows["customer_id"])) is is_there


def test_landmarks_have_a_window_before_and_a_year_after():
    found = choose_likely_landmarks(date(2022, 1, 5), until=date(2024, 6, 30), window_months=12)
    assert found == [date(2023, 6, 30), date(2023, 3, 31), date(2022, 12, 31)]


def test_a_short_history_is_refused():
    with pytest.raises(AnalysisError, match=r"too short.*at least 24 months of orders before 2023-06-30"):
        choose_likely_landmarks(date(2022, 1, 5), until=date(2023, 6, 30), window_months=12)


def test_too_few_rises_are_refused(company):
    days, _ = company
    rows = build_likely_rows(days, landmark=date(2024, 6, 30), as_of=AS_OF, ranking=Ranking())
    with pytest.raises(AnalysisError, match="too few customers became A"):
        fit_likely_a(rows.assign(is_a_later=False))


def test_nobody_named_has_no_precision(company):
    trial = judge_likely_a(scored(company[0], landmark=date(2024, 12, 31)), likely_share=1.0)
    assert trial.n_named == 0
    assert np.isnan(trial.precision)
