"""The analyst's entrance: a table of finished lifetimes alone, from the run file to the published page."""

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from openpyxl import load_workbook

RUN_FILE = """
run: subscriptions
title: Subscriptions
as_of: 2024-12-31
period: quarter
currency: USD
locale: en_US
country: US
data:
  source: data
  tables:
    durations:
      columns: {customer_id: subscriber, duration: months_here, event_observed: "has_left = 'Yes'", entry: seen_from}
reports:
  survival: {groups: [Contract, "Payment (€)"], covariates: [Contract, charge, gender], duration_unit: months}
"""
BETA = {"One year": -0.9, "Two year": -1.6}


@pytest.fixture(scope="module")
def subscribers():
    """Exponential lifetimes in months; a fifth is seen from an entry on; gender does not matter."""
    rng = np.random.default_rng(8)
    n = 900
    contract = rng.choice(["Monthly", "One year", "Two year"], n, p=[0.5, 0.25, 0.25])
    charge = rng.uniform(20, 120, n).round(2)
    risk = np.exp([BETA.get(each, 0.0) for each in contract] + 0.01 * (charge - 70))
    life = 18 * rng.standard_exponential(n) / risk
    entry = np.where(rng.random(n) < 0.2, rng.integers(1, 9, n), 0)
    end = entry + rng.integers(1, 49, n)
    frame = pd.DataFrame(
        {
            "subscriber": [f"00{i:04d}-QX" for i in range(n)],
            "Contract": contract,
            "Payment (€)": rng.choice(["Card", "Bank", ""], n),
            "gender": rng.choice(["Male", "Female"], n),
            "charge": charge,
            "months_here": np.minimum(np.ceil(life), end),
            "has_left": np.where(np.ceil(life) <= end, "Yes", "No"),
            "seen_from": entry,
        }
    )
    return frame[frame["months_here"] > frame["seen_from"]].reset_index(drop=True)


@pytest.fixture(scope="module")
def published(tmp_path_factory, subscribers):
    folder = tmp_path_factory.mktemp("analyst")
    (folder / "data").mkdir()
    subscribers.to_csv(folder / "data" / "durations.csv", index=False)
    (folder / "run.yaml").write_text(RUN_FILE, encoding="utf-8")
    start = "from portfolio_lab.reports.cli import main; main()"
    command = [sys.executable, "-c", start, "run", "run.yaml", "--reports", str(folder / "out")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, env=os.environ)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out" / "subscriptions" / "latest"


@pytest.fixture(scope="module")
def facts(published):
    found = json.loads((published / "survival" / "facts.json").read_text(encoding="utf-8"))
    return {name: fact["value"] for name, fact in found.items()}


@pytest.fixture(scope="module")
def oracle(subscribers):
    return subscribers.assign(event=subscribers["has_left"] == "Yes")


def table(published, name):
    return pd.read_parquet(published / "survival" / "tables" / f"{name}.parquet")


def curve(rows):
    late = {"entry": rows["seen_from"]} if (rows["seen_from"] > 0).any() else {}
    return KaplanMeierFitter().fit(rows["months_here"], rows["event"], **late)


def test_facts_are_those_that_lifelines_finds(facts, oracle):
    assert facts["n_spells"] == len(oracle)
    assert facts["n_events"] == oracle["event"].sum()
    assert facts["median_duration"] == curve(oracle).median_survival_time_
    assert not any(name.endswith("_days") for name in facts)


def test_the_curve_of_everybody_is_that_of_lifelines(published, oracle):
    ours = table(published, "survival_curve").query("grouping == 'all' and survival.notna()").set_index("t")
    theirs = curve(oracle)
    assert len(ours) > 20
    assert ours["survival"].to_numpy() == pytest.approx(theirs.predict(ours.index).to_numpy(), abs=1e-9)
    band = theirs.confidence_interval_survival_function_.loc[ours.index[1:]].to_numpy()
    assert ours[["low", "high"]].iloc[1:].to_numpy() == pytest.approx(band, abs=1e-6)


def test_medians_of_the_groups_are_those_of_lifelines(published, oracle):
    groups = table(published, "groups").query("grouping == 'Contract'").set_index("group")
    for name, rows in oracle.groupby("Contract"):
        assert groups.loc[name, "n"] == len(rows)
        expected = curve(rows).median_survival_time_
        assert groups.loc[name, "median"] == pytest.approx(expected) or np.isinf(expected)


def log_rank(rows, column):
    """Mantel's test with late entry, time by time: chi-squared of observed less expected ends."""
    names = sorted(rows[column].unique())
    excess, spread = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for t in np.unique(rows.loc[rows["event"], "months_here"]):
        late = np.where(rows["seen_from"] > 0, rows["seen_from"], -1)
        at_risk = rows[(late < t) & (rows["months_here"] >= t)]
        n = np.array([(at_risk[column] == name).sum() for name in names], dtype=float)
        ends = at_risk[at_risk["event"] & (at_risk["months_here"] == t)]
        d = np.array([(ends[column] == name).sum() for name in names], dtype=float)
        share, total = n / n.sum(), d.sum()
        excess += d - total * share
        factor = total * (n.sum() - total) / max(n.sum() - 1, 1)
        spread += factor * (np.diag(share) - np.outer(share, share))
    return excess[1:] @ np.linalg.solve(spread[1:, 1:], excess[1:])


@pytest.mark.parametrize("column", ["Contract", "Payment (€)"])
def test_log_rank_is_that_of_a_computation_time_by_time_and_of_lifelines_without_entry(published, oracle, column):
    found = table(published, "logrank").set_index("grouping").loc[column]
    rows = oracle.assign(**{column: oracle[column].replace("", "unknown")})
    assert found["df"] == 2
    assert found["chi2"] == pytest.approx(log_rank(rows, column), rel=1e-9)
    early = rows.assign(seen_from=0)
    theirs = multivariate_logrank_test(early["months_here"], early[column], early["event"])
    assert log_rank(early, column) == pytest.approx(theirs.test_statistic, rel=1e-6)


def test_hazard_ratios_are_those_of_lifelines(published, oracle):
    reference = oracle["Contract"].value_counts().index[0]
    columns = {f"Contract: {level}": oracle["Contract"] == level for level in set(oracle["Contract"]) - {reference}}
    other = oracle["gender"].value_counts().index[1]
    columns |= {f"gender: {other}": oracle["gender"] == other, "charge": oracle["charge"]}
    rows = (
        pd.DataFrame(columns)
        .astype(float)
        .assign(t=oracle["months_here"], e=oracle["event"], entry=oracle["seen_from"].astype(float))
    )
    theirs = CoxPHFitter().fit(rows, "t", "e", entry_col="entry").summary
    ours = table(published, "drivers").set_index("term")
    assert set(ours.index) == set(theirs.index)
    names = ["exp(coef)", "exp(coef) lower 95%", "exp(coef) upper 95%"]
    expected = theirs.loc[ours.index, names].to_numpy()
    assert ours.loc["charge", "step"] == 20
    assert _per_unit(ours[["hazard_ratio", "low", "high"]], ours["step"]) == pytest.approx(expected, rel=1e-4)


def _per_unit(ratios, step):
    return (np.log(ratios).div(step, axis=0)).pipe(np.exp).to_numpy()


def test_planted_effects_lie_inside_the_intervals(published):
    drivers = table(published, "drivers").set_index("term")
    ours = np.log(drivers[["low", "high"]]).div(drivers["step"], axis=0)
    truth = {f"Contract: {level}": beta for level, beta in BETA.items()} | {"charge": 0.01}
    assert all(ours.loc[term, "low"] < beta < ours.loc[term, "high"] for term, beta in truth.items())


def test_the_page_the_review_and_the_workbook_know_nothing_of_orders(published):
    page = (published / "survival" / "report.html").read_text(encoding="utf-8")
    body = page[: page.index("Method and limits")]
    assert "line of inactivity at" not in body
    assert not any(words in body for words in ("one past day", "choices of ours:", "each 1 more"))
    assert "as far as at least ten of each were followed" in body
    assert "Traceback" not in page
    assert "survival/report.html" in (published / "index.html").read_text(encoding="utf-8")
    assert load_workbook(published / "review.xlsx", read_only=True).sheetnames[0] == "Contents"
    assert set(json.loads((published / "manifest.json").read_text(encoding="utf-8"))["reports"]) == {"survival"}


def test_stays_that_go_on_keep_their_ids_and_their_attributes(published, oracle):
    ahead = table(published, "open_stays")
    assert len(ahead) == (~oracle["event"]).sum()
    assert ahead["customer_id"].str.fullmatch(r"00\d{4}-QX").all()
    assert {"Contract", "charge", "p", "p_low", "p_high"} <= set(ahead)
