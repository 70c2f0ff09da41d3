from datetime import date

import numpy as np
import pytest

from portfolio_lab.data.demo.assortment import PER_FAMILY, build_assortment, products_table
from portfolio_lab.data.demo.calendar import build_calendar

CALENDAR = build_calendar(date(2026, 9, 30), 42)


@pytest.fixture(scope="module")
def goods():
    return build_assortment(CALENDAR, price_growth=0.03, seed=1)


def test_what_cannot_be_had_is_replaced_within_the_family(goods):
    family = np.arange(len(goods.ids)) // PER_FAMILY
    assert (family[goods.sold_as] == family[:, None]).all()
    for gone in goods.discontinued.itertuples():
        assert not (goods.sold_as[:, gone.t :] == gone.product).any()
        assert (goods.sold_as[gone.product, : gone.t] == gone.product).all()
    for out in goods.stock_outs.itertuples():
        assert not (goods.sold_as[:, out.start_t : out.end_t] == out.product).any()


def test_no_staple_is_discontinued_and_each_runs_out_by_itself(goods):
    assert not set(goods.staples) & set(goods.discontinued["product"])
    assert goods.stock_outs["quarter"].is_unique
    assert goods.stock_outs["product"].is_unique


def test_prices_step_up_each_year(goods):
    years = CALENDAR.days.astype("datetime64[Y]").astype(int)
    assert goods.yearly_price[years == years[0]].tolist() == [1.0] * int((years == years[0]).sum())
    assert goods.yearly_price[-1] == pytest.approx(1.03**3)


def test_products_have_names_of_their_own_and_a_positive_margin(goods):
    table = products_table(goods)
    assert not table.duplicated(["family", "name"]).any()
    assert (table["unit_margin_amount"] > 0).all()
    assert table["product_id"].str.len().eq(5).all()
