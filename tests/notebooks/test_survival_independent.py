"""The survival page of the demo company against SQL, lifelines and what was planted in the company."""

import json
import re
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

ROOT = Path(__file__).parents[2]
DATA, TRUTH = ROOT / "data" / "demo", ROOT / "data" / "demo_truth"
AS_OF, LINE = "2026-09-30", 120
SPELLS = f"""
    WITH orders AS (
        SELECT customer_id AS id, order_date AS day, order_id, sum(amount) AS total
        FROM read_csv('{DATA}/orders.csv', header = true, types = {{'customer_id': 'VARCHAR', 'order_id': 'VARCHAR',
                      'order_date': 'DATE', 'amount': 'DECIMAL(18, 4)'}})
        WHERE order_date <= DATE '{AS_OF}' GROUP BY ALL),
    days AS (SELECT DISTINCT id, day FROM orders WHERE total > 0),
    people AS (
        SELECT customer_id AS id, created_date AS created, closed_date AS closed
        FROM read_csv('{DATA}/customers.csv', header = true, types = {{'customer_id': 'VARCHAR',
               'created_date': 'DATE', 'closed_date': 'DATE'}})),
    numbered AS (
        SELECT d.id, day, created, closed, lag(day) OVER w AS before,
               sum(CASE WHEN lagged IS NULL OR day - lagged > {LINE} OR (lagged <= closed AND closed < day)
                   THEN 1 ELSE 0 END) OVER w AS spell
        FROM (SELECT *, lag(day) OVER (PARTITION BY id ORDER BY day) AS lagged FROM days) d
        LEFT JOIN people USING (id) WINDOW w AS (PARTITION BY d.id ORDER BY day)),
    spells AS (
        SELECT id, spell, min(day) AS first, max(day) AS last, max(day) + {LINE} AS quiet,
               any_value(created) AS created,
               any_value(CASE WHEN closed <= DATE '{AS_OF}' THEN closed END) AS closed
        FROM numbered GROUP BY ALL),
    ended AS (
        SELECT *, CASE WHEN closed >= last AND closed <= quiet THEN closed
                       WHEN quiet <= DATE '{AS_OF}' THEN quiet ELSE DATE '{AS_OF}' END AS stop,
               NOT coalesce(closed >= last AND closed <= quiet, false) AND quiet <= DATE '{AS_OF}' AS event,
               (SELECT min(day) FROM days) AS opened
        FROM spells),
    aged AS (
        SELECT *, spell = 1 AND first < opened + {LINE} AS early,
               spell = 1 AND first < opened + {LINE} AND coalesce(created < opened, false) AS old FROM ended)
    SELECT CASE WHEN old THEN stop - created ELSE stop - first END AS duration, event,
           CASE WHEN old THEN opened + {LINE} - created ELSE 0 END AS entry
    FROM aged WHERE (NOT early OR old) AND (NOT old OR stop > opened + {LINE})"""


@pytest.fixture(scope="module")
def spells(demo):
    return duckdb.sql(SPELLS).df()


def tables(build, name):
    return pd.read_parquet(build / "survival" / "tables" / f"{name}.parquet")


def test_stays_and_ends_are_those_that_sql_counts(demo, spells, facts_of):
    facts = {name: fact["value"] for name, fact in facts_of(demo, "survival").items()}
    assert facts["theta_days"] == LINE
    assert (facts["n_spells"], facts["n_events"]) == (len(spells), spells["event"].sum())


def test_median_and_curve_are_those_of_lifelines(demo, spells, facts_of):
    oracle = KaplanMeierFitter().fit(spells["duration"], spells["event"], entry=spells["entry"])
    found = facts_of(demo, "survival")["median_days"]
    assert found["value"] == oracle.median_survival_time_
    ours = tables(demo, "survival_curve").query("grouping == 'all' and survival.notna()").set_index("t")
    assert len(ours) > 300
    assert ours["survival"].to_numpy() == pytest.approx(oracle.predict(ours.index).to_numpy(), abs=1e-9)


def test_the_mean_within_a_year_is_the_area_under_that_curve(demo, spells, facts_of):
    oracle = KaplanMeierFitter().fit(spells["duration"], spells["event"], entry=spells["entry"])
    area = oracle.predict(np.arange(365)).sum()
    assert facts_of(demo, "survival")["rmst_365_days"]["value"] == pytest.approx(area, rel=1e-9)


def test_margin_at_risk_is_the_sum_of_the_list(demo, facts_of):
    watch = tables(demo, "watch_list")
    facts = facts_of(demo, "survival")
    assert facts["n_watch_list"]["value"] == len(watch)
    assert facts["margin_at_risk_amount"]["value"] == pytest.approx(watch["margin_at_risk_amount"].sum())
    assert watch.groupby("salesperson").size().max() <= 10
    people = set(pd.read_csv(DATA / "salespeople.csv")["name"])
    assert watch["salesperson"].map(lambda name: name.split(" (S")[0] in people).all()


def test_planted_effects_lie_inside_the_intervals(demo):
    """What the company was drawn from, and how much more often customers left under each factor by its own tally."""
    planted = json.loads((TRUTH / "truth.json").read_text(encoding="utf-8"))["parameters"]
    realised = pd.read_csv(TRUTH / "realised_leaving.csv").set_index("factor")
    ratio = realised["n_observed"] / realised["expected_without"]
    handovers = pd.read_csv(TRUTH / "handovers.csv").query("was_alive")["hazard_multiplier"]
    late = pd.read_csv(TRUTH / "late_responses.csv")["hazard_multiplier"]
    truths = {
        "salesperson_changed": (planted["handover_hazard_multiplier"], handovers.mean(), ratio["handover"]),
        "answered_late": (late.mean(), ratio["late_response"]),
        "not_contacted": (planted["neglect_hazard_multiplier"], ratio["neglect"]),
    }
    drivers = tables(demo, "drivers").set_index("term")
    for term, values in truths.items():
        for value in values:
            assert drivers.loc[term, "low"] < value < drivers.loc[term, "high"], (term, value)


def test_pauses_draw_the_effect_of_a_handover_towards_nothing(demo):
    lines = tables(demo, "sensitivity").query("term == 'salesperson_changed'").set_index("factor")["hazard_ratio"]
    lasting = tables(demo, "lasting").query("term == 'salesperson_changed'").set_index("factor")["hazard_ratio"]
    assert lines[0.75] < lines[1.0] < lasting[2.0]
    assert lasting[2.0] == tables(demo, "drivers").set_index("term").loc["salesperson_changed", "hazard_ratio"]


def test_the_page_says_what_the_effects_are_of_and_how_long_an_event_counts(demo):
    windows = tables(demo, "windows").query("term == 'salesperson_changed'")
    assert windows["days"].tolist() == [45, 90, 180]
    page = (demo / "survival" / "report.html").read_text(encoding="utf-8")
    assert "A change of salesperson" in page
    assert "Crossing the line of 120 days is not yet leaving" in page
    assert "taken to be 240 days without an order" in page


RULE = "Stage rules version 1, inactive after "


def test_every_figure_says_what_it_rests_on(demo, facts_of):
    figures = json.loads((demo / "survival" / "page.json").read_text(encoding="utf-8"))["figures"]
    facts = facts_of(demo, "survival")
    assert len(figures) >= 8
    for name, figure in figures.items():
        caption = figure["caption"]
        assert RULE in caption, name
        assert re.search(
            r"\d (stays|customers active on .*), .*ends seen; \d+ \w+ 20\d\d to 30 September 2026; ", caption
        ), name
        assert "counted from" in caption, name
    assert (
        f"{facts['n_spells']['value']:,} stays, {facts['n_events']['value']:,} ends" in figures["curve_all"]["caption"]
    )


def test_curves_are_hidden_from_the_first_time_with_fewer_than_thirty_at_risk(demo):
    for _, curve in tables(demo, "survival_curve").groupby(["grouping", "group"]):
        is_thin = (curve["n_at_risk"] < 30).cummax()
        assert (curve["survival"].isna() == is_thin).all()


def test_the_line_is_always_moved_and_a_sign_that_turns_is_marked(demo):
    moved = tables(demo, "sensitivity")
    assert sorted(moved["factor"].unique()) == [0.75, 1.0, 1.25, 1.5]
    in_force = moved[moved["factor"] == 1.0].set_index("term")["hazard_ratio"]
    turned = np.sign(np.log(moved["hazard_ratio"])) != np.sign(np.log(moved["term"].map(in_force)))
    assert (moved["is_sign_changed"] == turned).all()
