"""Regularity of demand on a complete calendar."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.abc_classes.demand import build_demand, select_whole_months, summarise_demand
from portfolio_lab.errors import AnalysisError


def _months(**customers) -> pd.DataFrame:
    frames = [
        pd.DataFrame(
            {
                "customer_id": name,
                "month": pd.date_range("2026-01-01", periods=len(values), freq="MS"),
                "amount": values,
            }
        )
        for name, values in customers.items()
    ]
    return pd.concat(frames, ignore_index=True).astype({"amount": float})


@pytest.mark.parametrize(
    ("series", "cv", "adi"), [([0, 0, 30, 0, 0, 30], 1.414214, 3.0), ([0, 0, 0, 60, 0, 0], 2.236068, 6.0)]
)
def test_rare_purchases_of_a_fixed_size_vary_over_the_calendar_only(series, cv, adi):
    row = build_demand(_months(x=series)).iloc[0]
    assert (row["cv"], row["adi"], row["cv2"]) == (pytest.approx(cv, abs=5e-7), adi, 0.0)
    assert (row["xyz_class"], row["demand_class"]) == ("Z", "intermittent")


@pytest.mark.parametrize(
    ("series", "xyz", "demand"),
    [
        ([10, 10, 10, 10], "X", "smooth"),
        ([5, 15, 5, 15], "X", "smooth"),  # cv exactly 0.5
        ([4, 16, 4, 16], "Y", "smooth"),
        ([0, 10, 0, 10], "Y", "intermittent"),  # cv exactly 1
        ([1, 1, 1, 40], "Z", "erratic"),
        ([1, 0, 0, 40], "Z", "lumpy"),
        ([0, 0, 0, 0], "none", "none"),
        ([5, -5, 0, 0], "none", "intermittent"),
        ([-5, -5, 0, 0], "none", "none"),
    ],
)
def test_classes_on_both_sides_of_the_limits(series, xyz, demand):
    row = build_demand(_months(x=series), min_months=4).iloc[0]
    assert (row["xyz_class"], row["demand_class"]) == (xyz, demand)


def test_customers_do_not_mix():
    table = build_demand(_months(b=[1, 0, 5], a=[2, 2])).set_index("customer_id")
    assert table["n_months"].to_dict() == {"a": 2, "b": 3}
    assert table["n_active_months"].to_dict() == {"a": 2, "b": 2}
    assert table.loc["b", "cv2"] == pytest.approx((np.std([1, 5]) / 3) ** 2)


@pytest.mark.parametrize("rows", [[0, 2], [0, 1, 1], [0, 0, 2]])
def test_a_hole_or_a_repeated_month_is_refused(rows):
    with pytest.raises(AnalysisError, match=r"missing or a repeated month \(found 'x'\)"):
        build_demand(_months(x=[1, 2, 3]).iloc[rows])


def test_too_few_months_make_nobody_regular():
    months = _months(new=[10] * 5, known=[10] * 6)
    table = build_demand(months).set_index("customer_id")
    assert table["xyz_class"].to_dict() == {"known": "X", "new": "none"}
    assert table["demand_class"].to_dict() == {"known": "smooth", "new": "none"}
    assert table.loc["new", "cv"] == 0.0


@pytest.mark.parametrize(
    ("start", "as_of", "n"),
    [
        (date(2026, 1, 1), date(2026, 3, 31), 3),
        (date(2026, 1, 2), date(2026, 3, 31), 2),
        (date(2026, 1, 1), date(2026, 3, 30), 2),
    ],
)
def test_a_month_cut_short_is_no_month(start, as_of, n):
    months = select_whole_months(_months(x=[1, 2, 3]), start=start, as_of=as_of)
    assert len(months) == n


def test_regularity_by_class():
    classes = pd.DataFrame({"customer_id": list("abcd"), "abc_class": ["A", "A", "C", "C0"]})
    demand = pd.DataFrame({"customer_id": list("abd"), "xyz_class": ["X", "Z", "X"]})
    table = summarise_demand(classes, demand)
    assert table.to_numpy().tolist() == [["A", 1, 0, 1, 0], ["B", 0, 0, 0, 0], ["C", 0, 0, 0, 1]]
    assert list(table.columns) == ["abc_class", "X", "Y", "Z", "none"]
