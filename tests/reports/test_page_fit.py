import base64
import io

import numpy as np
import pytest
from PIL import Image

from portfolio_lab.errors import RunError
from portfolio_lab.reports.page_fit import MAX_BYTES, fit_page


def noisy_picture(side):
    buffer = io.BytesIO()
    noise = np.random.default_rng(1).integers(0, 255, (side, side, 3), dtype="uint8")
    Image.fromarray(noise).save(buffer, format="PNG")
    return f'<img src="data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}">'


def test_a_page_that_fits_stays_as_it_is():
    page = noisy_picture(50)
    assert fit_page(page, "x") == page


def test_pictures_of_a_page_that_is_too_large_lose_half_their_pixels():
    page = noisy_picture(700)
    assert len(page) > MAX_BYTES
    fitted = fit_page(page, "x")
    assert len(fitted) <= MAX_BYTES
    data = base64.b64decode(fitted.split("base64,")[1].rstrip('">'))
    assert Image.open(io.BytesIO(data)).size == (350, 350)


def test_a_page_that_cannot_be_made_to_fit_is_refused():
    with pytest.raises(RunError, match="abc: the page has 1025 KiB, more than 1024 → show fewer figures or less text"):
        fit_page("x" * (MAX_BYTES + 1024), "abc")
