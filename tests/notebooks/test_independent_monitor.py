"""The monitor's money, bridge, stages and movements against SQL over the raw files, which shares nothing with it."""

from importlib.resources import files
from pathlib import Path

import duckdb
import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
# The stage definition in force in both runs: fixed days, closure only.
PRE_INACTIVE, INACTIVE, INACTIVATED_FOR = 60, 120, 30

BRIDGE = """
WITH orders AS (SELECT id, day, ord, sum(amount) AS amount FROM lines WHERE day <= DATE '{as_of}' GROUP BY ALL),
days AS (SELECT id, day, sum(amount) AS amount, bool_or(amount > 0) AS bought FROM orders GROUP BY ALL),
marked AS (SELECT *, day >= DATE '{start}' AS is_now, day >= DATE '{base}' AND day < DATE '{base_end}' AS is_base
           FROM days),
people AS (
    SELECT id, coalesce(sum(amount) FILTER (is_now), 0) AS now, coalesce(sum(amount) FILTER (is_base), 0) AS base,
           coalesce(bool_or(bought) FILTER (is_now), false) AS bought_now,
           coalesce(bool_or(bought) FILTER (is_base), false) AS bought_base,
           coalesce(min(day) FILTER (bought) < DATE '{base_end}', false) AS is_old,
           coalesce(min(day) FILTER (bought) < DATE '{start}', false) AS is_older
    FROM marked GROUP BY id HAVING bool_or(is_now OR is_base))
SELECT CASE WHEN bought_now AND NOT bought_base AND NOT is_older THEN 'new'
            WHEN bought_now AND NOT bought_base AND NOT is_old THEN 'between'
            WHEN bought_now AND NOT bought_base THEN 'returned' WHEN bought_base AND NOT bought_now THEN 'lost'
            WHEN NOT bought_now THEN 'credits' WHEN now > base THEN 'grown' WHEN now < base THEN 'shrunk'
            ELSE 'unchanged' END AS step,
       count(*) AS n, sum(base) AS base, sum(now - base) AS change
FROM people GROUP BY 1
"""
STAGE = """
CREATE OR REPLACE MACRO stage_on(t) AS TABLE
WITH orders AS (SELECT id, day, ord, sum(amount) AS amount FROM lines WHERE day <= t GROUP BY ALL),
last AS (SELECT id, max(day) FILTER (amount > 0) AS bought FROM orders GROUP BY id),
everybody AS (SELECT coalesce(k.id, l.id) AS id, l.bought, k.closed
              FROM (SELECT * FROM known WHERE created IS NULL OR created <= t) k FULL JOIN last l ON k.id = l.id)
SELECT id, CASE
    WHEN closed <= t AND (bought IS NULL OR bought <= closed) THEN 'ex_customer' WHEN bought IS NULL THEN 'prospect'
    WHEN t - bought < {pre} THEN 'active' WHEN t - bought < {inactive} THEN 'pre_inactive'
    WHEN t - bought < {inactive} + {new} THEN 'inactivated' ELSE 'inactive' END AS stage
FROM everybody
"""
STAGE_FACTS = ("prospect", "active", "pre_inactive", "inactivated", "inactive", "ex_customer")


def assert_monitor(con, build, facts, *, as_of, start, base):
    """Facts and tables of a published monitor against SQL on ``lines`` (id, day, ord, amount) and ``known``."""
    found = {name: fact["value"] for name, fact in facts.items()}
    steps = con.sql(BRIDGE.format(as_of=as_of, start=start, base=base, base_end=start)).df().set_index("step")
    con.execute(STAGE.format(pre=PRE_INACTIVE, inactive=INACTIVE, new=INACTIVATED_FOR))
    assert_bridge(pd.read_parquet(build / "monitor" / "tables" / "bridge.parquet").set_index("step"), steps)
    total = con.sql(f"SELECT sum(amount) FROM lines WHERE day BETWEEN DATE '{start}' AND DATE '{as_of}'").fetchone()[0]
    before = con.sql(f"SELECT sum(amount) FROM lines WHERE day >= DATE '{base}' AND day < DATE '{start}'").fetchone()[0]
    assert found["net_sales_amount"] == pytest.approx(float(total), abs=0.005)
    assert found["net_sales_change"] == pytest.approx(float(total) / float(before) - 1, abs=1e-7)
    kept = steps[steps.index.isin(["grown", "unchanged", "shrunk", "lost"])]
    fell = float(steps.loc[["shrunk", "lost"], "change"].sum())
    sold = float(kept["base"].sum())
    assert found["gross_retention"] == pytest.approx(1 + fell / sold, abs=1e-7)
    assert found["net_retention"] == pytest.approx(1 + float(kept["change"].sum()) / sold, abs=1e-7)
    counts = dict(con.sql(f"SELECT stage, count(*) FROM stage_on(DATE '{as_of}') GROUP BY 1").fetchall())
    assert {name: found[f"n_{name}"] for name in STAGE_FACTS} == {name: counts.get(name, 0) for name in STAGE_FACTS}
    here = ("active", "pre_inactive")
    lost_and_recovered = f"""
        SELECT count(*) FILTER (a.stage IN {here} AND b.stage NOT IN {here}),
               count(*) FILTER (a.stage NOT IN {(*here, "prospect")} AND b.stage IN {here})
        FROM stage_on(DATE '{start}' - 1) a JOIN stage_on(DATE '{as_of}') b ON a.id = b.id"""
    assert (found["n_lost"], found["n_recovered"]) == con.sql(lost_and_recovered).fetchone()
    won = con.sql(f"""SELECT count(*) FROM (SELECT id, min(day) AS first FROM (
        SELECT id, day FROM lines WHERE day <= DATE '{as_of}' GROUP BY id, day, ord HAVING sum(amount) > 0)
        GROUP BY id) WHERE first >= DATE '{start}'""").fetchone()[0]
    flows = pd.read_parquet(build / "monitor" / "tables" / "flows.parquet")
    assert flows.loc[flows["move"] == "Won", "n_customers"].sum() == won


def assert_bridge(table, steps):
    words = {"new": "New", "between": "Won in between", "returned": "Returned", "grown": "Grown",
             "unchanged": "Unchanged", "shrunk": "Shrunk", "lost": "Did not buy again",
             "credits": "Credits only"}  # fmt: skip
    for step, row in steps.iterrows():
        assert table.loc[words[step], "n_customers"] == row["n"]
        assert table.loc[words[step], "change_amount"] == pytest.approx(float(row["change"]), abs=0.0101)
    assert table.loc["Sum", "n_customers"] == steps["n"].sum()
    assert table.loc["Sum", "change_amount"] == pytest.approx(float(steps["change"].sum()), abs=0.0051)


def test_the_monitor_of_the_demo_company(demo, facts_of):
    con = duckdb.connect()
    text = "types = {'customer_id': 'VARCHAR', 'order_id': 'VARCHAR', 'product_id': 'VARCHAR'}"
    con.execute(f"""
        CREATE TABLE raw AS SELECT * FROM read_csv('{ROOT / "data" / "demo" / "orders.csv"}', header = true, {text});
        CREATE TABLE lines AS SELECT customer_id AS id, order_date AS day, coalesce(order_id, '') AS ord,
            cast(amount AS DECIMAL(18, 4)) AS amount FROM raw;
        CREATE TABLE known AS SELECT customer_id AS id, created_date AS created, closed_date AS closed
            FROM read_csv('{ROOT / "data" / "demo" / "customers.csv"}', header = true,
                          types = {{'customer_id': 'VARCHAR'}})""")
    facts = facts_of(demo, "monitor")
    assert_monitor(con, demo, facts, as_of="2026-09-30", start="2026-07-01", base="2026-04-01")
    quality = pd.read_parquet(demo / "monitor" / "tables" / "quality.parquet").set_index("indicator")["Q3 2026"]
    due, on_time = con.sql("""
        SELECT count(*), avg(on_time::INT) FROM (
            SELECT bool_and(coalesce(delivered_date <= promised_date, false)) AS on_time FROM raw
            WHERE promised_date BETWEEN DATE '2026-07-01' AND DATE '2026-09-30' AND order_date <= DATE '2026-09-30'
            GROUP BY customer_id, order_date, order_id, promised_date)""").fetchone()
    assert due > 5000
    assert quality["Deliveries on time"] == f"{on_time:.1%}"
    margin = con.sql("SELECT sum(cast(margin_amount AS DECIMAL(18, 4))) FROM raw WHERE order_date BETWEEN "
                     "DATE '2026-07-01' AND DATE '2026-09-30'").fetchone()[0]  # fmt: skip
    money = pd.read_parquet(demo / "monitor" / "tables" / "money.parquet").set_index("period")
    assert money.loc["Q3 2026", "margin_amount"] == pytest.approx(float(margin), abs=0.005)
    target = con.sql(f"""SELECT sum(amount) FROM read_csv('{ROOT / "data" / "demo" / "targets.csv"}')
        WHERE salesperson_id IS NOT NULL AND month BETWEEN DATE '2026-07-01' AND DATE '2026-09-01'""").fetchone()[0]
    assert money.loc["Target", "amount"] == target


def test_every_movement_of_the_demo_company_adds_up_to_the_customer(demo, facts_of):
    tables = demo / "monitor" / "tables"
    flows, moved = (pd.read_parquet(tables / f"{name}.parquet") for name in ("flows", "movements"))
    facts = {name: fact["value"] for name, fact in facts_of(demo, "monitor").items()}
    n_everybody = sum(facts[f"n_{name}"] for name in STAGE_FACTS)
    assert flows["n_customers"].sum() == n_everybody
    for _, part in moved.groupby("level"):
        assert part["n_lost"].sum() <= facts["n_lost"]
        counts = part[[name for name in part if name.startswith("n_") and name != "n_customers"]]
        assert (counts.sum(axis=1) == part["n_customers"]).all()
    whole = moved[moved["level"] == "portfolio"].iloc[0]
    assert (whole["n_customers"], whole["n_lost"], whole["n_recovered"]) == (
        n_everybody, facts["n_lost"], facts["n_recovered"],
    )  # fmt: skip


def test_the_monitor_of_a_log_that_has_only_orders(cdnow, facts_of):
    path = files("lifetimes") / "datasets" / "CDNOW_master.txt"
    frame = pd.read_csv(str(path), sep=r"\s+", header=0, names=["id", "day", "n", "amount"], dtype=str)
    con = duckdb.connect()
    con.register("frame", frame)
    con.execute("""
        CREATE TABLE lines AS SELECT id, cast(strptime(day, '%Y%m%d') AS DATE) AS day, '' AS ord,
            cast(amount AS DECIMAL(18, 4)) AS amount FROM frame;
        CREATE TABLE known (id VARCHAR, created DATE, closed DATE)""")
    facts = facts_of(cdnow, "monitor")
    assert_monitor(con, cdnow, facts, as_of="1998-06-30", start="1998-04-01", base="1998-01-01")
