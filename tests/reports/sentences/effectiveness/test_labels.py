"""Codes in words."""

from portfolio_lab.reports.sentences.effectiveness.labels import name_cell, name_group


def test_groups_and_cells_in_words():
    assert name_group("pre_inactive") == "Pre-inactive"
    assert name_group("inside_sales") == "inside sales"
    assert name_group("unknown") == "Not known"
    assert name_cell("abc_class", "B") == "Class B"
    assert name_cell("stage", "active") == "Stage: Active"
    assert name_cell("zip_code", "Rural") == "zip code: Rural"
