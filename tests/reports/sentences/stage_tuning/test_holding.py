import datetime as dt
from types import SimpleNamespace

import pandas as pd

from portfolio_lab.reports.sentences.stage_tuning.holding import changed, drift, optimism, rates, seasons
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")


def found(values=(0.9, 0.5, 0.1)):
    return SimpleNamespace(
        rule=SimpleNamespace(pre_inactive_days=47), days_interval=(41.0, 55.0),
        rates=pd.DataFrame({"stage": ["active", "pre_inactive", "inactive"], "return_share": values}),
    )  # fmt: skip


def test_drift_says_whether_the_line_moved_and_that_nothing_changes_by_itself():
    since = dt.date(2026, 6, 30)
    assert "This is the first review" in drift(found(), None, None, wording=WORDING)
    assert "has not moved beyond chance since 30 June 2026: 50 days then" in drift(found(), 50, since, wording=WORDING)
    moved = drift(found(), 70, since, wording=WORDING)
    assert "has moved since" in moved
    assert "changes only when somebody changes the run file" in moved


def test_rates_say_whether_they_fall():
    assert "falls from stage to stage, as it should: active 90.0%" in rates(found(), horizon_days=90, wording=WORDING)
    assert "does not fall" in rates(found((0.9, 0.1, 0.5)), horizon_days=90, wording=WORDING)


def test_seasons_and_changes():
    table = pd.DataFrame({"recall": [0.4, 0.6]})
    assert "40.0% to 60.0%: no season" in seasons(table, seasonal=False, wording=WORDING)
    assert "more than ten points apart" in seasons(table, seasonal=True, wording=WORDING)
    shares = pd.DataFrame(
        {"active": [0.5, 0.4], "inactive": [0.5, 0.6], "inactivated": 0.0}, index=["in force", "proposed"]
    )
    assert changed(shares, wording=WORDING) == (
        "From the definition in force to the proposed one: active 50.0% to 40.0%; inactive 50.0% to 60.0%."
    )


def test_optimism_in_points_or_money():
    families = pd.DataFrame({"name": ["own_cycle"], "inner_primary": [0.7], "outer_primary": [0.65]})
    tuning = SimpleNamespace(families=families, choice=SimpleNamespace(name="own_cycle"))
    text = optimism(tuning, (0.69, 0.68), measure="telling leavers from stayers", wording=WORDING, has_money=False)
    assert text.startswith("In telling leavers from stayers the rule reached 70.0% while learning and 65.0% on later")
    text = optimism(tuning, (690.0, 680.0), measure="money", wording=WORDING, has_money=True)
    assert "€680 on customers never seen, against €690" in text
