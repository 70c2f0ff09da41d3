"""Results of every verdict, label and kind, for cards and sentences."""

from itertools import product

import pytest

from portfolio_lab.analysis.verdicts import Estimate, PlanCase, judge, leave_unjudged
from portfolio_lab.reports.sentences.effectiveness import Wording

# Intervals that give each verdict at a break-even of 0.03, in units of the outcome.
INTERVALS = {
    "harms": (-0.04, -0.06, -0.02),
    "works_and_pays": (0.07, 0.04, 0.10),
    "works_too_small": (0.015, 0.01, 0.02),
    "works_pay_off_open": (0.04, 0.01, 0.07),
    "does_not_work": (0.0, -0.02, 0.02),
    "inconclusive": (0.02, -0.02, 0.06),
}
CASES = {
    "binary": PlanCase("P1", "purchase", "binary", name="Call before they go quiet", window_days=90.0, mwe=0.03,
                       cost_amount=3.0, margin_amount=100.0, n_per_month=300.0),
    "amount": PlanCase("Mens E-Mail", "spend", "amount", mwe=0.03, cost_amount=0.03, margin_amount=1.0),
    "days": PlanCase("P3", "return", "days", name="Visit", window_days=180.0, mwe=0.03, cost_amount=3.0,
                     margin_amount=100.0),
}  # fmt: skip


@pytest.fixture
def wording():
    return Wording("en_GB", "EUR")


@pytest.fixture
def make_result():
    def make(verdict="works_and_pays", label="A", kind="binary", **more):
        effect, low, high = INTERVALS[verdict]
        estimate = Estimate(effect, (high - low) / 3.92, low, high, 830, 348, 0.6)
        return judge(CASES[kind], estimate, label=label, **more)

    return make


@pytest.fixture
def all_results(make_result):
    found = [make_result(verdict, label, kind) for verdict, label, kind in product(INTERVALS, "ABCDE", CASES)]
    plain = leave_unjudged(CASES["binary"], reason="1,234 contacts with 567 customers are recorded; who got them was "
                           "chosen, not left to chance.")  # fmt: skip
    lost = leave_unjudged(
        CASES["binary"], reason="The groups are not as large as they were drawn.", is_measurable=False
    )
    return [*found, plain, lost]
