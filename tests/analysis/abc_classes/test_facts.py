"""The facts of the report."""

import pandas as pd
import pytest

from portfolio_lab.analysis.abc_classes.concentration import compute_gini
from portfolio_lab.analysis.abc_classes.facts import compute_facts, name_gini_method
from portfolio_lab.analysis.abc_classes.phases import classify_customers

NAMES = "n_customers base_amount n_a n_b n_c n_c0 n_n a_amount_share gini top20_share largest_customer_share n_unstable"


def _facts(totals, values, n_unstable=0):
    classes = classify_customers(totals(values))
    unstable = [i < n_unstable for i in range(len(values))]
    return compute_facts(classes, pd.DataFrame({"is_unstable": unstable})), classes


def test_facts_by_hand(totals):
    facts, _ = _facts(totals, [100, 80, 60, 40, 30, 20, 10, 5, 3, 2, 0, 0, -7], n_unstable=4)
    gini = facts.pop("gini")
    assert gini == pytest.approx(0.513143, abs=5e-7)
    assert facts == {
        "n_customers": 13,
        "base_amount": 350.0,
        "n_a": 4,
        "n_b": 3,
        "n_c": 3,
        "n_c0": 2,
        "n_n": 1,
        "a_amount_share": 0.8,
        "top20_share": 180 / 350,
        "largest_customer_share": 100 / 350,
        "n_unstable": 4,
    }


def test_names_and_types_are_those_of_the_report(totals):
    facts, _ = _facts(totals, [5, 3])
    assert list(facts) == NAMES.split()
    assert all(type(value) in (int, float) for value in facts.values())


@pytest.mark.parametrize(("n", "factor"), [(9, 9 / 8), (10, 1.0)])
def test_gini_is_corrected_below_ten_and_says_so(totals, n, factor):
    values = list(range(1, n + 1))
    facts, classes = _facts(totals, [*values, 0, 0, 0])
    assert facts["gini"] == pytest.approx(compute_gini(values) * factor)
    assert ("n/(n-1)" in name_gini_method(classes)) == (n < 10)


def test_one_customer_has_no_gini(totals):
    assert _facts(totals, [5])[0]["gini"] is None
