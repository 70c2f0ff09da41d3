"""Movement and certainty in words."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from portfolio_lab.analysis.abc_classes.migration import MigrationSummary
from portfolio_lab.analysis.periods import earlier_period, period_until
from portfolio_lab.reports.sentences.abc_classes import movement as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")
SINCE = dt.date(2026, 6, 30)
MOVED = MigrationSummary(
    n_before=200, n_new=1, n_lost=3, n_up=0, n_down=12, stay_rate=0.9, value_stay_rate=0.95, kappa=0.861,
    lost_amount=500.0, new_amount=70.5,
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {},
            "Of 200 customers classified on 30 June 2026, 90.0% are in the same class now; they had brought 95.0% of "
            "sales then. Some of that is chance: kappa, 0 for chance alone and 1 for no movement, is 0.86.",
        ),
        (
            {"value_stay_rate": None, "kappa": None, "stay_rate": 1.0},
            "Of 200 customers classified on 30 June 2026, 100.0% are in the same class now. Everybody was and is "
            "in one class, so nothing could have moved.",
        ),
        (
            {"n_before": 0, "stay_rate": None},
            "No classes can be made for 30 June 2026: nobody had a value then, or it was not recorded.",
        ),
    ],
)
def test_migration(change, sentence):
    assert say.migration(replace(MOVED, **change), since=SINCE, wording=WORDING) == sentence


def test_new_and_lost():
    assert say.new_and_lost(MOVED, wording=WORDING) == (
        "1 customer ordered for the first time (€70.50); 3 customers brought nothing any more (€500). "
        "No customers rose to a better class, 12 fell without being lost."
    )
    nobody_fell = say.new_and_lost(replace(MOVED, n_down=0, n_up=1), wording=WORDING)
    assert nobody_fell.endswith("1 customer rose to a better class, none fell without being lost.")
    assert say.new_and_lost(replace(MOVED, n_before=0), wording=WORDING) == "So 1 customer is shown as new."


def test_the_yardstick_is_todays():
    whole = earlier_period(period_until(dt.date(2026, 9, 30), "quarter"))
    assert say.recomputed(whole, wording=WORDING).startswith(
        "30 June 2026 is the end of Q2 2026. The classes of 30 June"
    )
    running = earlier_period(period_until(dt.date(2011, 11, 30), "quarter"))
    assert say.recomputed(running, wording=WORDING).startswith(
        "The period is not over yet: 30 August 2011 ends the first 61 days of Q3 2011, as many as in it. The"
    )


def _by_class(n_unstable) -> pd.DataFrame:
    return pd.DataFrame(
        {"abc_class": ["A", "B", "C", "C0", "N"], "n_customers": [10, 20, 30, 40, 0], "n_unstable": n_unstable}
    )


@pytest.mark.parametrize(
    ("n_unstable", "sentence"),
    [
        (
            [0] * 5,
            "Over 500 draws of the months, every customer stays in its class in at least 80% of them: the classes are "
            "sure.",
        ),
        (
            [0, 1, 0, 0, 0],
            "Over 500 draws of the months, 1 of 100 customers (1.0%) is in the same class in fewer than 80% of them: 1 "
            "in B. Such a class is uncertain.",
        ),
        (
            [2, 5, 1, 0, 0],
            "Over 500 draws of the months, 8 of 100 customers (8.0%) are in the same class in fewer than 80% of them: "
            "2 in A, 5 in B and 1 in C. Such a class is uncertain.",
        ),
    ],
)
def test_stability(n_unstable, sentence):
    assert say.stability(_by_class(n_unstable), stable_share=0.8, n_bootstrap=500, wording=WORDING) == sentence


@pytest.mark.parametrize(("n_unstable", "explains"), [([2, 5, 7, 0, 0], False), ([2, 5, 8, 0, 0], True)])
def test_why_small_customers_are_uncertain(n_unstable, explains):
    text = say.unstable_small(_by_class(n_unstable), wording=WORDING)
    assert ("8 of the uncertain classes are in C" in text) == explains
    assert text.endswith("no ground for taking service away from a customer.")
