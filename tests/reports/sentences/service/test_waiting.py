"""How long customers wait and why they come, in words."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.service.late_answers import LateEffect
from portfolio_lab.reports.sentences.service import waiting as say
from portfolio_lab.reports.sentences.wording import Wording

WORDING = Wording("en_GB", "EUR")
NO_CURVES = pd.DataFrame()
NO_EFFECT = LateEffect(3, 5, 1, 1, np.nan, np.nan, np.nan, NO_CURVES, "too few")
WITHIN = {"n_decided": 90, "within_share": 0.5611, "within_low": 0.5, "within_high": 0.6}


def test_headline_says_share_and_median_and_a_clear_late_effect():
    text = say.headline(WITHIN, {"median_days": 2.0}, n=100, late=NO_EFFECT, late_days=7, wording=WORDING)
    assert (
        text == "Of 100 cases in the window, 56% were answered within the standard; half were answered within 2 days."
    )
    late = LateEffect(40, 90, 9, 9, 1.93, 1.3, 2.7, NO_CURVES)
    text = say.headline(WITHIN, {"median_days": np.nan}, n=100, late=late, late_days=7, wording=WORDING)
    assert text.endswith(
        "the standard, and customers who waited longer than 7 days for an answer left 1.9 times as fast."
    )
    unclear = LateEffect(40, 90, 9, 9, 1.93, 0.9, 2.7, NO_CURVES)
    assert "left" not in say.headline(WITHIN, {"median_days": 2.0}, n=100, late=unclear, late_days=7, wording=WORDING)


def test_headline_without_answers():
    none = {"n_decided": 0, "within_share": np.nan}
    text = say.headline(none, {"median_days": np.nan}, n=1, late=NO_EFFECT, late_days=7, wording=WORDING)
    assert text == "Customers opened 1 case in the window; when they were answered is not recorded."


def test_decision_asks_for_what_is_open_and_for_the_first_named_cause():
    causes = pd.DataFrame({"cause": ["not said", "late_delivery"], "n": [9, 3]})
    shown = {"what": "claims", "within": WITHIN, "wording": WORDING}
    nobody = pd.DataFrame({"owner": [], "n_decided": [], "within_share": [], "within_high": []})
    text = say.decision(pd.DataFrame({"over_days": [3.0, 0.0]}), nobody, causes, **shown)
    assert text == (
        "Have the 1 open case beyond the standard answered this week; name somebody to reduce “late delivery”, "
        "the most frequent cause of claims."
    )
    assert say.decision(pd.DataFrame({"over_days": [0.0]}), nobody, None, **shown) == ""
    slow = pd.DataFrame({"owner": ["Ana"], "n_decided": [50], "within_share": [0.1], "within_high": [0.49]})
    text = say.decision(pd.DataFrame({"over_days": [0.0]}), slow, None, **shown)
    assert text == "Help Ana, who answers 10% of 50 cases within the standard."
    assert say.decision(pd.DataFrame({"over_days": [0.0]}), slow.assign(within_high=0.5), None, **shown) == ""


def by_kind(**changes):
    row = {
        "kinds": "claims", "team": "North", "n": 20, "n_open": 1, "median_days": 2.0, "n_decided": 19,
        "within_share": 0.5, "within_low": 0.3, "within_high": 0.7,
    }  # fmt: skip
    return pd.DataFrame([row | changes])


def test_waits_and_solutions():
    assert say.waits(by_kind(), wording=WORDING) == (
        "First answers: 20 claims, 50.0% within the standard (95% interval 30.0% to 70.0%), half within 2 days, "
        "1 still open."
    )
    assert "half" not in say.waits(by_kind(median_days=np.nan, n_open=0), wording=WORDING)
    assert (
        say.solutions(by_kind(), wording=WORDING) == "Solutions: claims half solved within 2 days (1 of 20 still open)."
    )
    assert "more than half are still open" in say.solutions(by_kind(median_days=np.nan), wording=WORDING)
    assert say.waits(by_kind().iloc[:0], wording=WORDING) == "No case was opened in the window."


def test_weekends():
    assert "56.1% " not in say.weekends(0, WITHIN, wording=WORDING)
    assert "72.8% would be within the standard: in 15 cases only" in say.weekends(15, WITHIN, wording=WORDING)


@pytest.mark.parametrize(
    ("high", "end"), [(0.45, "larger than chance would make it."), (0.65, "chance alone may have made the difference.")]
)
def test_teams_are_compared_by_their_intervals(high, end):
    both = pd.concat([by_kind(within_low=0.6, within_share=0.8), by_kind(team="East", within_high=high)])
    text = say.teams(both, wording=WORDING)
    assert text.startswith("Least often within the standard: East, 50.0% of 19 cases; most often: North, 80.0% of 19.")
    assert text.endswith(end)
    assert say.teams(by_kind(n_decided=9), wording=WORDING).startswith("Fewer than two teams")


def test_open_cases():
    listed = pd.DataFrame({"name": ["Bar Sol", "X"], "duration": [20.0, 1.0], "over_days": [18.0, -1.0]})
    assert say.open_cases(listed, wording=WORDING) == (
        "2 cases are without a first answer, 1 beyond the standard; the longest wait is that of “Bar Sol”, 20 days."
    )
    assert say.open_cases(listed.iloc[1:], wording=WORDING).endswith("0 beyond the standard.")
    assert say.open_cases(listed.iloc[:0], wording=WORDING) == "Every case has had its first answer."


def test_causes():
    found = pd.DataFrame({"cause": ["late_delivery", "broken"], "n": [6, 4], "cumulative_share": [0.6, 1.0]})
    assert (
        say.causes(found, what="claims", wording=WORDING)
        == "Late delivery makes up 60% of the 10 claims of the window."
    )
    none = found.assign(cause="not said")
    assert say.causes(none, what="claims", wording=WORDING) == "No cause is recorded for the claims of the window."


def test_families_and_what_was_left_out():
    families = pd.Series(["Tools", "Tools", "Paper", "no product named"])
    text = say.family_remark(families, what="claims", wording=WORDING)
    assert text == "Of the 3 claims that name a product, most concern Tools (2, 67%)."
    assert "name no product" in say.family_remark(families.tail(1), what="claims", wording=WORDING)
    assert say.impossible(2, wording=WORDING) == "2 cases answered or closed before being opened are left out."


def test_kinds_in_words():
    assert say.label_kinds(pd.Series(["claim", "odd"])).tolist() == ["claims", "odd"]
