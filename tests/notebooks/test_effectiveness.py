"""The effectiveness report as it is published: a finished experiment alone, and the demo company against its truth."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from simulators.effectiveness_review import write_emails
from simulators.email_experiment import MENS, MENS_EFFECT, WOMENS, WOMENS_EFFECTS

ROOT = Path(__file__).parents[2]


def publish(run_file, reports):
    start = "from portfolio_lab.reports.cli import main; main()"
    command = [sys.executable, "-c", start, "run", str(run_file), "--reports", str(reports)]
    done = subprocess.run(command, cwd=reports.parent, capture_output=True, text=True, timeout=600, env=os.environ)
    assert done.returncode == 0, done.stdout + done.stderr
    return reports / "mail" / "latest" / "effectiveness"


@pytest.fixture(scope="module")
def emails(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mail")
    return publish(write_emails(folder), folder / "reports")


def test_an_experiment_alone_gives_a_row_per_arm_and_outcome(emails):
    plans = pd.read_parquet(emails / "tables" / "plans.parquet").set_index(["plan_id", "outcome"])
    assert list(plans.index) == [(arm, outcome) for arm in (MENS, WOMENS) for outcome in ("visit", "spend")]
    mens, womens = plans.loc[(MENS, "visit")], plans.loc[(WOMENS, "visit")]
    assert mens["low"] <= MENS_EFFECT <= mens["high"]
    assert womens["low"] <= sum(WOMENS_EFFECTS.values()) / 2 <= womens["high"]
    assert set(plans["label"]) == {"A"}
    assert mens["n_treated"] + mens["n_control"] > 40_000


def test_its_cells_show_the_planted_interaction(emails):
    cells = pd.read_parquet(emails / "tables" / "cells.parquet")
    assert len(cells) == 2 * 2 * 2
    womens = cells[(cells["plan_id"] == WOMENS) & (cells["outcome"] == "visit")].set_index("value")
    assert womens.loc["1", "shrunk_low"] > womens.loc["0", "shrunk_high"]


def test_its_page_speaks_to_a_director(emails):
    page = (emails / "report.html").read_text(encoding="utf-8").lower()
    shown = page.split("method and limits")[0]
    assert all(word not in shown for word in ("p-value", "significant", "propensity", "nan of"))
    assert json.loads((emails / "facts.json").read_text(encoding="utf-8"))["n_plans"]["value"] == 2


@pytest.mark.full
def test_the_same_input_and_seed_give_the_same_bytes(tmp_path):
    found = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        folder = publish(write_emails(tmp_path / "data", n=4000), tmp_path / name / "reports")
        tables = sorted((folder / "tables").glob("*.csv"))
        found.append([hashlib.sha256(path.read_bytes()).hexdigest() for path in tables])
    assert found[0] == found[1]


@pytest.mark.parametrize("plan_id", ["RT-1", "RT-2"])
def test_the_trials_of_the_demo_company_against_their_planted_truth(demo, plan_id):
    plans = pd.read_parquet(demo / "effectiveness" / "tables" / "plans.parquet").set_index("plan_id")
    truth = pd.read_csv(ROOT / "data" / "demo_truth" / "trials.csv")
    own = truth[truth["plan_id"] == plan_id]
    planted = (own["n_orders_if_treated"] > 0).mean() - (own["n_orders_if_held_out"] > 0).mean()
    assert plans.loc[plan_id, "label"] == "A"
    assert plans.loc[plan_id, "low"] <= planted <= plans.loc[plan_id, "high"]
    assert plans.loc[plan_id, "n_treated"] + plans.loc[plan_id, "n_control"] == len(own)
    works = plans.loc[plan_id, "verdict"].startswith("works")
    assert works == (plan_id == "RT-1")
