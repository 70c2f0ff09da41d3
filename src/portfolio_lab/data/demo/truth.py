"""The truth beside the tables: what generated each of them, for tests and benchmarks only."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from portfolio_lab.data.demo import words
from portfolio_lab.data.demo.customers import NEVER, is_regular
from portfolio_lab.data.demo.life import FACTORS
from portfolio_lab.data.demo.ownership import KINDS
from portfolio_lab.data.demo.parameters import CLASSES, GONE_CAUSES
from portfolio_lab.data.demo.past import Past, known_date
from portfolio_lab.data.demo.world import SEASONS, World
from portfolio_lab.data.schema import EVENT_KINDS


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
                "employed_from": known_date(world, people.employed_from[owners]),
                "employed_to": known_date(world, people.employed_to[owners]),
            }
        ),
        "contact_effects": pd.DataFrame(effects, columns=["abc_class", "channel", "rate_multiplier"]),
        "stock_outs": pd.DataFrame(
            {
                "product_id": goods.ids[out["product"]],
                "start_date": calendar.days[out["start_t"]],
                "end_date": known_date(world, out["end_t"].to_numpy()),
            }
        ),
        "discontinued": pd.DataFrame({"product_id": goods.ids[gone["product"]], "from_date": calendar.days[gone["t"]]}),
    }


def block_truth(past: Past) -> dict[str, pd.DataFrame]:
    """Truth of a block of customers."""
    return {
        "customers": _customers(past),
        "handovers": _handovers(past),
        "ruptures": _ruptures(past),
        "rupture_quarters": _rupture_quarters(past),
        "trials": _trials(past),
        "late_responses": _late_responses(past),
    }


def realised_truth(world: World, sums: dict[str, np.ndarray]) -> dict[str, pd.DataFrame]:
    """How the planted multipliers came out: what was due without each of them against what happened."""
    p, people = world.parameters, world.people
    retention = pd.DataFrame(
        {"salesperson_id": people.ids[: people.n_owners], "planted": np.exp(-p.skill_on_hazard * people.skill)}
    )
    planted = {
        "dip": p.dip_hazard_multiplier, "handover": np.nan, "late_response": np.nan,
        "neglect": p.neglect_hazard_multiplier, "loyalty": p.loyalty_hazard_multiplier,
    }  # fmt: skip
    leaving = pd.DataFrame({"factor": FACTORS, "planted": [planted[factor] for factor in FACTORS]})
    cells = [(a, c, m) for a, row in p.contact_effects.items() for c, m in row.items()]
    contacts = pd.DataFrame(cells, columns=["abc_class", "channel", "planted"])
    return {
        "realised_leaving": _with_sums(leaving, sums["leaving"]),
        "realised_retention": _with_sums(retention, sums["owners"]),
        "realised_contacts": _with_sums(contacts, sums["contacts"]),
    }


def _with_sums(frame: pd.DataFrame, sums: np.ndarray) -> pd.DataFrame:
    return frame.assign(expected_without=sums[:, 0], n_observed=sums[:, 1].astype(int))


def _customers(past: Past) -> pd.DataFrame:
    world, customers, state = past.world, past.customers, past.state
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
            "first_order_date": known_date(world, customers["converted_t"].to_numpy()),
            "is_from_before": customers["is_old"],
            "history_from": start,
            "dropout_date": known_date(world, state.gone_t),
            "special_case": customers["case"],
            "dropout_cause": causes[np.where(gone, state.gone_cause, -1)],
        }
    )


def _handovers(past: Past) -> pd.DataFrame:
    world, p, handovers = past.world, past.world.parameters, past.log.frame("handovers")
    return pd.DataFrame(
        {
            "customer_id": past.ids(handovers["row"]),
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


def _ruptures(past: Past) -> pd.DataFrame:
    world, ruptures = past.world, past.ruptures
    return pd.DataFrame(
        {
            "customer_id": past.ids(ruptures["row"]),
            "cause": ruptures["cause"],
            "start_date": world.calendar.days[ruptures["t"]],
            "end_date": known_date(world, ruptures["end_t"].to_numpy()),
            "is_final": ruptures["end_t"] >= NEVER,
        }
    )


def _rupture_quarters(past: Past) -> pd.DataFrame:
    """One row per customer and quarter without an order after one with orders; how many such quarters came before.

    The cause is that of the planted rupture which covers the quarter; else of the leaving; else unknown (chance).
    """
    world, orders = past.world, past.known["orders"]
    n, quarters = len(past.customers), world.calendar.n_quarters
    bought = np.zeros((n, quarters), dtype=bool)
    bought[orders["row"], world.calendar.quarter[orders["t"]]] = True
    streak = np.zeros((n, quarters), dtype=int)
    for quarter in range(1, quarters):
        streak[:, quarter] = np.where(bought[:, quarter - 1], streak[:, quarter - 1] + 1, 0)
    row, quarter = np.nonzero(~bought & (streak > 0))
    cause, is_planted = _quarter_causes(past, row, quarter)
    start = world.calendar.days[world.calendar.quarter_starts[quarter]].astype("datetime64[M]").astype("datetime64[D]")
    return pd.DataFrame(
        {
            "customer_id": past.ids(row),
            "quarter_start": start,
            "n_quarters_before": streak[row, quarter],
            "cause": cause,
            "is_planted": is_planted,
        }
    )


def _quarter_causes(past: Past, row: np.ndarray, quarter: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cause of a quarter without an order, and whether it is a planted rupture."""
    ruptures, starts = past.ruptures, past.world.calendar.quarter_starts
    first = starts[quarter]
    last = np.append(starts[1:], past.world.calendar.n_days)[quarter]
    chosen = pd.DataFrame({"row": row, "first": first, "last": last}).reset_index()
    both = chosen.merge(ruptures, on="row")
    both = both[(both["t"] < both["last"]) & (both["end_t"] > both["first"])].drop_duplicates("index", keep="last")
    cause = np.full(len(row), "unknown", dtype=object)
    neglected = past.state.gone_cause[row] == GONE_CAUSES.index("neglect")
    cause[neglected & (past.state.gone_t[row] < last)] = "not_attended"
    cause[both["index"]] = both["cause"]
    return cause, np.isin(np.arange(len(row)), both["index"])


def _trials(past: Past) -> pd.DataFrame:
    """One row per customer and trial: the arm, and how often it would have ordered within its weeks in either arm."""
    trials, arms = past.log.frame("potential"), past.log.frame("arms")
    both = trials.merge(arms.drop(columns="t"), on=["row", "plan"])
    return pd.DataFrame(
        {
            "customer_id": past.ids(both["row"]),
            "plan_id": np.array(list(past.world.plans), dtype=object)[both["plan"]],
            "is_treated": both["is_treated"],
            "n_orders_if_treated": both["treated"],
            "n_orders_if_held_out": both["held_out"],
        }
    )


def _late_responses(past: Past) -> pd.DataFrame:
    """One row per case that was answered late: when its effect on leaving began, ended, and how strong it was."""
    p, events = past.world.parameters, past.log.frame("events")
    late = events[events["wait"] > p.late_response_after_days]
    start = late["t"].to_numpy() + p.late_response_after_days + 1
    kinds = np.array(EVENT_KINDS)[late["kind"]]
    return pd.DataFrame(
        {
            "customer_id": past.ids(late["row"]),
            "opened_date": past.world.calendar.days[late["t"]],
            "kind": kinds,
            "effect_from": known_date(past.world, start),
            "effect_to": known_date(past.world, start + p.late_response_days),
            "hazard_multiplier": [p.late_response_hazard_multiplier[kind] for kind in kinds],
        }
    )
