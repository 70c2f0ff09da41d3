"""Sentences of the report on returns: what they say, and that they stay true at the edges."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from fixtures.judged_portfolios import WORDS, portfolios

from portfolio_lab.reports.sentences import twr as say


def test_the_league_counts_each_verdict():
    text = say.league(portfolios("above", "not_proven", "too_small"), wording=WORDS)
    assert text.startswith("1 above") and "0 below" in text and "1 too small to tell (fewer than 30 customers)" in text
    assert "On top is Ana, 20.0 points beyond the required return (between 10.0 and 30.0)." in text
    found = portfolios("above", "total_loss", gaps=(0.2, -1.1), is_brought=True)
    assert "0 below, 1 begun anew after a total loss." in say.league(found, wording=WORDS)
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


def test_methods_say_day_count_and_timing():
    params = SimpleNamespace(day_count="NL/365", timing="end")
    text = say.method(portfolios("above", is_brought=True), params, rate=0.1, wording=WORDS)
    assert "NL/365" in text and "end of the day" in text and "cannot be seen from the table" in text
    assert "Margin collected is income" in say.method(portfolios("above"), params, rate=0.1, wording=WORDS)
    assert "(8)" in say.faults() and "16.9%" in say.traps()
