"""The figures of effects: what each says of who is compared, over which days, and against which break-even."""

from dataclasses import replace

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from portfolio_lab.plots import effectiveness as plots
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import effectiveness_figures as figures

WORDING = Wording("en_GB", "EUR")


@pytest.fixture
def evidence(plans_evidence):
    return plans_evidence


@pytest.fixture
def works(evidence):
    return next(result for result in evidence.results if result.case.plan_id == "RT-1")


@pytest.fixture
def out(tmp_path, make_context):
    return Outputs(tmp_path, context=make_context())


@pytest.fixture
def drawn(monkeypatch):
    """The rows that reach the forest plot."""
    frames, draw = [], plots.plot_forest

    def keep(rows, **more):
        frames.append(rows)
        return draw(rows, **more)

    monkeypatch.setattr(plots, "plot_forest", keep)
    return frames


def test_no_break_even_is_drawn_where_no_money_may_be_named(out, evidence, drawn):
    figures.show_cells(out, evidence.cells, evidence.results, wording=WORDING)
    assert any(rows["mwe"].notna().any() for rows in drawn)
    drawn.clear()
    weak = [replace(result, label="D", money=None) for result in evidence.results]
    figures.show_cells(out, evidence.cells, weak, wording=WORDING)
    assert drawn and all(rows["mwe"].isna().all() for rows in drawn)


def forest_of(out):
    return next(figure for name, figure in out.page["figures"].items() if name.startswith("effects"))


def test_every_figure_says_arms_window_and_who_is_counted(out, evidence):
    figures.show_forest(out, evidence.results, wording=WORDING)
    figures.show_naive(out, evidence.results, wording=WORDING)
    figures.show_cells(out, evidence.cells, evidence.results, wording=WORDING)
    assert "everybody counted in the group that was drawn for them" in forest_of(out)["caption"]
    for figure in out.page["figures"].values():
        assert "within 90 days" in figure["caption"]
        assert any(words in figure["caption"] for words in ("against", "customers on each side"))
    assert any(name.startswith("cells_rt_1") for name in out.page["figures"])
    assert out.page["thumbnail"]


def test_the_break_even_of_the_plan_stands_in_its_groups_too(out, evidence, works, drawn):
    figures.show_cells(out, evidence.cells, evidence.results, wording=WORDING)
    assert (drawn[0]["mwe"] == works.case.mwe).all()
    assert drawn[0]["shrunk_effect"].notna().all()


def test_plans_of_a_kind_are_drawn_together_alone_and_pooled(out, works, drawn, capsys):
    first, second = (
        replace(works, case=replace(works.case, plan_id=plan_id, plan_kind="campaign")) for plan_id in ("P", "Q")
    )
    figures.show_forest(out, [first, second], wording=WORDING)
    rows = drawn[0].set_index("label")
    assert rows.index[-1] == "All of kind “campaign” (2)"
    assert rows["effect"].notna().tolist() == [True, True, False]
    assert rows["shrunk_effect"].tolist() == pytest.approx([works.estimate.effect] * 3)
    assert "taken together" in capsys.readouterr().out
    figures.show_forest(out, [replace(first, case=replace(first.case, window_days=None))], wording=WORDING)
    assert drawn[1]["shrunk_effect"].isna().all()


def test_chosen_customers_are_not_said_to_be_drawn(out, works):
    chosen = replace(works, label="C", naive_effect=-0.1)
    figures.show_forest(out, [chosen], wording=WORDING)
    assert "drawn" not in forest_of(out)["caption"]
    assert "same history" in forest_of(out)["caption"]
    figures.show_naive(out, [chosen], wording=WORDING)
    assert "hold-out" not in out.page["figures"]["naive_binary"]["caption"]
    figures.show_forest(out, [works, chosen], wording=WORDING)
    assert "drawn for them. Those of" in out.page["figures"]["effects_buyers_2"]["caption"]


def test_names_in_any_script_have_figures_of_their_own(out, evidence, works):
    plans = [replace(works, case=replace(works.case, plan_id=name, name=name)) for name in ("中文", "Ωμ", "<b>|$x$")]
    cells = [evidence.cells[evidence.cells["plan_id"] == "RT-1"].assign(plan_id=each.case.plan_id) for each in plans]
    figures.show_cells(out, pd.concat(cells), plans, wording=WORDING)
    assert list(out.page["figures"]) == ["cells_x_purchase", "cells_x_purchase_2", "cells_b___x_purchase"]


def test_nothing_to_show_is_no_figure(out, evidence):
    figures.show_forest(out, [], wording=WORDING)
    figures.show_naive(out, [], wording=WORDING)
    figures.show_cells(out, evidence.cells.head(0), [], wording=WORDING)
    assert out.page["figures"] == {}
    assert plt.get_fignums() == []
