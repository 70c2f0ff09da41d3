"""What was known of customers before a start day is read up to that day, and only of what a company keeps."""

import numpy as np
import pandas as pd
import pytest
from simulators.contacts import contacts_after_claims

from portfolio_lab.analysis.observational.channel_days import estimate_days_earlier
from portfolio_lab.analysis.observational.channel_doses import estimate_doses
from portfolio_lab.analysis.observational.cohort import HISTORY, IN_WORDS, LAGS, Windows
from portfolio_lab.analysis.observational.contact_effects import choose_weeks, estimate_contact_effects
from portfolio_lab.analysis.observational.contact_rows import build_contact_rows
from portfolio_lab.analysis.observational.known_before import describe_before, index_records

START = pd.Timestamp("2026-04-01")
DAY = pd.Timedelta(days=1)
CUSTOMERS = pd.Index(["", "a", "b", "c"])
NOTHING_SOLD = pd.DataFrame({"customer_id": ["a"], "order_date": [START - 5 * DAY], "margin_amount": [np.nan]})


def rows(**columns):
    lags = pd.DataFrame([[0, 4, 4, 4, 4, 4], [4] * 6, [8, 4, 4, 4, 4, 4]], columns=LAGS, dtype=float)
    known = {"customer_id": list("abc"), "landmark_date": START, "amount_year": [48.0, 6.0, 0.0]} | columns
    return lags.assign(**known).set_axis([7, 3, 5])


def before(tables, order_days=NOTHING_SOLD):
    return describe_before(rows(), index_records(order_days, CUSTOMERS, tables=tables))


def dated(name, *pairs, **more):
    return pd.DataFrame({"customer_id": [who for who, _ in pairs], name: [START - k * DAY for _, k in pairs]} | more)


def test_of_a_company_that_keeps_nothing_only_the_dip_is_known():
    found = before({})
    assert found.columns.tolist() == ["dip"] and found.index.tolist() == [7, 3, 5]
    assert found["dip"].tolist() == pytest.approx([4 / np.sqrt(5), 0.0, -4 / np.sqrt(5)])


def test_margin_is_the_share_of_the_sales_of_the_year_before_and_empty_where_one_is_not_known():
    sold = dated("order_date", ("a", 1), ("a", 365), ("a", 366), ("b", 10), ("b", 20), ("c", 0), ("c", 400))
    sold["margin_amount"] = [5.0, 7.0, 100.0, 3.0, np.nan, 50.0, np.nan]
    found = before({}, sold)["margin_share_year"]
    assert found.tolist() == pytest.approx([12 / 48, np.nan, np.nan], nan_ok=True)


def test_a_share_of_the_margin_beyond_all_sales_is_cut_and_there_is_none_without_sales():
    sold = dated("order_date", ("a", 5), ("b", 5), ("c", 5)).assign(margin_amount=[-500.0, 60.0, 5.0])
    assert before({}, sold)["margin_share_year"].tolist() == pytest.approx([-1.0, 1.0, np.nan], nan_ok=True)


def test_cases_are_those_opened_in_the_half_year_before():
    cases = dated("opened_date", ("a", 0), ("a", 1), ("a", 182), ("a", 183), ("c", 30), ("unknown", 3))
    assert before({"service_events": cases})["cases_half_year"].tolist() == [2.0, 0.0, 1.0]


def test_a_score_is_the_mean_of_the_answers_of_the_year_before():
    answers = dated(
        "survey_date", ("a", 1), ("a", 300), ("a", 366), ("b", 0), ("c", 5), score=[4.0, 8.0, 1.0, 2.0, None]
    )
    assert before({"satisfaction": answers})["score_year"].tolist() == pytest.approx([6.0, np.nan, np.nan], nan_ok=True)


def test_a_quotation_is_open_until_the_day_of_its_answer():
    quotes = dated("quote_date", ("a", 10), ("a", 9), ("a", 8), ("a", 0), ("b", 5), ("c", 700), ("c", -5))
    answers = [START - DAY, START, pd.NaT, pd.NaT, START - 6 * DAY, START - 600 * DAY, START - 2 * DAY]
    kept = quotes.assign(outcome_date=answers)
    # of "a" one was answered the day before, one on the day, one never; that of "b" and the last before they were made
    assert before({"quotes": kept})["open_quotes"].tolist() == [2.0, 0.0, 0.0]
    assert before({"quotes": quotes})["open_quotes"].tolist() == [3.0, 1.0, 1.0]


def test_regions_are_those_of_the_customers_table_and_left_out_where_it_has_none():
    customers = pd.DataFrame({"customer_id": ["c", "a", "a"], "region": ["North", "South", "West"]})
    found = before({"customers": customers})["region"]
    assert found.iloc[[0, 2]].tolist() == ["South", "North"] and pd.isna(found.iloc[1])
    assert "region" not in before({"customers": customers.assign(region=None)})
    assert "region" not in before({"customers": customers[["customer_id"]]})


def test_all_that_may_be_known_has_words():
    tables = {
        "service_events": dated("opened_date", ("a", 1)),
        "quotes": dated("quote_date", ("a", 1)),
        "satisfaction": dated("survey_date", ("a", 1), score=[4.0]),
        "customers": pd.DataFrame({"customer_id": ["a"], "region": ["North"]}),
    }
    found = before(tables, dated("order_date", ("a", 1), margin_amount=[5.0]))
    assert set(IN_WORDS) == {*HISTORY, "abc_class", *found}


WITHIN = Windows(grace_days=7, follow_days=28, max_silent_days=240, rested_days=30)


def ask_everything(orders, log, records):
    """What a call brings, in orders by the cells' total, in days, and in orders after one call more: estimate, range.

    Of customers called after claims (simulator); a call changes nothing.
    """
    end = pd.Timestamp("2026-06-30")
    weeks = choose_weeks(end, n_weeks=22, windows=WITHIN)
    rows = build_contact_rows(orders, log, dates=weeks, as_of=end, windows=WITHIN, records=records)
    total = estimate_contact_effects(rows.assign(stage="active")).total
    asked = {"dates": list(pd.date_range(end="2026-02-25", periods=3, freq="28D")), "as_of": end, "records": records}
    days = estimate_days_earlier(orders, log, windows=Windows(7, 90, max_silent_days=240), **asked).iloc[0]
    curve = estimate_doses(orders, log, windows=Windows(28, 90, max_silent_days=240), **asked)[0].curve
    return total, days, curve.levels


def test_contacts_after_claims_do_no_harm_where_claims_are_kept():
    orders, log, claims = contacts_after_claims(seed=0)
    customers = pd.Index(sorted(orders["customer_id"].unique()))
    total, days, levels = ask_everything(orders, log, None)
    assert total.effect + 4 * total.error < 0 and days["high"] < 0  # they seem to do harm
    assert levels["high"].iloc[1] < levels["mean"].iloc[0]
    kept = index_records(orders, customers, tables={"service_events": claims})
    total, days, levels = ask_everything(orders, log, kept)
    assert abs(total.effect) < 2 * total.error
    assert days["low"] < 0 < days["high"]
    assert levels["low"].iloc[1] < levels["mean"].iloc[0] < levels["high"].iloc[1]
