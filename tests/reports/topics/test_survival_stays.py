import pandas as pd

from portfolio_lab.reports.topics.survival_stays import NO_ROWS, Stays


def stays(**changes):
    plain = {"unit": "days", "lifetimes": NO_ROWS, "groupings": (), "driver_rows": NO_ROWS, "covariates": ()}
    return Stays(**plain | {"findings": ()} | changes)


def test_brought_stays_have_no_line_and_one_salesperson():
    brought = stays()
    assert not brought.is_dated
    assert brought.driver_line is None
    assert brought.n_salespeople == 1


def test_the_line_of_the_drivers_is_a_multiple_of_the_line_in_force():
    assert stays(theta_days=75, driver_factor=2.0).driver_line == 150
    rows = pd.DataFrame({"salesperson": ["Ana", "Ben", "Ana"]})
    assert stays(landmark_rows=rows).n_salespeople == 2
