"""The truth beside the tables: what generated each of them, for tests and benchmarks only."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from portfolio_lab.data.demo import words
from portfolio_lab.data.demo.customers import NEVER, is_regular
from portfolio_lab.data.demo.ownership import KINDS
from portfolio_lab.data.demo.parameters import CLASSES, GONE_CAUSES
from portfolio_lab.data.demo.state import Log, State
from portfolio_lab.data.demo.world import SEASONS, World


def write_parameters(world: World, folder: Path, *, n_months: int) -> None:
    """Write ``truth.json``: size, seed, period and every planted number."""
    content = {
        "n_customers": world.n_customers,
        "n_months": n_months,
        "seed": world.seed,
        "start_date": str(world.calendar.start),
        "end_date": str(world.calendar.end),
        "cut_over_date": str(world.calendar.days[world.cut_over]),
        "seasons": dict(zip([*words.SEGMENTS, "summer_only"], SEASONS.tolist(), strict=True)),
        "parameters": world.parameters.as_dict(),
    }
    text = json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def world_truth(world: World) -> dict[str, pd.DataFrame]:
    """Truth that does not depend on the customers: salespeople, contact effects, stock-outs, discontinued products."""
    people, calendar, goods, p = world.people, world.calendar, world.assortment, world.parameters
    owners = np.arange(people.n_owners)
    effects = [(a, c, m) for a, row in p.contact_effects.items() for c, m in row.items()]
    out, gone = goods.stock_outs, goods.discontinued
    return {
        "salespeople": pd.DataFrame(
            {
                "salesperson_id": people.ids[owners],
                "skill": people.skill,
                "hazard_multiplier": np.exp(-p.skill_on_hazard * people.skill),
                "rate_multiplier": np.exp(p.skill_on_rate * people.skill),
                "adherence_rate": people.adherence,
                "is_overloaded": people.overloaded,
                "employed_from": _date(world, people.employed_from[owners]),
                "employed_to": _date(world, people.employed_to[owners]),
            }
        ),
        "contact_effects": pd.DataFrame(effects, columns=["abc_class", "channel", "rate_multiplier"]),
        "stock_outs": pd.DataFrame(
            {
                "product_id": goods.ids[out["product"]],
                "start_date": calendar.days[out["start_t"]],
                "end_date": _date(world, out["end_t"].to_numpy()),
            }
        ),
        "discontinued": pd.DataFrame({"product_id": goods.ids[gone["product"]], "from_date": calendar.days[gone["t"]]}),
    }


def block_truth(
    world: World,
    customers: pd.DataFrame,
    state: State,
    log: Log,
    ruptures: pd.DataFrame,
    parts: dict[str, pd.DataFrame],
) -> dict[str, pd.DataFrame]:
    """Truth of a block of customers."""
    return {
        "customers": _customers(world, customers, state),
        "handovers": _handovers(world, customers, log.frame("handovers")),
        "ruptures": _ruptures(world, customers, ruptures),
    }


def _customers(world: World, customers: pd.DataFrame, state: State) -> pd.DataFrame:
    gone = state.gone_t < NEVER
    causes = np.array([*GONE_CAUSES, None], dtype=object)
    start = np.where(customers["legacy"], world.calendar.days[world.cut_over], world.calendar.start)
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"],
            "abc_class": np.array(CLASSES)[customers["abc_class"]],
            "orders_per_working_day": customers["rate"],
            "regularity": customers["regularity"],
            "mean_order_amount": customers["order_amount"],
            "hazard_per_working_day": customers["hazard"],
            "season": np.array([*words.SEGMENTS, "summer_only"])[customers["season"]],
            "is_regular": is_regular(world, customers),
            "is_late_payer": customers["late_payer"],
            "staple_product_id": world.assortment.ids[customers["staple"]],
            "first_order_date": _date(world, customers["converted_t"].to_numpy()),
            "is_from_before": customers["is_old"],
            "history_from": start,
            "dropout_date": _date(world, state.gone_t),
            "dropout_cause": causes[np.where(gone, state.gone_cause, -1)],
        }
    )


def _handovers(world: World, customers: pd.DataFrame, handovers: pd.DataFrame) -> pd.DataFrame:
    p = world.parameters
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"].to_numpy()[handovers["row"]],
            "handover_date": world.calendar.days[handovers["t"]],
            "from_salesperson_id": world.people.ids[handovers["old"]],
            "to_salesperson_id": world.people.ids[handovers["new"]],
            "kind": np.array(KINDS)[handovers["kind"]],
            "is_bad_moment": handovers["is_bad"],
            "was_alive": handovers["is_alive"],
            "hazard_multiplier": np.where(
                handovers["is_bad"], p.bad_handover_hazard_multiplier, p.handover_hazard_multiplier
            ),
            "rate_multiplier": np.full(len(handovers), p.handover_rate_multiplier),
        }
    )


def _ruptures(world: World, customers: pd.DataFrame, ruptures: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"].to_numpy()[ruptures["row"]],
            "cause": ruptures["cause"],
            "start_date": world.calendar.days[ruptures["t"]],
            "end_date": _date(world, ruptures["end_t"].to_numpy()),
            "is_final": ruptures["end_t"] >= NEVER,
        }
    )


def _date(world: World, t: np.ndarray) -> np.ndarray:
    """Dates of positions; empty for those outside the period."""
    inside = (t >= 0) & (t < world.calendar.n_days)
    return np.where(inside, world.calendar.days[np.where(inside, t, 0)], np.datetime64("NaT"))
