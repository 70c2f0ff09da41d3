"""Prospects, leads, costs and referrals, in words."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.textbook.findings import Finding
from portfolio_lab.reports.sentences.growth import acquiring as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")


def test_prospects():
    found = pd.DataFrame({"age_days": [10.0, 400.0]})
    by_age = pd.DataFrame({"n_known": [1, 0], "potential_amount": [900.0, 0.0]})
    assert say.prospects(found, by_age, wording=WORDING) == (
        "2 prospects are known, 50% of them for a year or longer; the 1 with a known potential could buy €900 a year."
    )
    assert say.prospects(found, by_age.tail(1), wording=WORDING).endswith("the potential of none is known.")
    assert say.prospects(found.iloc[:0], by_age, wording=WORDING).startswith("There is no prospect")


def conversion(*rows):
    columns = ["lead_source", "n", "share_180", "low_180", "high_180"]
    return pd.DataFrame(rows, columns=columns)


def test_conversion():
    far = conversion(("trade_fair", 90, 0.6, 0.55, 0.65), ("web", 50, 0.3, 0.25, 0.35))
    text = say.conversion(far, wording=WORDING)
    assert text == (
        "Within half a year 60% (55% to 65%) of the 90 leads from trade fair had bought, of the 50 from web 30% "
        "(25% to 35%)."
    )
    near = far.assign(low_180=0.1, high_180=0.9)
    assert say.conversion(near, wording=WORDING).endswith("chance alone may have made the difference.")
    one = say.conversion(far.head(1), wording=WORDING)
    assert one == "Within half a year 60% (55% to 65%) of 90 leads had bought."
    assert say.conversion(far.iloc[:0], wording=WORDING).startswith("Too few leads")


def test_effort():
    found = pd.DataFrame(
        {"lead_source": ["fair", "web"], "cost_per_won_amount": [900.0, 300.0], "low_amount": [800.0, 250.0],
         "high_amount": [1000.0, 350.0]}
    )  # fmt: skip
    assert say.effort(found, wording=WORDING).startswith(
        "A customer won from fair took €900 (€800 to €1,000), one from web €300 (€250 to €350);"
    )
    assert say.effort(found.head(1), wording=WORDING) == "A customer won took €900 (€800 to €1,000)."
    few = say.effort(found.head(1).assign(high_amount=np.nan), wording=WORDING)
    assert few == "A customer won took €900 (on too few to say how sure)."
    assert "is not known" in say.effort(found.assign(cost_per_won_amount=np.nan), wording=WORDING)


BROUGHT = {
    "n_leads": 200, "lead_share": 0.25, "lead_low": 0.2, "lead_high": 0.3, "n_won": 40, "won_share": 0.3,
    "won_low": 0.2, "won_high": 0.4, "amount_share": 0.27,
}  # fmt: skip


def test_referrals():
    assert say.referrals(BROUGHT, wording=WORDING) == (
        "Old customers brought 25.0% (20.0% to 30.0%) of 200 leads and 30.0% (20.0% to 40.0%) of the 40 customers won "
        "in the last twelve months; 27% of what these have bought so far comes from those whom old customers brought."
    )
    assert say.referrals(BROUGHT | {"amount_share": np.nan}, wording=WORDING).endswith("last twelve months.")
    assert say.referrals(BROUGHT | {"n_won": 0}, wording=WORDING).endswith("nobody was won in the last twelve months.")
    assert say.referrals(BROUGHT | {"n_leads": 0}, wording=WORDING).startswith("No lead became known")


@pytest.mark.parametrize(
    ("low", "high", "end"), [(60, 80, "bring more."), (10, 20, "bring less."), (30, 80, "no difference can be told.")]
)
def test_referred(low, high, end):
    found = pd.DataFrame(
        {"is_referred": [False, True], "n": 30, "mean_amount": [40.0, (low + high) / 2], "low_amount": [35.0, low],
         "high_amount": [45.0, high]}
    )  # fmt: skip
    assert say.referred(found, wording=WORDING).endswith(end)
    assert say.referred(found.assign(n=19), wording=WORDING).startswith("Too few new customers")
    assert say.referred(found.iloc[:0], wording=WORDING).startswith("Too few new customers")


def test_costs():
    finding = Finding("winning_cost", "times", 2.0, 6.0, 2.03, 1.75, 2.32, n=258)
    assert say.costs(finding, wording=WORDING).startswith(
        "Winning a customer cost **2.0 times** as much as keeping one for a year (95% interval 1.8 to 2.3; 258 "
    )
    lacks = Finding("winning_cost", "times", 2.0, 6.0, lacks="contacts")
    assert say.costs(lacks, wording=WORDING).endswith("cannot be said without contacts.")
