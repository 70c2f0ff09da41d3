"""Tables of the company as a whole: absences, plans, stock, targets and what others achieve."""

import numpy as np
import pandas as pd

from portfolio_lab.data.demo import words
from portfolio_lab.data.demo.people import TEAM_SIZE, People, team_name
from portfolio_lab.data.demo.seeds import stream
from portfolio_lab.data.demo.world import World

PEERS = ("Competitor A", "Competitor B", "Industry average")
INDICATORS = {"satisfaction_index": (7.4, 0.15), "on_time_delivery_rate": (0.90, 0.01), "price_index": (100.0, 1.2)}


def absences_table(people: People) -> pd.DataFrame:
    """Return the source table ``absences``."""
    frame = people.absences
    return pd.DataFrame({"salesperson_id": people.ids[frame["person"]], **frame[["start_date", "end_date", "kind"]]})


def plans_table(world: World) -> pd.DataFrame:
    """Return the source table ``plans``."""
    calendar = world.calendar
    rows = [
        {
            "plan_id": plan.plan_id, "name": plan.name, "kind": plan.kind, "objective": plan.objective,
            "start_date": calendar.days[plan.start_t], "end_date": calendar.dates(np.array([plan.end_t]))[0],
            "outcome": plan.outcome, "horizon_days": plan.horizon_days, "cost_amount": plan.cost_amount,
        }
        for plan in world.plans.values()
        if plan.end_t > plan.start_t
    ]  # fmt: skip
    return pd.DataFrame(rows)


def stock_table(world: World) -> pd.DataFrame:
    """Return the source table ``stock``: lots at the end of each month and on days when a product ran out or came back.

    Discontinued products lie idle with what is left; products with a shelf life have an expiry date per lot.
    """
    calendar = world.calendar
    last_days = np.flatnonzero(np.append(np.diff(calendar.month) != 0, True))
    frames = [_count(world, int(t)) for t in last_days]
    out = world.assortment.stock_outs
    frames += [_count(world, int(row.start_t)).query("product == @row.product") for row in out.itertuples()]
    back = out[out["end_t"] < calendar.n_days]
    frames += [_count(world, int(row.end_t)).query("product == @row.product") for row in back.itertuples()]
    frame = pd.concat(frames, ignore_index=True).drop_duplicates(["product", "t", "lot"])
    frame = frame.sort_values(["product", "t", "lot"], ignore_index=True)
    return pd.DataFrame(
        {
            "product_id": world.assortment.ids[frame["product"]],
            "stock_date": calendar.days[frame["t"]],
            "quantity": frame["quantity"].to_numpy(dtype=float),
            "expiry_date": frame["expiry_date"].to_numpy(),
        }
    )


def _count(world: World, t: int) -> pd.DataFrame:
    """Stock of one day: two lots of each product, zero while it is out of stock, what was left after its end."""
    goods, calendar = world.assortment, world.calendar
    n = len(goods.ids)
    drawn = stream(world.seed, "stock", t).random((n, 2))
    quantity = np.round(np.exp(3.2 + 2.2 * drawn) * (60 / goods.price[:, None]) ** 0.4)
    out = goods.stock_outs
    missing = out.loc[(out["start_t"] <= t) & (t < out["end_t"]), "product"].to_numpy()
    ended = goods.discontinued.loc[goods.discontinued["t"] <= t, "product"].to_numpy()
    quantity[missing] = 0
    quantity[ended] = np.stack([20.0 + ended % 30, 0.0 * ended], axis=1)
    keeps = np.array([family[4] for family in words.FAMILIES])[goods.family]
    left = keeps[:, None] * np.array([0.02, 0.60]) + keeps[:, None] * 0.35 * drawn
    expiry = calendar.days[t] + np.round(30.4 * left).astype(int)
    frame = pd.DataFrame(
        {
            "product": np.repeat(np.arange(n), 2), "t": t, "lot": np.tile([0, 1], n), "quantity": quantity.ravel(),
            "expiry_date": np.where(keeps[:, None] > 0, expiry, np.datetime64("NaT")).ravel(),
        }
    )  # fmt: skip
    return frame[(frame["lot"] == 0) | (frame["quantity"] > 0)]


def targets_table(world: World, sales: np.ndarray) -> pd.DataFrame:
    """Return the source table ``targets`` from net sales by owner and month: last year's month and five percent.

    For the first twelve months, for which there is no year before, the target is near what came.
    """
    people, n_months = world.people, sales.shape[1]
    noise = stream(world.seed, "targets").normal(0.02, 0.08, sales.shape)
    before = np.concatenate([sales[:, :12] * (1 + noise[:, :12]), sales[:, :-12] * 1.05], axis=1)[:, :n_months]
    amount = np.round(np.maximum(before, 0) / 500) * 500
    goal = np.round(0.55 + 0.10 * stream(world.seed, "target goals").random((people.n_owners, 1)) + 0 * sales, 2)
    months = world.calendar.start.astype("datetime64[M]") + np.arange(n_months)
    month = months.astype("datetime64[D]")
    own = pd.DataFrame(
        {
            "salesperson_id": np.repeat(people.ids[: people.n_owners], n_months), "team": None,
            "month": np.tile(month, people.n_owners), "amount": amount.ravel(), "positivation_rate": goal.ravel(),
        }
    )  # fmt: skip
    by_team = amount.reshape(-1, TEAM_SIZE, n_months).sum(axis=1)
    teams = pd.DataFrame(
        {
            "salesperson_id": None, "team": np.repeat([team_name(t) for t in range(len(by_team))], n_months),
            "month": np.tile(month, len(by_team)), "amount": by_team.ravel(), "positivation_rate": 0.60,
        }
    )  # fmt: skip
    return pd.concat([own[own["amount"] > 0], teams], ignore_index=True)


def benchmarks_table(world: World) -> pd.DataFrame:
    """Return the source table ``benchmarks``: three indicators of three peers, each quarter."""
    calendar, rows = world.calendar, []
    for indicator, (level, spread) in INDICATORS.items():
        for j, peer in enumerate(PEERS):
            values = level + spread * (
                stream(world.seed, f"benchmark {indicator}", j).standard_normal(calendar.n_quarters) + j - 1
            )
            rows.append(
                pd.DataFrame(
                    {
                        "indicator": indicator,
                        "peer": peer,
                        "benchmark_date": calendar.days[calendar.quarter_starts],
                        "value": values.round(3),
                    }
                )
            )
    return pd.concat(rows, ignore_index=True)
