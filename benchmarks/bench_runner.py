"""How much time and processor the runner needs, against papermill and an HTML export in one process.

Five notebooks of a usual size (20,000 rows, two figures and two tables each) are run both ways, in turn and in an order
that is drawn anew in each round, so that whatever else the machine does falls on both. Processor seconds count all
child processes. ``python benchmarks/bench_runner.py --rounds 5 --write`` adds a dated page to benchmarks/results/.
"""

import argparse
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
TOPICS = ("balance", "classes", "frequency", "gaps", "months")
N_ROWS = 20_000
GOAL = 0.6

PARAMETERS = 'run_file: str = "demo"\nas_of: str = ""\noutput_dir: str = ""\nn: int = 1'
CELLS = (
    "from pathlib import Path\nimport matplotlib.pyplot as plt\nimport pandas as pd\nimport seaborn as sns",
    "orders = pd.read_csv(Path('..') / 'orders.csv', parse_dates=['order_date'])\norders.head()",
    "by_customer = orders.groupby('customer_id').agg(amount=('amount', 'sum'), n=('amount', 'size'))\n"
    "by_customer.sort_values('amount', ascending=False).head(20)",
    "monthly = orders.set_index('order_date').resample('MS')['amount'].sum()\nmonthly.describe().to_frame()",
    "axes = plt.figure(figsize=(8, 4)).gca()\nmonthly.plot(ax=axes)\n_ = axes.set(xlabel='month', ylabel='amount')",
    "axes = plt.figure(figsize=(8, 4)).gca()\n_ = sns.histplot(by_customer['amount'], ax=axes, bins=40)",
    "print(f'{len(orders):,} lines, {len(by_customer):,} customers')",
)

PAPERMILL = """
import sys
from pathlib import Path
import papermill
from nbconvert import HTMLExporter
folder = Path(sys.argv[1])
exporter = HTMLExporter()
for notebook in sorted((folder / "notebooks").glob("*.ipynb")):
    executed = folder / "out" / notebook.name
    executed.parent.mkdir(exist_ok=True)
    papermill.execute_notebook(notebook, executed, {"n": 2}, cwd=notebook.parent, progress_bar=False)
    executed.with_suffix(".html").write_text(exporter.from_filename(executed)[0])
"""

RUNNER = """
import sys
from datetime import date
from pathlib import Path
from portfolio_lab.reports.run_file import RunFile, dump_run_file
from portfolio_lab.reports.runner.parts import Parts, PreparedData, Report, Request, available_cores
from portfolio_lab.reports.runner.run import run_review

folder = Path(sys.argv[1])
exporters = []

def load_pages():
    from nbconvert import HTMLExporter
    exporters.append(HTMLExporter())

def render(notebook, place):
    (place / "report.html").write_text(exporters[0].from_notebook_node(notebook)[0])

def reports(run_file, data):
    found = sorted((folder / "notebooks").glob("*.ipynb"))
    return tuple(Report(path.stem, path.stem, "?", path, {"n": 2}) for path in found)

nothing = lambda place: None
parts = Parts(
    prepare=lambda request: PreparedData("f", {}, frozenset({"orders"})), reports=reports, dump_run_file=dump_run_file,
    secrets=lambda run_file: {}, render_report=render, render_failure=nothing, build_review_index=nothing,
    build_archive=nothing, write_workbook=nothing, write_pdf=nothing, load_pages=load_pages,
    preload=("pandas", "matplotlib.pyplot", "seaborn"))
run_file = RunFile(run="bench", data={"source": "orders.csv"}).read_from(folder / "bench.yaml", root=folder)
request = Request(run_file, date(2026, 9, 30), folder / "reports", force=True, jobs=available_cores())
outcome = run_review(request, parts)
sys.exit(outcome.exit_code and outcome.sentence)
"""

WAYS = {"papermill and export, one process": PAPERMILL, "portfolio_lab": RUNNER}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--write", action="store_true", help="write the result to benchmarks/results")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = make_fixture(Path(name))
        measured = measure(folder, asked.rounds)
    page = describe(measured, asked.rounds)
    print(page)
    if asked.write:
        place = HERE / "results" / f"runner_{datetime.now():%Y-%m-%d}.md"
        place.parent.mkdir(exist_ok=True)
        place.write_text(page)
    sys.exit(0 if ratio(measured, "cpu") <= GOAL and ratio(measured, "wall") <= GOAL else 1)


def make_fixture(folder: Path) -> Path:
    """Write the notebooks and their data."""
    import nbformat

    draw = np.random.default_rng(1)
    days = pd.Timestamp("2023-10-01") + pd.to_timedelta(draw.integers(0, 1096, N_ROWS), unit="D")
    customers = draw.integers(1, 2001, N_ROWS)
    pd.DataFrame(
        {"customer_id": customers, "order_date": days, "amount": draw.lognormal(4, 1, N_ROWS).round(2)}
    ).to_csv(folder / "orders.csv", index=False)
    (folder / "notebooks").mkdir()
    for topic in TOPICS:
        first = nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
        cells = [first, nbformat.v4.new_markdown_cell(f"# {topic}"), *map(nbformat.v4.new_code_cell, CELLS)]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "notebooks" / f"{topic}.ipynb")
    return folder


def measure(folder: Path, rounds: int) -> dict[str, dict[str, list[float]]]:
    """Return wall and processor seconds of each way, one value per round; one round before is not counted."""
    measured = {way: {"wall": [], "cpu": []} for way in WAYS}
    order = random.Random(1)
    for number in range(rounds + 1):
        for way in order.sample(list(WAYS), len(WAYS)):
            wall, cpu = run_once(WAYS[way], folder)
            if number:
                measured[way]["wall"].append(wall)
                measured[way]["cpu"].append(cpu)
    return measured


def run_once(code: str, folder: Path) -> tuple[float, float]:
    """Return wall and processor seconds of one process with all its children."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    env = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", code, str(folder)], env=env, capture_output=True, text=True)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stderr)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratio(measured: dict[str, dict[str, list[float]]], what: str) -> float:
    """Return our median over that of papermill."""
    theirs, ours = (statistics.median(measured[way][what]) for way in WAYS)
    return ours / theirs


def describe(measured: dict[str, dict[str, list[float]]], rounds: int) -> str:
    """Return the result as a page."""
    from importlib.metadata import version

    rows = "\n".join(f"| {way} | {_span(times['wall'])} | {_span(times['cpu'])} |" for way, times in measured.items())
    versions = ", ".join(f"{name} {version(name)}" for name in ("papermill", "nbclient", "nbconvert", "ipykernel"))
    load = os.getloadavg()[0]
    return f"""# Runner, {datetime.now():%Y-%m-%d}

Five notebooks ({N_ROWS:,} rows, two figures and two tables each), executed and exported to HTML. {rounds} rounds, both
ways in each round in random order; median (lowest–highest). Processor seconds count all child processes.

| way | wall s | processor s |
|---|---|---|
{rows}
| **ratio of medians** (goal: at most {GOAL}) | **{ratio(measured, "wall"):.2f}** | **{ratio(measured, "cpu"):.2f}** |

{len(os.sched_getaffinity(0))} processors, load {load:.1f} at the end, Python {platform.python_version()}, {versions}.
Made by `python benchmarks/bench_runner.py --rounds {rounds} --write`.
"""


def _span(times: list[float]) -> str:
    return f"{statistics.median(times):.1f} ({min(times):.1f}–{max(times):.1f})"


if __name__ == "__main__":
    main()
