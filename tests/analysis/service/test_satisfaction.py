import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.service import satisfaction
from portfolio_lab.analysis.service.satisfaction import ALL_ASPECTS, NOT_SAID

DAY = pd.Timestamp("2026-01-10")
ANSWERS = pd.DataFrame(
    {
        "customer_id": ["a", "a", "b", "b", "c"],
        "survey_date": DAY,
        "score": [4.0, 8.0, 6.0, 10.0, 7.0],
        "aspect": ["delivery", "price", "delivery", "price", None],
        "reason": ["late", None, "late", None, None],
    }
)


def test_aspects_come_lowest_first_and_all_together_last():
    found = satisfaction.summarise_aspects(ANSWERS)
    assert found["aspect"].tolist() == ["delivery", NOT_SAID, "price", ALL_ASPECTS]
    assert found["mean"].tolist() == [5, 7, 9, 7]
    assert found.iloc[-1][["n", "n_clusters"]].tolist() == [5, 3]


def test_one_aspect_is_all_and_no_answer_is_none():
    one = satisfaction.summarise_aspects(ANSWERS.drop(columns="aspect"))
    assert one["aspect"].tolist() == [ALL_ASPECTS]
    assert satisfaction.summarise_aspects(ANSWERS.iloc[:0]).empty


def test_benchmarks_take_the_latest_value_of_each_peer():
    benchmarks = pd.DataFrame(
        {
            "indicator": ["index", "index", "index", "other"],
            "peer": ["P", "P", "Q", "P"],
            "benchmark_date": pd.to_datetime(["2026-01-01", "2026-04-01", "2026-01-01", "2026-05-01"]),
            "value": [1.0, 6.5, 8.0, 99.0],
        }
    )
    aspects = pd.DataFrame({"aspect": [ALL_ASPECTS], "mean": [7.0], "low": [6.8], "high": [7.2]})
    found = satisfaction.compare_benchmarks(aspects, benchmarks, indicator="index")
    assert found["peer"].tolist() == ["Q", "P"]
    assert found["difference"].tolist() == [-1.0, 0.5]
    assert found["low"].tolist() == pytest.approx([-1.2, 0.3])
    assert satisfaction.compare_benchmarks(aspects, benchmarks, indicator="nobody").empty


def test_reasons_are_counted_by_aspect():
    found = satisfaction.count_reasons(ANSWERS)
    assert found[["aspect", "reason", "n", "mean_score"]].to_numpy().tolist() == [["delivery", "late", 2, 5.0]]
    assert satisfaction.count_reasons(ANSWERS.drop(columns="reason")).empty


def test_quarters_of_scores_need_no_scale():
    answers = pd.DataFrame(
        {"customer_id": [f"k{i}" for i in range(8)], "survey_date": DAY, "score": [1, 2, 3, 3, 3, 4, 5, 5.0]}
    )
    groups = satisfaction.derive_score_groups(answers).set_index("customer_id")["score_group"]
    assert groups.tolist() == ["low", "low", *["middle"] * 4, "high", "high"]
    same = satisfaction.derive_score_groups(answers.assign(score=3.0))
    assert set(same["score_group"]) == {"middle"}
    assert satisfaction.derive_score_groups(answers.iloc[:0]).empty


def test_followed_are_only_surveys_whose_leaving_could_be_known():
    scored = pd.DataFrame(
        {
            "customer_id": ["left", "stayed", "young", "stranger"],
            "opened_date": pd.to_datetime(["2025-01-01", "2025-01-01", "2026-08-01", "2025-01-01"]),
            "score": [2.0, 2.0, 2.0, 2.0],
            "score_group": "low",
        }
    )
    last = pd.Series(pd.to_datetime(["2025-06-30", "2025-07-01", "2026-08-20"]), index=["left", "stayed", "young"])
    lines = pd.Series(120.0, index=last.index)
    found = satisfaction.compare_scorers(
        scored, last, as_of=pd.Timestamp("2026-09-30"), inactive_days=lines, follow_days=180
    )
    assert found["n"].tolist() == [2, 0]
    assert found["n_left"].tolist() == [1, 0]


def test_the_difference_has_the_limits_that_newcombe_printed():
    """Newcombe (1998), 56/70 against 48/80: difference 0.20, method 10: 0.0524 to 0.3339."""
    from portfolio_lab.analysis.intervals import compute_share_interval

    rows = []
    for group, met, n in (("low", 56, 70), ("high", 48, 80)):
        low, high = compute_share_interval(met, n)
        rows.append({"score_group": group, "n": n, "n_left": met, "left_share": met / n, "low": low, "high": high})
    found = satisfaction.compute_difference(pd.DataFrame(rows))
    assert found == pytest.approx((0.20, 0.0524, 0.3339), abs=5e-5)
    assert np.isnan(satisfaction.compute_difference(pd.DataFrame(rows).assign(n=19))).all()
