import io
from itertools import pairwise

import matplotlib.pyplot as plt
import pytest
from PIL import Image

from portfolio_lab.plots.style import FIGURE_DPI, THUMBNAIL_SIZE, figure_size, use_style
from portfolio_lab.reports.outputs import figures
from portfolio_lab.reports.outputs.figures import render_png, render_thumbnail


@pytest.fixture
def figure():
    use_style()
    drawn, axes = plt.subplots()
    axes.plot([1, 3, 2])
    axes.set_xlabel("Months")
    return drawn


def test_a_figure_is_drawn_at_twice_the_size_of_the_page(figure):
    width, height = (round(side * FIGURE_DPI) for side in figure_size("wide"))
    assert Image.open(io.BytesIO(render_png(figure))).size == (width, height)


def test_the_same_figure_gives_the_same_bytes(figure):
    assert render_png(figure) == render_png(figure)


def test_a_thumbnail_is_drawn_small_and_leaves_the_figure_as_it_was(figure):
    before = tuple(figure.get_size_inches())
    small = Image.open(io.BytesIO(render_thumbnail(figure)))
    assert small.size == tuple(round(side * FIGURE_DPI) for side in THUMBNAIL_SIZE)
    assert tuple(figure.get_size_inches()) == before


def test_nothing_on_a_thumbnail_is_cut_and_the_figure_keeps_its_words(figure):
    axes = figure.axes[0]
    long = "Share of the customers that have any value at all, the most valuable of them first, in percent of all"
    axes.set_xlabel(long)
    axes.set_ylabel(long[:60])
    axes.text(2, 2, "a note that begins at the right edge and goes on", fontsize=12)
    axes.plot([1, 2], label="a rather long name of a line " * 3)
    figure.legend(loc="outside upper center")
    inside = []
    with figures._small_sheet(figure):
        figure.draw_without_rendering()
        sheet = figure.bbox
        for artist in (axes.xaxis.label, axes.yaxis.label):
            box = artist.get_window_extent()
            inside += [box.x0 >= 0, box.y0 >= 0, box.x1 <= sheet.width, box.y1 <= sheet.height]
        assert "\n" in axes.get_xlabel() and not axes.texts[0].get_visible() and not figure.legends[0].get_visible()
    assert all(inside)
    assert (axes.get_xlabel(), axes.get_ylabel()) == (long, long[:60])
    assert axes.texts[0].get_visible() and figure.legends[0].get_visible()


def test_a_label_far_to_the_right_is_broken_where_the_layout_puts_it():
    use_style()
    drawn, axes = plt.subplots(figsize=figure_size("low"))
    axes.barh(["a rather long name of a plan", "another name of a plan, as long"], [3, 5])
    axes.set_xlabel("More of 100 customers than without the plan")
    with figures._small_sheet(drawn):
        drawn.draw_without_rendering()
        assert axes.xaxis.label.get_window_extent().x1 <= drawn.bbox.width


def test_a_legend_that_fits_stays_on_the_thumbnail(figure):
    figure.axes[0].plot([1, 2], label="a")
    figure.axes[0].legend()
    with figures._small_sheet(figure):
        assert figure.axes[0].get_legend().get_visible()


def test_of_many_names_only_those_are_written_on_a_thumbnail_that_do_not_lie_on_each_other():
    use_style()
    drawn, axes = plt.subplots(figsize=figure_size("tall"))
    axes.barh([f"Salesperson {number}" for number in range(24)], range(24), label="a")
    axes.legend()
    with figures._small_sheet(drawn):
        drawn.draw_without_rendering()
        written = [name for name in axes.get_yticklabels() if name.get_visible()]
        boxes = sorted((name.get_window_extent() for name in written), key=lambda box: box.y0)
        assert 4 < len(written) < 24 and all(below.y1 <= above.y0 for below, above in pairwise(boxes))
        assert not axes.get_legend().get_visible()
    assert all(name.get_visible() for name in axes.get_yticklabels()) and axes.get_legend().get_visible()
