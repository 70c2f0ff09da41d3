"""The command ``demo``: an invented company to try everything on."""

import sys
from pathlib import Path


def write_demo_company(folder: Path, *, n_customers: int, n_months: int, seed: int) -> int:
    """Write the demo company's tables, say how many rows each has; return 0."""
    from portfolio_lab.data.demo import write_demo

    rows = write_demo(folder, n_customers=n_customers, n_months=n_months, seed=seed)
    for table, n in rows.items():
        sys.stdout.write(f"{table}: {n:,} rows\n")
    sys.stdout.write(f"Written to {folder}. Try: portfolio-lab run demo\n")
    return 0
