import pytest

from portfolio_lab.analysis.twr.reference import DATES, FAULTS, PRINTED, compare_printed
from portfolio_lab.analysis.twr.returns import compute_returns


def cells(reference, **options):
    return compare_printed(compute_returns(reference, **options)).set_index(["cell", "date"])["result"]


def test_without_29_february_every_printed_cell_agrees_but_for_the_two_faults_of_the_first_row(reference):
    found = cells(reference, day_count="NL/365", annualise_short=True)
    assert len(found) == 50
    assert found[found != "agrees"].to_dict() == {
        ("Return of the period, %", "2020-01-01"): "no such number",
        ("1 + return, %", "2020-01-01"): "differs",
    }


def test_amounts_are_shown_as_printed_and_a_wrong_one_is_found(reference):
    table = compare_printed(compute_returns(reference)).set_index(["cell", "date"])["computed"]
    assert table["Value after the flow", "2020-06-30"] == "155,000"
    assert table["Index", "2020-06-30"] == "1.050"
    wrong = cells(reference.assign(cash_flow=reference["cash_flow"].replace(50_000.0, 50_001.0)))
    assert wrong["Value after the flow", "2020-06-30"] == "differs"


@pytest.mark.parametrize(("cell", "n_differing"), [("Days", 4), ("Years", 3), ("APR, %", 1), ("Index", 0)])
def test_by_the_calendar_days_years_and_the_first_rate_differ(reference, cell, n_differing):
    found = cells(reference, day_count="ACT/365F", annualise_short=True)
    assert (found.loc[cell] != "agrees").sum() == n_differing


def test_a_rate_under_a_year_is_missing_unless_asked_for(reference):
    found = cells(reference, day_count="NL/365")
    assert found["APR, %", "2020-06-30"] == "no such number"
    assert found["APR, %", "2020-01-01"] == "agrees"


def test_the_table_is_whole_and_its_faults_are_listed():
    assert {len(texts) for texts in PRINTED.values()} == {len(DATES)}
    assert any("misprint" in text for text in FAULTS) and any("decimal comma" in text for text in FAULTS)
    assert len(FAULTS) == 8
