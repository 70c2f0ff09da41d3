"""The forecast of the stages on a page, from a company of eight customers."""

import json

import pandas as pd
from simulators.monitor import open_company

from portfolio_lab.analysis.monitor.forecast import HORIZONS
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics import monitor_forecast as page

WORDING = Wording("en_GB", "EUR")


def test_shares_and_errors_stand_side_by_side(tmp_path):
    review = open_company(tmp_path)
    page.show_forecast(review, wording=WORDING)
    written = json.loads((review.out.folder / "page.json").read_text())
    assert list(written["figures"]) == ["forecast"]
    table = pd.read_parquet(review.out.folder / "tables" / "forecast.parquet").set_index("stage")
    assert list(table) == ["share_0", *(f"{kind}_{h}" for h in HORIZONS for kind in ("share", "error"))]
    assert table.loc["active", "share_0"] == 3 / 8
    assert abs(table["share_12"].sum() - 1) < 1e-9


def test_a_history_of_some_days_gives_no_forecast(tmp_path):
    review = open_company(tmp_path, as_of="2025-02-28", with_tables=False)
    page.show_forecast(review, wording=WORDING)
    written = json.loads((review.out.folder / "page.json").read_text())
    assert (written["figures"], written["tables"]) == ({}, {})


def test_a_horizon_that_could_not_be_tried_has_no_error():
    forecast = pd.DataFrame({"months_ahead": [0, 3, 6, 12], "stage": "active", "share": [1.0, 0.9, 0.8, 0.7]})
    errors = pd.DataFrame({"months_ahead": [3], "stage": ["active"], "mean_error": [0.01]})
    table = page.tabulate_forecast(forecast, errors)
    assert list(table) == ["stage", "share_0", "share_3", "error_3", "share_6", "share_12"]
    assert table["stage"].tolist()[1] == "active"
