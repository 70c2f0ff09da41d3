"""One saying of the textbooks beside the company's own figure, and what the interval allows to say about it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import pandas as pd

Verdict = Literal["agrees", "less", "more", "not clear", "not known"]


@dataclass(frozen=True)
class Finding:
    """A saying and our figure. ``saying`` is its name; [book_low, book_high] what the textbook says.

    ``value``, ``low`` and ``high`` (95 %) are NaN and ``lacks`` names what is missing where it cannot be computed.
    ``n``: what it rests on, counted in ``of``. ``unit``: "share" or "times".
    """

    saying: str
    unit: Literal["share", "times"]
    book_low: float
    book_high: float
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    n: int = 0
    of: str = ""
    lacks: str = ""

    @property
    def verdict(self) -> Verdict:
        """What the interval says about the textbook's figure."""
        return judge_range(self.low, self.high, book_low=self.book_low, book_high=self.book_high)


def judge_range(low: float, high: float, *, book_low: float, book_high: float) -> Verdict:
    """Return how an interval lies to what the textbook says.

    "less" or "more" when it lies outside on that side; "agrees" when the textbook is one figure that lies within, or a
    range that holds the whole interval; "not clear" when it reaches both into the range and out of it.
    """
    if np.isnan(low) or np.isnan(high):
        return "not known"
    if high < book_low:
        return "less"
    if low > book_high:
        return "more"
    is_one_figure = book_low == book_high
    return "agrees" if is_one_figure or (low >= book_low and high <= book_high) else "not clear"


def tabulate_findings(findings: Iterable[Finding]) -> pd.DataFrame:
    """Return one row per finding in the order given: its fields and ``verdict``."""
    return pd.DataFrame([asdict(finding) | {"verdict": finding.verdict} for finding in findings])
