"""Companies at the edge, with orders only: the review is published whole, and each page says what it cannot say."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

DAYS = pd.date_range("2024-01-01", "2025-12-31", freq="D")


def one_order(rng):
    return [("X1", DAYS[-57], 250.0)]


def everybody_once(rng):
    return [(f"O{i:04}", DAYS[rng.integers(len(DAYS))], rng.lognormal(4, 1)) for i in range(800)]


def clockwork(rng):
    starts = [(customer, first % 14) for first, customer in enumerate(f"C{i:03}" for i in range(120))]
    return [(customer, DAYS[day], rng.lognormal(5, 0.3)) for customer, at in starts for day in range(at, len(DAYS), 14)]


def silent_for_half_a_year(rng):
    rows = []
    for i in range(200):
        day = rng.exponential(40)
        while day < 540:
            rows.append((f"S{i:03}", DAYS[int(day)], rng.lognormal(4, 0.8)))
            day += rng.exponential(45)
    return rows


@pytest.mark.full
@pytest.mark.parametrize("company", [one_order, everybody_once, clockwork, silent_for_half_a_year])
def test_the_review_is_published_whole(company, tmp_path):
    rows = pd.DataFrame(company(np.random.default_rng(3)), columns=["customer_id", "order_date", "amount"])
    rows.assign(amount=rows["amount"].round(2)).to_csv(tmp_path / "orders.csv", index=False)
    run_file = tmp_path / "run.yaml"
    run_file.write_text(f"run: edge\nas_of: 2025-12-31\ndata: {{source: '{tmp_path / 'orders.csv'}'}}\n")
    start = "from portfolio_lab.reports.cli import main; main()"
    command = [sys.executable, "-c", start, "run", str(run_file), "--reports", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    latest = tmp_path / "out" / "edge" / "latest"
    topics = {"monitor", "abc_classes", "value", "growth", "survival", "stage_tuning", "data_quality"}
    assert topics <= {page.parent.name for page in latest.glob("*/report.html")}
