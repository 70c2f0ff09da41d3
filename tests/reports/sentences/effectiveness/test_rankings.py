"""Whom to contact first, in words."""

import pandas as pd
import pytest

from portfolio_lab.reports.sentences.effectiveness import rankings


@pytest.fixture
def found():
    return pd.DataFrame(
        {
            "plan_id": "W",
            "outcome": "visit",
            "ranking": ["uplift", "risk", "value"],
            "is_better_than_random": [True, False, True],
            "same_share": [1.0, 0.25, 0.5],
            "ranked_by": "recency, last_spend",
            "top_low": 0.02,
        }
    )


def test_the_order_by_what_a_contact_adds_is_named_where_it_helps(found):
    assert "beats a random order for Womens for “visit”" in rankings.ranking(found, names={"W": "Womens"})
    none = found.assign(is_better_than_random=[False, False, True])
    told = "A ranking by recency and last spend does not clearly beat a random order for any plan."
    uneven = pd.DataFrame({"is_uneven": [True]})
    assert rankings.ranking(none, names={}, contrasts=uneven.assign(is_uneven=False)) == told
    assert rankings.ranking(none, names={}, contrasts=uneven).startswith(f"{told} The groups named above tell more")
    assert rankings.ranking(found.head(0), names={}) == ""
    assert rankings.ranking(found.assign(top_low=-0.01), names={}) == told


def test_risk_and_value_stand_beside_it(found, wording):
    text = rankings.risk_and_value(found, wording=wording)
    assert "the most at risk first never beats a random order (25% of them are the same customers)" in text
    assert "the largest first always beats a random order (50%" in text
    both = pd.concat([found, found.assign(is_better_than_random=False)])
    assert "in 1 of 2 cases" in rankings.risk_and_value(both, wording=wording)
    assert "largest" not in rankings.risk_and_value(found.head(2), wording=wording)
    assert rankings.risk_and_value(found.head(0), wording=wording) == ""
