"""The facts of the monitor on money and stages."""

from portfolio_lab.analysis.monitor.quarter import compute_change
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.topics.monitor_quarter import Quarter
from portfolio_lab.reports.topics.monitor_stages import StagePicture

STAGE_FACTS = {
    "n_prospect": ("prospect", "Prospects", None),
    "n_active": ("active", "Active customers", "higher"),
    "n_pre_inactive": ("pre_inactive", "Pre-inactive customers", "lower"),
    "n_inactivated": ("inactivated", "Customers just inactivated", "lower"),
    "n_inactive": ("inactive", "Inactive customers", "lower"),
    "n_ex_customer": ("ex_customer", "Ex-customers", "lower"),
}


def record_money(out: Outputs, quarter: Quarter) -> None:
    """Record net sales, their change, and what was kept of the sales of the period before."""
    base = quarter.previous
    change = compute_change(quarter.totals.amount, base.totals.amount) if base else None
    gross, net = (base.retention.gross_share, base.retention.net_share) if base else (None, None)
    out.fact("net_sales_amount", quarter.totals.amount, label="Net sales", unit="currency", better="higher")
    out.fact("net_sales_change", change, label="Change against the period before", unit="share", better="higher")
    out.fact("gross_retention", gross, label="Gross retention of sales", unit="share", better="higher", tile=False)
    out.fact("net_retention", net, label="Net retention of sales", unit="share", better="higher")


def record_stages(out: Outputs, picture: StagePicture) -> None:
    """Record the customers in each stage, and those recovered and lost since the period before."""
    for name, (stage, label, better) in STAGE_FACTS.items():
        tile = stage == "pre_inactive"
        out.fact(name, picture.count(stage), label=label, unit="customers", better=better, tile=tile)
    recovered, lost = picture.count_moves("recovered"), picture.count_moves("lost")
    out.fact("n_recovered", recovered, label="Customers recovered", unit="customers", better="higher", tile=False)
    out.fact("n_lost", lost, label="Customers lost", unit="customers", better="lower")
