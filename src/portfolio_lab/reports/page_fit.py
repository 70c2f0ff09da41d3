"""A page within its size: at most 1 MiB, so that it can be mailed and opened on a phone."""

import base64
import re

from portfolio_lab.errors import RunError

MAX_BYTES = 1024 * 1024
_PICTURE = re.compile(r"(?<=data:image/png;base64,)[A-Za-z0-9+/=]+")


def fit_page(page: str, name: str) -> str:
    """Return the page within 1 MiB; if it is larger, its pictures have half their pixels.

    Raises RunError when that is not enough.
    """
    if len(page.encode()) > MAX_BYTES:
        page = _PICTURE.sub(_halved, page)
    if (size := len(page.encode())) > MAX_BYTES:
        raise RunError(f"{name}: the page has {size // 1024} KiB, more than 1024 → show fewer figures or less text")
    return page


def _halved(found: re.Match) -> str:
    # imported here: a page that fits, as nearly all do, needs no picture library
    from portfolio_lab.reports.pictures import shrink_png

    return base64.b64encode(shrink_png(base64.b64decode(found.group()), scale=0.5)).decode()
