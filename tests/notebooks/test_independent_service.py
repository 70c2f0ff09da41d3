"""The facts of the service page against SQL over the raw files, and against what was planted in the demo company."""

import json
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[2]
DATA, TRUTH = ROOT / "data" / "demo", ROOT / "data" / "demo_truth"
EVENTS = f"""
    SELECT *, least(coalesce(first_response_date, DATE '9999-01-01'), DATE '9999-01-01') AS answered
    FROM read_csv('{DATA / "service_events.csv"}', header = true, types = {{'customer_id': 'VARCHAR'}})
    WHERE opened_date > DATE '2025-09-30' AND opened_date <= DATE '2026-09-30'"""


@pytest.fixture(scope="module")
def facts(demo, facts_of):
    return facts_of(demo, "service")


def one(query):
    return duckdb.sql(query).fetchone()[0]


def test_claims_are_counted(facts):
    assert facts["n_claims"]["value"] == one(f"SELECT count(*) FROM ({EVENTS}) WHERE kind = 'claim'")


def test_the_share_within_the_standard_leaves_out_what_is_still_to_be_seen(facts):
    """Every rule of the default plan asks for an answer within two days."""
    share = one(
        f"""SELECT count(*) FILTER (answered - opened_date <= 2)
                   / count(*) FILTER (answered <= DATE '2026-09-30' OR DATE '2026-09-30' - opened_date > 2)
            FROM ({EVENTS})"""
    )
    assert facts["share_within_standard"]["value"] == pytest.approx(share, rel=1e-12)


def test_the_median_wait_is_that_of_all_cases_with_open_ones_at_the_end(facts):
    """Nine of nearly two thousand cases are open, all of them young: they cannot move the middle case."""
    median = one(f"SELECT quantile_disc(answered - opened_date, 0.5) FROM ({EVENTS})")
    assert facts["median_first_response_days"]["value"] == median


def test_the_mean_score_is_that_of_all_answers(facts):
    mean = one(
        f"""SELECT avg(score) FROM read_csv('{DATA / "satisfaction.csv"}', header = true)
            WHERE survey_date > DATE '2025-09-30' AND survey_date <= DATE '2026-09-30'"""
    )
    assert facts["satisfaction_mean"]["value"] == pytest.approx(mean, rel=1e-12)


def test_the_planted_effect_of_late_answers_is_found(facts):
    """How often the planted multipliers made customers leave: observed against due without them."""
    query = f"SELECT n_observed / expected_without FROM read_csv('{TRUTH / 'realised_leaving.csv'}', header = true)"
    planted = one(f"{query} WHERE factor = 'late_response'")
    low, high = facts["late_answer_ratio"]["interval"]
    assert low > 1
    assert low < planted < high


def test_buying_stays_lower_after_a_claim_for_as_long_as_was_planted(demo, facts):
    parameters = json.loads((TRUTH / "truth.json").read_text(encoding="utf-8"))["parameters"]
    months = round(parameters["claim_rate_days"] * 7 / 5 / 30)
    assert facts["n_depressed_months"]["value"] == months == 3
    table = demo / "service" / "tables" / "aftermath.parquet"
    claims = duckdb.sql(f"SELECT ratio, low, high FROM '{table}' WHERE kind = 'claims' ORDER BY month").df()
    planted = parameters["claim_rate_multiplier"]
    assert claims["ratio"].head(3).mean() == pytest.approx(planted, abs=0.06)
    assert (claims["low"].head(3) < planted + 0.02).all()
    assert (claims["high"].tail(3) > 1).all()


def test_the_overloaded_salesperson_answers_least_in_time(demo):
    table = demo / "service" / "tables" / "by_person.parquet"
    slowest = duckdb.sql(f"SELECT owner FROM '{table}' LIMIT 1").fetchone()[0]
    overloaded = one(
        f"""SELECT name FROM read_csv('{DATA / "salespeople.csv"}', header = true)
            JOIN read_csv('{TRUTH / "salespeople.csv"}', header = true) USING (salesperson_id) WHERE is_overloaded"""
    )
    assert slowest == overloaded
