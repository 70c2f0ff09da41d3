import io

import matplotlib.pyplot as plt
import pytest
from PIL import Image

from portfolio_lab.plots.style import FIGURE_DPI, THUMBNAIL_SIZE, figure_size, use_style
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
