import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.ruptures.causes import CAUSES, derive_causes, summarise_causes, summarise_causes_by
from portfolio_lab.errors import AnalysisError

REGULARS = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c", "d", "e", "f"],
        "owner": ["ana", "ana", "bob", "bob", "bob", None],
        "amount": [1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
        "is_rupture": [True, True, True, True, False, False],
    }
)
MARKS = {"price": pd.Index(["a", "e"]), "default": pd.Index(["a", "b", "e"]), "not_attended": pd.Index(["c"])}


def test_the_first_cause_that_holds_wins():
    found = derive_causes(REGULARS, MARKS)
    assert found["cause"].tolist() == ["default", "default", "not_attended", "unknown", "default", "unknown"]
    assert "cause" not in REGULARS


def test_shares_add_up_and_buyers_are_compared():
    table = summarise_causes(derive_causes(REGULARS, MARKS)).set_index("cause")
    assert list(table.index) == list(CAUSES)
    assert table["n_ruptures"].to_dict() == {
        "default": 2, "not_attended": 1, "claim_open": 0, "out_of_stock": 0, "price": 0, "unknown": 1,
    }  # fmt: skip
    assert table["share"].sum() == pytest.approx(1.0)
    assert table.loc["default", ["share", "amount", "n_marked", "buyer_share"]].tolist() == [0.5, 3.0, 2.0, 0.5]
    assert table.loc["price", "n_marked"] == 1
    assert np.isnan(table.loc["claim_open", "n_marked"])
    assert np.isnan(table.loc["unknown", "buyer_share"])


def test_without_any_table_everything_is_unknown():
    table = summarise_causes(derive_causes(REGULARS, {})).set_index("cause")
    assert table.loc["unknown", ["n_ruptures", "share"]].tolist() == [4, 1.0]


def test_no_rupture_has_no_share():
    found = summarise_causes(derive_causes(REGULARS[~REGULARS["is_rupture"]], MARKS))
    assert found["n_ruptures"].sum() == 0
    assert found["share"].isna().all()


def test_by_salesperson_with_counts_of_each_cause():
    found = summarise_causes_by(derive_causes(REGULARS, MARKS), by="owner")
    assert found["group"].tolist() == ["ana", "bob", "nobody known"]
    assert found["n_ruptures"].tolist() == [2, 2, 0]
    assert found["n_regulars"].tolist() == [2, 3, 1]
    assert found["default"].tolist() == [2, 0, 0]


def test_a_mark_that_is_no_cause_is_refused():
    with pytest.raises(AnalysisError, match="a mark is none of the causes"):
        derive_causes(REGULARS, {"weather": pd.Index([])})
