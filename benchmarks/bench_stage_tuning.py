"""How long a whole stage tuning takes, and how much memory.

    python benchmarks/bench_stage_tuning.py [--customers 200000] [--bootstrap 1000]

1.2 million purchases of 200,000 customers with cycles of their own (random timing, limited lives), 24 month ends, more
than 200 rules, 1,000 repetitions over customers, with money. The table is printed and kept in
``benchmarks/results/stage_tuning_<date>.md``.
"""

import argparse
import platform
import resource
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from portfolio_lab.analysis.stage_tuning import TuningSettings, tune_stages
from portfolio_lab.policy import StagePolicy

FIRST_DAY, LAST_DAY = pd.Timestamp("2023-01-01"), 1216
TARGETS = {"seconds": 120.0, "GiB": 4.0}


def make_order_days(*, n: int, seed: int) -> pd.DataFrame:
    """Return order days of n customers: own cycle lognormal around 90 days, exponential gaps and lives."""
    rng = np.random.default_rng(seed)
    now, cycle = rng.uniform(0, 1000, n), 90 * np.exp(0.8 * rng.standard_normal(n))
    death = now + rng.exponential(450 * np.exp(0.7 * rng.standard_normal(n)))
    who, when, running = [np.arange(n)], [now.copy()], np.arange(n)
    while len(running):
        now[running] += rng.exponential(cycle[running])
        running = running[now[running] < np.minimum(death[running], LAST_DAY + 1)]
        who.append(running)
        when.append(now[running].copy())
    frame = pd.DataFrame({"customer": np.concatenate(who), "day": np.concatenate(when).astype(int)}).drop_duplicates()
    dates = FIRST_DAY + pd.to_timedelta(frame["day"], unit="D")
    ids = "C" + frame["customer"].astype(str).str.zfill(7)
    return pd.DataFrame({"customer_id": ids, "order_date": dates, "is_purchase_day": True, "margin_amount": 30.0})


def measure(*, n: int, n_bootstrap: int) -> dict[str, float]:
    """Return what one tuning took."""
    days = make_order_days(n=n, seed=1)
    people = pd.DataFrame({"customer_id": days["customer_id"].unique()})
    as_of = FIRST_DAY + pd.Timedelta(days=LAST_DAY)
    settings = TuningSettings(n_bootstrap=n_bootstrap, contact_cost=5.0)
    wall, processor = time.perf_counter(), time.process_time()
    found = tune_stages(days, people, as_of=as_of, in_force=StagePolicy(), settings=settings)
    return {
        "purchases": len(days),
        "customers": len(people),
        "month ends": len(found.panel.origins),
        "rules": len(found.candidates),
        "repetitions": n_bootstrap,
        "seconds": time.perf_counter() - wall,
        "processor seconds": time.process_time() - processor,
        "GiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20,
    }


def main() -> None:
    """Measure, print and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--bootstrap", type=int, default=1000)
    asked = parser.parse_args()
    found = measure(n=asked.customers, n_bootstrap=asked.bootstrap)
    rows = [f"| {name} | {value:,.1f} | {TARGETS.get(name, '')} |" for name, value in found.items()]
    now = datetime.now(UTC)
    text = "\n".join(
        [
            f"# Stage tuning, {now:%Y-%m-%d}, Python {platform.python_version()}, {platform.machine()}",
            "",
            "| | measured | at most |",
            "|---|---|---|",
            *rows,
        ]
    )
    folder = Path(__file__).parent / "results"
    folder.mkdir(exist_ok=True)
    (folder / f"stage_tuning_{now:%Y-%m-%d}.md").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
