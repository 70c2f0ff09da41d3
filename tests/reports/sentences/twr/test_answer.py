"""The answer of the report on returns: who is above, by how much, and what is asked for."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
from fixtures.judged_portfolios import WORDS, portfolios

from portfolio_lab.reports.sentences.twr import answer as say


def test_the_headline_names_who_is_above_and_below():
    text = say.headline(portfolios("above", "not_proven", "below"), is_basis_wrong=False, wording=WORDS)
    assert (
        text
        == "1 of 3 portfolios beat the required return (Ana by 20.0 points); 1 is clearly below it (Cy by 30.0 points)."
    )
    text = say.headline(portfolios("not_proven", "not_proven"), is_basis_wrong=False, wording=WORDS)
    assert text == "None of the 2 portfolios can be told apart from its required return."
    found = portfolios("above", "above", gaps=(0.2, 0.031), is_brought=True)
    text = say.headline(found, is_basis_wrong=False, wording=WORDS)
    assert text == "2 of 2 portfolios beat the required return (Ana by 20.0 points and Ben by 3.1); none lies below it."


def test_where_many_are_above_two_are_named():
    found = portfolios("above", "above", "above", is_brought=True)
    rows = [found.league.assign(portfolio_id=f"P{n}", management_return=0.9 - n / 10).head(1) for n in range(5)]
    found.league = pd.concat(rows, ignore_index=True)
    text = say.headline(found, is_basis_wrong=False, wording=WORDS)
    assert text == (
        "5 of 5 portfolios beat the required return (P0 by 90.0 points, P1 by 80.0 and 3 more); none lies below it."
    )


def test_portfolios_without_a_return_are_named_and_not_counted_as_below():
    found = portfolios("below", "undefined", gaps=(-0.21, np.nan), is_brought=True)
    text = say.headline(found, is_basis_wrong=False, wording=WORDS)
    assert text == (
        "0 of 2 portfolios beat the required return; 1 is below it (Ana by 21.0 points); 1 has no return yet (Ben)."
    )


def test_a_total_loss_is_named_and_nobody_above():
    found = portfolios("above", "total_loss", gaps=(0.2, -1.1), is_brought=True)
    text = say.headline(found, is_basis_wrong=False, wording=WORDS)
    assert text == (
        "1 of 2 portfolios beat the required return (Ana by 20.0 points); none lies below it; 1 lost everything and "
        "began anew (Ben)."
    )
    assert say.decision(found, is_basis_wrong=False) == "Ask how Ben came to lose everything."
    alone = portfolios("total_loss", gaps=(-1.1,), is_brought=True)
    assert "Ana lost everything" in say.headline(alone, is_basis_wrong=False, wording=WORDS)
    text = say.headline(portfolios("total_loss", "not_proven"), is_basis_wrong=False, wording=WORDS)
    assert text.endswith("1 lost everything and began anew (Ana).")


def test_opposite_verdicts_are_said_and_nothing_went_wrong_for_sure():
    found = portfolios("above", "below", "below", gaps=(0.2, -0.1, -0.3), is_brought=True)
    found.league["is_mixed"] = [True, True, False]
    assert say.decision(found, is_basis_wrong=False) == (
        "Ask what went wrong in Cy. Ana is above but money-weighted below and Ben is below but money-weighted above "
        "what is required: look at when money or customers came and went before judging."
    )
    found.league["is_mixed"] = False
    assert say.disagreement(found) == ""


def test_the_headline_of_one_portfolio_and_of_none():
    text = say.headline(portfolios("below", gaps=(-0.07,), is_brought=True), is_basis_wrong=False, wording=WORDS)
    assert text == "The portfolio Ana returned 14.0% in 2.0 years, 7.0 points less than the 21.0% required."
    text = say.headline(portfolios("undefined", gaps=(np.nan,)), is_basis_wrong=False, wording=WORDS)
    assert text.startswith("None of the portfolios has a return yet")
    assert say.not_yet("too short") == "Portfolios cannot be judged yet: too short."


def test_a_wrong_basis_judges_nobody():
    found = portfolios("above", "below")
    assert "judge the values and not the people" in say.headline(found, is_basis_wrong=True, wording=WORDS)
    assert "Let nobody be judged" in say.decision(found, is_basis_wrong=True)


def test_the_decision():
    text = say.decision(portfolios("above", "not_proven", "below"), is_basis_wrong=False)
    assert text == "Find out what Ana does differently and go through the customers of Cy together."
    assert "within chance" in say.decision(portfolios("not_proven"), is_basis_wrong=False)
    assert say.decision(portfolios("above", is_brought=True), is_basis_wrong=False) == ""
    close = portfolios("below", gaps=(-0.001,), is_brought=True)
    assert say.decision(close, is_basis_wrong=False) == ""
    far = portfolios("above", "below", "below", gaps=(0.1, -0.02, -0.3), is_brought=True)
    assert say.decision(far, is_basis_wrong=False) == "Ask what went wrong in Cy and Ben."


FACTS = {"company_twr": 0.457, "required_return": 0.21, "management_return": 0.247, "company_ear": 0.207}


def test_the_company_or_why_there_is_none():
    judged = pd.DataFrame({"start": [pd.Timestamp("2024-09-30")], "end": [pd.Timestamp("2026-09-30")]})
    judged["is_short"] = False
    found = portfolios("above", whole=SimpleNamespace(judged=judged))
    text = say.company(found, FACTS, wording=WORDS)
    assert "**45.7%**, 24.7 points more than the 21.0%" in text and text.endswith("that is 20.7% a year.")
    assert say.company(found, FACTS | {"company_ear": None}, wording=WORDS).endswith("asks for over that time.")
    judged["is_short"] = True
    assert "(of less than a year, made a yearly rate" in say.company(found, FACTS, wording=WORDS)
    none = say.company(portfolios("above", problem="valued apart"), FACTS | {"company_twr": None}, wording=WORDS)
    assert none == "There is no return of all portfolios together: valued apart."
