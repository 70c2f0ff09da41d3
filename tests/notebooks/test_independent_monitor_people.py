"""Who bought, stopped, is at risk or overloaded, against SQL over the raw files and against the planted truth."""

from importlib.resources import files
from pathlib import Path

import duckdb
import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "demo"
TRUTH = ROOT / "data" / "demo_truth"
START, END = "2026-07-01", "2026-10-01"

BOUGHT = """
CREATE OR REPLACE TEMP TABLE bought AS
SELECT id, day FROM (SELECT id, day, ord, sum(amount) AS amount FROM lines GROUP BY ALL) WHERE amount > 0 GROUP BY ALL
"""
RUPTURES = """
SELECT id FROM bought GROUP BY id
HAVING bool_or(day >= DATE '{p3}' AND day < DATE '{p2}') AND bool_or(day >= DATE '{p2}' AND day < DATE '{p1}')
   AND bool_or(day >= DATE '{p1}' AND day < DATE '{start}')
   AND NOT bool_or(day >= DATE '{start}' AND day < DATE '{end}')
"""


@pytest.fixture(scope="module")
def con():
    con = duckdb.connect()
    for name in ("contacts", "receivables", "assignments", "customers", "orders"):
        con.execute(f"CREATE VIEW {name} AS FROM read_csv('{DEMO / name}.csv', header = true, all_varchar = true)")
    con.execute("""CREATE TABLE lines AS SELECT customer_id AS id, CAST(order_date AS DATE) AS day, order_id AS ord,
                   CAST(amount AS DECIMAL(18, 4)) AS amount FROM orders""")
    con.execute(BOUGHT)
    con.execute(
        "CREATE TABLE rup AS "
        + RUPTURES.format(p3="2025-10-01", p2="2026-01-01", p1="2026-04-01", start=START, end=END)
    )
    return con


def values(facts):
    return {name: fact["value"] for name, fact in facts.items()}


def test_positivation_of_the_demo_company(con, demo, facts_of):
    n, bought = con.sql(f"""
        WITH last AS (SELECT id, max(day) AS day FROM bought WHERE day < DATE '{START}' GROUP BY id),
        owned AS (SELECT DISTINCT customer_id AS id FROM assignments
                  WHERE CAST(start_date AS DATE) < DATE '{START}'
                    AND (end_date IS NULL OR CAST(end_date AS DATE) >= DATE '{START}')),
        portfolio AS (SELECT id FROM last JOIN customers c ON c.customer_id = id
                      WHERE id IN (FROM owned)
                        AND NOT (c.closed_date IS NOT NULL AND CAST(c.closed_date AS DATE) < DATE '{START}'
                                 AND last.day <= CAST(c.closed_date AS DATE)))
        SELECT count(*), count(*) FILTER (
            id IN (SELECT id FROM bought WHERE day >= DATE '{START}' AND day < DATE '{END}'))
        FROM portfolio""").fetchone()
    found = pd.read_parquet(demo / "monitor" / "tables" / "positivation.parquet")
    assert (found["n_customers"].sum(), found["n_bought"].sum()) == (n, bought)
    assert values(facts_of(demo, "monitor"))["positivation_rate"] == pytest.approx(bought / n, rel=1e-12)


def test_ruptures_and_their_shares_of_the_demo_company(con, demo, facts_of):
    facts = values(facts_of(demo, "monitor"))
    n = con.sql("SELECT count(*) FROM rup").fetchone()[0]
    assert facts["n_ruptures"] == n
    in_default = con.sql(f"""
        SELECT count(DISTINCT customer_id) FROM receivables WHERE customer_id IN (FROM rup)
           AND CAST(amount AS DOUBLE) > 0 AND CAST(due_date AS DATE) + 60 < DATE '{END}'
           AND (paid_date IS NULL OR (CAST(paid_date AS DATE) >= CAST(due_date AS DATE) + 60
                                      AND CAST(paid_date AS DATE) >= DATE '{START}'))""").fetchone()[0]
    assert facts["rupture_default_share"] == pytest.approx(in_default / n, rel=1e-12)


def test_ruptures_not_attended_of_the_demo_company(con, demo, facts_of):
    """Who is owed how many contacts a quarter follows from class and stage on 30 June, both found here by SQL."""
    found = con.sql(f"""
        WITH last AS (SELECT id, max(day) AS day FROM bought WHERE day < DATE '{START}' GROUP BY id),
        sums AS (SELECT id, round(coalesce(sum(amount) FILTER (day > DATE '2025-06-30'), 0), 2) AS amount
                 FROM lines WHERE day < DATE '{START}' GROUP BY id),
        steps AS (SELECT amount, sum(amount) AS part FROM sums WHERE amount > 0 GROUP BY amount),
        before AS (SELECT amount, sum(part) OVER (ORDER BY amount DESC) - part AS above, sum(part) OVER () AS whole
                   FROM steps),
        ranked AS (SELECT id, CASE WHEN above * 100 < whole * 80 THEN 'A' WHEN above * 100 < whole * 95 THEN 'B'
                                   ELSE 'C' END AS class FROM sums LEFT JOIN before USING (amount)),
        asked AS (SELECT id, CASE WHEN DATE '{START}' - 1 - day < 60 THEN 'active'
                                  WHEN DATE '{START}' - 1 - day < 120 THEN 'pre' ELSE 'late' END AS stage, class
                  FROM last JOIN ranked USING (id) WHERE id IN (FROM rup)),
        standard AS (SELECT id, floor(92.0 / CASE WHEN class = 'A' AND stage = 'pre' THEN 4 WHEN class = 'A' THEN 3
                     WHEN class = 'B' AND stage = 'pre' THEN 3 WHEN class = 'B' THEN 2 ELSE 1 END)::INT AS days
                     FROM asked),
        in_default AS (SELECT DISTINCT customer_id AS id FROM receivables
            WHERE CAST(amount AS DOUBLE) > 0 AND CAST(due_date AS DATE) + 60 < DATE '{END}'
              AND (paid_date IS NULL OR (CAST(paid_date AS DATE) >= CAST(due_date AS DATE) + 60
                                         AND CAST(paid_date AS DATE) >= DATE '{START}')))
        SELECT count(*) FROM standard s WHERE id NOT IN (FROM in_default) AND NOT EXISTS (
            SELECT 1 FROM contacts c WHERE c.customer_id = s.id AND c.direction <> 'in'
               AND CAST(c.contact_date AS DATE) >= DATE '{START}' - s.days
               AND CAST(c.contact_date AS DATE) < DATE '{END}')""").fetchone()[0]
    facts = values(facts_of(demo, "monitor"))
    assert facts["rupture_not_attended_share"] == pytest.approx(found / facts["n_ruptures"], rel=1e-12)


def test_the_lists_of_the_salespeople_hold_everybody_at_risk_once(demo, facts_of):
    folder = demo / "monitor" / "tables"
    counted = pd.read_parquet(folder / "at_risk_by_salesperson.parquet")
    lists = [pd.read_csv(path, encoding="utf-8-sig", dtype={"Number": str})
             for path in sorted((folder / "at_risk_by_salesperson").iterdir())]  # fmt: skip
    assert [len(rows) for rows in lists] == counted["n_customers"].tolist()
    together = pd.concat(lists)
    everybody = pd.read_parquet(folder / "at_risk.parquet")
    assert sorted(together["Number"]) == sorted(everybody["customer_id"])
    at_risk = values(facts_of(demo, "monitor"))["value_at_risk_amount"]
    assert together["Amount at risk"].sum() == pytest.approx(at_risk, abs=0.005)


def test_the_planted_causes_are_found(con, demo, facts_of):
    quarters = pd.read_csv(TRUTH / "rupture_quarters.csv", dtype={"customer_id": str})
    truth = quarters[(quarters["quarter_start"] == START) & (quarters["n_quarters_before"] >= 3)]
    found = pd.read_parquet(demo / "monitor" / "tables" / "ruptures.parquet").set_index("customer_id")["cause"]
    assert set(found.index) == set(truth["customer_id"])
    words = {"default": "In default", "not_attended": "Not attended", "claim_open": "Claim open"}
    for cause, word in words.items():
        planted = set(truth.loc[truth["cause"] == cause, "customer_id"])
        named = set(found.index[found == word])
        assert len(named & planted) >= 0.9 * len(planted), cause
        assert len(named & planted) >= 0.85 * len(named), cause
    facts = facts_of(demo, "monitor")
    for cause in ("default", "not_attended"):
        low, high = facts[f"rupture_{cause}_share"]["interval"]
        assert low <= (truth["cause"] == cause).mean() <= high


def test_the_overloaded_salesperson_is_found_and_nobody_else(demo, facts_of):
    people = pd.read_csv(TRUTH / "salespeople.csv")
    load = pd.read_parquet(demo / "monitor" / "tables" / "load.parquet")
    planted = people.loc[people["is_overloaded"], "salesperson_id"].tolist()
    assert load.loc[load["is_overloaded"], "salesperson_id"].tolist() == planted
    assert facts_of(demo, "monitor")["n_overloaded"]["value"] == len(planted) == 1


def test_value_at_risk_of_the_demo_company(con, demo, facts_of):
    at_risk = con.sql("""
        WITH last AS (SELECT id, max(day) AS day FROM bought GROUP BY id),
        year AS (SELECT id, sum(amount) AS amount FROM lines WHERE day > DATE '2025-09-30' GROUP BY id)
        SELECT sum(amount) FROM last JOIN year USING (id) JOIN customers c ON c.customer_id = id
        WHERE DATE '2026-09-30' - day BETWEEN 60 AND 149 AND amount > 0
          AND NOT (c.closed_date IS NOT NULL AND day <= CAST(c.closed_date AS DATE))""").fetchone()[0]
    assert values(facts_of(demo, "monitor"))["value_at_risk_amount"] == pytest.approx(float(at_risk), abs=0.005)


def test_open_promises_of_the_demo_company(con, demo):
    n = con.sql("""
        WITH p AS (SELECT DISTINCT customer_id AS id, CAST(next_step_date AS DATE) AS due, next_step FROM contacts
                   WHERE CAST(next_step_date AS DATE) <= DATE '2026-09-30'),
        closed AS (SELECT customer_id AS id FROM customers LEFT JOIN
                   (SELECT id, max(day) AS day FROM bought GROUP BY id) l ON l.id = customer_id
                   WHERE closed_date IS NOT NULL AND (l.day IS NULL OR l.day <= CAST(closed_date AS DATE)))
        SELECT count(*) FROM p WHERE id NOT IN (FROM closed) AND NOT EXISTS (
            SELECT 1 FROM contacts c WHERE c.customer_id = p.id AND c.direction <> 'in'
               AND CAST(c.contact_date AS DATE) >= p.due)""").fetchone()[0]
    assert len(pd.read_parquet(demo / "monitor" / "tables" / "promises.parquet")) == n


def test_orders_alone_agree_too_and_say_what_they_would_need(cdnow, facts_of):
    path = files("lifetimes") / "datasets" / "CDNOW_master.txt"
    raw = pd.read_csv(str(path), sep=r"\s+", header=0, names=["id", "day", "n", "amount"], dtype={"id": str})
    lines = raw.assign(day=pd.to_datetime(raw["day"].astype(str), format="%Y%m%d").dt.date)
    con = duckdb.connect()
    con.register("raw_lines", lines)
    con.execute("CREATE TABLE lines AS SELECT id, CAST(day AS DATE) AS day, day AS ord, amount FROM raw_lines")
    con.execute(BOUGHT)
    days = {"p3": "1997-07-01", "p2": "1997-10-01", "p1": "1998-01-01", "start": "1998-04-01", "end": "1998-07-01"}
    facts = values(facts_of(cdnow, "monitor"))
    assert facts["n_ruptures"] == con.sql(f"SELECT count(*) FROM ({RUPTURES.format(**days)})").fetchone()[0]
    n, bought = con.sql("""SELECT count(*), count(*) FILTER (last >= DATE '1998-04-01') FROM
        (SELECT id, max(day) AS last, min(day) AS first FROM bought GROUP BY id) WHERE first < DATE '1998-04-01'
        """).fetchone()
    assert facts["positivation_rate"] == pytest.approx(bought / n, rel=1e-12)
    assert facts["rupture_default_share"] is None
    assert facts["n_overloaded"] is None
