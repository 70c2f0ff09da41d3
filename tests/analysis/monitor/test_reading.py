"""The three-dimensional reading: it adds up in every dimension, and what slips is found."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lab.analysis.abc_classes.cuts import CLASSES
from portfolio_lab.analysis.monitor.reading import (
    BLOCKS,
    NOT_KNOWN,
    OTHERS,
    build_reading,
    cross_reading,
    find_slipping,
)
from portfolio_lab.analysis.stages import STAGES


def _customers(*rows):
    frame = pd.DataFrame(rows, columns=["region", "abc_class", "stage", "amount"])
    return frame.assign(customer_id=[f"c{i}" for i in frame.index], segment=None)


def test_counts_and_money_by_hand():
    reading = build_reading(
        _customers(("N", "A", "active", 10.0), ("N", "A", "active", 5.5), (None, "C", "inactive", 1.0),
                   ("S", None, "prospect", 0.0)), ["region", "segment"],
    )  # fmt: skip
    assert reading.to_dict("records") == [
        {"dimension": "region", "group": "N", "abc_class": "A", "stage": "active", "n_customers": 2, "amount": 15.5},
        {"dimension": "region", "group": NOT_KNOWN, "abc_class": "C", "stage": "inactive", "n_customers": 1,
         "amount": 1.0},
    ]  # fmt: skip


def test_without_any_grouping_the_reading_is_empty():
    assert build_reading(_customers(("N", "A", "active", 1.0)), ["segment"]).empty


def test_the_smallest_groups_are_shown_together():
    rows = [(f"g{i}", "A", "active", 100.0 - i) for i in range(5)]
    n_customers, amount, _ = cross_reading(build_reading(_customers(*rows), ["region"]), n_groups=3)
    assert amount.index.tolist() == ["g0", "g1", "g2", OTHERS]
    assert n_customers.loc[OTHERS, ("A", "active")] == 2
    four = cross_reading(build_reading(_customers(*rows[:4]), ["region"]), n_groups=3)[1]
    assert four.index.tolist() == ["g0", "g1", "g2", "g3"]
    assert list(amount.columns) == [(name, block) for name in "ABC" for block in BLOCKS]


def test_shares_are_of_the_class_and_only_where_there_are_enough():
    rows = [("N", "A", "active", 9.0)] * 9 + [("N", "A", "pre_inactive", 27.0)] + [("N", "B", "inactive", 9.0)] * 9
    _, _, shares = cross_reading(build_reading(_customers(*rows), ["region"]))
    assert shares.loc["N", "A"].tolist() == [0.75, 0.25, 0.0]
    assert shares.loc["N", ["B", "C"]].isna().all()


def test_what_slips_is_found_in_groups_that_are_large_enough():
    rows = [("N", "A", "active", 8.0)] * 9 + [("N", "A", "pre_inactive", 28.0)]
    rows += [("S", "A", "active", 5.0)] * 10 + [("W", "A", "inactive", 5.0)] * 9 + [(None, "A", "inactive", 5.0)] * 20
    found = find_slipping(build_reading(_customers(*rows), ["region"]))
    assert found["group"].tolist() == ["N", "S"]
    assert found["slipping_share"].tolist() == pytest.approx([0.28, 0.0])
    assert found.loc[0, ["n_customers", "n_slipping", "slipping_amount"]].tolist() == [10, 1, 28.0]


customers = st.lists(
    st.tuples(st.none() | st.sampled_from("NSW"), st.none() | st.sampled_from(CLASSES), st.sampled_from(STAGES),
              st.integers(-1000, 10**6).map(lambda cents: cents / 100)),
    min_size=1, max_size=40,
)  # fmt: skip


@settings(max_examples=10, deadline=None)
@given(rows=customers)
def test_every_dimension_has_every_customer_with_a_class_once(rows):
    frame = _customers(*rows).assign(twice=lambda table: table["region"].fillna("x") + "!")
    reading = build_reading(frame, ["region", "twice"])
    classified = frame[frame["abc_class"].notna()]
    for _, part in reading.groupby("dimension"):
        assert part["n_customers"].sum() == len(classified)
        assert part["amount"].sum() == pytest.approx(classified["amount"].sum(), abs=0.01)
        counts, amount, shares = cross_reading(part, n_groups=2)
        ranked = part[part["abc_class"].isin(list("ABC")) & (part["stage"] != "prospect")]
        assert counts.to_numpy().sum() == ranked["n_customers"].sum()
        assert amount.to_numpy().sum() == pytest.approx(ranked["amount"].sum(), abs=0.01)
        assert ((shares >= 0) & (shares <= 1) | shares.isna()).all(axis=None)
        assert np.isfinite(amount.to_numpy()).all()
