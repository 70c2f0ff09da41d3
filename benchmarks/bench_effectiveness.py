"""Time the comparison of chosen customers: the engine on a million rows, and the whole report from a file.

    python benchmarks/bench_effectiveness.py [--engine-only]

Prints the CPU of the cross-fitted effect (five folds, logistic and linear models, 12 known columns) beside that of one
own logistic fit per fold in the same run, with the peak memory; then, from a table of chosen customers that stands
alone, seconds and peak memory of the report at 20,000, 100,000 and 1,000,000 rows.
"""

import json
import subprocess
import sys
import tempfile
import time
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
    command = [sys.executable, "-c", "from portfolio_lab.reports.cli import main; main()", "run", str(run_file)]
    start = time.monotonic()
    done = subprocess.run([*command, "--reports", str(folder / "out")], capture_output=True, text=True, check=False)
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


def main() -> int:
    """Return the number of limits that were not kept."""
    kept = [time_engine(1_000_000)]
    if "--engine-only" not in sys.argv:
        with tempfile.TemporaryDirectory() as place:
            kept += [time_report(n, Path(place) / str(n)) for n in SIZES]
    print(f"limits kept: {sum(kept)} of {len(kept)}")
    return len(kept) - sum(kept)


if __name__ == "__main__":
    raise SystemExit(main())
