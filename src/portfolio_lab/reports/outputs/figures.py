"""A figure as a small PNG: twice the size at which the page shows it, few colours, always the same bytes."""

import io
import math
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from portfolio_lab.plots.style import FIGURE_DPI, PAPER, THUMBNAIL_SIZE
from portfolio_lab.reports.pictures import shrink_png

SHORTEST_LINE, MOST_LINES = 8, 2
SAFELY = 0.85  # the layout moves the middle a little once the labels are broken


def render_png(figure: Figure) -> bytes:
    """Return the figure as PNG at 2x, reduced to the colours that it needs."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=FIGURE_DPI, facecolor=PAPER, metadata={"Software": None})
    return shrink_png(buffer.getvalue())


def render_thumbnail(figure: Figure) -> bytes:
    """Return the figure drawn anew on a small sheet, so that its words stay readable; it is then as it was.

    Axis labels that are too long for the sheet are broken into lines; a legend or a note that would be cut is left out.
    Of names that would lie on each other every second, third, … is written; then there is no room for a legend either.
    """
    with _small_sheet(figure):
        return render_png(figure)


@contextmanager
def _small_sheet(figure: Figure) -> Iterator[None]:
    size = tuple(figure.get_size_inches())
    labels = [axis.label for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)]
    words, extras = [label.get_text() for label in labels], _extras(figure)
    names = [name for ax in figure.axes for name in ax.get_yticklabels()]
    seen = [part.get_visible() for part in (*extras, *names)]
    try:
        figure.set_size_inches(THUMBNAIL_SIZE)
        _measure(figure)
        for ax in figure.axes:
            _thin_out(ax)
        for draw in (_measure, Figure.draw_without_rendering):  # broken labels move the axes: look twice
            draw(figure)
            for position, label in enumerate(labels):
                _break_label(label, figure, is_upright=position % 2 == 1)
            _leave_out(extras, figure)
        figure.draw_without_rendering()
        _leave_out(extras, figure)
        yield
    finally:
        figure.set_size_inches(size)
        for label, text in zip(labels, words, strict=True):
            label.set_text(text)
        for part, is_seen in zip((*extras, *names), seen, strict=True):
            part.set_visible(is_seen)


def _measure(figure: Figure) -> None:
    """Give every word its place and size; the layout has to wait until the labels fit."""
    layout = figure.get_layout_engine()
    figure.set_layout_engine("none")
    figure.draw_without_rendering()
    figure.set_layout_engine(layout)


def _extras(figure: Figure) -> list[Artist]:
    """Legends and notes: what a small picture can do without."""
    legends = [legend for ax in figure.axes if (legend := ax.get_legend()) is not None]
    return [*figure.legends, *legends, *(text for ax in figure.axes for text in ax.texts)]


def _thin_out(ax: Axes) -> None:
    """Hide the names of the vertical axis that would lie on others, and the legend of axes that are so full."""
    names = [name for name in ax.get_yticklabels() if name.get_visible() and name.get_text()]
    places = sorted(name.get_window_extent().y0 for name in names)
    gaps = [after - before for before, after in pairwise(places) if after > before]
    tallest = max((name.get_window_extent().height for name in names), default=0)
    every = math.ceil(tallest / min(gaps)) if gaps else 1
    for number, name in enumerate(names):
        name.set_visible(number % every == 0)
    if every > 1 and ax.get_legend() is not None:
        ax.get_legend().set_visible(False)


def _leave_out(extras: list[Artist], figure: Figure) -> None:
    """Hide what would be cut."""
    for extra in extras:
        box, sheet = extra.get_window_extent(), figure.bbox
        is_inside = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= sheet.width and box.y1 <= sheet.height
        extra.set_visible(extra.get_visible() and is_inside)


def _break_label(label: Text, figure: Figure, *, is_upright: bool) -> None:
    """Break a label into lines so that it stays on the sheet on both sides of its middle."""
    box, text = label.get_window_extent(), label.get_text()
    low, high = (box.y0, box.y1) if is_upright else (box.x0, box.x1)
    middle, sheet = (low + high) / 2, figure.bbox.height if is_upright else figure.bbox.width
    room = SAFELY * 2 * min(middle, sheet - middle)
    if text and high - low > room:
        longest = max(map(len, text.splitlines()))
        n = max(SHORTEST_LINE, int(longest * room / (high - low)))
        lines = textwrap.wrap(text, n, max_lines=MOST_LINES, placeholder=" …", break_long_words=False)
        label.set_text("\n".join(lines))
