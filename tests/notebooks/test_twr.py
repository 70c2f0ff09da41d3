"""The numbers of the page on returns against hand computations and the raw orders."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

FORMS = """portfolio_id,valuation_date,nav_before,cash_flow
A,2024-01-01,,100000
B,2024-01-01,500,0
A,2024-06-30,105000,50000
B,2024-06-30,0,0
A,2025-01-01,160000,-60000
B,2025-01-01,0,200
A,2025-12-31,112000,
B,2025-12-31,230,0
"""


def run(run_file, reports):
    start = "from portfolio_lab.reports.cli import main; main()"
    command = [sys.executable, "-c", start, "run", str(run_file), "--reports", str(reports)]
    return subprocess.run(command, cwd=reports, capture_output=True, text=True, timeout=300)


def bring(folder, text):
    (folder / "own").mkdir()
    (folder / "own" / "valuations.csv").write_text(text)
    path = folder / "own.yaml"
    path.write_text("run: own\nas_of: 2025-12-31\ndata: {source: own}\n")
    return path


def test_a_table_of_valuations_alone_is_a_whole_review(tmp_path):
    done = run(bring(tmp_path, FORMS), tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    build = tmp_path / "own" / "latest"
    facts = {name: fact["value"] for name, fact in json.loads((build / "twr" / "facts.json").read_text()).items()}
    together = 105_000 / 100_500 * 160_000 / 155_000 * 112_230 / 100_200
    assert facts["company_twr"] == pytest.approx(together - 1, rel=1e-12)
    assert facts["company_ear"] == pytest.approx(together ** (365 / 730) - 1, rel=1e-12)
    assert facts["required_return"] == pytest.approx(1.1**2 - 1, rel=1e-12)
    assert facts["customer_equity"] == 112_230
    table = pd.read_parquet(build / "twr" / "tables" / "returns.parquet")
    r = {name: rows["r"].to_numpy() for name, rows in table.groupby("portfolio_id")}
    np.testing.assert_allclose(r["A"], [np.nan, 0.05, 160 / 155 - 1, 0.12], rtol=1e-12)
    np.testing.assert_allclose(r["B"], [np.nan, -1.0, np.nan, 0.15], rtol=1e-12)
    assert table.loc[table["portfolio_id"] == "B", "status"].tolist() == ["opening", "closed", "no_base", "ok"]
    page = (build / "twr" / "report.html").read_text(encoding="utf-8")
    assert "Traceback" not in page and ">nan<" not in page.lower() and "lost everything" in page
    assert (build / "index.html").is_file() and (build / "review.xlsx").is_file()


def test_a_value_that_cannot_be_read_stops_the_run_before_anything_is_done(tmp_path):
    done = run(bring(tmp_path, FORMS.replace("105000", "105k")), tmp_path)
    assert done.returncode == 2
    assert "column nav_before, row 4, key A / 2024-06-30, value '105k'" in " ".join((done.stdout + done.stderr).split())


def test_margin_of_the_statement_is_the_margin_of_the_orders(demo):
    root = Path(__file__).parents[2] / "data" / "demo"
    orders = pd.read_csv(root / "orders.csv", usecols=["customer_id", "order_date", "amount", "margin_amount"])
    orders["order_date"] = pd.to_datetime(orders["order_date"])
    window = orders[(orders["order_date"] > "2024-09-30") & (orders["order_date"] <= "2026-09-30")]
    statement = pd.read_parquet(demo / "twr" / "tables" / "statement.parquet")
    whole = statement[statement["level"] == "company"]
    paid = whole["income"].sum() + whole["new_margin"].sum()
    bought = orders[orders["amount"] > 0].groupby("customer_id")["order_date"].min()
    customers = bought.index[bought <= "2026-09-30"]
    assert paid == pytest.approx(window.loc[window["customer_id"].isin(customers), "margin_amount"].sum(), rel=2e-4)
    moved = whole["opening"] + whole["unwind"] + whole["experience"] - whole["income"] + whole["new"]
    assert (moved + whole["basis_change"]).tolist() == pytest.approx(whole["closing"].tolist(), rel=1e-9)


def test_the_return_of_the_company_is_what_its_statement_says(demo, facts_of):
    found = {name: fact["value"] for name, fact in facts_of(demo, "twr").items()}
    league = pd.read_parquet(demo / "twr" / "tables" / "league.parquet")
    assert found["n_portfolios"] == len(league)
    assert found["n_portfolios_above"] == (league["low"] > 0).sum()
    assert found["management_return"] == pytest.approx(found["company_twr"] - (1.1 ** (730 / 365) - 1))
    assert found["company_ear"] == pytest.approx((1 + found["company_twr"]) ** 0.5 - 1)
