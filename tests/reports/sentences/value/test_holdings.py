"""Sentences of the value report: what they say, and that they stay true at the edges."""

import datetime as dt

import numpy as np
import pandas as pd

from portfolio_lab.analysis.purchase_models.fitting import declare_purchase_model
from portfolio_lab.analysis.purchase_models.gamma_gamma import SpendModel
from portfolio_lab.analysis.value.customers import ValueBasis
from portfolio_lab.reports.sentences import value as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.value_inputs import ValueBook

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


def test_newcomers_with_and_without_a_comparison():
    new = pd.DataFrame({"value_amount": [100.0, 50.0]})
    text = say.newcomers(ValueBook(new, new), 3, wording=WORDS)
    assert text.startswith("2 customers won in the last 3 calendar months") and "worth €150" in text
    assert "Nobody was won" in say.newcomers(ValueBook(new, new.head(0)), 1, wording=WORDS)
    assert "keep the value" in say.newcomers(ValueBook(new, new.head(0), "too few older"), 3, wording=WORDS)


def test_groups_need_two_years():
    table = pd.DataFrame({"group": ["trade", "health"], "beta": [1.4, 0.4]})
    text = say.groups(table, 40, name="segment", wording=WORDS)
    assert "In the 40 whole months seen" in text and "trade moved by about 14% and health by about 4%" in text
    assert "carry no range" in text
    assert "There are 18 whole months" in say.groups(table.assign(beta=np.nan), 18, name="segment", wording=WORDS)
    assert say.groups(table.head(1), 40, name="segment", wording=WORDS) == "All customers are in one segment."
