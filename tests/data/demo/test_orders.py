import numpy as np
import pytest

from portfolio_lab.data.demo.orders import draw_lines, draw_orders, draw_returns, orders_table


@pytest.fixture(scope="module")
def lines(past):
    return draw_lines(past, draw_orders(past))


def test_an_order_has_at_least_one_line_and_no_product_twice(lines):
    assert (lines.groupby("order")["line"].min() == 0).all()
    assert not lines.duplicated(["order", "product"]).any()


def test_a_staple_is_what_a_customer_buys_most(past, lines):
    own = lines["product"].to_numpy() == past.of("staple", lines["row"])
    assert 0.35 < own.mean() < 0.6


def test_amounts_come_near_what_the_customer_usually_spends(past, lines):
    p = past.world.parameters
    usual = past.of("order_amount", lines["row"]) / p.lines_per_order_mean
    paid = (lines["amount"] + lines["discount"]).to_numpy()
    large = ~lines["sample"].to_numpy() & (usual > 1000)
    assert np.median(paid[large] / usual[large]) == pytest.approx(np.exp(-0.125), rel=0.05)


def test_returns_are_parts_of_their_lines_and_lie_after_the_delivery(past, lines):
    returns = draw_returns(past, lines)
    assert (returns["amount"] < 0).all()
    assert (returns["t"] > returns["delivered_t"]).all()
    assert (returns["t"] < past.state.gone_t[returns["row"]]).all()
    assert set(returns["kind"]) == {"R", "K"}


def test_the_table_is_sorted_by_customer_and_day(past, lines):
    table = orders_table(past, lines, draw_returns(past, lines))
    assert len(table) == len(lines) + len(draw_returns(past, lines))
    assert table["customer_id"].is_monotonic_increasing
    assert (table.groupby("customer_id")["order_date"].diff().dropna() >= np.timedelta64(0)).all()
