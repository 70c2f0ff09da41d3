import pytest

from portfolio_lab.data.demo.customers import is_regular
from portfolio_lab.data.demo.parameters import CAUSES
from portfolio_lab.data.demo.ruptures import NOTICE_DAYS, schedule_ruptures


@pytest.fixture(scope="module")
def scheduled(past):
    return schedule_ruptures(past.world, past.customers, past.draws)


def test_a_rupture_covers_its_quarter_and_some_days_on_both_sides(past, scheduled):
    starts = past.world.calendar.quarter_starts
    open_end = scheduled[~scheduled["is_final"] & (scheduled["quarter"] + 1 < len(starts))]
    assert (scheduled["start_t"] <= starts[scheduled["quarter"]]).all()
    assert (open_end["end_t"] > starts[open_end["quarter"] + 1]).all()


def test_only_regular_customers_rupture_and_at_most_once_a_year(past, scheduled):
    regular = is_regular(past.world, past.customers)
    assert regular[scheduled["row"]].all()
    gaps = scheduled.sort_values(["row", "quarter"]).groupby("row")["quarter"].diff().dropna()
    assert (gaps >= 4).all()
    assert (past.of("converted_t", scheduled["row"]) < scheduled["start_t"] - 2 * NOTICE_DAYS).all()


def test_out_of_stock_is_a_cause_only_for_those_who_keep_buying_the_product(past, scheduled):
    out = past.world.assortment.stock_outs.set_index("quarter")["product"]
    rows = scheduled[scheduled["cause"] == CAUSES.index("out_of_stock")]
    assert len(rows)
    assert (past.of("staple", rows["row"]) == out[rows["quarter"]].to_numpy()).all()


def test_a_part_of_them_is_final(past, scheduled):
    assert 0 < scheduled["is_final"].mean() < 3 * past.world.parameters.rupture_final_share
