"""Sentences on stages and movements stay true whatever the numbers are."""

from datetime import date

import pandas as pd

from portfolio_lab.analysis.monitor.movements import STATES, build_moves, summarise_movements, summarise_stages
from portfolio_lab.plots.style import STAGE_LABELS
from portfolio_lab.reports.sentences.monitor import stages as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")


def _day(**stages):
    days = pd.DataFrame({"customer_id": list(stages), "stage": list(stages.values()), "amount": 1000.0})
    return days.assign(has_bought=days["stage"] != "prospect")


NOW, BEFORE = _day(a="inactive", b="pre_inactive", c="active"), _day(a="active", b="active", c="active")


def test_every_state_and_move_has_its_words():
    assert {say.word_state(state) for state in STATES} == {*STAGE_LABELS.values(), "Not known yet"}


def test_stages_against_the_period_before_where_there_is_one():
    days = {"now": date(2026, 9, 30), "previous": date(2026, 6, 30)}
    both = say.stages(summarise_stages({"now": NOW, "previous": BEFORE}), days, wording=WORDING)
    assert "**1 customer** is active (33.3% of all; 100.0% on 30 June 2026)" in both
    alone = say.stages(summarise_stages({"now": NOW}), days, wording=WORDING)
    assert alone == "**1 customer** is active (33.3% of all). 1 is pre-inactive, with €1,000 of sales in the window."


def test_heads_carry_the_day():
    table = summarise_stages({"now": NOW, "previous": BEFORE})
    labels, units = say.stage_labels({"now": date(2026, 9, 30), "previous": date(2026, 6, 30)}, table, wording=WORDING)
    assert labels["n_customers_now"] == "Customers, now"
    assert labels["share_previous"].startswith("Share, 30 Jun")
    assert units["amount_previous"] == "currency"


def test_movements_in_words():
    text = say.moves(build_moves(NOW, BEFORE), since=date(2026, 6, 30), wording=WORDING)
    assert text.startswith("Since 30 June 2026, **1 customer** was lost (sales of €1,000 in the window before).")
    assert "None recovered, 1 became pre-inactive, none came back in time and none bought for the first time." in text
    calm = say.moves(build_moves(BEFORE, BEFORE), since=date(2026, 6, 30), wording=WORDING)
    assert calm.startswith("Since 30 June 2026, **no customers** were lost. None recovered")


def test_the_largest_loss_is_named():
    people = summarise_movements(build_moves(NOW, BEFORE), pd.Series({"a": "Ana", "b": "Ben", "c": "Ben"}))
    text = say.movements(people, wording=WORDING)
    assert text.startswith(
        "The largest loss is in the portfolio of Ana: 1 customer with €1,000, against €500 in the median"
    )
    calm = summarise_movements(build_moves(BEFORE, BEFORE), pd.Series({"a": "Ana"}))
    assert say.movements(calm, wording=WORDING) == "No salesperson lost a customer."
    labels, units = say.movement_labels(people)
    assert labels["n_lost"] == "Lost"
    assert units == {"lost_amount": "currency"}


def test_the_fold_of_movements_names_who_is_in_it():
    assert say.fold_movements(pd.DataFrame({"level": ["portfolio"]})) == "Movements of the portfolio"
    everybody = pd.DataFrame({"level": ["portfolio", "team", "salesperson"]})
    assert say.fold_movements(everybody) == "Movements of the portfolio, each team and each salesperson"
