import sys

import pandas as pd
import pytest
from simulators.stages import FIRST_DAY, simulate_own_cycles

from portfolio_lab.analysis.stage_tuning.lines import build_trial_panel
from portfolio_lab.analysis.stage_tuning.settings import TuningSettings
from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.topics import stage_sliders


@pytest.fixture
def shown(monkeypatch):
    calls = []
    monkeypatch.setattr(stage_sliders, "display", lambda thing, **more: calls.append(thing))
    return calls


@pytest.fixture(scope="module")
def panel():
    days = simulate_own_cycles(n=400, seed=6, last_day=900).order_days.assign(margin_amount=20.0)
    people = pd.DataFrame({"customer_id": days["customer_id"].unique()})
    settings = TuningSettings(contact_cost=2.0)
    return build_trial_panel(days, people, as_of=FIRST_DAY + pd.Timedelta(days=900), settings=settings)


def test_dragging_a_line_shows_numbers_and_stages_at_once(panel, shown):
    show = stage_sliders.show_trial(panel, TuningSettings(contact_cost=2.0), locale="en_GB", currency="EUR")
    show(40, 120)
    show(80, 120)
    first, figure, second, _ = shown
    assert first["text/plain"] != second["text/plain"]
    assert "Days of warning: 80 days" in first["text/plain"]
    assert "Days of warning: 40 days" in second["text/plain"]
    assert "Money a month end: " in first["text/plain"]
    assert len(figure.axes[0].patches) == 3


def test_lines_that_cross_are_pointed_out(panel, shown):
    stage_sliders.show_trial(panel, TuningSettings(), locale="en_GB", currency="EUR")(120, 120)
    assert shown == [{"text/plain": "Pre-inactive has to come before inactive: move a line."}]


def test_dragging_a_real_slider_asks_for_the_new_lines():
    asked = []
    box = stage_sliders.open_sliders(
        lambda **lines: asked.append(lines), pre_inactive_days=60, inactive_days=120, longest=365
    )
    first, second, _ = box.children
    assert (first.value, second.value, first.max) == (60, 120, 365)
    first.value = 45
    second.value = 100
    lines = [(one["pre_inactive_days"], one["inactive_days"]) for one in asked]
    assert lines == [(60, 120), (45, 120), (45, 100)]


def test_without_the_interactive_extra_the_remedy_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(AnalysisError, match="install the extra 'lab'"):
        stage_sliders.open_sliders(print, pre_inactive_days=60, inactive_days=120, longest=365)
