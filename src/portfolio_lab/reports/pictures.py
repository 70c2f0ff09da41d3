"""Pictures as bytes: fewer colours, fewer pixels, and the size at which a page shows them."""

import io

from PIL import Image

N_COLOURS = 192


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
