from datetime import date

import pytest
from fixtures.fake_review import fake_parts, fake_run_file, make_review, without_kernels

from portfolio_lab.errors import RunFileError
from portfolio_lab.reports.runner.history import last_day_of_period, period_ends, run_history
from portfolio_lab.reports.runner.links import good_builds, read_link
from portfolio_lab.reports.runner.parts import Request
from portfolio_lab.reports.runner.run import run_review


def test_ends_of_periods_from_first_to_last_both_included():
    assert period_ends(date(2025, 12, 31), date(2026, 9, 30), period="quarter") == [
        date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30), date(2026, 9, 30)]  # fmt: skip
    assert period_ends(date(2026, 1, 1), date(2026, 6, 29), period="quarter") == [date(2026, 3, 31)]
    assert period_ends(date(2026, 1, 31), date(2026, 3, 1), period="month") == [date(2026, 1, 31), date(2026, 2, 28)]
    assert period_ends(date(2024, 5, 1), date(2025, 12, 31), period="year") == [date(2024, 12, 31), date(2025, 12, 31)]
    assert last_day_of_period(date(2024, 2, 1), "month") == date(2024, 2, 29)


@pytest.mark.parametrize(("first", "last"), [("2026-09-30", "2026-06-30"), ("2026-07-01", "2026-09-29")])
def test_days_without_an_end_between_them_are_refused(first, last):
    with pytest.raises(RunFileError, match=r"between them lie no ends of a quarter → choose other days"):
        period_ends(date.fromisoformat(first), date.fromisoformat(last), period="quarter")


def test_a_slip_of_a_century_is_refused():
    with pytest.raises(RunFileError, match="more than 240 ends of a month"):
        period_ends(date(1926, 1, 1), date(2026, 1, 1), period="month")


def test_each_period_can_look_back_on_the_one_before_and_a_failure_stops_nothing(tmp_path, monkeypatch):
    folder = make_review(tmp_path, a="1")
    without_kernels(monkeypatch)
    request = Request(fake_run_file(folder), date(2026, 9, 30), folder / "reports")
    days = period_ends(date(2026, 3, 31), date(2026, 9, 30), period="quarter")
    seen = []

    def run(one: Request):
        seen.append((one.as_of.isoformat(), list(good_builds(one.run_dir))))
        failing = ("a",) if one.as_of == date(2026, 6, 30) else ()
        without_kernels(monkeypatch, failing=failing)
        return run_review(one, fake_parts(folder))

    outcomes = list(run_history(request, days, run))
    assert seen == [
        ("2026-03-31", []), ("2026-06-30", ["2026-03-31"]), ("2026-09-30", ["2026-03-31"])]  # fmt: skip
    assert [(day.isoformat(), outcome.exit_code) for day, outcome in outcomes] == [
        ("2026-03-31", 0), ("2026-06-30", 1), ("2026-09-30", 0)]  # fmt: skip
    assert read_link(request.run_dir, "latest").name.endswith("2026-09-30")
