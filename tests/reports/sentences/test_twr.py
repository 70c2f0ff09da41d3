"""Sentences of the report on returns: what they say, and that they stay true at the edges."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.reports.sentences import twr as say
from portfolio_lab.reports.sentences.wording import Wording

WORDS = Wording("en_GB", "EUR")
NAMES = {"S1": "Ana", "S2": "Ben", "S3": "Cy"}


def portfolios(*verdicts, gaps=(0.2, 0.0, -0.3), is_brought=False, statuses=("ok",), short=False, **more):
    n = len(verdicts)
    league = pd.DataFrame({"portfolio_id": ["S1", "S2", "S3"][:n], "verdict": verdicts, "management_return": gaps[:n]})
    league = league.assign(twr=league["management_return"] + 0.21, required_return=0.21, years=2.0, is_mixed=False)
    reach = np.nan if is_brought else 0.1
    league = league.assign(low=league["management_return"] - reach, high=league["management_return"] + reach)
    returns = pd.DataFrame({"portfolio_id": "S1", "status": list(statuses), "is_short": short, "r": -1.0})
    returns["valuation_date"] = pd.Timestamp("2026-09-30")
    return SimpleNamespace(
        league=league, names=NAMES, returns=returns, is_brought=is_brought,
        **({"problem": "", "whole": None, "new_problem": "", "new_values": pd.DataFrame()} | more),
    )  # fmt: skip


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
    assert "0 below, 1 begun anew after a total loss." in say.league(found, wording=WORDS)
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


def test_the_league_counts_each_verdict():
    text = say.league(portfolios("above", "not_proven", "too_small"), wording=WORDS)
    assert text.startswith("1 above") and "0 below" in text and "1 too small to tell (fewer than 30 customers)" in text
    assert "On top is Ana, 20.0 points beyond the required return (between 10.0 and 30.0)." in text
    text = say.league(portfolios("above", is_brought=True), wording=WORDS)
    assert "no range" in text and "On top" not in text


def test_dispersion_is_said_from_six_members_on():
    text = say.dispersion({"asset_weighted": 0.10266, "n_members": 6}, wording=WORDS)
    assert text == (
        "6 portfolios were held the whole time; their returns lie 10.3 points around their mean, large ones weighing "
        "more."
    )
    few = say.dispersion({"asset_weighted": np.nan, "n_members": 1}, wording=WORDS)
    assert few == "1 portfolio was held the whole time: too few to say how far portfolios lie apart (six are needed)."


def test_growth_of_best_and_worst():
    assert (
        say.growth(portfolios("above", "below", gaps=(0.2, -0.3)), wording=WORDS)
        == "100 became 141 in Ana and 91 in Ben."
    )
    assert say.growth(portfolios("above"), wording=WORDS) == "100 became 141 in Ana."
    assert "No portfolio" in say.growth(portfolios("undefined", gaps=(np.nan,)), wording=WORDS)


def test_short_spans_are_flagged_only_when_annualised():
    short = portfolios("above", short=True)
    assert say.short_note(short, annualise_short=False) == ""
    assert "less than a year" in say.short_note(short, annualise_short=True)
    assert "asks for it" in say.shortness(short, annualise_short=True)
    assert "not made a yearly rate" in say.shortness(short, annualise_short=False)
    long = portfolios("above")
    assert say.short_note(long, annualise_short=True) == "" and "a year or more" in say.shortness(
        long, annualise_short=True
    )


@pytest.mark.parametrize(
    ("statuses", "words"),
    [(("ok",), "Every period has a value"), (("no_base",), "growth starts anew"),
     (("approx_large_flow", "approx"), "2 periods have a flow without a value on its day, such as S1 up to"),
     (("closed",), "1 portfolio lost everything, such as Ana by 30 September 2026"),
     (("income_without_base",), "income came in 1 period in which nothing was held"),
     (("leveraged",), "worth less than nothing has no yearly rate")],
)  # fmt: skip
def test_cautions(statuses, words):
    text = say.cautions(portfolios("above", statuses=statuses), wording=WORDS)
    assert words.lower() in text.lower()


def test_timing_names_both_ends_and_hides_what_has_several_rates():
    table = pd.DataFrame({"portfolio_id": ["Ana", "Ben"], "timing_effect": [0.02, -0.03], "mwr_status": ["ok", "ok"]})
    text = say.timing(table, wording=WORDS)
    assert "most for Ana (+2.0 points a year) and least for Ben (−3.0 points)" in text
    assert say.timing(table.tail(1), wording=WORDS).startswith("Timing made −3.0 points a year for Ben.")
    whole = pd.concat([table, pd.DataFrame({"portfolio_id": ["All portfolios"], "timing_effect": [0.5]})])
    assert "most for Ana (+2.0 points a year) and least for Ben" in say.timing(whole, wording=WORDS)
    assert (
        say.timing(table.assign(timing_effect=1e-5), wording=WORDS) == "Timing made next to no difference to anybody."
    )
    several = table.assign(timing_effect=np.nan, mwr_status="several_roots")
    single = table.assign(timing_effect=np.nan, mwr_status=["ok", "no_period"])
    assert say.timing(single, wording=WORDS).endswith("1 portfolio has one valuation only: no period, no rate.")
    assert "Under a year" in say.timing(several, wording=WORDS) and "For 2 portfolios" in say.timing(
        several, wording=WORDS
    )


def test_the_statement_says_that_the_basis_is_nobodys_return():
    line = pd.Series(
        {"opening": 100.0, "closing": 200.0, "experience": -5.0, "income": 30.0, "new": 10.0, "basis_change": 50.0}
    )
    text = say.statement(line, horizon=60, wording=WORDS)
    assert (
        "€5.00 less than required" in text
        and "nobody's return" in text
        and "pass from the comparison to a value of their own" in text
        and text.endswith("look 60 months ahead again.")
    )
    assert say.statement(line, horizon=None, wording=WORDS).endswith("fitted anew.")


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


def test_methods_say_day_count_and_timing():
    params = SimpleNamespace(day_count="NL/365", timing="end")
    text = say.method(portfolios("above", is_brought=True), params, rate=0.1, wording=WORDS)
    assert "NL/365" in text and "end of the day" in text and "cannot be seen from the table" in text
    assert "Margin collected is income" in say.method(portfolios("above"), params, rate=0.1, wording=WORDS)
    assert "(8)" in say.faults() and "16.9%" in say.traps()


def test_the_second_day_count_says_what_it_changes_where_there_is_a_yearly_rate():
    table = pd.DataFrame({"portfolio_id": ["Ana"], "ear": [0.06827], "days": [729], "ear_other": 0.06817,
                          "days_other": [730]})  # fmt: skip
    text = say.day_counts(table, "NL/365", "ACT/365F", wording=WORDS)
    assert "NL/365; beside it stands ACT/365F" in text
    assert text.endswith("Ana: 6.83% a year over 729 days as NL/365, 6.82% a year over 730 days as ACT/365F.")
    assert say.day_counts(table.assign(ear=np.nan), "NL/365", "ACT/365F", wording=WORDS).endswith("count alike.")


def test_printed_cells_that_do_not_agree_are_counted():
    cells = pd.DataFrame({"result": ["agrees", "agrees", "differs"]})
    assert say.printed(cells, wording=WORDS) == (
        "2 of 3 printed cells agree to the printed digits; the other 1 is marked in the table."
    )
    assert say.printed(cells.head(2), wording=WORDS) == "2 of 2 printed cells agree to the printed digits."
