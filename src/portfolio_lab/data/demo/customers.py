"""Who the customers are: names, places, segments, how they were won, and the process by which each buys and leaves."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.data.demo import words
from portfolio_lab.data.demo.cases import place_cases
from portfolio_lab.data.demo.people import BLOCK, OVERLOADED, TEAM_SIZE
from portfolio_lab.data.demo.seeds import stream
from portfolio_lab.data.demo.world import World

NEVER = 1_000_000  # a position that no calendar reaches


@dataclass(frozen=True)
class Block:
    """A run of customers that is drawn together: its number, its first customer and how many."""

    number: int
    first: int
    n: int


@dataclass(frozen=True)
class Draws:
    """Random numbers of one block, one stream per topic."""

    seed: int
    block: Block

    def stream(self, topic: str) -> np.random.Generator:
        """Generator of a topic."""
        return stream(self.seed, topic, self.block.number)

    def uniform(self, topic: str) -> np.ndarray:
        """One number between 0 and 1 per customer."""
        return self.stream(topic).random(self.block.n)

    def normal(self, topic: str) -> np.ndarray:
        """One standard normal number per customer."""
        return self.stream(topic).standard_normal(self.block.n)

    def pick(self, topic: str, shares: object) -> np.ndarray:
        """One position per customer, with the given shares."""
        edges = np.cumsum(np.asarray(shares, dtype=float))
        return np.searchsorted(edges / edges[-1], self.uniform(topic), side="right").clip(max=len(edges) - 1)


def draw_customers(world: World, block: Block) -> pd.DataFrame:
    """Return one row per customer of the block with all that is fixed about it; column ``i`` is its number from 0."""
    draws = Draws(world.seed, block)
    frame = pd.DataFrame({"i": block.first + np.arange(block.n)})
    for part in (_place, _process, _history, _taste, _money):
        frame = frame.assign(**part(world, draws, frame))
    frame = place_cases(world, frame)
    for part in (_first_owner, _change_of_owner):
        frame = frame.assign(**part(world, draws, frame))
    return frame


def _place(world: World, draws: Draws, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    shares = [(len(place[2]) + (2 if place[0] == "Madrid" else 0)) for place in words.PLACES]
    region = draws.pick("customer region", shares)
    city = np.floor(
        draws.uniform("customer city") * np.array([len(place[2]) for place in words.PLACES])[region]
    ).astype(int)
    spots = [words.PLACES[r][2][c] for r, c in zip(region, city, strict=True)]
    district = draws.stream("customer district").integers(0, world.people.n_districts, len(frame))
    return {
        "region": region,
        "city": np.array([spot[0] for spot in spots]),
        "latitude": np.array([spot[1] for spot in spots]) + 0.06 * draws.normal("customer latitude"),
        "longitude": np.array([spot[2] for spot in spots]) + 0.06 * draws.normal("customer longitude"),
        "segment": draws.pick("customer segment", (0.28, 0.22, 0.20, 0.18, 0.12)),
        "team": 4 * district + np.array([place[1] for place in words.PLACES])[region],
    }


def _process(world: World, draws: Draws, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Rate, regularity, size, hazard, and the class that they make in the long run."""
    p = world.parameters
    z_rate, z_other = draws.normal("customer rate"), draws.normal("customer size")
    z_size = p.rate_amount_correlation * z_rate + np.sqrt(1 - p.rate_amount_correlation**2) * z_other
    rate = np.minimum(p.rate_median * np.exp(p.rate_log_sd * z_rate), 0.28)
    worth = p.rate_log_sd * z_rate + p.order_amount_log_sd * z_size
    spread = np.sqrt(
        p.rate_log_sd**2
        + p.order_amount_log_sd**2
        + 2 * p.rate_amount_correlation * p.rate_log_sd * p.order_amount_log_sd
    )
    cuts = spread * (spread - np.array([0.8416, 1.6449]))  # lognormal: above them lie 80 % and 95 % of the value
    frailty = draws.stream("customer hazard").gamma(p.hazard_shape, 1 / p.hazard_shape, len(frame))
    class_hazard = np.array([0.75, 0.95, 1.10])
    abc_class = (worth < cuts[0]).astype(int) + (worth < cuts[1])
    return {
        "rate": rate,
        "regularity": np.array(p.regularities)[draws.pick("customer regularity", p.regularity_shares)],
        "order_amount": p.order_amount_median * np.exp(p.order_amount_log_sd * z_size),
        "abc_class": abc_class,
        "hazard": p.hazard_a_year / 250 * frailty * class_hazard[abc_class],
        "endurance": draws.stream("customer endurance").standard_exponential(len(frame)),
        "season": frame["segment"].to_numpy(),
    }


def _history(world: World, draws: Draws, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """When the customer was created and when it first ordered; those from before the period are customers already."""
    p, calendar = world.parameters, world.calendar
    n = len(frame)
    is_old = draws.uniform("customer is old") < p.old_customer_share
    age = np.floor(4000 * draws.uniform("customer age") ** 1.5).astype(int) + 30
    created_t = np.floor(draws.uniform("customer created") * (calendar.n_days - 4)).astype(int)
    sources = list(p.lead_sources.values())
    source = draws.pick("customer lead source", [s["share"] for s in sources])
    winnable = draws.uniform("customer winnable") < np.array([s["winnable"] for s in sources])[source]
    wait = (
        draws.stream("customer wait").standard_exponential(n)
        / np.array([s["conversion_per_day"] for s in sources])[source]
    )
    converted_t = np.where(is_old, -1, np.where(winnable, created_t + 1 + np.floor(wait).astype(int), NEVER))
    old_created = calendar.shift(calendar.start - age, 0)
    return {
        "is_old": is_old,
        "created_t": np.where(is_old, -1, created_t),
        "created_date": np.where(is_old, old_created, calendar.days[created_t]),
        "converted_t": np.where(converted_t >= calendar.n_days, NEVER, converted_t),
        "lead_source": source,
        "legacy": is_old & (draws.uniform("customer legacy") < p.legacy_share),
        "acquisition_cost": np.array([s["cost"] for s in sources])[source]
        * np.exp(0.4 * draws.normal("customer acquisition cost") - 0.08),
    }


def _taste(world: World, draws: Draws, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """The staple that it keeps buying, two families that it likes, and how many lines an order has."""
    liked = {
        0: (0, 1, 9, 10), 1: (1, 3, 4, 8), 2: (2, 3, 5, 8, 11), 3: (2, 3, 4, 6, 7), 4: (0, 1, 2),
    }  # fmt: skip
    segment = frame["segment"].to_numpy()
    u, v = draws.uniform("taste first family"), draws.uniform("taste second family")
    first = np.array([liked[s][int(x * len(liked[s]))] for s, x in zip(segment, u, strict=True)])
    second = np.array([liked[s][int(x * len(liked[s]))] for s, x in zip(segment, v, strict=True)])
    staple = np.floor(draws.uniform("taste staple") * 2).astype(int)
    mean_extra = world.parameters.lines_per_order_mean - 1
    return {
        "family": first,
        "second_family": second,
        "staple": world.assortment.staples[2 * first + staple],
        "extra_lines": mean_extra * draws.stream("taste lines").gamma(4.0, 0.25, len(frame)),
    }


def _money(world: World, draws: Draws, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    yearly = frame["rate"] * 250 * frame["order_amount"]
    stretch = 1 + 1.2 * draws.uniform("money potential") ** 2
    return {
        "late_payer": draws.uniform("money late payer") < world.parameters.late_payer_share,
        "terms_days": np.array([15, 30, 60])[draws.pick("money terms", (0.15, 0.60, 0.25))],
        "potential": np.round(yearly.to_numpy() * stretch, -2),
        "has_potential": draws.uniform("money potential known") < 0.8,
    }


def _first_owner(world: World, draws: Draws, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """The first salesperson: by weight within the team, among those who worked there when the customer was created."""
    people, created = world.people, frame["created_t"].to_numpy()
    member = frame["team"].to_numpy()[:, None] * TEAM_SIZE + np.arange(TEAM_SIZE)
    weight = np.where(member % BLOCK == OVERLOADED, world.parameters.overloaded_weight, 1.0)
    works = (people.employed_from[member] <= created[:, None]) & (people.employed_to[member] > created[:, None] + 1)
    edges = np.cumsum(weight * works, axis=1)
    place = (draws.uniform("owner first")[:, None] * edges[:, -1:] >= edges).sum(axis=1)
    return {"owner": member[np.arange(len(frame)), place]}


def is_regular(world: World, frame: pd.DataFrame) -> np.ndarray:
    """Return who buys often and evenly enough that a quarter without an order means something."""
    gap = 1 / frame["rate"].to_numpy()
    limit = world.parameters.regular_gap_days
    ordinary = frame["case"].isna().to_numpy()
    return ordinary & (((gap <= limit) & (frame["regularity"].to_numpy() >= 2)) | (gap <= limit / 2))


def _change_of_owner(world: World, draws: Draws, frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Whether planned changes of owner reach the customer, and the day of a change of its own."""
    day = np.floor(draws.uniform("owner change day") * world.calendar.n_days).astype(int)
    changes = draws.uniform("owner changes") < world.parameters.random_handover_share
    return {"change_chance": draws.uniform("owner planned change"), "change_t": np.where(changes, day, NEVER)}
