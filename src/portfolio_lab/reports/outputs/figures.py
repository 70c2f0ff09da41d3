"""A figure as a small PNG: twice the size at which the page shows it, few colours, always the same bytes."""

import io

from matplotlib.figure import Figure
from PIL import Image

from portfolio_lab.plots.style import FIGURE_DPI, PAPER, THUMBNAIL_SIZE

N_COLOURS = 192


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


def shrink_png(png: bytes, *, scale: float = 1.0) -> bytes:
    """Return the picture with at most 192 colours and, `scale` below 1, fewer pixels; never more bytes than before."""
    with Image.open(io.BytesIO(png)) as picture:
        reduced = picture.convert("RGB")
    if scale < 1:
        size = (max(1, round(reduced.width * scale)), max(1, round(reduced.height * scale)))
        reduced = reduced.resize(size, Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    few = reduced.quantize(N_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(buffer, format="PNG", optimize=True)
    return min(png, buffer.getvalue(), key=len)


def shown_size(png: bytes) -> tuple[int, int]:
    """Return width and height in CSS pixels at which a 2x picture is shown."""
    with Image.open(io.BytesIO(png)) as picture:
        return round(picture.width / 2), round(picture.height / 2)
