"""Sentences of the report on returns: what they say, and that they stay true at the edges."""

import numpy as np
import pandas as pd
from fixtures.judged_portfolios import WORDS, portfolios

from portfolio_lab.reports.sentences import twr as say


def test_the_statement_says_that_the_basis_is_nobodys_return():
    line = pd.Series(
        {"opening": 100.0, "closing": 200.0, "experience": -5.0, "income": 30.0, "new": 10.0, "basis_change": 50.0}
    )
    text = say.statement(line, horizon=60, wording=WORDS)
    assert (
        "€5.00 less than required" in text
        and "nobody's return" in text
        and "pass from the comparison to a value of their own" in text
        and text.endswith("fitted anew, as the page on value has them, and look 60 months ahead again.")
    )
    assert say.statement(line, horizon=None, wording=WORDS).endswith("fitted anew, as the page on value has them.")


def test_new_customers_say_with_whom_they_were_compared():
    new = pd.DataFrame({"value_amount": [100.0, 200.0], "n_alike": [40.0, 60.0], "alike_on": ["age, segment"] * 2})
    text = say.new_customers(portfolios("above", new_values=new), wording=WORDS)
    assert text.startswith(
        "2 new customers came in at €150 each on average: what 40 to 60 older customers alike in age and"
    )
    assert "Nobody was won" in say.new_customers(portfolios("above"), wording=WORDS)
    assert "too few" in say.new_customers(portfolios("above", new_problem="too few"), wording=WORDS)


def test_attribution_belongs_to_two_people():
    sums = pd.DataFrame(
        {"portfolio_id": ["Ana", "Ben"], "allocation": [0.1, -0.1], "selection": [0.0, 0.2], "interaction": 0.0}
    )
    text = say.attribution(sums, wording=WORDS)
    assert "helped Ana most (+10.0 points)" in text and "did most for Ben (+20.0 points" in text
    assert "no portfolio" in say.attribution(sums.head(0), wording=WORDS)


def test_experience_turns_against_the_basis_when_most_quarters_miss():
    table = pd.DataFrame({"is_missed": [True, False, False]})
    assert "may be used" in say.experience(table, wording=WORDS)
    assert "The basis is wrong" in say.experience(pd.DataFrame({"is_missed": [True, True, False]}), wording=WORDS)


def test_the_second_day_count_says_what_it_changes_where_there_is_a_yearly_rate():
    table = pd.DataFrame({"portfolio_id": ["Ana"], "ear": [0.06827], "days": [729], "ear_other": 0.06817,
                          "days_other": [730]})  # fmt: skip
    text = say.day_counts(table, "NL/365", "ACT/365F", wording=WORDS)
    assert "(NL/365); beside it stands actual days over 365 (ACT/365F)." in text
    assert text.endswith("Ana: 6.83% a year over 729 days as NL/365, 6.82% a year over 730 days as ACT/365F.")
    assert say.day_counts(table.assign(ear=np.nan), "NL/365", "ACT/365F", wording=WORDS).endswith("count alike.")


def test_printed_cells_that_do_not_agree_are_counted():
    cells = pd.DataFrame({"result": ["agrees", "agrees", "differs"]})
    assert say.printed(cells, wording=WORDS) == (
        "2 of 3 printed cells agree to the printed digits; the other 1 is marked in the table."
    )
    assert say.printed(cells.head(2), wording=WORDS) == "2 of 2 printed cells agree to the printed digits."
