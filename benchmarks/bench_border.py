"""How long large sources take to pass the border, and how much memory: a CSV file and a folder of Parquet parts.

    python benchmarks/bench_border.py [--csv-gib 2] [--lines 50000000] [--folder PLACE]

Each source is written to a temporary folder and removed afterwards. `portfolio-lab check` reads it as a company's
would be read (read, cast, checked row by row and across rows, written as Parquet); the memory is that of the command
and all its processes together. Then it is checked again without a change. Beside it stands the same reading in SQL
written by hand for DuckDB, which casts and writes but checks nothing. The table is printed and kept in
``benchmarks/results/border_<date>.md``.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import psutil

GIB = 1 << 30
BOUND_GIB = 4
BYTES_PER_LINE = 46.03  # of the lines below, on average
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
RUN_FILE = "run: large\nas_of: 2025-08-31\ndata: {source: source}\n"
CHECK = (str(Path(sys.executable).with_name("portfolio-lab")), "check", "run.yaml", "--json")
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
    n = int(n_bytes / BYTES_PER_LINE)
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


def by_hand(place: str, sql: str) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-c", BY_HAND, place, sql], capture_output=True, text=True, check=True)
    (Path(place) / "by_hand.parquet").unlink()
    return json.loads(done.stdout.strip().splitlines()[-1])


def check(place: str) -> dict[str, float]:
    """Run the command on the source; return its seconds, processor seconds and the peak memory of all its processes."""
    before, wall, peak = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), 0
    with subprocess.Popen(CHECK, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        while running.poll() is None:
            peak = max(peak, resident(running.pid))
            time.sleep(0.3)
        said, problem = running.communicate()
    if running.returncode:
        raise RuntimeError(said + problem)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = time.perf_counter() - wall
    return {"seconds": seconds, "cpu": processor_seconds(after) - processor_seconds(before), "peak_gib": peak / GIB}


def processor_seconds(used: resource.struct_rusage) -> float:
    return used.ru_utime + used.ru_stime


def resident(pid: int) -> int:
    """Return the resident bytes of a process and all below it."""
    total = 0
    with suppress(psutil.Error):
        top = psutil.Process(pid)
        for process in (top, *top.children(recursive=True)):
            with suppress(psutil.Error):
                total += process.memory_info().rss
    return total


def lines_kept(place: str) -> int:
    (report,) = Path(place).rglob("load_report.json")
    return json.loads(report.read_text(encoding="utf-8"))["tables"][0]["n_kept"]


def measure(what: str, write: object, where: str | None, *, with_sql: bool, **size: int) -> dict[str, object]:
    """Return the figures of one source, which is removed again."""
    with tempfile.TemporaryDirectory(prefix="border-", dir=where) as place:
        source = Path(place) / "source"
        source.mkdir()
        (Path(place) / "run.yaml").write_text(RUN_FILE, encoding="utf-8")
        sql = write(source, **size)
        n_bytes = sum(path.stat().st_size for path in source.rglob("*") if path.is_file())
        time.sleep(4)  # files that were written only just now are not remembered
        hand = by_hand(place, sql) if with_sql else None
        first, again = check(place), check(place)
        return {"what": what, "gib": n_bytes / GIB, "n": lines_kept(place), "first": first, "again": again,
                "by_hand": hand}  # fmt: skip


def report(rows: list[dict], note: str) -> str:
    lines = [
        f"# Large sources at the border, {datetime.now(UTC):%Y-%m-%d}",
        "",
        f"{os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}. Seconds by the "
        f"clock, in brackets processor seconds of all threads; peak of resident memory of `portfolio-lab check` "
        f"with all its processes. {note}",
        "",
        "| source | size | lines | `portfolio-lab check` | peak memory | unchanged, again | SQL by hand, unchecked |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        first, again, hand = row["first"], row["again"], row["by_hand"]
        sql = f"{hand['seconds']:.0f} s ({hand['cpu']:.0f})" if hand else "not measured"
        lines.append(
            f"| {row['what']} | {row['gib']:.2f} GiB | {row['n']:,} | {first['seconds']:.0f} s ({first['cpu']:.0f}) "
            f"| {first['peak_gib']:.2f} GiB | {again['seconds']:.0f} s | {sql} |"
        )
    worst = max(row["first"]["peak_gib"] for row in rows)
    verdict = "met" if worst < BOUND_GIB else "missed"
    lines += ["", f"Target, peak memory below {BOUND_GIB} GiB: {verdict}."]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--csv-gib", type=float, default=2.0)
    parser.add_argument("--lines", type=int, default=50_000_000)
    parser.add_argument("--without-sql", action="store_true", help="leave out the SQL by hand")
    parser.add_argument("--folder", help="where the sources are written for the time; default: the temporary folder")
    parser.add_argument("--note", default="", help="a sentence for the result, such as what else the machine did")
    parser.add_argument("--no-file", action="store_true", help="print only")
    options = parser.parse_args()
    sql = not options.without_sql
    rows = [
        measure("one CSV file", write_csv, options.folder, with_sql=sql, n_bytes=int(options.csv_gib * GIB)),
        measure(f"{PARTS} Parquet parts", write_parts, options.folder, with_sql=sql, n_lines=options.lines),
    ]
    text = report(rows, options.note)
    print(text)
    if not options.no_file:
        results = Path(__file__).parent / "results"
        results.mkdir(exist_ok=True)
        (results / f"border_{datetime.now(UTC):%Y-%m-%d}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
