"""How long large sources take to pass the border, and how much memory: a CSV file and a folder of Parquet parts.

    python benchmarks/bench_border.py [--csv-gib 2] [--lines 50000000]

Each source is written to a temporary folder and removed afterwards. It is staged in a process of its own (read, cast,
checked row by row and across rows, written as Parquet), of which the peak of resident memory is taken; then staged
again without a change. Beside it stands the same reading in SQL written by hand for DuckDB, which casts and writes but
checks nothing. The table is printed and kept in ``benchmarks/results/border_<date>.md``.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb

GIB = 1 << 30
BOUND_GIB = 4
BYTES_PER_LINE = 56
PARTS = 25
LINES = """
    SELECT 'C' || lpad((hash(i * 3) % {n_customers})::varchar, 7, '0') customer_id,
           date '2021-01-01' + (hash(i // 4 * 7) % 1700)::int order_date,
           round((hash(i * 11) % 60000) / 100.0 - 50, 2) amount,
           'O' || lpad((i // 4)::varchar, 9, '0') order_id,
           'P' || (hash(i * 5) % 5000)::varchar product_id,
           (hash(i * 13) % 20 + 1)::int quantity
    FROM range({start}, {end}) t(i)
"""
CHILD = """
import json, resource, sys, time
from pathlib import Path
from portfolio_lab.data.load import stage_tables
from portfolio_lab.data.settings import DataSettings
from portfolio_lab.policy import DataPolicy
folder = Path(sys.argv[1])
wall, processor = time.perf_counter(), time.process_time()
staged = stage_tables(DataSettings(source="source"), DataPolicy(), root=folder, folder=folder / "cache")
seconds, processor = time.perf_counter() - wall, time.process_time() - processor
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
print(json.dumps({"seconds": seconds, "cpu": processor, "peak_gib": peak, "n": staged.report.table("orders").n_kept}))
"""
BY_HAND = """
import duckdb, json, sys, time
con = duckdb.connect(config={"memory_limit": "2GiB", "temp_directory": sys.argv[1] + "/spill"})
wall, processor = time.perf_counter(), time.process_time()
con.execute(f"COPY (SELECT customer_id, order_date::date, amount::double, order_id, product_id, quantity::double "
            f"FROM {sys.argv[2]}) TO '{sys.argv[1]}/by_hand.parquet'")
print(json.dumps({"seconds": time.perf_counter() - wall, "cpu": time.process_time() - processor}))
"""


def write_csv(folder: Path, *, n_bytes: int) -> str:
    """Write one CSV file of about so many bytes; return how SQL reads it."""
    n = n_bytes // BYTES_PER_LINE
    query = LINES.format(n_customers=max(n // 25, 1), start=0, end=n)
    duckdb.execute(f"COPY ({query}) TO '{folder}/orders.csv' (HEADER)")
    return f"read_csv('{folder}/orders.csv', all_varchar = true)"


def write_parts(folder: Path, *, n_lines: int) -> str:
    """Write a folder of Parquet parts with so many lines; return how SQL reads it."""
    (folder / "orders").mkdir()
    edges = [n_lines * part // PARTS for part in range(PARTS + 1)]
    for part in range(PARTS):
        query = LINES.format(n_customers=max(n_lines // 25, 1), start=edges[part], end=edges[part + 1])
        duckdb.execute(f"COPY ({query}) TO '{folder}/orders/part-{part:03d}.parquet'")
    return f"read_parquet('{folder}/orders/*.parquet')"


def in_a_process(code: str, *arguments: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.strip().splitlines()[-1])


def measure(what: str, write: object, **size: int) -> dict[str, object]:
    """Return the figures of one source, which is removed again."""
    with tempfile.TemporaryDirectory(prefix="border-") as place:
        source = Path(place) / "source"
        source.mkdir()
        sql = write(source, **size)
        n_bytes = sum(path.stat().st_size for path in source.rglob("*") if path.is_file())
        time.sleep(4)  # files that were written only just now are not remembered
        by_hand = in_a_process(BY_HAND, place, sql)
        (Path(place) / "by_hand.parquet").unlink()
        first = in_a_process(CHILD, place)
        again = in_a_process(CHILD, place)
    return {"what": what, "gib": n_bytes / GIB, "first": first, "again": again, "by_hand": by_hand}


def report(rows: list[dict], note: str) -> str:
    lines = [
        f"# Large sources at the border, {datetime.now(UTC):%Y-%m-%d}",
        "",
        f"{os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}. Seconds by the "
        f"clock, in brackets processor seconds of all threads; peak of resident memory of the whole process. {note}",
        "",
        "| source | size | lines | staged and checked | peak memory | unchanged, again | SQL by hand, unchecked |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        first, again, hand = row["first"], row["again"], row["by_hand"]
        lines.append(
            f"| {row['what']} | {row['gib']:.2f} GiB | {first['n']:,} | {first['seconds']:.0f} s ({first['cpu']:.0f}) "
            f"| {first['peak_gib']:.2f} GiB | {again['seconds']:.2f} s | {hand['seconds']:.0f} s ({hand['cpu']:.0f}) |"
        )
    worst = max(row["first"]["peak_gib"] for row in rows)
    verdict = "met" if worst < BOUND_GIB else "missed"
    lines += ["", f"Target, peak memory below {BOUND_GIB} GiB: {verdict}."]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--csv-gib", type=float, default=2.0)
    parser.add_argument("--lines", type=int, default=50_000_000)
    parser.add_argument("--note", default="", help="a sentence for the result, such as what else the machine did")
    parser.add_argument("--no-file", action="store_true", help="print only")
    options = parser.parse_args()
    rows = [
        measure("one CSV file", write_csv, n_bytes=int(options.csv_gib * GIB)),
        measure(f"{PARTS} Parquet parts", write_parts, n_lines=options.lines),
    ]
    text = report(rows, options.note)
    print(text)
    if not options.no_file:
        results = Path(__file__).parent / "results"
        results.mkdir(exist_ok=True)
        (results / f"border_{datetime.now(UTC):%Y-%m-%d}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
