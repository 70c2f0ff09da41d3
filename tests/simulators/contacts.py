"""A shop whose contacts have a known effect: visits raise the rate of orders for three weeks, messages do nothing."""

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from portfolio_lab.analysis.observational.cohort import HISTORY
from portfolio_lab.analysis.observational.known_before import index_records
from portfolio_lab.analysis.stages import build_stage_stays
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


def contacts_in_sixty_cells(rng, *, largest=300, base=0.3):
    """S7 as customers: three classes, five stages, four channels; six in ten cells do nothing, the others 4 points.

    Rows as the comparison of contacts takes them; each cell has 40 to ``largest`` contacted, each class and stage
    ``largest`` not contacted. Orders and contacts both follow the recent orders. effect_hidden: of the row's cell.
    """
    true = np.where(rng.random((15, 4)) < 0.6, 0.0, rng.normal(0.04, 0.02, (15, 4)))
    sizes = np.column_stack([np.full(15, largest), rng.integers(40, largest + 1, (15, 4))])
    group = np.repeat(np.arange(15), sizes.sum(axis=1))
    kind = np.concatenate([np.repeat(np.arange(5), each) for each in sizes])
    recent = rng.normal(size=len(group)) - 0.3 * (kind > 0)
    gain = np.column_stack([np.zeros(15), true])[group, kind]
    stages = np.array(["active", "pre_inactive", "inactivated", "inactive", "prospect"])
    chance = np.clip(base + 0.05 * recent + gain, 0, 1)
    rows = pd.DataFrame(dict.fromkeys(HISTORY, 0.0), index=np.arange(len(group))).assign(
        customer_id=[f"c{i:06d}" for i in range(len(group))],
        landmark_date=SHOP_END,
        abc_class=np.array(list("ABC"))[group // 5],
        stage=stages[group % 5],
        channel=np.array(["", "visit", "call", "email", "message"])[kind],
        is_treated=kind > 0,
        recent_orders=recent,
        season="6",
        effect_hidden=gain,
    )
    return rows.assign(n_orders=(rng.random(len(rows)) < chance).astype(float))


class Shown:
    """What a page would show, kept in lists: texts, tables, figures (their alternative texts) and facts by id."""

    def __init__(self):
        self.texts, self.tables, self.figures, self.facts, self.options = [], {}, {}, {}, {}

    def fact(self, fact_id, value, **options):
        """Keep a fact."""
        self.facts[fact_id] = value

    def say(self, text):
        """Keep a sentence."""
        self.texts.append(text)

    def table(self, table_id, frame, title, **options):
        """Keep a table, and how it is to be shown."""
        self.tables[table_id], self.options[table_id] = frame, options

    def figure(self, figure_id, figure, *, alt, caption, thumbnail=False):
        """Keep the alternative text of a figure, and let go of the figure."""
        plt.close(figure)
        self.figures[figure_id], self.options[f"figure {figure_id}"] = alt, {"caption": caption}


def review_of_a_shop(rng: np.random.Generator, **tables: pd.DataFrame) -> tuple[SimpleNamespace, SimpleNamespace]:
    """Return a review of the shop with these further tables, and its company, as far as contacts are concerned."""
    return review_of_contacts(*contacts_of_a_shop(rng), **tables)


def contacts_that_stop_at_the_order(rng, *, n=900, n_days=900):
    """S3 over and over: return order days and contacts of customers whom contacts do not move at all.

    After each order a contact comes at a day of its own, the sooner the slower the customer is, unless the next order
    was earlier; so every wait without a contact is a short one. is_after (of orders): a contact came in the wait.
    """
    x = rng.normal(size=n)[:, None]
    wait = rng.exponential(size=(n, 60)) / (0.010 * np.exp(-0.6 * x))
    contact = rng.exponential(size=(n, 60)) * 70 * np.exp(-0.5 * x)
    end = np.cumsum(wait, axis=1)
    origin = SHOP_END - pd.Timedelta(days=n_days - 1)
    ids = np.char.add("c", np.char.zfill(np.arange(n).astype(str), 4))

    def as_rows(day, chosen, name, **more):
        row, k = np.nonzero(chosen & (day < n_days))
        date = origin + pd.to_timedelta(np.floor(day[row, k]), unit="D")
        return pd.DataFrame(
            {"customer_id": ids[row], name: date} | {key: values[row, k] for key, values in more.items()}
        )

    is_after = contact < wait
    orders = as_rows(end, np.ones_like(is_after), "order_date", wait=wait, is_after=is_after)
    orders = orders.drop_duplicates(["customer_id", "order_date"])
    log = as_rows(end - wait + contact, is_after, "contact_date").assign(channel="call")
    return orders.assign(amount=100.0, margin_amount=25.0, is_purchase_day=True), log


def review_of_contacts(order_days, log, **tables):
    """Return a review of these orders and contacts, and its company, as far as contacts are concerned."""
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
    stays = build_stage_stays(order_days, review.snapshots(), as_of=SHOP_END, policy=review.policy.stages)
    customers, rows = pd.Index(np.sort(order_days["customer_id"].unique())), log.assign(plan_id=None)
    priced = order_days.assign(margin_amount=np.nan)
    return review, SimpleNamespace(
        order_days=order_days,
        log=SimpleNamespace(rows=rows),
        stays=stays,
        records=index_records(priced, customers, tables=tables),
    )


def contacts_after_claims(*, n=1_500, n_days=560, claim_day=368, seed=0):
    """Return order days, contacts and claims of customers who are called after claims; a call changes nothing.

    On one day (2025-12-20) three in ten have a claim. From the next day on they order at half their pace and are called
    six times as often: whoever does not know of the claims sees calls that do harm. Days count from 2024-12-17, so that
    they end with 2026-06-29.
    """
    rng = np.random.default_rng(seed)
    has_claim = rng.random((n, 1)) < 0.3
    is_cross = has_claim & (np.arange(n_days) > claim_day)
    pace = rng.gamma(4.0, 1 / 4, size=(n, 1)) / 12
    ordered = rng.random((n, n_days)) < np.where(is_cross, 0.5, 1.0) * pace
    called = rng.random((n, n_days)) < np.where(is_cross, 0.012, 0.002)
    ids = pd.Index([f"C{k:05d}" for k in range(n)])

    def events(happened, name):
        customer, day = np.nonzero(happened)
        return pd.DataFrame(
            {"customer_id": ids[customer], name: pd.Timestamp("2024-12-17") + pd.to_timedelta(day, unit="D")}
        )

    orders = events(ordered, "order_date").assign(is_purchase_day=True, amount=100.0, margin_amount=20.0)
    claims = events(has_claim & (np.arange(n_days) == claim_day), "opened_date")
    return orders, events(called, "contact_date").assign(channel="call"), claims
