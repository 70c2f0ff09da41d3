import io

import numpy as np
from PIL import Image

from portfolio_lab.reports.pictures import N_COLOURS, shown_size, shrink_png


def picture(width=200, height=100):
    noise = np.random.default_rng(1).integers(0, 255, (height, width, 3), dtype="uint8")
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, format="PNG")
    return buffer.getvalue()


def test_a_shrunk_picture_has_few_colours_and_the_same_size():
    small = Image.open(io.BytesIO(shrink_png(picture())))
    assert small.size == (200, 100)
    assert len(small.getcolors()) <= N_COLOURS


def test_scale_takes_pixels_away():
    assert Image.open(io.BytesIO(shrink_png(picture(), scale=0.5))).size == (100, 50)


def test_a_picture_never_grows():
    once = shrink_png(picture())
    assert len(shrink_png(once)) <= len(once)


def test_a_picture_is_shown_at_half_its_pixels():
    assert shown_size(picture()) == (100, 50)
