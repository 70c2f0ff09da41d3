from types import SimpleNamespace

import pandas as pd

from portfolio_lab.analysis.stage_tuning.segments import SegmentLine, tabulate_segments
from portfolio_lab.reports.sentences.stage_tuning.segments import SEGMENT_COLUMNS, name_verdicts, segments
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")


def line(name, *, days=30, is_own=False):
    found = SimpleNamespace(rule=SimpleNamespace(pre_inactive_days=days), days_interval=(days - 5.0, days + 5.0))
    return SegmentLine(name, 900, found, gain=(0.03, 0.01, 0.05), is_own=is_own)


SMALL = SegmentLine("hotels", 40, lacks="customers who bought: 40 of 500")


def test_it_says_who_earns_a_line_and_who_is_too_small():
    said = segments((line("industry", days=30, is_own=True), line("retail"), SMALL), n_most=6, wording=WORDING)
    assert said == (
        "A line of its own is proven better on later dates for industry after 30 days. "
        "Too small to be judged alone, and served by the rule for all: hotels."
    )
    assert "No segment that could be judged is proven" in segments((line("a"), line("b")), n_most=6, wording=WORDING)
    assert "one segment at most" in segments((), n_most=6, wording=WORDING)
    assert "not asked for" in segments((), n_most=0, wording=WORDING)


def test_every_segment_has_a_verdict():
    table = name_verdicts(tabulate_segments((line("a", is_own=True), line("b"), SMALL)))
    assert table["verdict"].tolist() == ["own line proposed", "rule for all", "too small to judge: rule for all"]
    assert set(SEGMENT_COLUMNS) <= set(table.columns) and pd.isna(table.loc[2, "pre_inactive_days"])
