"""What a notebook leaves behind: its headline, facts, tables and figures, shown at once and written to its folder."""

from portfolio_lab.reports.outputs.context import Coverage, PageContext
from portfolio_lab.reports.outputs.recorder import Outputs

__all__ = ["Coverage", "Outputs", "PageContext"]
