"""The facts of published pages against computations that share nothing with the package but the raw files."""

from importlib.resources import files
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]


def classes_by_sql(query, **frames):
    """ABC by the cumulative share before each customer, ties together, in whole cents, written as SQL."""
    con = duckdb.connect()
    for name, frame in frames.items():
        con.register(name, frame)
    return con.sql(
        f"""
        WITH totals AS ({query}),
        positive AS (SELECT * FROM totals WHERE cents > 0),
        base AS (SELECT sum(cents) AS base FROM positive),
        ranked AS (
            SELECT p.id, cents, base,
                   coalesce(sum(cents) OVER (ORDER BY cents DESC RANGE UNBOUNDED PRECEDING), 0)
                   - cents * count(*) OVER (PARTITION BY cents) AS before
            FROM positive p, base)
        SELECT count(*) FILTER (before * 100 < 80 * base) AS a,
               count(*) FILTER (before * 100 >= 80 * base AND before * 100 < 95 * base) AS b,
               count(*) FILTER (before * 100 >= 95 * base) AS c,
               (SELECT count(*) FROM totals WHERE cents = 0) AS c0,
               (SELECT count(*) FROM totals WHERE cents < 0) AS n,
               (SELECT count(*) FROM totals) AS customers,
               max(base) / 100.0 AS base,
               max(cents) / max(base) AS largest
        FROM ranked
        """
    ).df().iloc[0]  # fmt: skip


def gini(values):
    values = np.sort(values)
    return float(np.abs(values[:, None] - values[None, :]).sum() / (2 * len(values) ** 2 * values.mean()))


def assert_abc(facts, expected):
    found = {name: fact["value"] for name, fact in facts.items()}
    names = {"n_a": "a", "n_b": "b", "n_c": "c", "n_c0": "c0", "n_n": "n", "n_customers": "customers"}
    assert {name: found[name] for name in names} == {name: int(expected[key]) for name, key in names.items()}
    assert found["base_amount"] == pytest.approx(float(expected["base"]), abs=0.005)
    assert found["largest_customer_share"] == pytest.approx(float(expected["largest"]), rel=1e-9)


def test_abc_of_the_demo_company(demo, facts_of):
    path = ROOT / "data" / "demo" / "orders.csv"
    query = f"""
        SELECT customer_id AS id, cast(round(coalesce(sum(cast(amount AS DECIMAL(18, 4)))
               FILTER (order_date > DATE '2025-09-30'), 0) * 100) AS HUGEINT) AS cents
        FROM read_csv('{path}', header = true, types = {{'customer_id': 'VARCHAR'}})
        WHERE order_date <= DATE '2026-09-30' GROUP BY 1"""
    assert_abc(facts_of(demo, "abc_classes"), classes_by_sql(query))


@pytest.fixture(scope="module")
def cdnow_lines():
    path = files("lifetimes") / "datasets" / "CDNOW_master.txt"
    frame = pd.read_csv(str(path), sep=r"\s+", header=0, names=["id", "day", "n", "amount"], dtype={"id": str})
    return frame.assign(day=pd.to_datetime(frame["day"].astype(str), format="%Y%m%d"))


def test_abc_and_gini_of_cdnow(cdnow, cdnow_lines, facts_of):
    lines = cdnow_lines.assign(cents=(cdnow_lines["amount"] * 100).round().astype("int64"))
    window = lines[lines["day"] > "1997-06-30"]
    totals = window.groupby("id")["cents"].sum().reindex(lines["id"].unique(), fill_value=0)
    frame = totals.rename("cents").rename_axis("id").reset_index()
    facts = facts_of(cdnow, "abc_classes")
    assert_abc(facts, classes_by_sql("SELECT id, cents::HUGEINT AS cents FROM totals_of_cdnow", totals_of_cdnow=frame))
    positive = totals[totals > 0].to_numpy(dtype=float)
    assert facts["gini"]["value"] == pytest.approx(gini(positive), rel=1e-9)
    top = np.sort(positive)[::-1][: int(np.ceil(0.2 * len(positive)))].sum() / positive.sum()
    assert facts["top20_share"]["value"] == pytest.approx(top, rel=1e-9)


def test_data_quality_of_cdnow(cdnow, cdnow_lines, facts_of):
    found = {name: fact["value"] for name, fact in facts_of(cdnow, "data_quality").items()}
    assert found["n_rows_read"] == found["n_rows_kept"] == len(cdnow_lines) == 69_659
    assert found["n_customers"] == cdnow_lines["id"].nunique() == 23_570
    assert (found["first_order_date"], found["last_order_date"]) == ("1997-01-01", "1998-06-30")
