"""What textbooks say about customers, beside what the company's own data say."""

from portfolio_lab.analysis.textbook.costs import build_cost_rows, compare_costs
from portfolio_lab.analysis.textbook.findings import Finding, judge_range, tabulate_findings
from portfolio_lab.analysis.textbook.margins import build_margin_rows, compare_margin_rates, compare_margins
from portfolio_lab.analysis.textbook.returned import build_return_rows, compare_returned
from portfolio_lab.analysis.textbook.shares import measure_ruptures, measure_top20

__all__ = [
    "Finding",
    "build_cost_rows",
    "build_margin_rows",
    "build_return_rows",
    "compare_costs",
    "compare_margin_rates",
    "compare_margins",
    "compare_returned",
    "judge_range",
    "measure_ruptures",
    "measure_top20",
    "tabulate_findings",
]
