"""The report's customer table."""

import pandas as pd
import pytest

from portfolio_lab.analysis.abc_classes.customers import build_customers, derive_owner, list_closest
from portfolio_lab.analysis.abc_classes.phases import classify_customers
from portfolio_lab.analysis.abc_classes.population import select_population


def _parts(snapshots):
    classes = classify_customers(select_population(snapshots))
    stability = pd.DataFrame({"customer_id": ["small", "big", "old"], "p_class": [0.5, 1.0, 1.0]})
    rfm = pd.DataFrame({"customer_id": ["old", "big", "small"], "rfm": ["111", "555", "232"]})
    return classes, stability, rfm


def test_one_row_per_classified_customer_by_falling_value(snapshots):
    table = build_customers(*_parts(snapshots), derive_owner(snapshots), stable_share=0.8).set_index("customer_id")
    assert table.index.tolist() == ["big", "small", "old"]
    assert table["abc_class"].tolist() == ["A", "B", "C0"]
    assert table["is_unstable"].to_dict() == {"big": False, "small": True, "old": False}
    assert table["rfm"].to_dict() == {"big": "555", "small": "232", "old": "111"}
    assert table["name"].tolist() == ["Big Ltd", "Small Ltd", None]
    assert "amount_cents" not in table


def test_an_ambiguous_customer_is_not_multiplied(snapshots):
    doubled = pd.concat([snapshots, snapshots.head(1)])
    with pytest.raises(pd.errors.MergeError):
        build_customers(*_parts(snapshots), derive_owner(doubled), stable_share=0.8)


@pytest.mark.parametrize(
    ("salespeople", "owners"),
    [
        (None, ["s1", "s2", None, "s1"]),
        (pd.DataFrame({"salesperson_id": ["s1"]}), ["s1", "s2", None, "s1"]),
        (pd.DataFrame({"salesperson_id": ["s1", "s2"], "name": ["Ann", None]}), ["Ann", "s2", None, "Ann"]),
    ],
)
def test_owner_is_a_name_where_one_is_known(snapshots, salespeople, owners):
    assert derive_owner(snapshots, salespeople)["owner"].tolist() == owners


def test_the_closest_to_a_better_class_come_first():
    customers = pd.DataFrame(
        {
            "customer_id": list("abcdef"),
            "abc_class": ["A", "B", "C", "C", "C0", "C"],
            "distance_to_next_cut": [None, 9.0, 2.0, 0.5, 0.01, 2.0],
        }
    )
    assert list_closest(customers, n=3)["customer_id"].tolist() == ["d", "c", "f"]
