"""Master data and the record of the relation: customers, assignments, contacts and tasks."""

import numpy as np
import pandas as pd

from portfolio_lab.data.demo import words
from portfolio_lab.data.demo.attention import SOURCES
from portfolio_lab.data.demo.codes import join_codes
from portfolio_lab.data.demo.customers import NEVER
from portfolio_lab.data.demo.parameters import GONE_CAUSES
from portfolio_lab.data.demo.past import Past, known_date
from portfolio_lab.data.schema import CHANNELS, ROLES

MINUTES = (60.0, 20.0, 5.0, 3.0, 30.0)
COSTS = (90.0, 12.0, 2.0, 1.0, 25.0)
SOURCE_OBJECTIVES = {
    "plan": "keep",
    "promise": "service",
    "reactive": "recover",
    "baseline": "grow",
    "incoming": "service",
}


def customers_table(past: Past, has_deal: np.ndarray) -> pd.DataFrame:
    """Return the source table ``customers`` as the company's system shows it on the last day."""
    world, customers = past.world, past.customers
    closed = past.state.closed_t < NEVER
    is_new = ~customers["is_old"].to_numpy()
    sources = np.array(list(world.parameters.lead_sources))
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"],
            "name": np.where(customers["case_name"].notna(), customers["case_name"], company_names(past)),
            "created_date": customers["created_date"],
            "closed_date": known_date(world, past.state.closed_t),
            "closed_reason": np.where(closed, closed_reasons(past), None),
            "is_locked": customers["is_locked"],
            "has_open_deal": has_deal,
            "region": np.array([place[0] for place in words.PLACES])[customers["region"]],
            "city": customers["city"],
            "latitude": customers["latitude"].round(5),
            "longitude": customers["longitude"].round(5),
            "segment": np.array(words.SEGMENTS)[customers["segment"]],
            "potential_amount": customers["potential"].where(customers["has_potential"]),
            "lead_source": np.where(is_new, sources[customers["lead_source"]], None),
            "referred_by": referrers(past),
            "acquisition_cost_amount": customers["acquisition_cost"].round(2).where(is_new),
            "payment_terms_days": customers["terms_days"].astype(str),
        }
    )


def company_names(past: Past) -> np.ndarray:
    """Names of companies: trade, word, form; the segment shows in the trade."""
    customers = past.customers
    picks = [past.draws.uniform(f"name {part}") for part in ("trade", "first", "last", "form")]
    trade = [words.TRADES[words.SEGMENTS[s]][int(6 * u)] for s, u in zip(customers["segment"], picks[0], strict=True)]
    family = np.array(words.FAMILY_NAMES)[(len(words.FAMILY_NAMES) * picks[1]).astype(int)]
    last = np.array(words.COMPANY_LAST)[(len(words.COMPANY_LAST) * picks[2]).astype(int)]
    form = np.array(words.LEGAL_FORMS)[np.searchsorted((0.6, 0.85, 0.96), picks[3])]
    return np.array([f"{a} {b} {c}, {d}" for a, b, c, d in zip(trade, family, last, form, strict=True)], dtype=object)


def closed_reasons(past: Past) -> np.ndarray:
    """Reason of closure: it follows the cause of leaving where the company could know it."""
    by_name = {"default": "blocked", "price": "price", "claim_open": "dissatisfied", "late_response": "dissatisfied"}
    known = {GONE_CAUSES.index(cause): reason for cause, reason in by_name.items()}
    drawn = np.array(words.CLOSED_REASONS)[past.draws.pick("closed reason", (0.28, 0.26, 0.12, 0.08, 0.10, 0.12, 0.04))]
    return np.array(
        [known.get(cause, reason) for cause, reason in zip(past.state.gone_cause, drawn, strict=True)], dtype=object
    )


def referrers(past: Past) -> np.ndarray:
    """For customers won by referral, an older customer of the block that was buying when they were created."""
    customers, created = past.customers, past.customers["created_t"].to_numpy()
    referral = np.flatnonzero(
        ~customers["is_old"].to_numpy()
        & (customers["lead_source"].to_numpy() == list(past.world.parameters.lead_sources).index("referral"))
    )
    chance = past.draws.uniform("referrer")
    old = np.flatnonzero(customers["is_old"].to_numpy())
    ids = np.full(len(customers), None, dtype=object)
    for row in referral:
        able = old[(old < row) & (past.state.gone_t[old] > created[row])]
        if len(able):
            ids[row] = customers["customer_id"].to_numpy()[able[int(chance[row] ** 2 * len(able))]]
    return ids


def assignments_table(past: Past) -> pd.DataFrame:
    """Return the source table ``assignments``: who looked after whom from when to when."""
    customers, calendar, handovers = past.customers, past.world.calendar, past.log.frame("handovers")
    first = pd.DataFrame(
        {"row": np.arange(len(customers)), "start": customers["created_date"], "new": customers["owner"]}
    )
    later = handovers.assign(start=calendar.days[handovers["t"]]) if len(handovers) else first.iloc[:0]
    stays = pd.concat([first, later[["row", "start", "new"]]]).sort_values(
        ["row", "start"], kind="stable", ignore_index=True
    )
    closed = known_date(past.world, past.state.closed_t)
    following = stays.groupby("row")["start"].shift(-1)
    end = following.where(following.notna(), pd.Series(closed.astype("datetime64[ns]"))[stays["row"]].to_numpy())
    return pd.DataFrame(
        {
            "customer_id": past.ids(stays["row"]),
            "salesperson_id": past.world.people.ids[stays["new"].astype(int)],
            "start_date": stays["start"],
            "end_date": end,
        }
    )


def contacts_table(past: Past) -> pd.DataFrame:
    """Return the source table ``contacts``."""
    world, contacts = past.world, past.known["contacts"]
    channel, source = contacts["channel"].to_numpy(), contacts["source"].to_numpy()
    topics = ("minutes", "outcome", "note", "step", "which")
    chance = {topic: past.chance(f"contact {topic}", len(contacts)) for topic in topics}
    step = contacts["step_t"].to_numpy() >= 0
    plan_ids = np.array([*world.plans, ""], dtype=object)
    day = world.calendar.days[contacts["t"]]
    yearly = np.array([f"CP-{year}" for year in day.astype("datetime64[Y]").astype(str)], dtype=object)
    plan = np.select(
        [source == SOURCES.index("plan"), source == SOURCES.index("task")], [plan_ids[contacts["plan"]], yearly], None
    )
    number = past.of("i", contacts["row"]) + 1
    return pd.DataFrame(
        {
            "customer_id": past.ids(contacts["row"]),
            "contact_date": day,
            "channel": np.array(CHANNELS)[channel],
            "contact_id": join_codes("T", number, world.customer_width, contacts.groupby("row").cumcount() + 1, 4),
            "direction": np.where(source == SOURCES.index("incoming"), "in", "out"),
            "salesperson_id": world.people.ids[contacts["person"]],
            "role": np.array(ROLES)[contacts["role"]],
            "objective": _contact_objectives(past, contacts),
            "plan_id": plan,
            "minutes": np.round(np.array(MINUTES)[channel] * (0.6 + 0.8 * chance["minutes"])),
            "cost_amount": np.array(COSTS)[channel],
            "outcome": np.where(chance["outcome"] < 0.8, _one_of(words.OUTCOMES, chance["outcome"] / 0.8), None),
            "note": np.where(chance["note"] < 0.10, _one_of(words.NOTES, chance["note"] / 0.10), None),
            "next_step": np.where(step, _one_of(words.NEXT_STEPS, chance["step"]), None),
            "next_step_date": np.where(step, world.calendar.dates(contacts["step_t"].to_numpy()), np.datetime64("NaT")),
        }
    )


def tasks_table(past: Past) -> pd.DataFrame:
    """Return the source table ``plan_tasks``: what the contact plan of the year asked for."""
    tasks, calendar = past.known["tasks"], past.world.calendar
    due = calendar.dates(tasks["due"].to_numpy())
    stage = tasks["stage"].to_numpy()
    planned = calendar.days[tasks["t"]].astype("datetime64[Y]").astype(str)
    return pd.DataFrame(
        {
            "customer_id": past.ids(tasks["row"]),
            "due_date": due,
            "channel": np.array(CHANNELS)[tasks["channel"]],
            "plan_id": np.char.add("CP-", planned),
            "role": np.array(ROLES)[tasks["role"]],
            "objective": _planned_objectives(stage),
        }
    )


def arms_table(past: Past) -> pd.DataFrame:
    """Return the source table ``plan_arms``: who was treated and who was held out in the two trials."""
    world, arms = past.world, past.known["arms"]
    return pd.DataFrame(
        {
            "customer_id": past.ids(arms["row"]),
            "plan_id": np.array(list(world.plans), dtype=object)[arms["plan"]],
            "start_date": world.calendar.days[arms["t"]],
            "arm": np.where(arms["is_treated"], "treated", "hold_out"),
            "probability": np.full(len(arms), world.parameters.trial_probability),
        }
    )


def _one_of(choices: tuple[str, ...], chance: np.ndarray) -> np.ndarray:
    return np.array(choices, dtype=object)[np.minimum((chance * len(choices)).astype(int), len(choices) - 1)]


def _planned_objectives(stage: np.ndarray) -> np.ndarray:
    """What the contact plan wants of a customer in that stage (position in ``STAGES``)."""
    return np.select([stage == 0, stage >= 3, stage == 1], ["first_order", "recover", "grow"], "keep").astype(object)


def _contact_objectives(past: Past, contacts: pd.DataFrame) -> np.ndarray:
    """What a contact is for: the first order while there is none, what the plan wants, else by the reason for it."""
    source = np.array(SOURCES, dtype=object)[contacts["source"]]
    by_reason = np.array([SOURCE_OBJECTIVES.get(name, "keep") for name in SOURCES], dtype=object)[contacts["source"]]
    objective = np.where(source == "task", _planned_objectives(contacts["stage"].to_numpy()), by_reason)
    return np.where(contacts["t"] < past.of("converted_t", contacts["row"]), "first_order", objective)
