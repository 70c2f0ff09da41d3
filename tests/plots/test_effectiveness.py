"""Figures of the effectiveness report: what is drawn is what was given."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from portfolio_lab.plots import effectiveness as plots
from portfolio_lab.plots.style import WARNING

SHOWN = {"locale": "en_GB", "currency": "EUR"}


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


@pytest.fixture
def rows():
    return pd.DataFrame({"label": ["Call", "Message"], "effect": [0.07, -0.02], "low": [0.02, -0.06],
                         "high": [0.12, 0.02], "mwe": [0.03, np.nan], "naive_effect": [0.3, 0.2]})  # fmt: skip


def marks(ax):
    return [list(line.get_xdata()) for line in ax.lines if line.get_marker() == "o"]


def test_effects_with_intervals_and_break_even_first_on_top(ax, rows):
    plots.plot_forest(rows, ax=ax, unit="share", **SHOWN)
    assert marks(ax) == [[-0.02, 0.07]]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["Message", "Call"]
    assert ax.get_xlabel() == "More of 100 customers than without"
    ends = [segment[:, 0].tolist() for segment in ax.collections[0].get_segments()]
    assert ends == [[-0.06, 0.02], [0.02, 0.12]]
    assert [segment[0, 0] for segment in ax.collections[1].get_segments()] == [0.03]
    assert {text.get_text() for text in ax.get_legend().get_texts()} == {"effect", "break-even"}


def test_pooled_effects_stand_below_those_alone(ax, rows):
    cells = rows.assign(mwe=np.nan, shrunk_effect=[0.05, 0.0], shrunk_low=[0.02, -0.03], shrunk_high=[0.08, 0.03])
    plots.plot_forest(cells, ax=ax, unit="share", **SHOWN)
    assert marks(ax) == [[-0.02, 0.07], [0.0, 0.05]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["alone", "pooled with the others"]


def test_groups_too_small_to_tell_are_grey(ax, rows):
    small = rows.assign(effect=[0.07, np.nan], low=[0.02, np.nan], high=[0.12, np.nan])
    plots.plot_forest(small, ax=ax, unit="share", **SHOWN)
    assert [text.get_text().strip() for text in ax.texts] == ["too few to tell"]
    assert [label.get_color() == plots.GREY for label in ax.get_yticklabels()] == [True, False]


@pytest.mark.parametrize(("unit", "tick"), [("currency", "€"), ("days", ""), ("share", "")])
def test_axes_carry_their_unit(ax, rows, unit, tick):
    plots.plot_forest(rows, ax=ax, unit=unit, **SHOWN)
    ax.figure.canvas.draw()
    assert all(tick in text.get_text() for text in ax.get_xticklabels())
    assert not any(text.get_text().endswith(".00") and unit == "share" for text in ax.get_xticklabels())


def test_the_funnel_has_its_numbers(ax):
    steps = pd.DataFrame({"label": ["Planned", "Done"], "n": [40, 32], "share": [1.0, 0.8]})
    plots.plot_funnel(steps, ax=ax, locale="en_GB")
    assert [bar.get_width() for bar in ax.patches] == [0.8, 1.0]
    assert [text.get_text().strip() for text in ax.texts] == ["32 · 80%", "40 · 100%"]


def test_salespeople_below_the_company_are_marked(ax):
    people = pd.DataFrame(
        {"group": ["Ana", "Luis"], "adherence_rate": [0.9, 0.4], "low": [0.8, 0.3], "high": [0.95, 0.5]}
    )
    plots.plot_people(people, total=0.7, ax=ax, locale="en_GB")
    assert [text.get_text() for text in ax.get_yticklabels()] == ["Luis", "Ana"]
    assert plt.matplotlib.colors.to_hex(ax.collections[0].get_colors()[0]) == WARNING


def test_the_simple_comparison_stands_beside_the_hold_out(ax, rows):
    plots.plot_naive(rows, ax=ax, unit="share", **SHOWN)
    assert [bar.get_width() for bar in ax.patches] == [0.2, 0.3, -0.02, 0.07]
