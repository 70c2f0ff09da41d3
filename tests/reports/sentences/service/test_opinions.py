"""Scores in words."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.service.satisfaction import ALL_ASPECTS
from portfolio_lab.reports.sentences.service import opinions as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")
ASPECTS = pd.DataFrame(
    {"aspect": ["delivery", "price", ALL_ASPECTS], "n": [4, 4, 8], "n_clusters": [4, 4, 4], "mean": [5.0, 8.0, 6.5]}
).assign(low=lambda f: f["mean"] - 1, high=lambda f: f["mean"] + 1)


def test_aspects_name_the_lowest_and_the_highest():
    text = say.aspects(ASPECTS, wording=WORDING)
    assert text.startswith("4 customers gave 8 scores, on average 6.50 (95% interval 5 to 7.50)") or "6.50" in text
    assert "Lowest stands delivery" in text
    assert "highest price" in text


def test_one_aspect_alone_is_only_the_mean_and_none_is_said():
    alone = ASPECTS.tail(1).assign(low=np.nan)
    assert say.aspects(alone, wording=WORDING) == "4 customers gave 8 scores, on average 6.50."
    assert say.aspects(ASPECTS.iloc[:0], wording=WORDING) == "Nobody answered a survey in the window."


def test_peers_stand_below_above_or_cannot_be_told_apart():
    compared = pd.DataFrame(
        {"peer": ["P", "Q", "R"], "value": [8.0, 6.5, 5.0], "low": [-2.0, -0.5, 1.0], "high": [-1.0, 0.5, 2.0]}
    )
    text = say.benchmarks(compared, indicator="index", wording=WORDING)
    assert "above R (5.0), below P (8.0) and not to be told apart from Q (6.5)" in text
    assert "“index”" in say.benchmarks(compared.iloc[:0], indicator="index", wording=WORDING)


def test_reasons():
    found = pd.DataFrame({"aspect": ["delivery"], "reason": ["late"], "n": [7], "mean_score": [4.0]})
    assert say.reasons(found, wording=WORDING) == "Given most often as a reason: “late” (7)."
    assert say.reasons(found.iloc[:0], wording=WORDING) == "No reasons were recorded with the scores."
