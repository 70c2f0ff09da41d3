"""Room for more and silent customers, in words."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.growth.headroom import LOOK_ALIKES, POTENTIAL, UNKNOWN
from portfolio_lab.analysis.growth.returning import ReturnTrial
from portfolio_lab.reports.sentences.growth import room as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")
STAGES = pd.DataFrame({"stage": ["inactive", "active"], "headroom_amount": [700.0, 300.0]})
SILENT = pd.DataFrame({"expected_amount": [60.0, 30.0, 10.0]})


def test_headline_tells_those_who_buy_from_the_silent():
    assert say.headline(STAGES, n_likely=2, wording=WORDING) == (
        "Customers could buy €1,000 more a year than they did, €300 of it by those who are buying now; 2 customers "
        "will probably rise to A within twelve months."
    )
    assert say.headline(STAGES, n_likely=None, wording=WORDING).endswith("who are buying now.")
    compared = say.headline(STAGES, n_likely=None, has_potential=False, wording=WORDING)
    assert compared.startswith("Did every customer buy like the better quarter of those like it, it would be €1,000")
    assert "a year than they did, all of it by" in say.headline(STAGES.tail(1), n_likely=None, wording=WORDING)
    none = say.headline(STAGES.assign(headroom_amount=0.0), n_likely=3, wording=WORDING)
    assert none.startswith("No room for more can be shown")


def test_decision_names_customers_who_buy_and_silent_ones():
    rows = pd.DataFrame({"stage": ["active", "inactive"], "headroom_amount": [300.0, 700.0]})
    text = say.decision(rows, SILENT, wording=WORDING)
    assert text == (
        "Agree a plan for the customer with the most room (€300 a year) and call the 3 silent customers with the best "
        "prospect of return."
    )
    assert say.decision(rows.tail(1), SILENT.iloc[:0], wording=WORDING) == ""


def by_class(stages, amounts):
    return pd.DataFrame({"abc_class": "A", "stage": stages, "headroom_amount": amounts, "n_with_room": 2})


def test_headroom_speaks_of_those_who_buy_first():
    text = say.headroom(by_class(["inactive", "active"], [900.0, 100.0]), wording=WORDING)
    assert text == (
        "Of the room of those who buy now, 100% lies with active customers of class A: €100 a year with 2 customers. "
        "Another €900 a year lies with silent customers, who would have to come back first."
    )
    assert "Nobody who buys now" in say.headroom(by_class(["inactive"], [900.0]), wording=WORDING)
    assert "Another" not in say.headroom(by_class(["active"], [900.0]), wording=WORDING)
    assert say.headroom(by_class(["active"], [0.0]), wording=WORDING).startswith("No customer has room")


def test_sources_say_on_what_the_room_stands_and_of_whom_nothing_is_known():
    found = pd.DataFrame(
        {
            "target_source": [LOOK_ALIKES, UNKNOWN, POTENTIAL],
            "n_customers": [2, 3, 4],
            "headroom_amount": [20.0, 0, 400.0],
        }
    )
    assert say.sources(found, wording=WORDING) == (
        "Of the room, €400 (4 customers) rests on the company's own potential and €20.00 (2 customers) rests on "
        "customers like them. For 3 customers nothing can be said, and no room is counted."
    )
    assert say.sources(found.iloc[[1]], wording=WORDING).startswith("The room of nobody is known.")


def test_look_alikes_are_judged_only_where_they_can_be():
    found = {"n": 50, "median_ratio": 1.23, "within_half_share": 0.46, "rank_correlation": 0.5}
    assert "1.23 times the potential in the middle, and for 46%" in say.look_alikes(found, wording=WORDING)
    assert say.look_alikes(found | {"median_ratio": np.nan}, wording=WORDING).startswith("Too few customers")


def test_owners():
    table = pd.DataFrame({"owner": ["nobody known", "Ana"], "headroom_amount": [900.0, 100.0], "n_with_room": [9, 1]})
    assert say.owners(table, wording=WORDING) == "Most room is in the hands of Ana: €100 a year with 1 customer."
    assert say.owners(table.head(1), wording=WORDING).startswith("Nobody is known to be in charge")


def test_returning():
    assert say.returning(SILENT, SILENT.head(1), wording=WORDING) == (
        "3 customers have fallen silent; €100 may still come from them within a year, 60% of it from the first."
    )
    assert "from the first 2." in say.returning(SILENT, SILENT.head(2), wording=WORDING)
    assert say.returning(SILENT.iloc[:0], SILENT.iloc[:0], wording=WORDING) == "Nobody is silent."


def test_the_trial_of_a_year_ago():
    text = say.return_trial(ReturnTrial(100, 20, 10, 5, 0.24, 0.76, 0.6), wording=WORDING)
    assert text == (
        "The same list of a year ago: of its first 10, 50% bought again within the year (95% interval 24% to 76%), of "
        "all 100 silent customers 20%. The chances given to those first had been 60% on average, which what came does "
        "not contradict."
    )
    high, low = (
        say.return_trial(ReturnTrial(100, 20, 10, 5, 0.24, 0.76, expected), wording=WORDING)
        for expected in (0.77, 0.23)
    )
    assert "had been 77% on average, **too high**: trust the order" in high and "**too low**" in low
    assert say.return_trial(None, wording=WORDING).startswith("The history is too short")
