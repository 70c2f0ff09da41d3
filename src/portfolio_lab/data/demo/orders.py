"""Order lines of a block: baskets after each customer's taste, prices, discounts, deliveries, returns and credits."""

import numpy as np
import pandas as pd

from portfolio_lab.data.demo import words
from portfolio_lab.data.demo.assortment import PER_FAMILY
from portfolio_lab.data.demo.codes import join_codes
from portfolio_lab.data.demo.customers import Draws
from portfolio_lab.data.demo.parameters import CLASSES
from portfolio_lab.data.demo.world import World

CHANNEL_SHARES = (0.45, 0.25, 0.22, 0.08)
SPLIT_SHARE = 0.03
SAMPLE_SHARE = 0.004


def draw_orders(world: World, customers: pd.DataFrame, orders: pd.DataFrame, draws: Draws) -> pd.DataFrame:
    """Return one row per order (row, t, number, dates, channel): a few order days have two orders."""
    n = len(orders)
    calendar = world.calendar
    number = orders.groupby("row").cumcount().to_numpy() + 1
    lead = 2 + np.floor(4 * draws.stream("order lead").random(n)).astype(int)
    shift = draws.stream("order delay").random(n)
    late = orders["is_late"].to_numpy(dtype=bool)
    delay = np.where(late, 1 + np.floor(6 * shift).astype(int), -np.floor(2 * shift).astype(int))
    return orders.assign(
        number=number,
        promised=calendar.dates(orders["t"].to_numpy() + lead),
        delivered=calendar.dates(orders["t"].to_numpy() + lead + delay),
        delivered_t=orders["t"].to_numpy() + lead + delay,
        channel=draws.stream("order channel").choice(len(CHANNEL_SHARES), n, p=CHANNEL_SHARES),
        is_split=draws.stream("order split").random(n) < SPLIT_SHARE,
    )


def draw_lines(world: World, customers: pd.DataFrame, orders: pd.DataFrame, draws: Draws) -> pd.DataFrame:
    """Return one row per order line with product, quantity, amount, margin and discount; positive or zero amounts."""
    n_lines = 1 + draws.stream("line number").poisson(customers["extra_lines"].to_numpy()[orders["row"]])
    order = np.repeat(np.arange(len(orders)), n_lines)
    lines = orders.iloc[order].reset_index(drop=True).assign(order=order)
    lines["line"] = lines.groupby("order").cumcount().to_numpy()
    lines["product"] = _products(world, customers, lines, draws)
    noise = draws.stream("line amount").standard_normal(len(lines))
    sample = draws.stream("line sample").random(len(lines)) < SAMPLE_SHARE
    priced = _price(world, customers, lines.assign(noise=noise, sample=sample), draws)
    priced["half"] = np.where(priced["is_split"] & (priced["line"] % 2 == 1), 1, 0)
    return priced.drop_duplicates(["order", "product"], ignore_index=True)


def draw_returns(world: World, lines: pd.DataFrame, last_t: np.ndarray, draws: Draws) -> pd.DataFrame:
    """Return one row per returned line and credit note: negative, after the delivery, while the customer is there."""
    p, n = world.parameters, len(lines)
    chance = draws.stream("return chance").random(n)
    wait = 3 + np.floor(18 * draws.stream("return wait").random(n)).astype(int)
    share = draws.stream("return share").random(n)
    t = lines["delivered_t"].to_numpy() + wait
    inside = (t < last_t[lines["row"]]) & (t < world.calendar.n_days) & (lines["amount"].to_numpy() > 0)
    is_return = inside & (chance < p.returned_line_share)
    is_credit = inside & (chance > 1 - p.credit_share)
    returned = lines[is_return].assign(t=t[is_return], kind="R")
    part = np.maximum(1, np.round(returned["quantity"] * share[is_return])) / returned["quantity"]
    returned["quantity"] = -(returned["quantity"] * part)
    for column in ("amount", "margin", "discount"):
        returned[column] = -(returned[column] * part).round(2)
    credit = lines[is_credit].assign(t=t[is_credit], kind="K", quantity=np.nan, product=-1, discount=0.0)
    credit["amount"] = -(credit["amount"] * (0.05 + 0.15 * share[is_credit])).round(2)
    credit["margin"] = credit["amount"]
    return pd.concat([returned, credit[credit["amount"] < 0]], ignore_index=True)


def orders_table(world: World, customers: pd.DataFrame, lines: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Return the source table ``orders``: sales, returns and credits by customer, day and order."""
    both = pd.concat([lines.assign(kind="O"), returns.assign(half=0)], ignore_index=True)
    both = both.sort_values(["row", "t", "kind", "number", "half", "line"], kind="stable", ignore_index=True)
    number = customers["i"].to_numpy()[both["row"]] + 1
    product = both["product"].to_numpy()
    sale = (both["kind"] == "O").to_numpy()
    calendar = world.calendar
    delivered = both["delivered"].to_numpy().astype("datetime64[D]")
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"].to_numpy()[both["row"]],
            "order_date": calendar.days[both["t"]],
            "amount": both["amount"],
            "order_id": _order_ids(world, both, number),
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


def _products(world: World, customers: pd.DataFrame, lines: pd.DataFrame, draws: Draws) -> np.ndarray:
    """Its staple, something of its two families, or anything; what cannot be had is replaced within the family."""
    row, n = lines["row"].to_numpy(), len(lines)
    u, v = draws.stream("line taste").random(n), draws.stream("line product").random(n)
    anything = np.floor(v * len(world.assortment.ids)).astype(int)
    popular = np.floor(PER_FAMILY * v**2).astype(int)
    first, second = customers["family"].to_numpy()[row], customers["second_family"].to_numpy()[row]
    wanted = np.select(
        [(u < 0.30) | ((lines["line"].to_numpy() == 0) & (u < 0.75)), u < 0.60, u < 0.85],
        [customers["staple"].to_numpy()[row], PER_FAMILY * first + popular, PER_FAMILY * second + popular],
        anything,
    )
    return world.assortment.sold_as[wanted, lines["t"].to_numpy()].astype(int)


def _price(world: World, customers: pd.DataFrame, lines: pd.DataFrame, draws: Draws) -> pd.DataFrame:
    """Quantities that come near the amount that the customer usually spends on a line, and the money that follows."""
    p, goods, row, t = world.parameters, world.assortment, lines["row"].to_numpy(), lines["t"].to_numpy()
    product = lines["product"].to_numpy()
    usual = customers["order_amount"].to_numpy()[row] / p.lines_per_order_mean
    price = np.round(goods.price[product] * goods.yearly_price[t], 2)
    quantity = np.maximum(1, np.round(usual * np.exp(0.5 * lines["noise"].to_numpy() - 0.125) / price))
    sample = lines["sample"].to_numpy() & (lines["line"].to_numpy() > 0)
    quantity = np.where(sample, 1.0, quantity)
    gross = np.round(price * quantity, 2)
    discount = np.where(sample, gross, np.round(gross * _discount_rate(world, customers, lines, draws), 2))
    cost = goods.cost[product] * goods.yearly_price[t] * quantity
    amount = np.round(gross - discount, 2)
    return lines.assign(quantity=quantity, amount=amount, discount=discount, margin=np.round(amount - cost, 2))


def _discount_rate(world: World, customers: pd.DataFrame, lines: pd.DataFrame, draws: Draws) -> np.ndarray:
    """Old customers and large ones get more: the margin per order falls with tenure."""
    p, row = world.parameters, lines["row"].to_numpy()
    created = customers["created_date"].to_numpy().astype("datetime64[D]")[row]
    years = (world.calendar.days[lines["t"]] - created).astype(int) / 365.25
    rate = p.discount_base + p.discount_per_year_of_tenure * np.minimum(years, 5)
    rate += np.where(customers["abc_class"].to_numpy()[row] == CLASSES.index("A"), p.discount_class_a, 0.0)
    return np.clip(rate + 0.01 * draws.stream("line discount").standard_normal(len(lines)), 0, 0.3)
