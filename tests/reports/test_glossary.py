import re

from portfolio_lab.plots.style import STAGE_LABELS
from portfolio_lab.reports.glossary import GLOSSARY, terms_used


def test_only_terms_that_occur_are_explained():
    assert [term for term, _ in terms_used("The Gini and the median of prospects")] == ["Prospect", "Gini", "Median"]
    assert terms_used("nothing of the kind") == []


def test_inactive_is_not_found_within_another_word():
    assert [term for term, _ in terms_used("inactivated")] == ["Inactivated"]


def test_each_stage_is_explained_under_its_label():
    terms = {term for term, _, _ in GLOSSARY}
    assert set(STAGE_LABELS.values()) <= terms


def test_each_meaning_is_one_sentence_of_its_own():
    meanings = [meaning for _, _, meaning in GLOSSARY]
    assert len(set(meanings)) == len(meanings)
    assert all(re.match(r"[A-Z].*\.\Z", meaning) for meaning in meanings)
