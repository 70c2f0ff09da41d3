"""What is sold: products by family, prices, what was discontinued, and what was out of stock when."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.data.demo import words
from portfolio_lab.data.demo.calendar import Calendar
from portfolio_lab.data.demo.codes import make_codes
from portfolio_lab.data.demo.seeds import stream

PER_FAMILY = 17
N_DISCONTINUED = 12
STAPLES_PER_FAMILY = 2


@dataclass(frozen=True)
class Assortment:
    """The products; ``sold_as[p, t]`` is the product that is delivered when p is asked for on working day t."""

    ids: np.ndarray
    names: np.ndarray
    family: np.ndarray
    price: np.ndarray
    cost: np.ndarray
    staples: np.ndarray
    discontinued: pd.DataFrame
    stock_outs: pd.DataFrame
    sold_as: np.ndarray
    yearly_price: np.ndarray


def build_assortment(calendar: Calendar, *, price_growth: float, seed: int) -> Assortment:
    """Return about 200 products in 12 families; the first two of each family are staples that customers keep buying."""
    n = PER_FAMILY * len(words.FAMILIES)
    family = np.arange(n) // PER_FAMILY
    rank = np.arange(n) % PER_FAMILY
    base = np.array([f[1] for f in words.FAMILIES])[family]
    margin = np.array([f[2] for f in words.FAMILIES])[family] + stream(seed, "product margin").uniform(-0.04, 0.04, n)
    price = np.round(base * np.exp(0.55 * stream(seed, "product price").standard_normal(n)), 2)
    staples = np.flatnonzero(rank < STAPLES_PER_FAMILY)
    discontinued = _discontinued(calendar, rank, seed)
    stock_outs = _stock_outs(calendar, staples, seed)
    years = calendar.days.astype("datetime64[Y]").astype(int)
    growth = (1 + price_growth) ** (years - years[0])
    return Assortment(
        ids=make_codes("", 101 + 7 * np.arange(n), 5),
        names=_names(family, rank),
        family=family,
        price=price,
        cost=np.round(price * (1 - margin), 2),
        staples=staples,
        discontinued=discontinued,
        stock_outs=stock_outs,
        sold_as=_substitutes(calendar, family, discontinued, stock_outs),
        yearly_price=growth,
    )


def products_table(assortment: Assortment) -> pd.DataFrame:
    """Return one row per product (source table ``products``)."""
    gone = np.zeros(len(assortment.ids), dtype=bool)
    gone[assortment.discontinued["product"]] = True
    return pd.DataFrame(
        {
            "product_id": assortment.ids,
            "name": assortment.names,
            "family": [words.FAMILIES[f][0] for f in assortment.family],
            "unit_margin_amount": np.round(assortment.price - assortment.cost, 2),
            "is_discontinued": gone,
        }
    )


def _names(family: np.ndarray, rank: np.ndarray) -> np.ndarray:
    def name(f: int, r: int) -> str:
        noun, grade = words.FAMILIES[f][3][r % 4], words.GRADES[(r // 4) % 4]
        return f"{noun} {grade}" if r < 16 else f"{noun} ½ pallet"

    return np.array([name(f, r) for f, r in zip(family, rank, strict=True)])


def _discontinued(calendar: Calendar, rank: np.ndarray, seed: int) -> pd.DataFrame:
    """Return products that are no longer sold and the position from which they are not; staples always stay."""
    rng = stream(seed, "product discontinued")
    product = np.sort(rng.choice(np.flatnonzero(rank >= STAPLES_PER_FAMILY), N_DISCONTINUED, replace=False))
    t = rng.integers(calendar.n_days // 2, calendar.n_days - 40, N_DISCONTINUED)
    return pd.DataFrame({"product": product, "t": t})


def _stock_outs(calendar: Calendar, staples: np.ndarray, seed: int) -> pd.DataFrame:
    """Return the staple that is out of stock in each quarter but the first two, from just before to just after it."""
    order = stream(seed, "product stock-outs").permutation(staples)
    quarters = np.arange(2, calendar.n_quarters)
    starts = calendar.quarter_starts
    ends = np.append(starts[1:], calendar.n_days)
    return pd.DataFrame(
        {
            "product": order[quarters % len(order)],
            "quarter": quarters,
            "start_t": starts[quarters] - 4,
            "end_t": np.minimum(ends[quarters] + 6, calendar.n_days),
        }
    )


def _substitutes(
    calendar: Calendar, family: np.ndarray, discontinued: pd.DataFrame, stock_outs: pd.DataFrame
) -> np.ndarray:
    """Return product x working day: the product itself when it can be had, else the next of its family that can."""
    n = len(family)
    can = np.ones((n, calendar.n_days), dtype=bool)
    for row in discontinued.itertuples():
        can[row.product, row.t :] = False
    for row in stock_outs.itertuples():
        can[row.product, row.start_t : row.end_t] = False
    product = np.arange(n)
    sold_as = np.broadcast_to(product[:, None], can.shape).astype(np.int16)
    for step in range(1, PER_FAMILY):
        other = family * PER_FAMILY + (product - family * PER_FAMILY + step) % PER_FAMILY
        missing = ~can[sold_as, np.arange(calendar.n_days)]
        sold_as = np.where(missing, other[:, None], sold_as).astype(np.int16)
    return sold_as
