"""Order lines of a block: baskets after each customer's taste, prices, discounts, deliveries, returns and credits."""

import numpy as np
import pandas as pd

from portfolio_lab.data.demo import words
from portfolio_lab.data.demo.assortment import PER_FAMILY
from portfolio_lab.data.demo.codes import join_codes
from portfolio_lab.data.demo.parameters import CLASSES
from portfolio_lab.data.demo.past import Past
from portfolio_lab.data.demo.world import World

CHANNEL_SHARES = (0.45, 0.25, 0.22, 0.08)
SPLIT_SHARE = 0.03
SAMPLE_SHARE = 0.004
EVERYTHING_WAIT = 60  # working days until those who return everything do so


def draw_orders(past: Past) -> pd.DataFrame:
    """Return one row per order (row, t, number, dates, channel): a few order days have two orders."""
    orders, calendar = past.known["orders"], past.world.calendar
    n = len(orders)
    number = orders.groupby("row").cumcount().to_numpy() + 1
    lead = 2 + np.floor(4 * past.chance("order lead", n)).astype(int)
    shift = past.chance("order delay", n)
    late = orders["is_late"].to_numpy(dtype=bool)
    delay = np.where(late, 1 + np.floor(6 * shift).astype(int), -np.floor(2 * shift).astype(int))
    return orders.assign(
        number=number,
        promised=calendar.dates(orders["t"].to_numpy() + lead),
        delivered=calendar.dates(orders["t"].to_numpy() + lead + delay),
        delivered_t=orders["t"].to_numpy() + lead + delay,
        channel=past.draws.stream("order channel").choice(len(CHANNEL_SHARES), n, p=CHANNEL_SHARES),
        is_split=past.chance("order split", n) < SPLIT_SHARE,
    )


def draw_lines(past: Past, orders: pd.DataFrame) -> pd.DataFrame:
    """Return one row per order line with product, quantity, amount, margin and discount; positive or zero amounts."""
    n_lines = 1 + past.draws.stream("line number").poisson(past.of("extra_lines", orders["row"]))
    order = np.repeat(np.arange(len(orders)), n_lines)
    lines = orders.iloc[order].reset_index(drop=True).assign(order=order)
    lines["line"] = lines.groupby("order").cumcount().to_numpy()
    lines["product"] = _products(past, lines)
    noise = past.draws.stream("line amount").standard_normal(len(lines))
    sample = past.chance("line sample", len(lines)) < SAMPLE_SHARE
    priced = _price(past, lines.assign(noise=noise, sample=sample))
    priced["half"] = np.where(priced["is_split"] & (priced["line"] % 2 == 1), 1, 0)
    return priced.drop_duplicates(["order", "product"], ignore_index=True)


def draw_returns(past: Past, lines: pd.DataFrame) -> pd.DataFrame:
    """Return one row per returned line and credit note: negative, after the delivery, while the customer is there."""
    p, n, last_t = past.world.parameters, len(lines), past.state.gone_t
    chance = past.chance("return chance", n)
    wait = 3 + np.floor(18 * past.chance("return wait", n)).astype(int)[lines["order"]]
    share = past.chance("return share", n)
    everything = past.of("returns_all", lines["row"])
    t = lines["delivered_t"].to_numpy() + np.where(everything, EVERYTHING_WAIT, wait)
    inside = (t < last_t[lines["row"]]) & (t < past.world.calendar.n_days) & (lines["amount"].to_numpy() > 0)
    is_return = inside & ((chance < p.returned_line_share) | everything)
    is_credit = inside & ((chance > 1 - p.credit_share) | everything)
    returned = lines[is_return].assign(t=t[is_return], kind="R")
    part = np.maximum(1, np.round(returned["quantity"] * share[is_return])) / returned["quantity"]
    part = np.where(everything[is_return], 1.0, part)
    returned["quantity"] = -(returned["quantity"] * part)
    for column in ("amount", "margin", "discount"):
        returned[column] = -(returned[column] * part).round(2)
    credit = lines[is_credit].assign(t=t[is_credit], kind="K", quantity=np.nan, product=-1, discount=0.0)
    credit["amount"] = -(credit["amount"] * (0.05 + 0.15 * share[is_credit])).round(2)
    credit["margin"] = credit["amount"]
    return pd.concat([returned, credit[credit["amount"] < 0]], ignore_index=True)


def orders_table(past: Past, lines: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Return the source table ``orders``: sales, returns and credits by customer, day and order."""
    both = pd.concat([lines.assign(kind="O"), returns], ignore_index=True)
    both = both.sort_values(["row", "t", "kind", "number", "half", "line"], kind="stable", ignore_index=True)
    world, calendar = past.world, past.world.calendar
    product = both["product"].to_numpy()
    sale = (both["kind"] == "O").to_numpy()
    delivered = both["delivered"].to_numpy().astype("datetime64[D]")
    return pd.DataFrame(
        {
            "customer_id": past.ids(both["row"]),
            "order_date": calendar.days[both["t"]],
            "amount": both["amount"],
            "order_id": _order_ids(world, both, past.of("i", both["row"]) + 1),
            "product_id": np.where(product >= 0, world.assortment.ids[product], None),
            "quantity": both["quantity"],
            "margin_amount": both["margin"],
            "discount_amount": both["discount"],
            "salesperson_id": world.people.ids[both["owner"]],
            "sales_channel": np.array(words.SALES_CHANNELS)[both["channel"]],
            "promised_date": np.where(sale, both["promised"], np.datetime64("NaT")),
            "delivered_date": np.where(sale & (delivered <= calendar.end), delivered, np.datetime64("NaT")),
        }
    )


def _order_ids(world: World, both: pd.DataFrame, number: np.ndarray) -> np.ndarray:
    """O, R (return) or K (credit), the customer's number, and twice the order's number (odd = the second of a day)."""
    letters = both["kind"].to_numpy(dtype=object)
    codes = join_codes("", number, world.customer_width, 2 * both["number"].to_numpy() + both["half"].to_numpy(), 4)
    return letters + codes.astype(object)


def _products(past: Past, lines: pd.DataFrame) -> np.ndarray:
    """Its staple, something of its two families, or anything; what cannot be had is replaced within the family."""
    world, row, n = past.world, lines["row"].to_numpy(), len(lines)
    u, v = past.chance("line taste", n), past.chance("line product", n)
    anything = np.floor(v * len(world.assortment.ids)).astype(int)
    popular = np.floor(PER_FAMILY * v**2).astype(int)
    first, second = past.of("family", row), past.of("second_family", row)
    wanted = np.select(
        [(u < 0.30) | ((lines["line"].to_numpy() == 0) & (u < 0.75)), u < 0.60, u < 0.85],
        [past.of("staple", row), PER_FAMILY * first + popular, PER_FAMILY * second + popular],
        anything,
    )
    return world.assortment.sold_as[wanted, lines["t"].to_numpy()].astype(int)


def _price(past: Past, lines: pd.DataFrame) -> pd.DataFrame:
    """Quantities that come near the amount that the customer usually spends on a line, and the money that follows."""
    p, goods, t = past.world.parameters, past.world.assortment, lines["t"].to_numpy()
    product = lines["product"].to_numpy()
    usual = past.of("order_amount", lines["row"]) / p.lines_per_order_mean
    price = np.round(goods.price[product] * goods.yearly_price[t], 2)
    quantity = np.maximum(1, np.round(usual * np.exp(0.5 * lines["noise"].to_numpy() - 0.125) / price))
    sample = lines["sample"].to_numpy() & (lines["line"].to_numpy() > 0)
    quantity = np.where(sample, 1.0, quantity)
    gross = np.round(price * quantity, 2)
    discount = np.where(sample, gross, np.round(gross * _discount_rate(past, lines), 2))
    cost = goods.cost[product] * goods.yearly_price[t] * quantity
    amount = np.round(gross - discount, 2)
    return lines.assign(quantity=quantity, amount=amount, discount=discount, margin=np.round(amount - cost, 2))


def _discount_rate(past: Past, lines: pd.DataFrame) -> np.ndarray:
    """Old customers and large ones get more: the margin per order falls with tenure."""
    p, row = past.world.parameters, lines["row"].to_numpy()
    created = past.of("created_date", row).astype("datetime64[D]")
    years = (past.world.calendar.days[lines["t"]] - created).astype(int) / 365.25
    rate = p.discount_base + p.discount_per_year_of_tenure * np.minimum(years, 5)
    rate += np.where(past.of("abc_class", row) == CLASSES.index("A"), p.discount_class_a, 0.0)
    return np.clip(rate + 0.01 * past.draws.stream("line discount").standard_normal(len(lines)), 0, 0.3)
