from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from simulators.contacts import review_of_a_shop

from portfolio_lab.analysis.observational.channel_doses import ChannelDose
from portfolio_lab.analysis.observational.cohort import Windows
from portfolio_lab.analysis.observational.dose import DoseCurve
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import effectiveness_frequency as page
from portfolio_lab.reports.topics.effectiveness_contacts import Basis

WORDING = Wording("en_GB", "EUR")


def days(*rows):
    return pd.DataFrame(rows, columns=["channel", "days_earlier", "low", "high"])


def test_only_clear_channels_are_named_with_their_range():
    text = page.say_days(days(("call", 3.6, 1.2, 5.9), ("email", 0.6, -2.6, 3.9), ("fax", -4.0, -6.0, -2.0)), WORDING)
    assert "after call 3.6 days earlier (between 1.2 and 5.9) and fax 4.0 days later (between 6.0 and 2.0)" in text
    assert text.endswith("For email no difference is established.")
    none = page.say_days(days(("email", 0.6, -2.6, 3.9)), WORDING)
    assert none.startswith("After no channel do customers order clearly sooner")


def dose(channel, n, as_good, *, cost=12.0):
    levels = pd.DataFrame({"dose": np.arange(n), "n": 40, "mean": 1.0, "low": 0.8, "high": 1.2})
    return ChannelDose(channel, DoseCurve(levels, as_good[0], as_good, 40 * n, 3), cost, 100.0)


@pytest.mark.parametrize(
    ("as_good", "text"),
    [
        ((0, 1), "**Call:** more than 1 in four weeks is not supported after its cost."),
        (
            (0,),
            "**Call:** no contact does best after its cost: contacts of this kind are not supported by these data.",
        ),
        ((1,), "**Call:** 1 in four weeks does better than fewer after its cost; more than 1 is not supported."),
        ((2, 3), "**Call:** 2 in four weeks does better than fewer after its cost."),
    ],
)
def test_what_a_curve_supports(as_good, text):
    assert page.say_dose(dose("call", 4, as_good)) == text


def test_channels_without_a_best_number_are_told_together():
    found = [dose("call", 3, (0, 1, 2)), dose("visit", 3, (1,)), dose("email", 2, (0, 1))]
    assert page.say_doses(found).endswith(
        "No number of contacts in four weeks is clearly better than another once its cost is taken off: "
        "call (none to 2 or more) and email (none to 1 or more)."
    )
    assert "cost" not in page.say_doses([dose("call", 2, (0, 1), cost=0.0)])
    table = page.list_levels(found)
    assert table.groupby("channel")["is_as_good"].sum().to_dict() == {"call": 3, "email": 2, "visit": 1}


def test_starts_lie_four_weeks_apart_and_their_follow_up_is_over():
    as_of = pd.Timestamp("2026-09-30")
    orders = pd.DataFrame({"customer_id": "c", "order_date": [as_of - pd.Timedelta(days=160)], "is_purchase_day": True})
    basis = Basis(pd.DataFrame(), orders, Windows(), as_of)
    starts = page.choose_starts(basis, Windows(7, 90))
    assert starts[-1] == as_of - pd.Timedelta(days=96) and len(starts) == 3
    assert set(np.diff(starts)) == {pd.Timedelta(days=28)}


def test_pages_with_both_figures_come_from_a_company():
    review, company = review_of_a_shop(np.random.default_rng(4))
    page.show_frequency(review, company, wording=WORDING)
    assert {"days_earlier", "doses"} <= set(review.out.figures)
    assert {"days_earlier", "doses"} <= set(review.out.tables)
    shown = review.out.tables["days_earlier"]
    assert set(shown["channel"]) == {"visit", "message"}
    assert sum("Weak evidence (D)" in text for text in review.out.texts) == 2


def test_without_contacts_nothing_is_shown():
    review = SimpleNamespace(has=lambda name: False)
    assert page.show_frequency(review, None, wording=WORDING) is None
