"""Concentration, whale curve, scores and rhythm in words."""

import pandas as pd
import pytest

from portfolio_lab.analysis.abc_classes.concentration import WhalePeak, compute_concentration
from portfolio_lab.reports.sentences.abc_classes import concentration as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")


def test_concentration():
    found = compute_concentration(pd.DataFrame({"amount_cents": [100, 100, 100, 100]}))
    assert say.concentrated(found, gini=0.6912, wording=WORDING) == (
        "The Gini coefficient is 0.69 (0 if all brought the same, 1 if one brought everything). Risk is spread as if "
        "there were 4 equal customers (Herfindahl-Hirschman index 0.250)."
    )
    assert say.concentrated(found, gini=None, wording=WORDING).startswith("With one customer there is nothing")


@pytest.mark.parametrize(
    ("n_negative", "drop", "end"),
    [
        (0, 0.0, "nobody is net negative, so the curve does not fall after its peak."),
        (1, 50.0, "then 1 net negative customer takes back €50.00 (5.0%)."),
        (2, 0.1, "then 2 net negative customers take back €0.10 (under 0.1%)."),
    ],
)
def test_whale(n_negative, drop, end):
    peak = WhalePeak(3, 1000.0, 1000.0 - drop, drop, n_negative)
    assert say.whale(peak, wording=WORDING) == f"€1,000 of sales is reached after 3 customers; {end}"


@pytest.mark.parametrize(
    ("scores", "sentence"),
    [
        (
            ["555", "254", "111", None],
            "1 customer is in the best fifth of all three scores (555), with 40.0% of sales. 1 customer bought often "
            "but has not bought lately (recency 1 or 2, frequency 4 or 5), with 30.0% of sales.",
        ),
        (
            ["555", "555", "145", "243"],
            "2 customers are in the best fifth of all three scores (555), with 70.0% of sales. 2 customers bought "
            "often but have not bought lately (recency 1 or 2, frequency 4 or 5), with 30.0% of sales.",
        ),
        (
            ["355", "321", None, None],
            "Nobody is in the best fifth of all three scores (555). Nobody who bought often has been silent for long.",
        ),
    ],
)
def test_rfm(scores, sentence):
    customers = pd.DataFrame({"amount": [40.0, 30.0, 20.0, 10.0], "rfm": pd.Series(scores, dtype=object)})
    assert say.rfm(customers, wording=WORDING) == sentence


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ([0, 0, 0, 9], "No customer of A has been buying for long enough to be called regular or not."),
        ([3, 1, 0, 0], "Of 4 customers of A known for long enough to tell, all buy in a steady rhythm (X or Y)."),
        ([3, 1, 1, 0], "Of 5 customers of A known for long enough to tell, 1 buys without a steady rhythm (Z)."),
        (
            [0, 0, 2000, 0],
            "Of 2,000 customers of A known for long enough to tell, 2,000 buy without a steady rhythm (Z).",
        ),
    ],
)
def test_regularity(row, sentence):
    table = pd.DataFrame([["A", *row]], columns=["abc_class", "X", "Y", "Z", "none"])
    assert say.regularity(table, wording=WORDING) == sentence
