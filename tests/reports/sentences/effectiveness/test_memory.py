"""What earlier reviews said, in words."""

import pandas as pd
import pytest

from portfolio_lab.reports.sentences.effectiveness import memory


@pytest.fixture
def compared():
    return pd.DataFrame(
        {
            "plan_id": ["P", "Q"],
            "outcome": "visit",
            "earlier_as_of": pd.Timestamp("2026-06-30"),
            "earlier_verdict": ["works_and_pays", "inconclusive"],
            "verdict": ["inconclusive", "inconclusive"],
            "is_changed": [True, False],
            "is_borne_out": [False, True],
            "is_new_evidence": [True, True],
        }
    )


def test_changes_and_later_evidence_are_told(compared, wording):
    text = memory.memory(compared, names={"P": "Calls"}, wording=wording)
    assert text.startswith("2 verdicts of earlier reviews, the last of 30 June 2026, can be set against now.")
    assert "Changed: Calls (visit), then “works and pays”, is now “not settled”." in text
    assert text.endswith("2 numbers could be tried on further customers since; it did not hold for Calls (visit).")
    held = memory.memory(compared.tail(1), names={}, wording=wording)
    assert "All verdicts stand as they were." in held
    assert held.endswith("1 number could be tried on further customers since, and held.")


def test_the_same_customers_are_no_later_evidence(compared, wording):
    same = compared.assign(is_new_evidence=False)
    assert "No plan has been tried on further customers" in memory.memory(same, names={}, wording=wording)
    unknown = compared.assign(is_borne_out=None)
    assert "further customers" not in memory.memory(unknown, names={}, wording=wording)
    assert memory.memory(compared.head(0), names={}, wording=wording) == memory.NONE


def test_each_row_says_whether_its_number_held(compared):
    rows = pd.concat([compared, compared.assign(is_new_evidence=False), compared.assign(is_borne_out=None)])
    told = [memory.name_held(row) for row in rows.itertuples()]
    assert told == ["no", "yes", "nothing new", "nothing new", "no number", "no number"]
