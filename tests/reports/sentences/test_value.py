"""Sentences of the value report: what they say, and that they stay true at the edges."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.purchase_models.fitting import declare_purchase_model
from portfolio_lab.analysis.purchase_models.gamma_gamma import SpendModel
from portfolio_lab.analysis.value.customers import ValueBasis
from portfolio_lab.reports.sentences import value as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.value_inputs import ValueBook
from portfolio_lab.reports.topics.value_page import Forecast

WORDS = Wording("en_GB", "EUR", "margin")
SINCE = dt.date(2026, 6, 30)
BASIS = ValueBasis(
    model=declare_purchase_model("mbg_nbd", r=1, alpha=40, a=1, b=2),
    spend=SpendModel(4, 5, 40),
    discount_rate=0.1,
    horizon_months=60,
    timing_case=2,
)
FALLING = pd.DataFrame({"change_amount": [-100.0, -50.0], "recoverable_amount": [90.0, 30.0]})


def test_the_headline_and_the_decision():
    text = say.headline(1000.0, (900.0, 1100.0), 1, 10, wording=WORDS)
    assert text.startswith("The 10 customers are worth €1,000 in margin to come (between €900 and €1,100), ")
    assert text.endswith("and 1 customer holds half of it.")
    text = say.decision(FALLING, since=SINCE, wording=WORDS)
    assert "2 customers whose value fell most" in text and "€150 of value since 30 June 2026" in text and "€120" in text
    assert say.decision(FALLING.head(0), since=SINCE, wording=WORDS) == ""


def test_the_basis_says_that_sales_are_no_profit():
    assert "sales stand in" not in say.basis(BASIS, measure="margin", wording=WORDS)
    text = say.basis(BASIS, measure="sales", wording=WORDS)
    assert "next 60 months" in text and "10.0% a year" in text and "not profit" in text


def test_a_page_without_a_basis_says_why_and_what_would_help():
    text = say.why_not("a purchase model cannot be fitted to 5 customers")
    assert text.startswith("Why: a purchase model cannot be fitted to 5 customers. ") and "A longer history" in text


def test_risk_by_hand_counts_the_open_ones_only():
    book = pd.DataFrame({"value_amount": [50.0, 10.0, 0.0], "alive_probability": [0.5, 0.25, 0.0],
                         "is_closed": [False, False, True]})  # fmt: skip
    text = say.at_risk(book, wording=WORDS)
    assert text.startswith("Of 2 customers that have not closed, about 1 are still customers")
    assert "1 customer is more likely gone than not" in text
    assert "€80.00 has already been written off" in text


def test_negative_values_are_counted_and_said():
    book = pd.DataFrame({"value_amount": [50.0, -10.0, -20.0]})
    assert say.negative(book, wording=WORDS).startswith("**2 customers are worth less than nothing**, −€30.00 in all")
    assert say.negative(book.head(1), wording=WORDS) == "Nobody is worth less than nothing."


def test_holders_name_who_hangs_on_one_customer():
    table = pd.DataFrame({"owner": ["Ana", "Ben"], "n_customers": [3, 1], "value_share": [0.75, 0.25],
                          "largest_share": [0.2, 1.0]})  # fmt: skip
    text = say.holders(table, wording=WORDS)
    assert text.startswith("Ana looks after 75.0% of the value with 3 customers.")
    assert "1 person more than a quarter" in text and "Ben (100.0%)" in text
    assert "Nobody's value hangs" in say.holders(table.head(1), wording=WORDS)


def test_changes_sum_falls_and_rises_apart():
    moved = pd.DataFrame({"change_amount": [-200.0, -100.0, 30.0, 0.0]})
    text = say.changes(moved, FALLING, since=SINCE, wording=WORDS)
    assert "2 customers fell, by €300 in all" in text and "1 customer rose, by €30.00" in text
    assert "the 2 that fell most" in text


ERROR = pd.DataFrame(
    {
        "measure": ["purchases", "amount", "purchases at own rate"],
        "expected": [98.0, 880.0, 120.0],
        "actual": [100.0, 1000.0, 100.0],
        "error_rate": [-0.02, -0.12, 0.2],
        "low": [-0.06, -0.2, 0.1],
        "high": [0.02, -0.04, 0.3],
    }
)
NEXT = pd.DataFrame({"period_purchases": [10.0, 5.0], "period_amount": [100.0, 76.0]})
AHEAD = Forecast("Q4 2026", 92, NEXT, SINCE, error=ERROR)


def test_the_forecast_carries_the_error_of_the_last_one():
    text = say.forecast(AHEAD, measure="margin", wording=WORDS)
    assert "For Q4 2026 the customers of today are expected to buy on 15 purchase days and to bring €176" in text
    assert "off by as much as 20.0%; if this one misses by no more, margin will lie between €147 and €220." in text
    none = Forecast("Q4 2026", 92, NEXT, SINCE, problem="too few customers")
    assert say.forecast(none, measure="margin", wording=WORDS).endswith("is not known: too few customers.")


def test_a_large_miss_is_said_and_what_to_do():
    text = say.holdout(AHEAD, measure="margin", wording=WORDS)
    assert "2.0% too low (between −6.0% and +2.0%) for purchase days" in text
    assert "off by 20.0%, so the model earns its keep" in text
    assert "plan with the range" in text
    close = Forecast("Q4 2026", 92, NEXT, SINCE, error=ERROR.assign(error_rate=[-0.02, 0.05, 0.01]))
    text = say.holdout(close, measure="margin", wording=WORDS)
    assert "plan with the range" not in text and "did no better" in text and "5.0% too high" in text


def test_conditional_expectation_names_the_groups_that_miss():
    table = pd.DataFrame({"n_repeats": [0, 1, 7], "expected_purchases": [1.0, 1.0, 9.0], "low": [0.5, 1.1, 1.0],
                          "high": [1.5, 2.0, 2.0]})  # fmt: skip
    text = say.conditional(table, wording=WORDS)
    assert "with 1 and 7 or more repeat purchases until then; it fits the other 1 group" in text
    assert "alike" in say.conditional(table.head(1), wording=WORDS)


def test_fit_in_words():
    counts = pd.DataFrame({"actual": [60, 40], "expected": [50.0, 50.0]})
    assert "puts 10.0% of the customers" in say.repeat_counts(counts, wording=WORDS)
    track = pd.DataFrame({"actual_total": [100.0], "expected_total": [90.0]})
    assert "makes it 10.0% fewer" in say.tracking(track, wording=WORDS)
    assert "no repeat purchase yet" in say.tracking(track.assign(actual_total=0.0), wording=WORDS)


@pytest.mark.parametrize(
    ("found", "words"),
    [({"k": np.nan, "is_regular": False}, "Too few"), ({"k": 0.9, "is_regular": False}, "irregular intervals"),
     ({"k": 2.0, "is_regular": True}, "more regularly than chance")],
)  # fmt: skip
def test_regularity(found, words):
    assert words in say.regularity(found, wording=WORDS)


def test_seasons_name_only_months_that_clearly_stand_out():
    months = pd.DataFrame({"month_of_year": [7, 8, 9], "index": [1.14, 0.8, 1.2], "low": [1.1, 0.75, 0.9],
                           "high": [1.2, 0.86, 1.5], "n_years": [2, 2, 1]})  # fmt: skip
    text = say.seasonality(months, wording=WORDS)
    assert "July (+14%) and August (−20%)" in text and "September" not in text
    assert "fewer than 24 whole months" in say.seasonality(months.head(0), wording=WORDS)
    assert "No month" in say.seasonality(months.tail(1), wording=WORDS)


def test_spend_that_moves_with_frequency_is_a_warning():
    found = {"correlation": 0.3, "low": 0.25, "high": 0.35, "is_correlated": True}
    assert "**Frequent customers bring more margin" in say.spend(found, measure="margin", wording=WORDS)
    fine = say.spend(found | {"is_correlated": False}, measure="margin", wording=WORDS)
    assert "as the model assumes" in fine and "between 0.25 and 0.35" in fine
    assert "Too few" in say.spend(found | {"correlation": np.nan}, measure="margin", wording=WORDS)


def test_newcomers_with_and_without_a_comparison():
    new = pd.DataFrame({"value_amount": [100.0, 50.0]})
    text = say.newcomers(ValueBook(new, new), 3, wording=WORDS)
    assert text.startswith("2 customers won in the last 3 calendar months") and "worth €150" in text
    assert "Nobody was won" in say.newcomers(ValueBook(new, new.head(0)), 1, wording=WORDS)
    assert "keep the value" in say.newcomers(ValueBook(new, new.head(0), "too few older"), 3, wording=WORDS)


def test_groups_need_two_years():
    table = pd.DataFrame({"group": ["trade", "health"], "beta": [1.4, 0.4]})
    text = say.groups(table, 40, name="segment", wording=WORDS)
    assert "trade moves by 14.0% and health by 4.0%" in text
    assert "There are 18 whole months" in say.groups(table.assign(beta=np.nan), 18, name="segment", wording=WORDS)
    assert say.groups(table.head(1), 40, name="segment", wording=WORDS) == "All customers are in one segment."


def test_ranges_take_the_unit_of_what_they_belong_to():
    table = pd.DataFrame({"value_amount": [1.0], "low": [0.5]})
    assert say.words_for(table)["units"]["low"] == "currency"
    assert say.words_for(table.rename(columns={"value_amount": "error_rate"}))["units"]["low"] == "share"
    assert say.words_for(table[["low"]])["labels"] == {"low": "At least"}
