"""The facts of the growth page against SQL over the raw files, and against what was planted in the demo company."""

import json
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[2]
DATA, TRUTH = ROOT / "data" / "demo", ROOT / "data" / "demo_truth"


def table(name):
    return f"read_csv('{DATA / name}.csv', header = true, types = {{'customer_id': 'VARCHAR'}})"


@pytest.fixture(scope="module")
def facts(demo, facts_of):
    return facts_of(demo, "growth")


def test_headroom_on_a_potential_is_potential_less_the_last_twelve_months(demo):
    """Everybody who ever bought and has not closed, with a potential; a purchase is an order of positive amount."""
    expected = duckdb.sql(
        f"""
        WITH orders AS (SELECT customer_id, order_date, order_id, sum(amount) AS amount FROM {table("orders")}
                        WHERE order_date <= DATE '2026-09-30' GROUP BY ALL),
        bought AS (SELECT customer_id, max(order_date) FILTER (amount > 0) AS last,
                          coalesce(sum(amount) FILTER (order_date > DATE '2025-09-30'), 0) AS year
                   FROM orders GROUP BY customer_id HAVING last IS NOT NULL)
        SELECT count(*) AS n, sum(greatest(potential_amount - greatest(round(year, 2), 0), 0)) AS room
        FROM bought JOIN {table("customers")} USING (customer_id)
        WHERE potential_amount IS NOT NULL AND (closed_date IS NULL OR last > closed_date)"""
    ).fetchone()
    path = demo / "growth" / "tables" / "all_room.parquet"
    query = f"SELECT count(*), sum(headroom_amount) FROM '{path}' WHERE target_source = 'potential'"
    found = duckdb.sql(query).fetchone()
    assert found[0] == expected[0]
    assert found[1] == pytest.approx(expected[1], abs=0.01)


def test_the_fact_is_the_sum_of_the_table_and_of_each_breakdown(demo, facts):
    folder = demo / "growth" / "tables"
    for name in ("all_room", "room_by_class", "room_by_owner"):
        total = duckdb.sql(f"SELECT sum(headroom_amount) FROM '{folder / name}.parquet'").fetchone()[0]
        assert facts["headroom_amount"]["value"] == pytest.approx(total, abs=0.01)


def test_prospects_have_never_bought_and_are_not_closed(facts):
    n = duckdb.sql(
        f"""SELECT count(*) FROM {table("customers")} c WHERE closed_date IS NULL AND NOT EXISTS
            (SELECT 1 FROM {table("orders")} o WHERE o.customer_id = c.customer_id AND amount > 0)"""
    ).fetchone()[0]
    assert facts["n_prospects"]["value"] == n


def test_the_planted_share_of_referrals_is_found(facts):
    parameters = json.loads((TRUTH / "truth.json").read_text(encoding="utf-8"))["parameters"]
    low, high = facts["referral_share"]["interval"]
    assert low < parameters["lead_sources"]["referral"]["share"] < high
    share = duckdb.sql(
        f"""SELECT count(referred_by) / count(*) FROM {table("customers")}
            WHERE created_date >= (SELECT min(order_date) FROM {table("orders")})"""
    ).fetchone()[0]
    assert facts["referral_share"]["value"] == pytest.approx(share, rel=1e-12)


def test_leads_cost_and_convert_in_the_planted_order(demo):
    planted = json.loads((TRUTH / "truth.json").read_text(encoding="utf-8"))["parameters"]["lead_sources"]
    folder = demo / "growth" / "tables"
    effort = duckdb.sql(f"SELECT lead_source, cost_per_won_amount FROM '{folder}/effort.parquet'").df()
    assert effort["lead_source"].iloc[-1] == min(planted, key=lambda name: planted[name]["cost"])
    converted = duckdb.sql(f"SELECT lead_source FROM '{folder}/conversion.parquet' ORDER BY share_180 DESC").df()
    assert converted["lead_source"].iloc[0] == "referral"


def test_without_attributes_and_two_years_of_orders_nobody_has_a_target(cdnow, facts_of):
    """Orders of eighteen months alone: nothing says which customers are alike, so no room is shown."""
    assert "all_room" not in json.loads((cdnow / "growth" / "page.json").read_text(encoding="utf-8"))["tables"]
    facts = facts_of(cdnow, "growth")
    assert facts["headroom_amount"]["value"] is None
    assert facts["n_prospects"]["value"] is None


def test_without_further_tables_each_gap_is_one_sentence(cdnow):
    missing = json.loads((cdnow / "growth" / "page.json").read_text(encoding="utf-8"))["missing"]
    assert {gap["table"] for gap in missing} == {"customers", "contacts"}
    assert all(gap["text"].startswith("Without ") and gap["text"].count(". ") == 0 for gap in missing)
