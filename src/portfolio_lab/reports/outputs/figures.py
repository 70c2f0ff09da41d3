"""A figure as a small PNG: twice the size at which the page shows it, few colours, always the same bytes."""

import io

from matplotlib.figure import Figure

from portfolio_lab.plots.style import FIGURE_DPI, PAPER, THUMBNAIL_SIZE
from portfolio_lab.reports.pictures import shrink_png


def render_png(figure: Figure) -> bytes:
    """Return the figure as PNG at 2x, reduced to the colours that it needs."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=FIGURE_DPI, facecolor=PAPER, metadata={"Software": None})
    return shrink_png(buffer.getvalue())


def render_thumbnail(figure: Figure) -> bytes:
    """Return the figure drawn anew on a small sheet, so that its words stay readable; it then has its size again."""
    size = tuple(figure.get_size_inches())
    try:
        figure.set_size_inches(THUMBNAIL_SIZE)
        return render_png(figure)
    finally:
        figure.set_size_inches(size)
