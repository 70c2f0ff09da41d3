import pandas as pd
import pytest

from portfolio_lab.data.load import Finding, LoadReport, TableReport
from portfolio_lab.reports.topics.survival_unused import find_odd_lengths, find_unused_rows


def finding(column, problem, severity, n):
    return Finding("durations", column, problem, "correct it", severity, n)


def sentences(*findings, n_read=600, n_kept=600, n_set_aside=0):
    table = TableReport("durations", "d.csv", n_read, n_kept, {}, (), (), n_set_aside=n_set_aside)
    other = Finding("customers", "name", "is blank", "fill it", "dropped", 3)
    report = LoadReport("data", "f", (table,), (*findings, other), None, ())
    return [found.sentence for found in find_unused_rows(report, "durations")]


def test_rows_left_out_are_counted_with_every_reason():
    negative = finding("duration", "is outside the range that is possible", "dropped", 9)
    late = finding("entry", "is not below the duration", "dropped", 1_000)
    assert sentences(negative, late, n_read=2_000, n_kept=991) == [
        "1,009 of 2,000 rows cannot be used and are left out: in 9 the duration is outside the range that is possible "
        "and in 1,000 the entry is not below the duration."
    ]
    assert sentences(finding("event_observed", "is blank", "dropped", 1), n_kept=599) == [
        "1 of 600 rows cannot be used and is left out: in 1 the event observed is blank."
    ]
    assert sentences() == []


def test_values_taken_as_blank_and_rows_set_aside_are_told():
    assert sentences(finding("entry", "is not a number", "emptied", 4), n_set_aside=20) == [
        "Taken as blank: in 4 the entry is not a number, so that these stays count from their start.",
        "20 of 620 rows were set aside by the run file's own condition.",
    ]


@pytest.mark.parametrize(("longest", "unit", "is_odd"), [(1_200, "months", False), (1_201, "months", True),
                                                         (1_201, "days", False), (101, "years", True)])  # fmt: skip
def test_a_stay_of_more_than_a_hundred_years_points_to_another_unit(longest, unit, is_odd):
    rows = pd.DataFrame({"duration": [1.0, longest], "event_observed": [True, False]})
    found = find_odd_lengths(rows, unit=unit)
    assert [each.guard for each in found] == (["unit"] if is_odd else [])


def test_ends_at_the_start_are_told():
    rows = pd.DataFrame({"duration": [0.0, 0.0, 0.0, 5.0], "event_observed": [True, True, False, True]})
    (found,) = find_odd_lengths(rows, unit="months")
    assert found.sentence == "2 stays end where they begin (length 0): the curve starts below 100%."
    assert find_odd_lengths(rows.iloc[2:], unit="months") == []
    assert find_odd_lengths(rows.head(0), unit="months") == []
