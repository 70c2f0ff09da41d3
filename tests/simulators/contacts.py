"""A shop whose contacts have a known effect: visits raise the rate of orders for three weeks, messages do nothing."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from portfolio_lab.policy import Policy

SHOP_END = pd.Timestamp("2026-06-30")


def contacts_of_a_shop(rng, *, n=500, n_days=600, lift=1.8):
    """Return order days and contacts (customer_id, channel, contact_date), day by day; the late are contacted more."""
    rate = rng.gamma(4.0, 0.01, n)
    working, last = np.zeros(n), np.full(n, -30.0)
    orders, contacts = [], []
    for day in range(n_days):
        ordered = rng.random(n) < rate * np.where(working > 0, lift, 1.0)
        last[ordered] = day
        orders += [(f"c{i:04d}", day) for i in np.flatnonzero(ordered)]
        late = np.clip((day - last) * rate, 0, 3)
        chosen = rng.random(n) < 0.006 + 0.006 * late
        kind = rng.random(n) < 0.5
        contacts += [(f"c{i:04d}", day, "visit" if kind[i] else "message") for i in np.flatnonzero(chosen)]
        working = np.where(chosen & kind, 21, working - 1)
    origin = SHOP_END - pd.Timedelta(days=n_days - 1)
    order_days = pd.DataFrame(orders, columns=["customer_id", "day"])
    log = pd.DataFrame(contacts, columns=["customer_id", "day", "channel"])
    order_days["order_date"] = origin + pd.to_timedelta(order_days.pop("day"), unit="D")
    log["contact_date"] = origin + pd.to_timedelta(log.pop("day"), unit="D")
    return order_days.assign(amount=100.0, is_purchase_day=True), log


class Shown:
    """What a page would show, kept in lists: texts, tables and figures (their alternative texts) by id."""

    def __init__(self):
        self.texts, self.tables, self.figures = [], {}, {}

    def say(self, text):
        """Keep a sentence."""
        self.texts.append(text)

    def table(self, table_id, frame, title, **options):
        """Keep a table."""
        self.tables[table_id] = frame

    def figure(self, figure_id, figure, *, alt, caption, thumbnail=False):
        """Keep the alternative text of a figure, and let go of the figure."""
        plt.close(figure)
        self.figures[figure_id] = alt


def review_of_a_shop(rng: np.random.Generator, **tables: pd.DataFrame) -> tuple[SimpleNamespace, SimpleNamespace]:
    """Return a review of the shop with these further tables, and its company, as far as contacts are concerned."""
    order_days, log = contacts_of_a_shop(rng)
    known = {"contacts": log, "orders": order_days} | tables
    review = SimpleNamespace(
        as_of=SHOP_END.date(),
        policy=Policy(),
        params=SimpleNamespace(seed=1),
        run=SimpleNamespace(period="quarter"),
        out=Shown(),
        has=known.__contains__,
        table=known.__getitem__,
        snapshots=lambda: pd.DataFrame({"customer_id": order_days["customer_id"].unique()}),
    )
    company = SimpleNamespace(order_days=order_days, log=SimpleNamespace(rows=log.assign(plan_id=None)))
    return review, company
