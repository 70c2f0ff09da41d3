"""Sentences on the period in money stay true whatever the numbers are."""

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from portfolio_lab.analysis.monitor.bridge import Retention
from portfolio_lab.analysis.monitor.quarter import Totals
from portfolio_lab.analysis.periods import period_until
from portfolio_lab.reports.sentences.monitor import money as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")
WHOLE, RUNNING = period_until(date(2026, 9, 30), "quarter"), period_until(date(2026, 8, 14), "quarter")


def _totals(amount=1000.0, margin=250.0, **own):
    return Totals(**{"amount": amount, "margin_amount": margin, "n_customers": 10, "n_small": 2, "n_families": 2.0,
                     "n_due_deliveries": 8, "n_on_time_deliveries": 6} | own)  # fmt: skip


def _base(amount, period=WHOLE, **own):
    return SimpleNamespace(period=period, totals=_totals(amount, **own))


def test_a_running_period_says_its_days():
    assert say.name_period(WHOLE, wording=WORDING) == "Q3 2026"
    assert say.name_period(RUNNING, wording=WORDING) == "the first 45 days of Q3 2026"
    assert say.plain_name(RUNNING) == "Q3 2026, first 45 days"


@pytest.mark.parametrize(
    ("value", "base", "words"),
    [(110, 100, "10.0% more than"), (90, 100, "10.0% less than"), (100, 100, "as much as"),
     (5, 0, "not comparable with")],
)  # fmt: skip
def test_changes_in_words(value, base, words):
    assert say.change(value, base, wording=WORDING) == words


def test_money_with_and_without_comparisons():
    full = say.money(_totals(), _base(800.0), _base(1250.0), target=2000.0, wording=WORDING)
    assert full.startswith(
        "Net sales were **€1,000**: 25.0% more than in Q3 2026, 20.0% less than in Q3 2026 and 50.0%"
    )
    assert full.endswith("The margin was €250, 25.0% of net sales (31.2% in Q3 2026).")
    alone = say.money(_totals(margin=None), None, None, target=None, wording=WORDING)
    assert alone == "Net sales were **€1,000**."
    margin_alone = say.money(_totals(), _base(800.0, margin=None), None, target=None, wording=WORDING)
    assert margin_alone.endswith("25.0% of net sales.")


def _bridge(**changes):
    rows = [{"step": step, "n_customers": n, "change_amount": change, "price_amount": float("nan"),
             "volume_amount": float("nan")} for step, (n, change) in changes.items()]  # fmt: skip
    return pd.DataFrame(rows)


def test_the_bridge_names_gains_and_losses_largest_first():
    text = say.bridge(_bridge(new=(1, 50.0), grown=(7, 900.0), lost=(3, -300.0)), base="Q2 2026", wording=WORDING)
    assert text.startswith(
        "Net sales rose by **€650** against Q2 2026. 7 customers who bought more brought €900 more and"
    )
    assert "1 new customer brought €50.00 more." in text
    assert text.endswith("3 customers who did not buy again cost €300.")
    fell = say.bridge(_bridge(lost=(3, -300.0)), base="Q2 2026", wording=WORDING)
    assert fell.startswith("Net sales fell by **€300**")
    assert (
        say.bridge(_bridge(unchanged=(2, 0.0)), base="Q2 2026", wording=WORDING)
        == "Net sales are the same as in Q2 2026."
    )


def test_the_page_says_who_is_called_new():
    months = say.explain_steps(say.word_steps(_bridge(new=(1, 5.0), lost=(1, -5.0))), now="Q3 2026")
    assert months == "New is who made the first purchase ever in Q3 2026."
    both = say.explain_steps(say.word_steps(_bridge(new=(1, 5.0), between=(1, 5.0))), now="Q3 2026")
    assert both.startswith(months)
    assert "Won in between is who made it after the earlier period that is compared and before this one" in both
    assert "New: first purchase ever in Q3 2026" in say.bridge_caption("Q2 2026", "Q3 2026")
    assert "2 customers won in between brought" in say.bridge(_bridge(between=(2, 9.0)), base="Q2", wording=WORDING)


def test_retention_in_words():
    text = say.retention(Retention(3, 60.0, 0.4, 0.5), base="Q2 2026", wording=WORDING)
    assert "3 customers brought in Q2 2026, 40.0% came again" in text
    assert "Nothing was sold" in say.retention(Retention(0, 0.0, None, None), base="Q2 2026", wording=WORDING)


def test_price_and_volume_in_words():
    table = _bridge(grown=(1, 10.0)).assign(price_amount=-2.0, volume_amount=12.0)
    assert "prices took €2.00 and volume and the choice of products added €12.00" in say.price(table, wording=WORDING)
    still = say.price(table.assign(price_amount=0.2), wording=WORDING)
    assert still.endswith("choice of products added €12.00; prices made no difference.")
    same = say.price(table.assign(price_amount=0.0, volume_amount=0.0), wording=WORDING)
    assert same.endswith("neither prices nor volume made a difference.")
    assert say.price(_bridge(lost=(1, -9.0)), wording=WORDING).startswith("Nobody bought in both periods")
    assert "cannot be divided" in say.price(_bridge(grown=(1, 10.0)), wording=WORDING)


def test_what_is_lacking_is_said_once_each():
    bare = _totals(margin=None, n_families=None, n_due_deliveries=0)
    tables, text = say.lacking(bare, target=None, has_targets=False)
    assert tables == "orders.margin_amount, targets, products, orders.promised_date"
    assert text == (
        "Without the margin or cost of every order line, targets, products and their families and promised and "
        "delivered dates this page cannot say what margin was left, whether the period was as good as planned, how "
        "broadly customers buy and whether deliveries are on time."
    )
    tables, text = say.lacking(_totals(), target=None, has_targets=True)
    assert (tables, "each month" in text) == ("targets", True)
    assert say.lacking(_totals(), target=1.0, has_targets=True) is None


def test_headline_and_decision():
    bridge = _bridge(new=(2, 100.0), grown=(3, 250.0), lost=(1, -150.0), credits=(1, 0.0))
    assert say.headline(_totals(), _base(800.0), bridge, wording=WORDING) == (
        "Net sales were €1,000, 25.0% more than in Q3 2026: 5 customers who bought more, came back or are new brought "
        "€350 more, 2 customers who bought less or nothing cost €150."
    )
    fallen = say.headline(_totals(), _base(1200.0), _bridge(grown=(1, 1.0), lost=(9, -201.0)), wording=WORDING)
    assert ": 9 customers who bought less or nothing cost €201, 1 customer who bought more" in fallen
    assert say.headline(_totals(), _base(800.0), _bridge(grown=(1, 200.0)), wording=WORDING).endswith("in Q3 2026.")
    assert say.headline(_totals(), None, None, wording=WORDING) == "Net sales were €1,000."


def test_the_decision_is_about_the_largest_who_slip():
    rows = [("A", "pre_inactive", 120.0), ("A", "pre_inactive", 130.0), ("A", "active", 900.0),
            ("C", "pre_inactive", 5.0), (None, "prospect", 0.0)]  # fmt: skip
    customers = pd.DataFrame(rows, columns=["abc_class", "stage", "amount"])
    customers = customers.assign(customer_id=list("abcde"), name=[None, "Bea", "Cy", "Di", "Ed"], salesperson="Ana")
    assert say.decision(customers, wording=WORDING) == (
        "2 customers of class A are pre-inactive, with €250 of sales in the window: who speaks to each of them, and "
        "by when? First of all Bea (€130, in charge: Ana)."
    )
    assert say.decision(customers[:1].assign(salesperson=None), wording=WORDING).endswith("First of all a (€120).")
    small = say.decision(customers[3:], wording=WORDING)
    assert small.startswith("1 customer, none of them of class A, is pre-inactive")
    assert "Nobody" in say.decision(customers[4:], wording=WORDING)


def test_quality_in_words_and_as_a_table():
    text = say.quality(_totals(), _base(500.0), limit=50.0, wording=WORDING)
    assert text == (
        "10 customers bought, for €100 each, 100.0% more than in Q3 2026. "
        "20.0% of them placed only orders under €50.00. Of 8 deliveries due, 75.0% came on time."
    )
    assert "Nobody bought" in say.quality(_totals(n_customers=0), None, limit=50.0, wording=WORDING)
    assert "deliveries" not in say.quality(_totals(n_due_deliveries=0), None, limit=50.0, wording=WORDING)
    table = pd.DataFrame({"indicator": ["small_share", "n_families", "amount_per_customer"], "Q3": [0.2, 2.0, 1234.0],
                          "Q2": [None, 1.5, 1000.0]})  # fmt: skip
    worded = say.word_quality(table, limit=50.0, wording=WORDING)
    assert worded["Q3"].tolist() == ["20.0%", "2.0", "€1,234"]
    assert worded.loc[0].tolist() == ["Won by orders under €50.00 alone", "20.0%", "–"]
