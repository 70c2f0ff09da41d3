"""How long the measures take, beside the same tables in plain pandas and in SQL written by hand for DuckDB.

    python benchmarks/bench_measures.py [--lines 5000000] [--lines-per-customer 25] [--repeat 3]

All start from the same Parquet files, end with the same pandas frames (compared before any time is reported) and run
in turn, so that a busy machine slows all of them. The best of the repetitions counts. Ours are timed as a review makes
them: the sums of orders first, then the measures from them; of the snapshots those that its reports ask for most, of
the day itself, a quarter and a year before. Pandas is timed twice: each measure for itself, and with the order days
kept for the measures that follow. The table is printed and kept in
``benchmarks/results/measures_<date>.md``, with the shape in its name where that is not the usual one.
"""

import argparse
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import duckdb
import ibis
import numpy as np
import pandas as pd
from pandas.testing import assert_frame_equal

from portfolio_lab.data.load import cut_at
from portfolio_lab.measures.cache import MeasureCache
from portfolio_lab.measures.customer_months import build_customer_months
from portfolio_lab.measures.fetch import fetch
from portfolio_lab.measures.order_days import build_order_days
from portfolio_lab.measures.order_sums import add_order_sums
from portfolio_lab.measures.orders import find_days
from portfolio_lab.measures.schema import CustomerMonths, OrderDays, Snapshots, conform
from portfolio_lab.measures.snapshots import build_snapshots

AS_OF = date(2025, 6, 30)
SNAPSHOTS = {"snapshots": AS_OF, "a quarter before": date(2025, 3, 31), "a year before": date(2024, 6, 30)}
TARGETS = {"pandas": 5.0, "sql": 1.5}
MONEY = "decimal(28, 6)"


def make_data(folder: Path, *, n_lines: int, per_customer: int) -> None:
    """Write orders of so many lines (four to an order), so many lines a customer on average, customers and contacts."""
    con = duckdb.connect()
    n_customers = max(n_lines // per_customer, 1)
    # a product of two uniform numbers: few customers buy much, many buy little
    who = f"((hash(o * 3 + 1) % 1000) * (hash(o * 5 + 2) % 1000) * {n_customers} // 1000000)"
    con.execute(f"""COPY (
        SELECT 'C' || lpad({who}::varchar, 7, '0') customer_id,
               date '2021-01-01' + (hash(o * 7 + 3) % 1700)::int order_date,
               'O' || lpad(o::varchar, 8, '0') order_id,
               round((hash(i * 11) % 60000) / 100.0 - 50, 2) amount,
               round((hash(i * 13) % 20000) / 100.0 - 20, 2) margin_amount,
               'S' || (hash(o * 17) % 60)::varchar salesperson_id
        FROM (SELECT i, i // 4 o FROM range({n_lines}) t(i))
    ) TO '{folder}/orders.parquet'""")
    con.execute(f"""COPY (
        SELECT 'C' || lpad(i::varchar, 7, '0') customer_id, 'Customer ' || i AS name, 'region ' || (i % 7) AS region
        FROM range({n_customers}) t(i)
    ) TO '{folder}/customers.parquet'""")
    con.execute(f"""COPY (
        SELECT 'C' || lpad((hash(i) % {n_customers})::varchar, 7, '0') customer_id,
               date '2021-01-01' + (hash(i * 7 + 3) % 1700)::int contact_date, 'call' AS channel
        FROM range({n_customers * 5}) t(i)
    ) TO '{folder}/contacts.parquet'""")


def window_start(as_of: date) -> date:
    """Return the day before the window of twelve months that ends with a month's last day."""
    return (pd.Timestamp(as_of) - pd.DateOffset(years=1) + pd.offsets.MonthEnd(0)).date()


# ---- ours -----------------------------------------------------------------------------------------------------------
def open_ours(folder: Path) -> dict[str, ibis.Table]:
    con = ibis.duckdb.connect()
    return {name: con.read_parquet(folder / f"{name}.parquet") for name in ("orders", "customers", "contacts")}


def ours(folder: Path) -> dict[str, Callable[[], pd.DataFrame | None]]:
    """Our measures; the first entry makes the sums of orders anew, the others read them."""
    keep = MeasureCache(folder / "kept", fingerprint="benchmark")

    def make_sums() -> None:
        shutil.rmtree(keep.folder, ignore_errors=True)
        add_order_sums(open_ours(folder), cache=keep)

    def tables() -> dict[str, ibis.Table]:
        return add_order_sums(open_ours(folder), cache=keep)

    return {
        SUMS: make_sums,
        "order days": lambda: build_order_days(tables(), as_of=AS_OF),
        "customer months": lambda: build_customer_months(tables(), as_of=AS_OF),
        **{name: partial(our_snapshots, tables, as_of=as_of) for name, as_of in SNAPSHOTS.items()},
    }


def our_snapshots(tables: Callable[[], dict[str, ibis.Table]], *, as_of: date) -> pd.DataFrame:
    return build_snapshots(tables(), as_of=as_of, window_months=12)


# ---- plain pandas ---------------------------------------------------------------------------------------------------
def pandas_order_days(folder: Path, *, as_of: date = AS_OF) -> pd.DataFrame:
    columns = ["customer_id", "order_date", "order_id", "amount", "margin_amount"]
    lines = pd.read_parquet(folder / "orders.parquet", columns=columns)
    lines["order_date"] = pd.to_datetime(lines["order_date"])
    lines = lines[lines["order_date"] <= pd.Timestamp(as_of)]
    orders = lines.groupby(["customer_id", "order_date", "order_id"], as_index=False).agg(
        amount=("amount", "sum"), margin_amount=("margin_amount", "sum"), n_lines=("amount", "size")
    )
    orders["is_purchase_day"] = orders["amount"].round(6) > 0
    return orders.groupby(["customer_id", "order_date"], as_index=False).agg(
        amount=("amount", "sum"),
        margin_amount=("margin_amount", "sum"),
        n_orders=("order_id", "size"),
        n_lines=("n_lines", "sum"),
        is_purchase_day=("is_purchase_day", "any"),
    )


def pandas_customer_months(folder: Path, days: pd.DataFrame | None = None) -> pd.DataFrame:
    days = (pandas_order_days(folder) if days is None else days).copy(deep=False)
    days["month"] = days["order_date"].dt.to_period("M").dt.to_timestamp()
    months = days.groupby(["customer_id", "month"], as_index=False).agg(
        amount=("amount", "sum"), margin_amount=("margin_amount", "sum"), n_purchase_days=("is_purchase_day", "sum")
    )
    first = months.groupby("customer_id", as_index=False)["month"].min()
    calendar = pd.DataFrame({"month": pd.date_range(first["month"].min(), AS_OF, freq="MS")})
    complete = first.rename(columns={"month": "first"}).merge(calendar, how="cross").query("month >= first")
    return complete.merge(months, on=["customer_id", "month"], how="left").fillna(0).drop(columns="first")


def pandas_snapshots(folder: Path, days: pd.DataFrame | None = None, *, as_of: date = AS_OF) -> pd.DataFrame:
    days = pandas_order_days(folder, as_of=as_of) if days is None else days[days["order_date"] <= pd.Timestamp(as_of)]
    start = pd.Timestamp(window_start(as_of))
    by_customer = days.groupby("customer_id")
    bought = days[days["is_purchase_day"]]
    gaps = bought.assign(gap=bought.groupby("customer_id")["order_date"].diff().dt.days).groupby("customer_id")["gap"]
    inside = days[days["order_date"] > start].groupby("customer_id")
    purchases = bought.groupby("customer_id")["order_date"]
    columns = ["customer_id", "order_date", "order_id", "salesperson_id"]
    lines = pd.read_parquet(folder / "orders.parquet", columns=columns)
    lines["order_date"] = pd.to_datetime(lines["order_date"])
    lines = lines[lines["order_date"] <= pd.Timestamp(as_of)]
    newest = lines[lines["order_date"] == lines.groupby("customer_id")["order_date"].transform("max")]
    contacts = pd.read_parquet(folder / "contacts.parquet")
    contacts["contact_date"] = pd.to_datetime(contacts["contact_date"])
    contacts = contacts[contacts["contact_date"] <= pd.Timestamp(as_of)]
    recent = contacts[contacts["contact_date"] > start]
    facts = pd.DataFrame(
        {
            "first_order_date": by_customer["order_date"].min(),
            "last_order_date": by_customer["order_date"].max(),
            "first_purchase_date": purchases.min(),
            "last_purchase_date": purchases.max(),
            "n_purchase_days": purchases.size(),
            "n_gaps": gaps.count(),
            "mean_gap_days": gaps.mean(),
            "median_gap_days": gaps.median(),
            "n_orders": lines[lines["order_date"] > start].groupby("customer_id")["order_id"].nunique(),
            "n_order_lines": inside["n_lines"].sum(),
            "amount": inside["amount"].sum().round(2),
            "margin_amount": inside["margin_amount"].sum().round(2),
            "amount_total": by_customer["amount"].sum().round(2),
            "salesperson_id": newest.groupby("customer_id")["salesperson_id"].min(),
        }
    )
    customers = pd.read_parquet(folder / "customers.parquet").assign(is_known=True)
    frame = facts.reset_index().merge(customers, on="customer_id", how="outer")
    last = contacts.groupby("customer_id")["contact_date"].max().rename("last_contact_date")
    frame = frame.join(last, on="customer_id")
    frame = frame.join(recent.groupby("customer_id").size().rename("n_contacts"), on="customer_id")
    return finish_snapshot(frame, as_of=as_of)


def finish_snapshot(frame: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    money = {name: frame[name].fillna(0.0) for name in ("amount", "margin_amount", "amount_total")}
    tenure = (pd.Timestamp(as_of) - pd.to_datetime(frame["first_purchase_date"])).dt.days
    silence = (pd.Timestamp(as_of) - pd.to_datetime(frame["last_purchase_date"])).dt.days
    return frame.assign(**money, tenure_days=tenure, days_since_last_order=silence)


# ---- SQL by hand ----------------------------------------------------------------------------------------------------
def sql_order_days(folder: Path, *, as_of: date = AS_OF) -> str:
    return f"""
        SELECT customer_id, order_date, sum(amount) amount, sum(margin_amount) margin_amount, count(*) n_orders,
               sum(n_lines) n_lines, bool_or(amount > 0) is_purchase_day
        FROM (SELECT customer_id, order_date, order_id, sum(amount::{MONEY}) amount,
                     sum(margin_amount::{MONEY}) margin_amount, count(*) n_lines
              FROM '{folder}/orders.parquet' WHERE order_date <= '{as_of}' GROUP BY ALL)
        GROUP BY ALL"""


def sql_frame(query: str) -> pd.DataFrame:
    return duckdb.connect().execute(query).df()


def by_hand_order_days(folder: Path) -> pd.DataFrame:
    casts = "* REPLACE (amount::double AS amount, margin_amount::double AS margin_amount)"
    return sql_frame(f"SELECT {casts} FROM ({sql_order_days(folder)})")


def by_hand_customer_months(folder: Path) -> pd.DataFrame:
    return sql_frame(f"""
        WITH months AS (
            SELECT customer_id, date_trunc('month', order_date) AS month, sum(amount) amount,
                   sum(margin_amount) margin_amount, sum(is_purchase_day::int) n_purchase_days
            FROM ({sql_order_days(folder)}) GROUP BY ALL),
        calendar AS (
            SELECT customer_id, unnest(generate_series(min(month), date_trunc('month', date '{AS_OF}'),
                                                       interval 1 month)) AS month
            FROM months GROUP BY ALL)
        SELECT customer_id, c.month, coalesce(amount, 0)::double amount,
               coalesce(margin_amount, 0)::double margin_amount, coalesce(n_purchase_days, 0)::bigint n_purchase_days
        FROM calendar c LEFT JOIN months m USING (customer_id, month)""")


def by_hand_snapshots(folder: Path, *, as_of: date = AS_OF) -> pd.DataFrame:
    start = window_start(as_of)
    inside = f"FILTER (order_date > '{start}')"
    return finish_snapshot(
        sql_frame(f"""
        WITH days AS ({sql_order_days(folder, as_of=as_of)}),
        gaps AS (
            SELECT *, CASE WHEN is_purchase_day THEN order_date END bought_on,
                   CASE WHEN is_purchase_day THEN order_date - lag(order_date) OVER (
                        PARTITION BY customer_id, is_purchase_day ORDER BY order_date) END gap
            FROM days),
        facts AS (
            SELECT customer_id, min(order_date) first_order_date, max(order_date) last_order_date,
                   min(bought_on) first_purchase_date, max(bought_on) last_purchase_date,
                   count(bought_on) n_purchase_days, count(gap) n_gaps, avg(gap) mean_gap_days,
                   median(gap) median_gap_days, sum(n_lines) {inside} n_order_lines,
                   round(sum(amount) {inside}, 2)::double amount,
                   round(sum(margin_amount) {inside}, 2)::double margin_amount,
                   round(sum(amount), 2)::double amount_total
            FROM gaps GROUP BY ALL),
        counts AS (
            SELECT customer_id, count(DISTINCT order_id) n_orders FROM '{folder}/orders.parquet'
            WHERE order_date > '{start}' AND order_date <= '{as_of}' GROUP BY ALL),
        people AS (
            SELECT customer_id, min(salesperson_id) FILTER (last_on = newest) salesperson_id
            FROM (SELECT customer_id, salesperson_id, max(order_date) last_on,
                         max(max(order_date)) OVER (PARTITION BY customer_id) newest
                  FROM '{folder}/orders.parquet' WHERE order_date <= '{as_of}' GROUP BY 1, 2)
            GROUP BY ALL),
        calls AS (
            SELECT customer_id, max(contact_date) last_contact_date,
                   count(*) FILTER (contact_date > '{start}') n_contacts
            FROM '{folder}/contacts.parquet' WHERE contact_date <= '{as_of}' GROUP BY ALL)
        SELECT * REPLACE (coalesce(is_known, false) AS is_known)
        FROM facts FULL JOIN (SELECT *, true AS is_known FROM '{folder}/customers.parquet') USING (customer_id)
        LEFT JOIN counts USING (customer_id) LEFT JOIN people USING (customer_id)
        LEFT JOIN calls USING (customer_id)"""),
        as_of=as_of,
    )


# ---- the race -------------------------------------------------------------------------------------------------------
SUMS = "sums of orders, made once"
ONE_DAY = "all of one day"
CONTRACTS = {"order days": OrderDays, "customer months": CustomerMonths, **dict.fromkeys(SNAPSHOTS, Snapshots)}


def rivals(folder: Path) -> dict[str, dict[str, Callable[[], pd.DataFrame | None]]]:
    pandas = {"order days": pandas_order_days, "customer months": pandas_customer_months}
    pandas |= {name: partial(pandas_snapshots, as_of=as_of) for name, as_of in SNAPSHOTS.items()}
    sql = {"order days": by_hand_order_days, "customer months": by_hand_customer_months}
    sql |= {name: partial(by_hand_snapshots, as_of=as_of) for name, as_of in SNAPSHOTS.items()}
    return {
        "ours": ours(folder),
        "pandas": {topic: finished(build, folder, topic) for topic, build in pandas.items()},
        "kept": pandas_that_keeps(folder),
        "sql": {topic: finished(build, folder, topic) for topic, build in sql.items()},
    }


def pandas_that_keeps(folder: Path) -> dict[str, Callable[[], pd.DataFrame]]:
    """Pandas in the hands of somebody who computes the order days once and goes on from them."""
    kept: dict[str, pd.DataFrame] = {}

    def keep(folder: Path) -> pd.DataFrame:
        kept["days"] = pandas_order_days(folder)
        return kept["days"]

    builds = {
        "order days": keep,
        "customer months": lambda folder: pandas_customer_months(folder, kept["days"]),
        **{name: partial(snapshots_from, kept, as_of=as_of) for name, as_of in SNAPSHOTS.items()},
    }
    return {topic: finished(build, folder, topic) for topic, build in builds.items()}


def snapshots_from(kept: dict[str, pd.DataFrame], folder: Path, *, as_of: date) -> pd.DataFrame:
    return pandas_snapshots(folder, kept["days"], as_of=as_of)


def finished(build: Callable[[Path], pd.DataFrame], folder: Path, topic: str) -> Callable[[], pd.DataFrame]:
    """Every rival ends with the frame that the contract asks for: types, row order and checks are part of the work."""
    return lambda: conform(build(folder), contract=CONTRACTS[topic])


def race(folder: Path, *, repeat: int) -> pd.DataFrame:
    """Return the best seconds of each rival for each measure, after all gave the same frame."""
    runners, rows = rivals(folder), []
    for topic in (SUMS, *CONTRACTS):
        times = {name: [] for name, builds in runners.items() if topic in builds}
        for _ in range(repeat):
            frames = {}
            for name, taken in times.items():
                wall, processor = time.perf_counter(), time.process_time()
                frames[name] = runners[name][topic]()
                taken.append((time.perf_counter() - wall, time.process_time() - processor))
        for name in set(frames) - {"ours"}:
            assert_frame_equal(frames[name], frames["ours"], check_exact=False, rtol=1e-9, atol=1e-6)
        row = {"measure": topic, "rows": None if topic == SUMS else len(frames["ours"])}
        for name in runners:
            row[name], row[f"{name}_cpu"] = np.min(times[name], axis=0) if name in times else (0.0, 0.0)
        rows.append(row)
    return pd.DataFrame(rows)


def split_order_days(folder: Path) -> pd.DataFrame:
    """Return the seconds of each part of the order days, of ours and of plain pandas: what bounds the ratio."""
    rows = []

    def timed(part: str, do: Callable[[], object]) -> object:
        wall, processor = time.perf_counter(), time.process_time()
        done = do()
        rows.append({"part": part, "wall": time.perf_counter() - wall, "cpu": time.process_time() - processor})
        return done

    days = find_days(cut_at(open_ours(folder), AS_OF))
    days = days.mutate(amount=days.amount.cast("float64"), margin_amount=days.margin_amount.cast("float64"))
    whole = days.aggregate([days.amount.sum(), days.count()])
    timed("ours, from the lines: the engine alone, nothing fetched", lambda: whole.to_pandas())
    frame = timed("ours, from the lines: the engine and its rows as a frame", lambda: fetch(days))
    timed("ours and pandas: types, order of rows, contract", lambda: conform(frame, contract=OrderDays))
    columns = ["customer_id", "order_date", "order_id", "amount", "margin_amount"]
    timed("pandas: the columns read", lambda: pd.read_parquet(folder / "orders.parquet", columns=columns))
    timed("pandas: read and grouped", lambda: pandas_order_days(folder))
    return pd.DataFrame(rows)


def report(times: pd.DataFrame, parts: pd.DataFrame, *, n_lines: int, per_customer: int) -> str:
    of_one_day = times[~times["measure"].isin([*SNAPSHOTS][1:])]
    sums = [part.sum().to_frame().T.assign(measure=name) for name, part in ((ONE_DAY, of_one_day), ("all", times))]
    whole = pd.concat([times, *sums], ignore_index=True)
    lines = [
        f"# Measures over {n_lines:,} order lines of {n_lines // per_customer:,} customers, "
        f"{datetime.now(UTC):%Y-%m-%d}",
        "",
        f"{os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}, "
        f"Ibis {ibis.__version__}, pandas {pd.__version__}; from Parquet files to a checked frame, best of the "
        "repetitions. Seconds by the clock, and in brackets processor seconds of all threads, which a busy machine "
        "disturbs less.",
        "",
        "| | rows | ours | plain pandas | pandas, order days kept | SQL by hand | pandas ÷ ours | kept ÷ ours "
        "| ours ÷ SQL |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in whole.to_dict("records"):
        lines.append(f"| {row['measure']} | {_rows(row)} | {' | '.join(_seconds(row, name) for name in RIVALS)} |")
    told = [f"{row['measure']} {'met' if _is_met(row) else 'missed'}" for row in whole.tail(2).to_dict("records")]
    lines += ["", f"Targets, together by the clock (at least {TARGETS['pandas']:g} × faster than plain pandas, at most "
                  f"{TARGETS['sql']:g} × the time of SQL by hand): {', '.join(told)}."]  # fmt: skip
    lines += ["", "Where the time of the order days goes:", "", "| part | seconds |", "|---|---:|"]
    lines += [f"| {row.part} | {row.wall:.2f} ({row.cpu:.2f}) |" for row in parts.itertuples()]
    return "\n".join(lines) + "\n"


RIVALS = ("ours", "pandas", "kept", "sql", ("pandas", "ours"), ("kept", "ours"), ("ours", "sql"))


def _is_met(total: dict[str, object]) -> bool:
    faster, slower = total["pandas"] / total["ours"], total["ours"] / total["sql"]
    return faster >= TARGETS["pandas"] and slower <= TARGETS["sql"]


def _rows(row: dict[str, object]) -> str:
    return "" if pd.isna(row["rows"]) else f"{int(row['rows']):,}"


def _seconds(row: dict[str, object], name: str | tuple[str, str]) -> str:
    """Seconds of a rival, or how many times the first of two takes the time of the second; in brackets of the CPU."""
    if isinstance(name, str):
        return f"{row[name]:.2f} ({row[f'{name}_cpu']:.2f})" if row[name] else ""
    more, less = name
    if not (row[more] and row[less]):
        return ""
    return f"{row[more] / row[less]:.1f} ({row[f'{more}_cpu'] / row[f'{less}_cpu']:.1f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=5_000_000)
    parser.add_argument("--lines-per-customer", type=int, default=25)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--no-file", action="store_true", help="print only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make_data(Path(folder), n_lines=1000, per_customer=25)
        race(Path(folder), repeat=1)  # imports and first calls are not what is measured
        make_data(Path(folder), n_lines=options.lines, per_customer=options.lines_per_customer)
        times, parts = race(Path(folder), repeat=options.repeat), split_order_days(Path(folder))
    text = report(times, parts, n_lines=options.lines, per_customer=options.lines_per_customer)
    print(text)
    if not options.no_file:
        results = Path(__file__).parent / "results"
        results.mkdir(exist_ok=True)
        shape = "" if options.lines_per_customer == 25 else f"_{options.lines_per_customer}_lines_per_customer"
        name = f"measures_{datetime.now(UTC):%Y-%m-%d}{shape}.md"
        (results / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
