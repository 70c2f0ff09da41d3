"""A company of eight customers on disk, whose bridge, stages and movements can be counted on the fingers."""

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from portfolio_lab.reports.review import STAGED_VARIABLE, Review, open_review
from portfolio_lab.reports.run_file import ROOT_VARIABLE

# Q3 2026 against Q2 2026 and Q3 2025. Lines of inactivity: 60 and 120 days.
ORDERS = """customer_id,order_date,order_id,amount,quantity,product_id,margin_amount,promised_date,delivered_date
grown,2025-08-10,o1,100.00,10,soap,20,2025-08-12,2025-08-12
grown,2026-05-10,o2,100.00,10,soap,20,2026-05-12,2026-05-12
grown,2026-09-20,o3,150.00,12,soap,40,2026-09-22,2026-09-22
grown,2026-09-20,o3,30.00,1,paper,5,2026-09-22,2026-09-22
shrunk,2026-06-20,o4,200.00,20,soap,40,2026-06-22,2026-06-25
shrunk,2026-07-10,o5,40.00,4,soap,10,2026-07-12,2026-07-15
lost,2026-05-01,o6,80.00,1,paper,16,2026-05-03,2026-05-03
returned,2025-02-01,o7,70.00,1,paper,14,2025-02-03,2025-02-03
returned,2026-09-25,o8,60.00,1,paper,12,2026-09-27,2026-09-27
new,2026-09-28,o9,45.00,1,paper,9,2026-10-01,
credit,2025-01-10,o10,30.00,1,paper,6,2025-01-12,2025-01-12
credit,2026-08-01,o11,-10.00,-1,paper,-2,,
gone,2025-01-05,o12,500.00,1,paper,90,2025-01-07,2025-01-07
later,2026-10-02,o13,999.00,1,paper,90,2026-10-04,
"""
TABLES = {
    "customers": """customer_id,name,created_date,region,segment
grown,Grown & Co,2025-01-01,North,retail
shrunk,Shrunk Ltd,2025-01-01,North,industry
lost,Lost SA,2025-01-01,South,retail
returned,Back Again,2025-01-01,South,retail
new,Newcomer,2026-08-01,North,retail
credit,Creditor,2025-01-01,South,industry
gone,Gone,2025-01-01,South,industry
asked,Only Asked,2025-01-01,North,retail
""",
    "products": "product_id,family\nsoap,cleaning\npaper,paper\n",
    "salespeople": "salesperson_id,name,team\ns1,Ana,East\ns2,Ben,West\n",
    "assignments": """customer_id,salesperson_id,start_date
grown,s1,2025-01-01
shrunk,s1,2025-01-01
lost,s2,2025-01-01
returned,s2,2025-01-01
new,s1,2026-08-01
credit,s2,2025-01-01
gone,s2,2025-01-01
asked,s1,2025-01-01
""",
    "targets": """salesperson_id,team,month,amount
s1,,2026-07-01,100
s1,,2026-08-01,100
s1,,2026-09-01,100
,East,2026-07-01,100
""",
    "satisfaction": """customer_id,survey_date,score
grown,2026-08-01,9
shrunk,2026-08-01,3
returned,2026-01-01,8
""",
    "plan_tasks": """customer_id,due_date,channel
grown,2026-08-01,call
grown,2026-09-01,call
lost,2026-08-01,call
lost,2026-11-01,call
""",
    "contacts": """customer_id,contact_date,channel,direction
grown,2026-08-05,call,out
grown,2026-08-30,call,out
lost,2026-08-02,call,in
""",
}
RUN = "run: small\nas_of: 2026-09-30\ndata: {source: tables}\n"


def write_company(folder: Path, *, with_tables: bool = True) -> str:
    """Write the company and its run file into a folder; return the path of the run file."""
    (folder / "tables").mkdir(parents=True)
    lines = ORDERS if with_tables else _orders_only()
    (folder / "tables" / "orders.csv").write_text(lines)
    for name, text in (TABLES if with_tables else {}).items():
        (folder / "tables" / f"{name}.csv").write_text(text)
    (folder / "small.yaml").write_text(RUN)
    return str(folder / "small.yaml")


def open_company(folder: Path, *, as_of: str = "", with_tables: bool = True) -> Review:
    """Open the monitor of the company as a notebook does; its results go to ``folder / "out"``."""
    for name in (STAGED_VARIABLE, ROOT_VARIABLE):
        os.environ.pop(name, None)
    run_file = str(Path(_written_once(with_tables).name) / "company" / "small.yaml")
    return open_review(run_file, report="monitor", as_of=as_of, output_dir=str(folder / "out"))


@cache
def _written_once(with_tables: bool) -> TemporaryDirectory:
    """The data of all tests of a process, written once: staging them takes longer than the tests."""
    folder = TemporaryDirectory(prefix="monitor")
    write_company(Path(folder.name) / "company", with_tables=with_tables)
    return folder


def _orders_only() -> str:
    """Customer, day and amount alone: the least that a company can bring."""
    return "\n".join(",".join(line.split(",")[i] for i in (0, 1, 3)) for line in ORDERS.strip().splitlines()) + "\n"
