import numpy as np
import pandas as pd
import pytest
from simulators.stages import FIRST_DAY, simulate_own_cycles

from portfolio_lab.analysis.stage_tuning.lines import build_trial_panel, try_lines
from portfolio_lab.analysis.stage_tuning.settings import TuningSettings
from portfolio_lab.errors import AnalysisError

SETTINGS = TuningSettings(contact_cost=2.0, save_rate=0.2)


@pytest.fixture(scope="module")
def panel():
    days = simulate_own_cycles(n=600, seed=6, last_day=900).order_days.assign(margin_amount=20.0)
    people = pd.DataFrame({"customer_id": days["customer_id"].unique()})
    return build_trial_panel(days, people, as_of=FIRST_DAY + pd.Timedelta(days=900), settings=SETTINGS)


def test_a_line_tried_is_counted_customer_by_customer(panel):
    values, shares = try_lines(panel, pre_inactive_days=40, inactive_days=120, settings=SETTINGS)
    member = panel.is_known & (panel.silent < 120)
    alarm = member & (panel.silent >= 40)
    hits, false = (alarm & panel.lapses).sum(), (alarm & ~panel.lapses).sum()
    assert values["precision"] == pytest.approx(hits / (hits + false))
    assert values["recall"] == pytest.approx(hits / (member & panel.lapses).sum())
    money = (0.2 * panel.margin[alarm & panel.lapses].sum() - 2.0 * (hits + false)) / len(panel.origins)
    assert values["utility_amount"] == pytest.approx(money, rel=1e-4)
    assert values["lead_days"] == 80
    silent = panel.silent[-1][panel.is_known[-1]]
    assert shares["pre_inactive"] == pytest.approx(((silent >= 40) & (silent < 120)).mean())
    assert shares.sum() == pytest.approx(1)


def test_an_earlier_line_sees_more(panel):
    recalls = [
        try_lines(panel, pre_inactive_days=days, inactive_days=150, settings=SETTINGS)[0]["recall"]
        for days in (20, 60, 100)
    ]
    assert recalls == sorted(recalls, reverse=True)


def test_without_a_cost_there_is_no_money(panel):
    values, _ = try_lines(panel, pre_inactive_days=40, inactive_days=120, settings=TuningSettings())
    assert "utility_amount" not in values
    assert np.isfinite(list(values.values())).all()


@pytest.mark.parametrize("pre", [0, 120])
def test_lines_that_do_not_climb_are_refused(panel, pre):
    with pytest.raises(AnalysisError, match="must be smaller than inactive_days"):
        try_lines(panel, pre_inactive_days=pre, inactive_days=120, settings=SETTINGS)
