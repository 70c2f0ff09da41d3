"""Fairness: what may enter the criterion, and how the classes spread over groups."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.abc_classes.fairness import (
    assert_commercial,
    derive_tenure_band,
    list_comparable,
    summarise_class_shares,
)
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import AbcPolicy

FORBIDDEN = AbcPolicy().forbidden_columns


@pytest.mark.parametrize("column", ["gender", "Gender", " AGE ", "Birth Date", "marital-status"])
def test_a_forbidden_column_stops_the_run(column):
    with pytest.raises(AnalysisError, match=r"forbidden_columns rules out.*take the column out") as caught:
        assert_commercial(["amount", column], forbidden=FORBIDDEN)
    assert caught.value.value == column


def test_all_forbidden_columns_are_named():
    with pytest.raises(AnalysisError, match=r"found 'age, gender'"):
        assert_commercial(["gender", "amount", "age", "gender"], forbidden=FORBIDDEN)


def test_commercial_columns_pass():
    assert_commercial(["amount", "quantity", "unit_price", "average"], forbidden=FORBIDDEN)
    assert_commercial(["gender"], forbidden=[])


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (0, "under 1 year"),
        (365, "under 1 year"),
        (366, "1 to 2 years"),
        (731, "2 to 5 years"),
        (1827, "5 years and more"),
        (np.nan, "(not known)"),
    ],
)
def test_tenure_bands(days, band):
    assert derive_tenure_band(pd.Series([days], dtype=float)).tolist() == [band]


def test_shares_by_group():
    classes = pd.DataFrame({"abc_class": ["A", "C", "C", "B", "C", "C0"]})
    groups = pd.Series(["South", "South", "North", None, "South", "North"], index=[9, 8, 7, 6, 5, 4])
    table = summarise_class_shares(classes, groups)
    assert table["group"].drop_duplicates().tolist() == ["South", "North", "(not known)"]
    assert [type(group) for group in table["group"]] == [str] * 15
    shares = table.set_index(["group", "abc_class"])["share"]
    assert shares["South"].to_dict() == {"A": 1 / 3, "B": 0.0, "C": 2 / 3, "C0": 0.0, "N": 0.0}
    assert table["n_customers"].sum() == len(classes)
    assert table.groupby("group")["share"].sum().tolist() == pytest.approx([1.0] * 3)


@pytest.mark.parametrize(("n", "comparable"), [(9, ["South"]), (10, ["North", "South"])])
def test_groups_of_a_few_and_those_without_a_name_are_not_compared(n, comparable):
    groups = pd.Series(["South"] * 30 + ["North"] * n + [None] * 20)
    classes = pd.DataFrame({"abc_class": ["A", "C"] * (len(groups) // 2) + ["C"] * (len(groups) % 2)})
    assert list_comparable(summarise_class_shares(classes, groups)) == comparable
    many = pd.Series([f"g{i:02d}" for i in range(13) for _ in range(10)])
    shares = summarise_class_shares(pd.DataFrame({"abc_class": ["B"] * 130}), many)
    assert "(all others)" in set(shares["group"]) and "(all others)" not in list_comparable(shares)


def test_bands_keep_their_order_and_none_is_empty():
    classes = pd.DataFrame({"abc_class": ["A", "C", "C", "C"]})
    bands = derive_tenure_band(pd.Series([5000.0, 10.0, 10.0, np.nan]))
    groups = summarise_class_shares(classes, bands)["group"].drop_duplicates().tolist()
    assert groups == ["under 1 year", "5 years and more", "(not known)"]


@pytest.mark.parametrize(("n", "n_shown"), [(12, 12), (13, 12)])
def test_many_small_groups_are_counted_together(n, n_shown):
    groups = pd.Series([f"g{i:02d}" for i in range(n) for _ in range(n - i)])
    classes = pd.DataFrame({"abc_class": ["B"] * len(groups)})
    table = summarise_class_shares(classes, groups)
    shown = table["group"].drop_duplicates().tolist()
    assert len(shown) == n_shown
    assert (shown[-1] == "(all others)") == (n > 12)
    assert table["n_customers"].sum() == len(groups)
    assert table.groupby("group")["share"].sum().tolist() == pytest.approx([1.0] * n_shown)
