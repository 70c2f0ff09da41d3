"""Time the comparison of chosen customers: the engine on a million rows, and the whole report from a file.

    python benchmarks/bench_effectiveness.py [--engine-only | --company 20000 100000]

Prints the CPU of the cross-fitted effect (five folds, logistic and linear models, 12 known columns) beside that of one
own logistic fit per fold in the same run, with the peak memory; then, from a table of chosen customers that stands
alone, seconds and peak memory of the report at 20,000, 100,000 and 1,000,000 rows. With ``--company`` the report is
run on whole companies of so many customers instead, invented by ``portfolio-lab demo`` (all 18 tables: orders,
contacts, planned tasks, plans and the rest): seconds from the start of the command to the published page, and the peak
memory of all its processes together. A limit that is not kept is counted, and the exit code is their number.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

from portfolio_lab.analysis.observational.effect import fit_effect
from portfolio_lab.analysis.observational.logit import add_one, fit_logit
from portfolio_lab.analysis.observational.nuisances import Recipe, draw_folds
from portfolio_lab.analysis.observational.sample import Sample

N_KNOWN = 12
SIZES = (20_000, 100_000, 1_000_000)
LIMIT_SECONDS = {20_000: 90, 100_000: 240, 1_000_000: 600}
LIMIT_RATIO, LIMIT_GB = 4.0, 4.0
COMPANY_FILE = """run: company
as_of: 2026-09-30
data: {{source: {folder}, timezone: Europe/Madrid}}
limits: {{cell_seconds: 3600, report_seconds: 3600, memory_mb: 16384}}
"""
COMMAND = [sys.executable, "-c", "from portfolio_lab.reports.cli import main; main()"]
POLL_SECONDS = 0.1
RUN_FILE = """run: campaign
as_of: 2026-09-30
data:
  source: {folder}
  tables: {{experiment: {{table: campaign}}}}
limits: {{cell_seconds: 1200, report_seconds: 1200, memory_mb: 8192}}
reports:
  effectiveness: {{control_arm: none, outcomes: {{bought: binary}}, covariates: [{covariates}], design: observational}}
"""


def chosen_customers(n: int, seed: int = 1) -> pd.DataFrame:
    """Return customers of whom the weak are contacted more: x1 … x12, arm, bought; the contact adds 4 points."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, N_KNOWN))
    treated = rng.random(n) < 1 / (1 + np.exp(1.0 + 0.6 * X[:, 0] - 0.3 * X[:, 1]))
    base = 0.3 / (1 + np.exp(-0.8 * X[:, 0] - 0.3 * X[:, 2]))
    frame = pd.DataFrame(X.round(4), columns=[f"x{k + 1}" for k in range(N_KNOWN)])
    bought = rng.random(n) < base + 0.04 * treated
    return frame.assign(arm=np.where(treated, "mail", "none"), bought=bought.astype(int))


def time_engine(n: int) -> bool:
    """Print the CPU seconds of the effect and of one logistic fit per fold; whether the ratio is kept."""
    frame = chosen_customers(n)
    terms = frame.iloc[:, :N_KNOWN].to_numpy()
    treated = (frame["arm"] == "mail").to_numpy()
    names = tuple(frame.columns[:N_KNOWN])
    sample = Sample(frame["bought"].to_numpy(float), treated, terms, names, np.ones(N_KNOWN, bool), np.arange(n))
    start = time.process_time()
    X, fold = add_one(terms), draw_folds(sample.cluster, n_folds=5, seed=1)
    for k in range(5):
        fit_logit(X[fold != k], treated[fold != k].astype(float))
    base = time.process_time() - start
    start = time.process_time()
    found = fit_effect(sample, recipe=Recipe("logit", n_splits=1), seed=1)
    seconds = time.process_time() - start
    peak = psutil.Process().memory_info().rss / 2**30
    print(
        f"engine, {n:,} rows: {seconds:.1f} s CPU, one logistic fit per fold {base:.1f} s: {seconds / base:.1f} times; "
        f"effect {found.effect:.4f} (planted 0.04); memory {peak:.1f} GB",
        flush=True,
    )
    return seconds / base <= LIMIT_RATIO and peak <= LIMIT_GB


def time_report(n: int, folder: Path) -> bool:
    """Print seconds and peak memory of the report from a file of n rows; whether both are kept."""
    folder.mkdir()
    chosen_customers(n).to_csv(folder / "campaign.csv", index=False)
    names = ", ".join(f"x{k + 1}" for k in range(N_KNOWN))
    run_file = folder / "campaign.yaml"
    run_file.write_text(RUN_FILE.format(folder=folder, covariates=names), encoding="utf-8")
    start = time.monotonic()
    command = [*COMMAND, "run", str(run_file), "--reports", str(folder / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - start
    if done.returncode:
        print(done.stdout + done.stderr)
        return False
    page = folder / "out" / "campaign" / "latest" / "effectiveness"
    peak = json.loads((page / "run.json").read_text(encoding="utf-8"))["peak_memory_mb"] / 1024
    plan = pd.read_parquet(page / "tables" / "plans.parquet").iloc[0]
    print(
        f"report, {n:,} rows: {seconds:.0f} s, {peak:.1f} GB; effect {plan['effect']:.4f} "
        f"({plan['low']:.4f} to {plan['high']:.4f}), simple comparison {plan['naive_effect']:.4f}",
        flush=True,
    )
    return seconds <= LIMIT_SECONDS[n] and peak <= LIMIT_GB


def time_company(n: int, folder: Path) -> bool:
    """Print seconds, processor seconds and peak memory of the report on a company of n customers; whether kept."""
    folder.mkdir()
    invent = [*COMMAND, "demo", str(folder / "data"), "--customers", str(n), "--format", "parquet"]
    subprocess.run(invent, stdout=subprocess.DEVNULL, check=True)
    run_file = folder / "company.yaml"
    run_file.write_text(COMPANY_FILE.format(folder=folder / "data"), encoding="utf-8")
    command = [*COMMAND, "run", str(run_file), "--only", "effectiveness", "--reports", str(folder / "out")]
    start, spent = time.monotonic(), sum(os.times()[2:4])
    with (folder / "log.txt").open("w") as log:
        process = psutil.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        peak = watch_memory(process)
    seconds, spent = time.monotonic() - start, sum(os.times()[2:4]) - spent
    if process.returncode:
        print((folder / "log.txt").read_text(encoding="utf-8"))
        return False
    limit = min((LIMIT_SECONDS[size] for size in SIZES if size >= n), default=LIMIT_SECONDS[SIZES[-1]])
    print(
        f"company, {n:,} customers: {seconds:.0f} s (at most {limit}), {spent:.0f} s CPU, {peak:.1f} GB "
        f"(at most {LIMIT_GB:.0f})",
        flush=True,
    )
    return seconds <= limit and peak <= LIMIT_GB


def watch_memory(process: psutil.Popen) -> float:
    """Return the largest memory that a process and all its children held at once, in GB; waits for its end."""
    peak = 0
    while process.poll() is None:
        held = 0
        with suppress(psutil.Error):  # one of them has just ended
            for each in (process, *process.children(recursive=True)):
                held += each.memory_info().rss
        peak = max(peak, held)
        time.sleep(POLL_SECONDS)
    return peak / 2**30


def main() -> int:
    """Return the number of limits that were not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine-only", action="store_true", help="only the engine, on a million rows")
    parser.add_argument("--company", type=int, nargs="+", metavar="CUSTOMERS", help="whole companies of these sizes")
    asked = parser.parse_args()
    kept = [] if asked.company else [time_engine(1_000_000)]
    with tempfile.TemporaryDirectory() as place:
        if not asked.company and not asked.engine_only:
            kept += [time_report(n, Path(place) / str(n)) for n in SIZES]
        kept += [time_company(n, Path(place) / f"company_{n}") for n in asked.company or []]
    print(f"limits kept: {sum(kept)} of {len(kept)}")
    return len(kept) - sum(kept)


if __name__ == "__main__":
    raise SystemExit(main())
