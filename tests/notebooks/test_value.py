"""The numbers of the value page against another library and against the raw orders."""

from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from lifetimes import ModifiedBetaGeoFitter

AS_OF, CUT = pd.Timestamp("1998-06-30"), pd.Timestamp("1998-03-31")


@pytest.fixture(scope="module")
def days():
    path = files("lifetimes") / "datasets" / "CDNOW_master.txt"
    lines = pd.read_csv(str(path), sep=r"\s+", header=0, names=["id", "day", "n", "amount"], dtype={"id": str})
    lines["day"] = pd.to_datetime(lines["day"].astype(str), format="%Y%m%d")
    days = lines.groupby(["id", "day"], as_index=False)["amount"].sum()
    return days.assign(bought=days["amount"] > 0)


def histories(days, until):
    bought = days[days["bought"] & (days["day"] <= until)].groupby("id")["day"].agg(["min", "max", "size"])
    last, tenure = (bought["max"] - bought["min"]).dt.days, (until - bought["min"]).dt.days
    frame = pd.DataFrame({"x": bought["size"] - 1, "t_x": last, "T": tenure})
    return frame.groupby(["x", "t_x", "T"]).size().rename("n").reset_index()


def test_purchases_to_come_and_who_is_still_a_customer_by_another_library(cdnow, days, facts_of):
    found = {name: fact["value"] for name, fact in facts_of(cdnow, "value").items()}
    rows = histories(days, AS_OF)
    fitter = ModifiedBetaGeoFitter()
    fitter.fit(rows["x"], rows["t_x"], rows["T"], weights=rows["n"])
    shown = rows["x"], rows["t_x"], rows["T"]
    alive = fitter.conditional_probability_alive(*shown)
    assert found["n_still_customers"] == pytest.approx(float(np.dot(alive, rows["n"])), rel=2e-3)
    expected = fitter.conditional_expected_number_of_purchases_up_to_time(92, *shown)
    assert found["expected_purchases"] == pytest.approx(float(np.dot(expected, rows["n"])), rel=2e-3)


def test_the_error_of_the_forecast_is_against_what_came(cdnow, days):
    table = pd.read_parquet(cdnow / "value" / "tables" / "holdout.parquet").set_index("measure")
    known = days.loc[days["bought"] & (days["day"] <= CUT), "id"].unique()
    came = days[(days["day"] > CUT) & (days["day"] <= AS_OF) & days["id"].isin(known)]
    assert table.loc["purchase days", "actual"] == came["bought"].sum()
    assert table.loc["sales", "actual"] == pytest.approx(came["amount"].sum(), abs=0.01)
    row = table.loc["sales"]
    assert row["error_rate"] == pytest.approx(row["expected"] / row["actual"] - 1)


def test_parts_of_the_page_agree_with_each_other(demo, facts_of):
    found = {name: fact["value"] for name, fact in facts_of(demo, "value").items()}
    table = pd.read_parquet(demo / "value" / "tables" / "customers.parquet")
    values = np.sort(table["value_amount"].to_numpy())[::-1]
    assert found["customer_equity"] == pytest.approx(values.sum())
    assert found["largest_share"] == pytest.approx(values[0] / values[values > 0].sum())
    assert found["effective_customers"] == pytest.approx(
        values[values > 0].sum() ** 2 / (values[values > 0] ** 2).sum()
    )
    held = values[: found["n_half"]].sum() / values[values > 0].sum()
    assert held >= 0.5 > (held - values[found["n_half"] - 1] / values[values > 0].sum())
    owners = pd.read_parquet(demo / "value" / "tables" / "holders.parquet")
    assert owners["value_amount"].sum() == pytest.approx(found["customer_equity"], rel=1e-6)


def test_what_the_customers_are_worth_is_one_number_on_both_pages(demo, facts_of):
    value, held = (facts_of(demo, topic)["customer_equity"]["value"] for topic in ("value", "twr"))
    assert held == pytest.approx(value, abs=0.5)
