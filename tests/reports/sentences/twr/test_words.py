"""Words for columns, verdicts and notes of the report on returns."""

import pandas as pd

from portfolio_lab.reports.sentences.twr import words as say


def test_codes_become_words_and_columns_get_units():
    table = pd.DataFrame({"verdict": ["not_proven"], "status": ["closed"], "twr": [0.1], "opening": [1.0]})
    assert say.in_words(table)[["verdict", "status"]].iloc[0].tolist() == ["within chance", "total loss"]
    assert say.words_for(table)["units"] == {"twr": "share", "opening": "currency"}


def test_the_second_day_count_stands_in_the_heads_by_name():
    table = pd.DataFrame({"days": [1], "days_other": [2]})
    assert say.words_for(table, other="NL/365")["labels"] == {"days": "Days", "days_other": "Days NL/365"}
