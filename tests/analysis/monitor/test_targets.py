"""Targets of a period: people before teams, months in part by their days, nothing where a month is missing."""

from datetime import date

import pandas as pd
import pytest

from portfolio_lab.analysis.monitor.targets import sum_targets


def _targets(*rows):
    frame = pd.DataFrame(rows, columns=["month", "salesperson_id", "team", "amount"])
    return frame.assign(month=pd.to_datetime(frame["month"]))


QUARTER = _targets(
    ("2024-04-01", "s1", None, 100.0), ("2024-04-01", "s2", None, 50.0), ("2024-04-01", None, "north", 150.0),
    ("2024-05-01", "s1", None, 310.0), ("2024-06-01", None, "north", 60.0), ("2024-07-01", "s1", None, 7.0),
)  # fmt: skip


def test_people_count_and_teams_only_where_there_are_no_people():
    assert sum_targets(QUARTER, start=date(2024, 4, 1), end=date(2024, 7, 1)) == 150 + 310 + 60


@pytest.mark.parametrize(("end", "expected"), [((2024, 5, 1), 150), ((2024, 5, 2), 160), ((2024, 5, 11), 250)])
def test_a_month_in_part_counts_by_its_days(end, expected):
    assert sum_targets(QUARTER, start=date(2024, 4, 1), end=date(*end)) == expected


def test_a_period_with_a_month_without_target_has_none():
    assert sum_targets(QUARTER, start=date(2024, 3, 31), end=date(2024, 5, 1)) is None
    assert sum_targets(QUARTER.assign(amount=None), start=date(2024, 4, 1), end=date(2024, 5, 1)) is None


def test_teams_alone_will_do():
    teams = QUARTER[QUARTER["team"].notna()].drop(columns="salesperson_id")
    assert sum_targets(teams, start=date(2024, 4, 1), end=date(2024, 5, 1)) == 150
