import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.ruptures import CAUSES
from portfolio_lab.reports.sentences.monitor import ruptures as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")
WHOLE = pd.Series({"n_customers": 200, "n_bought": 120, "positivation_rate": 0.6, "low": 0.5, "high": 0.7, "goal": 0.6,
                   "reading": "in reach"})  # fmt: skip


def causes(counts, buyers):
    n = max(sum(counts), 1)
    return pd.DataFrame({"cause": CAUSES, "n_ruptures": counts, "share": [c / n for c in counts], "amount": 100.0,
                         "buyer_share": buyers})  # fmt: skip


@pytest.mark.parametrize(
    ("reading", "words"),
    [("above", "above the goal"), ("below", "below the goal"), ("in reach", "not clearly off the goal")],
)
def test_positivation_against_the_goal(reading, words):
    text = say.positivation(WHOLE.replace({"in reach": reading}), is_complete=True, wording=WORDING)
    assert text.startswith("**60.0% of the portfolio bought** (120 of 200 customers")
    assert words in text
    assert "not over yet" not in text
    assert "not over yet" in say.positivation(WHOLE, is_complete=False, wording=WORDING)


def test_ruptures_name_their_causes_largest_first():
    text = say.ruptures(causes([1, 2, 0, 0, 0, 7], np.nan), n_regulars=12, rupture_periods=3, wording=WORDING)
    assert "**10 customers bought in each of the three periods before and not in this one**, with €600" in text
    assert "not attended 20.0%, in default 10.0% and for no reason that these data show 70.0%." in text
    unseen = say.ruptures(causes([0, 0, 0, 0, 0, 7], np.nan), n_regulars=12, rupture_periods=3, wording=WORDING)
    assert unseen.endswith("in the 12 months before. These data show no reason for any of them.")
    none = say.ruptures(causes([0] * 6, np.nan), n_regulars=0, rupture_periods=3, wording=WORDING)
    assert none.startswith("Nobody bought in each of the three periods before, so there are no regular")
    nobody = say.ruptures(causes([0] * 6, np.nan), n_regulars=12, rupture_periods=1, wording=WORDING)
    assert nobody == "Everybody who bought in the period before bought in this one as well."


def test_buyers_with_the_same_mark():
    text = say.comparison(causes([1, 2, 0, 0, 0, 7], [0.01, 0.2, 0.3, np.nan, np.nan, np.nan]), wording=WORDING)
    assert "in default 1.0% and not attended 20.0%." in text
    assert say.comparison(causes([0] * 6, np.nan), wording=WORDING) == "No cause can be seen in these data."


def test_portfolios_below_their_goal():
    table = pd.DataFrame({"group": ["Ana", "Ben"], "n_customers": [50, 40], "positivation_rate": [0.3, 0.8],
                          "goal": [0.6, 0.6], "reading": ["below", "above"]})  # fmt: skip
    text = say.by_owner(table, wording=WORDING)
    assert "one bought clearly above and one clearly below the goal; the least is 30.0% with Ana" in text
    assert say.by_owner(table.assign(reading="in reach"), wording=WORDING).startswith("None of 2 portfolios")


def test_every_cause_but_unknown_says_what_it_needs():
    assert set(say.TABLES) == set(say.LACKING) == set(CAUSES[:-1])
    assert say.lacking(("default", "claim_open", "price")) == (
        "receivables, service_events, quotes",
        "Without invoices and their payments (receivables), claims and when they were closed (service events) and "
        "quotes and their outcome this page cannot say who stopped buying in default, while waiting for a solution or "
        "for a better price.",
    )
    assert say.lacking(()) is None
    worded = say.word_groups(pd.DataFrame({"group": ["A", "pre_inactive"]}))
    assert worded["group"].tolist() == ["A", "Pre-inactive"]
    assert say.word_causes(pd.DataFrame({"cause": ["price"]}))["cause"].tolist() == ["Quote lost"]
