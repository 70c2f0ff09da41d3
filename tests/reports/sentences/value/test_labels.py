"""Sentences of the value report: what they say, and that they stay true at the edges."""

import pandas as pd

from portfolio_lab.reports.sentences import value as say


def test_ranges_take_the_unit_of_what_they_belong_to():
    table = pd.DataFrame({"value_amount": [1.0], "low": [0.5]})
    assert say.words_for(table)["units"]["low"] == "currency"
    assert say.words_for(table.rename(columns={"value_amount": "error_rate"}))["units"]["low"] == "share"
    assert say.words_for(table[["low"]])["labels"] == {"low": "At least"}
