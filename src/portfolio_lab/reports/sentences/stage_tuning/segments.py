"""Whether a segment needs a line of its own."""

import pandas as pd

from portfolio_lab.analysis.stage_tuning.segments import SegmentLine
from portfolio_lab.reports.sentences.wording import Wording, listed

SEGMENT_COLUMNS = ("segment", "n_customers", "pre_inactive_days", "days_low", "days_high", "verdict")
SEGMENT_LABELS = {
    "segment": "Segment", "n_customers": "Customers", "pre_inactive_days": "Pre-inactive from", "days_low": "Line from",
    "days_high": "Line to", "gain": "Gain over the rule for all", "gain_low": "Gain from", "gain_high": "Gain to",
    "is_own": "Own rule proposed", "lacks": "Too small", "verdict": "What follows",
}  # fmt: skip
SEGMENT_UNITS = {"n_customers": "customers", "pre_inactive_days": "days", "days_low": "days", "days_high": "days"}


def segments(lines: tuple[SegmentLine, ...], *, n_most: int, wording: Wording) -> str:
    """Return which segments earn a line of their own, and why the others keep the rule for all."""
    if not n_most:
        return "Segments were not asked for a line of their own (n_segments)."
    if not lines:
        return "Customers are in one segment at most here, so that one rule is all there can be."
    own = [line for line in lines if line.is_own]
    small = [line.segment for line in lines if line.found is None]
    told = [f"{line.segment} after {wording.count(line.found.rule.pre_inactive_days, 'day')}" for line in own]
    parts = [
        f"A line of its own is proven better on later dates for {listed(told)}."
        if own
        else "No segment that could be judged is proven to need a line of its own: the rule for all stands."
    ]
    if small:
        parts.append(f"Too small to be judged alone, and served by the rule for all: {listed(small)}.")
    return " ".join(parts)


def name_verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table of segments with a column that says what follows for each."""
    verdict = table["is_own"].map({True: "own line proposed", False: "rule for all"})
    return table.assign(verdict=verdict.mask(table["lacks"] != "", "too small to judge: rule for all"))
