import filecmp
import subprocess
import sys
from datetime import date

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from portfolio_lab.data.demo import build, write_demo
from portfolio_lab.data.demo.build import Scope, block_tables, blocks, write_company
from portfolio_lab.data.demo.customers import Block, draw_customers
from portfolio_lab.data.demo.past import live_block
from portfolio_lab.data.demo.world import build_world
from portfolio_lab.data.schema import CHANNELS, CONTRACTS, EVENT_KINDS, PLAN_KINDS, QUOTE_OUTCOMES, ROLES, table_spec
from portfolio_lab.errors import DataError

ENTRANCES = {"valuations", "durations", "experiment"}
TABLES = [name for name in CONTRACTS if name not in ENTRANCES]


def files_of(folder):
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("table", TABLES)
def test_every_table_of_the_contract_is_there_and_keeps_it(company, table):
    frame = company.table(table)
    CONTRACTS[table].validate(frame, lazy=True)
    assert len(frame) == company.rows[table] > 0
    columns = {column.name for column in table_spec(table).columns}
    assert columns - set(frame.columns) <= {"cost_amount", "trigger"}
    key = list(table_spec(table).key)
    assert not key or not frame.duplicated(key).any()


def test_the_default_company_has_the_size_of_its_description(company):
    assert company.rows["customers"] == 3000
    people = company.table("salespeople")
    assert people["salesperson_id"].str[0].value_counts().to_dict() == {"S": 24, "M": 4, "I": 2, "D": 1}
    assert people.query("salesperson_id.str.startswith('S')")["team"].value_counts().tolist() == [6, 6, 6, 6]
    assert 190 <= company.rows["products"] <= 220
    orders = company.table("orders")
    assert orders["order_date"].min() >= pd.Timestamp("2023-04-01")
    assert orders["order_date"].max() >= pd.Timestamp("2026-09-28")
    yearly = orders.groupby(orders["order_date"].dt.year)["amount"].sum()
    assert 30e6 < yearly[2024] < 60e6
    assert 30e6 < yearly[2025] < 60e6
    assert 0.15 < orders["margin_amount"].sum() / orders["amount"].sum() < 0.35


def test_value_is_as_skewed_as_in_trade(company):
    orders = company.table("orders").query("order_date > '2025-09-30'")
    value = orders.groupby("customer_id")["amount"].sum().sort_values(ascending=False)
    assert 0.70 < value.iloc[: len(value) // 5].sum() / value.sum() < 0.85
    assert 0.02 < value.iloc[0] / value.sum() < 0.12


def stages(company):
    customers = company.table("customers").set_index("customer_id")
    last = company.table("orders").query("amount > 0").groupby("customer_id")["order_date"].max()
    days = (pd.Timestamp("2026-09-30") - last).dt.days.reindex(customers.index)
    stage = pd.cut(days, [-1, 59, 119, 149, 10_000], labels=["active", "pre_inactive", "inactivated", "inactive"])
    stage = stage.astype(object).where(days.notna(), "prospect")
    return stage.where(customers["closed_date"].isna(), "ex_customer")


def test_every_stage_and_class_has_at_least_five_customers(company):
    stage = stages(company).value_counts()
    assert len(stage) == 6
    assert stage.min() >= 5
    orders = company.table("orders")
    value = orders.query("order_date > '2025-09-30'").groupby("customer_id")["amount"].sum()
    before = (value.sort_values(ascending=False).cumsum().shift(fill_value=0)) / value.sum()
    assert min((before < 0.8).sum(), before.between(0.8, 0.95).sum(), (before > 0.95).sum()) >= 5
    assert (value < 0).sum() >= 5
    assert orders["customer_id"].nunique() - len(value) >= 5
    assert company.truth("customers")["abc_class"].value_counts().min() >= 5


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [("contacts", "channel", CHANNELS), ("contacts", "role", ROLES), ("contacts", "direction", ("in", "out")),
     ("service_events", "kind", EVENT_KINDS), ("quotes", "outcome", QUOTE_OUTCOMES), ("plan_arms", "arm", None),
     ("plan_tasks", "channel", None), ("plan_tasks", "role", None), ("plan_tasks", "objective", None),
     ("service_events", "cause", None), ("customers", "closed_reason", None), ("customers", "lead_source", None),
     ("customers", "segment", None), ("customers", "region", None), ("contacts", "outcome", None),
     ("contacts", "objective", None), ("contacts", "next_step", None), ("contacts", "plan_id", None),
     ("satisfaction", "aspect", None), ("satisfaction", "reason", None), ("attributes", "attribute", None),
     ("orders", "sales_channel", None), ("products", "family", None)],
)  # fmt: skip
def test_every_value_of_a_vocabulary_has_at_least_five_rows(company, table, column, values):
    counts = company.table(table)[column].value_counts()
    assert values is None or set(counts.index) == set(values)
    assert counts.min() >= 5


def test_flags_causes_and_kinds_of_change_have_at_least_five_rows(company):
    customers = company.table("customers")
    assert customers["is_locked"].sum() >= 5
    assert customers["has_open_deal"].sum() >= 5
    assert customers["referred_by"].notna().sum() >= 5
    assert company.table("products")["is_discontinued"].sum() >= 5
    assert company.truth("ruptures")["cause"].value_counts().min() >= 5
    assert company.truth("ruptures")["cause"].nunique() == 6
    assert company.truth("handovers")["kind"].value_counts().min() >= 5
    assert company.truth("handovers")["is_bad_moment"].sum() >= 5
    assert company.truth("customers")["dropout_cause"].value_counts().min() >= 5
    assert set(company.table("plans")["kind"]) == set(PLAN_KINDS)
    assert set(company.table("absences")["kind"]) == {"holiday", "leaver"}


def test_the_same_seed_gives_the_same_bytes(tmp_path, small):
    write_demo(tmp_path / "again", n_customers=220, n_months=24)
    for suffix in ("", "_truth"):
        one, two = small.with_name(f"small{suffix}"), tmp_path / f"again{suffix}"
        names = files_of(one)
        assert names == files_of(two)
        assert filecmp.cmpfiles(one, two, names, shallow=False)[1:] == ([], [])


def test_another_seed_gives_another_company():
    one, two = (build_world(220, 24, seed=seed, end=date(2026, 9, 30)) for seed in (1, 2))
    customers = [draw_customers(world, Block(0, 0, 220)) for world in (one, two)]
    assert (customers[0]["rate"] != customers[1]["rate"]).mean() > 0.9
    assert one.people.skill.tolist() != two.people.skill.tolist()


def test_a_later_customer_moves_nobody_else(tmp_path, small):
    write_demo(tmp_path / "more", n_customers=250, n_months=24)
    for table in ("customers", "orders", "contacts", "receivables", "satisfaction", "service_events", "quotes"):
        few, many = (pd.read_csv(folder / f"{table}.csv", dtype=str) for folder in (small, tmp_path / "more"))
        first = few["customer_id"] <= "C00180"
        expected = many[many["customer_id"] <= "C00180"].reset_index(drop=True)
        pd.testing.assert_frame_equal(few[first].reset_index(drop=True), expected)


def test_blocks_are_written_as_parts_and_do_not_depend_on_each_other(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "BLOCK_SIZE", 110)
    seen = []
    scope = Scope(n_customers=220, n_months=24, format="parquet")
    rows = write_company(tmp_path / "parts", scope, progress=lambda done, n: seen.append((done, n)))
    assert seen == [(110, 220), (220, 220)]
    names = sorted(path.name for path in (tmp_path / "parts/orders").iterdir())
    assert names == ["part-00001.parquet", "part-00002.parquet"]
    for table in ("orders", "customers", "contacts", "products", "targets"):
        assert pq.read_table(tmp_path / "parts" / table).num_rows == rows[table]
    world = build_world(220, 24, seed=1, end=date(2026, 9, 30))
    alone = block_tables(live_block(world, Block(1, 110, 110)), np.zeros((24, 24)))
    for table, frame in alone.items():
        part = pq.read_table(tmp_path / f"parts/{table}/part-00002.parquet").to_pandas()
        pd.testing.assert_frame_equal(part.astype(str), as_days(frame).astype(str))


def as_days(frame):
    dates = frame.select_dtypes("datetime").columns
    return frame.assign(**{name: frame[name].dt.date.where(frame[name].notna(), None) for name in dates})


def test_a_run_replaces_an_earlier_one_and_leaves_other_files_alone(tmp_path):
    folder = tmp_path / "data"
    (folder / "orders").mkdir(parents=True)
    (folder / "orders/part-00001.parquet").write_bytes(b"old")
    (folder / "quotes.csv").write_text("old")
    (folder / "notes.txt").write_text("mine")
    (folder / "mine").mkdir()
    write_demo(folder, n_customers=200, n_months=24, end=date(2025, 3, 14))
    assert not (folder / "orders").exists()
    assert (folder / "quotes.csv").read_text().startswith("customer_id,")
    assert (folder / "notes.txt").read_text() == "mine"
    assert (folder / "mine").exists()
    days = pd.to_datetime(pd.read_csv(folder / "orders.csv")["order_date"])
    assert days.min() >= pd.Timestamp("2023-04-01")
    assert days.max() <= pd.Timestamp("2025-03-14")


def test_a_size_that_cannot_be_is_refused_with_all_faults():
    with pytest.raises(DataError) as found:
        write_demo("nowhere", n_customers=10, n_months=3, format="xlsx")
    assert [str(fault) for fault in found.value.faults] == [
        "key n_customers, value '10': n_customers is out of range → choose 200 to 5000000",
        "key n_months, value '3': n_months is out of range → choose 24 to 120",
        "key format, value 'xlsx': unknown format → choose csv or parquet",
    ]


def test_customers_are_split_into_even_blocks():
    assert [(b.first, b.n) for b in blocks(18000)] == [(0, 6000), (6000, 6000), (12000, 6000)]
    assert [b.n for b in blocks(8000)] == [8000]
    assert sum(b.n for b in blocks(1_000_001)) == 1_000_001


@pytest.mark.full
def test_a_million_customers_fit_into_memory_and_an_hour(tmp_path):
    """Three blocks tell: memory stays where the second left it, and their time is in proportion."""
    code = (
        "import resource, sys, time\n"
        "from portfolio_lab.data.demo import Scope, write_company\n"
        "peaks, start = [], time.process_time()\n"
        "note = lambda done, n: peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
        "write_company(sys.argv[1], Scope(n_customers=24_000, format='parquet'), progress=note)\n"
        "print(*peaks, time.process_time() - start)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "d")], capture_output=True, text=True, check=True, timeout=600
    )
    _, second, third, seconds = map(float, found.stdout.split())
    assert third < 2048
    assert third < 1.1 * second
    assert seconds / 24_000 * 1_000_000 < 3600
