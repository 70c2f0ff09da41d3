import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_lab.analysis.twr.attribution import compute_attribution, compute_contributions, link_attribution
from portfolio_lab.errors import AnalysisError

EFFECTS = ["allocation", "selection", "interaction"]


def _segments(wp, wb, rp, rb, period=0):
    return pd.DataFrame(
        {"period": period, "segment": range(len(wp)), "portfolio_weight": wp, "benchmark_weight": wb,
         "portfolio_return": rp, "benchmark_return": rb}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given_", "totals", "effects"),
    [
        (([0.5, 0.3, 0.2], [0.6, 0.25, 0.15], [0.12, 0.08, -0.05], [0.10, 0.09, 0.02]), (7.40, 8.55),
         (-0.45, -0.10, -0.60)),
        (([0.35, 0.25, 0.20, 0.20], [0.28, 0.22, 0.30, 0.20], [0.12, 0.08, 0.06, 0.04], [0.10, 0.09, 0.05, 0.03]),
         (8.20, 6.88), (0.470, 0.840, 0.010)),
        (([0.35, 0.20, 0.25, 0.20], [0.30, 0.25, 0.20, 0.25], [0.12, 0.08, 0.075, 0.05], [0.105, 0.092, 0.06, 0.048]),
         (8.675, 7.85), (0.125, 0.500, 0.200)),
    ],
)  # fmt: skip
def test_published_attributions(given_, totals, effects):
    table = compute_attribution(_segments(*given_))
    assert (table["portfolio_total"].iloc[0] * 100, table["benchmark_total"].iloc[0] * 100) == pytest.approx(totals)
    assert (table[EFFECTS].sum() * 100).tolist() == pytest.approx(effects, abs=1e-9)
    assert table[EFFECTS].to_numpy().sum() == pytest.approx((totals[0] - totals[1]) / 100, abs=1e-12)


def test_the_first_segment_of_the_published_example():
    table = compute_attribution(
        _segments([0.35, 0.25, 0.2, 0.2], [0.28, 0.22, 0.3, 0.2], [0.12, 0.08, 0.06, 0.04], [0.10, 0.09, 0.05, 0.03])
    )
    assert table["allocation"].iloc[0] * 100 == pytest.approx(0.218, abs=5e-4)


def test_contributions_after_carino():
    parts = pd.DataFrame(
        {
            "period": [1, 1, 2, 2],
            "segment": ["a", "b"] * 2,
            "contribution": [0.6 * 0.10, 0.4 * 0.05, 0.6 * -0.02, 0.4 * 0.04],
        }
    )
    table = compute_contributions(parts)
    assert table["contribution"].tolist() == pytest.approx([0.047647, 0.036673], abs=5e-7)
    assert table["contribution"].sum() == pytest.approx(0.08432, abs=1e-12)
    swing = pd.DataFrame({"period": [1, 1, 2, 2], "segment": ["a", "b"] * 2, "contribution": [0.06, 0.04, -0.08, 0.03]})
    assert compute_contributions(swing)["contribution"].tolist() == pytest.approx([-0.025439, 0.070439], abs=5e-7)
    assert compute_contributions(swing)["contribution"].sum() == pytest.approx(0.045, abs=1e-12)


RETURNS = st.floats(-0.6, 1.5)
WEIGHTS = st.lists(st.floats(0.01, 1), min_size=3, max_size=3).map(lambda w: np.array(w) / sum(w))


@given(
    st.lists(st.tuples(WEIGHTS, WEIGHTS, st.tuples(*[RETURNS] * 3), st.tuples(*[RETURNS] * 3)), min_size=1, max_size=5)
)
@settings(max_examples=50, deadline=None)
def test_linked_parts_sum_to_the_linked_difference(periods):
    table = pd.concat([_segments(*given_, period=i) for i, given_ in enumerate(periods)])
    effects = compute_attribution(table)
    one = effects.groupby("period").first()
    difference = np.prod(1 + one["portfolio_total"]) - np.prod(1 + one["benchmark_total"])
    linked = link_attribution(effects)[EFFECTS].to_numpy().sum()
    assert linked == pytest.approx(difference, abs=1e-12, rel=1e-11)


def test_equal_returns_take_the_limit_and_a_single_period_stays_itself():
    same = compute_attribution(_segments([0.5, 0.5], [0.4, 0.6], [0.1, 0.1], [0.1, 0.1]))
    assert link_attribution(same)[EFFECTS].to_numpy().sum() == pytest.approx(0, abs=1e-15)
    one = compute_attribution(_segments([0.5, 0.5], [0.4, 0.6], [0.2, 0.0], [0.1, 0.1]))
    assert link_attribution(one)[EFFECTS].to_numpy() == pytest.approx(one[EFFECTS].to_numpy())


def test_a_segment_that_nobody_holds_needs_no_return_and_a_held_one_does():
    unheld = compute_attribution(_segments([1.0, 0.0], [0.5, 0.5], [0.2, np.nan], [0.1, 0.3]))
    assert unheld["selection"].tolist() == pytest.approx([0.05, 0.0])
    with pytest.raises(AnalysisError, match="portfolio holds a segment without a return"):
        compute_attribution(_segments([0.9, 0.1], [0.5, 0.5], [0.2, np.nan], [0.1, 0.3]))
    with pytest.raises(AnalysisError, match="do not sum to 1"):
        compute_attribution(_segments([0.9, 0.2], [0.5, 0.5], [0.2, 0.1], [0.1, 0.3]))
    lost = compute_attribution(_segments([1.0], [1.0], [-1.0], [0.1]))
    with pytest.raises(AnalysisError, match="total loss"):
        link_attribution(lost)
