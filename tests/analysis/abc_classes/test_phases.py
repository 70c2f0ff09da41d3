"""The four phases, with the cases that other packages get wrong."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lab.analysis.abc_classes.phases import (
    build_curve,
    build_values,
    classify_customers,
    derive_classes,
    derive_ranking,
    find_notices,
    summarise_classes,
)
from portfolio_lab.errors import AnalysisError

CASES = {
    "one giant": ([96, 1, 1, 1, 1], "A C C C C"),
    "giant and tail": ([85, 5, 5, 3, 2], "A B B C C"),
    "tie across the first cut": ([40, 20, 20, 20], "A A A A"),
    "all equal": ([10] * 10, "A A A A A A A A A A"),
    "zeros": ([50, 20, 20, 5, 5, 0, 0], "A A A B B C0 C0"),
    "net negative": ([50, 30, 20, -10, -5, 0], "A A B N N C0"),
    "floats that do not add up": ([0.7, 0.1, 0.1, 0.1], "A A A A"),
    "long tail": ([100, 80, 60, 40, 30, 20, 10, 5, 3, 2], "A A A A B B B C C C"),
    "one customer": ([100], "A"),
}


@pytest.mark.parametrize(("values", "expected"), CASES.values(), ids=CASES)
def test_classes_by_the_share_before(classify, values, expected):
    assert classify(values) == expected.split()


def test_computed_classes_of_one_to_a_hundred(classify):
    counts = pd.Series(classify(range(100, 0, -1), cuts="computed")).value_counts()
    assert counts.to_dict() == {"A": 41, "B": 21, "C": 38}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([0, 0, 0], "no customer has a positive value"),
        ([-1, 0], "no customer has a positive value"),
        ([], "no customer to classify"),
        ([1, np.nan], "1 of 2 customers have no value of the criterion amount"),
        ([1, np.inf], "1 of 2 customers have no value of the criterion amount"),
        ([1, 1e14], "too large to be exact to the cent"),
    ],
)
def test_what_cannot_be_classified_is_refused(totals, values, message):
    with pytest.raises(AnalysisError, match=message):
        classify_customers(totals(values))


def test_many_large_values_whose_sum_would_overflow_are_refused(totals):
    with pytest.raises(AnalysisError, match="larger unit"):
        build_values(totals([2e13] * 2400))


def test_a_missing_criterion_is_refused(totals):
    with pytest.raises(
        AnalysisError, match=r"column that is missing \(found 'margin_amount'\) → .*policy.abc.criterion"
    ):
        classify_customers(totals([1, 2]), criterion="margin")


def test_margin_is_taken_from_its_column(totals):
    frame = totals([100, 1]).assign(margin_amount=[1.0, 100.0])
    assert classify_customers(frame, criterion="margin")["customer_id"].tolist() == ["c0001", "c0000"]


def test_a_repeated_customer_is_refused_unless_summed():
    frame = pd.DataFrame({"customer_id": ["x", "y", "x"], "amount": [1.0, 5.0, 2.5]})
    with pytest.raises(AnalysisError, match=r"1 rows repeat a customer \(found 'x'\)"):
        build_values(frame)
    summed = build_values(frame, aggregate=True)
    assert summed.to_dict("list") == {"customer_id": ["x", "y"], "amount_cents": [350, 500]}


def test_half_a_cent_rounds_away_from_zero_once_per_customer(totals):
    cents = build_values(totals([1.005, -1.005, 8.125, 0.004, 0.29, 2e13 - 0.01]))["amount_cents"]
    assert cents.tolist() == [101, -101, 813, 0, 29, 1_999_999_999_999_999]


def test_ranking_shares_and_ties(totals):
    ranking = derive_ranking(build_values(totals([20, 50, 20, 10, 0, -5])))
    assert ranking["customer_id"].tolist() == ["c0001", "c0000", "c0002", "c0003", "c0004", "c0005"]
    assert ranking["rank"].tolist() == [1, 2, 2, 4, 5, 6]
    assert ranking["share"].tolist()[:5] == [0.5, 0.2, 0.2, 0.1, 0.0]
    assert ranking["cumulative_share_before"].tolist()[:5] == [0.0, 0.5, 0.5, 0.9, 1.0]
    assert ranking[["share", "cumulative_share_before"]].iloc[5].isna().all()


def test_summary_by_class_has_every_class_and_adds_up(totals):
    table = summarise_classes(classify_customers(totals([96, 1, 1, 1, 1, 0, -4]))).set_index("abc_class")
    assert table["n_customers"].to_dict() == {"A": 1, "B": 0, "C": 4, "C0": 1, "N": 1}
    assert table["amount"].to_dict() == {"A": 96.0, "B": 0.0, "C": 4.0, "C0": 0.0, "N": -4.0}
    assert table["amount_share"].drop("N").to_dict() == {"A": 0.96, "B": 0.0, "C": 0.04, "C0": 0.0}
    assert np.isnan(table.loc["N", "amount_share"])
    assert table["customer_share"].sum() == pytest.approx(1)
    assert (table.loc["A", "smallest_amount"], table.loc["C", "largest_amount"]) == (96.0, 1.0)


def test_curve_runs_from_the_origin_to_all(totals):
    curve = build_curve(derive_ranking(build_values(totals([50, 30, 20, 0, -5]))))
    assert curve["cumulative_share"].tolist() == [0, 0.5, 0.8, 1.0]
    assert curve["customer_share"].tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([96, 1, 1, 1, 1], ("small_n", "dominant_customer")),
        ([50, 25, 25], ("small_n", "no_discrimination")),
        ([10] * 10, ("no_discrimination",)),
        ([10] * 9, ("small_n", "no_discrimination")),
        ([100, 80, 60, 40, 30, 20, 10, 5, 3, 2], ()),
        ([5], ("small_n", "dominant_customer")),
    ],
)
def test_notices(totals, values, expected):
    assert find_notices(classify_customers(totals(values))) == expected


def test_input_is_not_changed(totals):
    frame = totals([5, 3, -1])
    before = frame.copy(deep=True)
    classify_customers(frame)
    pd.testing.assert_frame_equal(frame, before)


CENTS = st.lists(st.integers(-(10**6), 10**8), min_size=1, max_size=40).filter(lambda values: max(values) > 0)
CUTS = st.sampled_from([(80, 95), (79.5, 95.25), (50, 99), "computed"])
RANKS = {"A": 0, "B": 1, "C": 2, "C0": 3, "N": 4}


def _classes(cents, cuts):
    ids = [f"c{i:02d}" for i in range(len(cents))]
    values = pd.DataFrame({"customer_id": ids, "amount_cents": np.array(cents, dtype=np.int64)})
    return derive_classes(derive_ranking(values), cuts=cuts).set_index("customer_id").loc[ids]


@settings(max_examples=15, deadline=None)
@given(CENTS, CUTS, st.randoms(use_true_random=False))
def test_order_of_the_rows_does_not_matter(cents, cuts, random):
    order = list(range(len(cents)))
    random.shuffle(order)
    plain = _classes(cents, cuts)["abc_class"].to_numpy()
    shuffled = _classes([cents[i] for i in order], cuts)["abc_class"].tolist()
    assert shuffled == [plain[i] for i in order]


@settings(max_examples=15, deadline=None)
@given(CENTS, CUTS, st.integers(2, 1000))
def test_scale_does_not_matter(cents, cuts, factor):
    scaled = _classes([value * factor for value in cents], cuts)["abc_class"].tolist()
    assert scaled == _classes(cents, cuts)["abc_class"].tolist()


@settings(max_examples=15, deadline=None)
@given(CENTS, st.sampled_from([(80, 95), (79.5, 95.25)]), st.data())
def test_more_value_never_lowers_a_class(cents, cuts, data):
    chosen = data.draw(st.integers(0, len(cents) - 1))
    more = list(cents)
    more[chosen] += data.draw(st.integers(1, 10**8))
    before, after = (_classes(values, cuts)["abc_class"].iloc[chosen] for values in (cents, more))
    assert RANKS[after] <= RANKS[before]


@settings(max_examples=10, deadline=None)
@given(CENTS, CUTS)
def test_classes_add_up_to_all_customers_and_to_the_base(cents, cuts):
    classes = _classes(cents, cuts)
    by_class = classes.groupby("abc_class")["amount_cents"].sum()
    base = sum(value for value in cents if value > 0)
    assert by_class.reindex(["A", "B", "C"], fill_value=0).sum() == base
    table = summarise_classes(classes.reset_index())
    assert table["n_customers"].sum() == len(cents)
    assert (classes["abc_class"] == "N").sum() == sum(value < 0 for value in cents)
    assert classes["abc_class"].iloc[int(np.argmax(cents))] == "A"


@settings(max_examples=10, deadline=None)
@given(CENTS, CUTS)
def test_equal_values_share_a_class(cents, cuts):
    assert (_classes(cents + cents, cuts).groupby("amount_cents")["abc_class"].nunique() == 1).all()
