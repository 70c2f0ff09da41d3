"""What a block of customers is drawn from: its world, its customers and all random numbers of its days."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from portfolio_lab.data.demo.customers import Draws
from portfolio_lab.data.demo.ruptures import schedule_ruptures
from portfolio_lab.data.demo.state import draw_gaps
from portfolio_lab.data.demo.world import World

DAILY = ("dip", "contact", "channel", "event", "delay", "extra", "incoming", "close")


@dataclass(frozen=True)
class Story:
    """What a block's customers are drawn from and what is drawn for each day.

    ``forced_arms`` puts everybody of a trial into one arm, which is how its true effect is found.
    """

    world: World
    customers: pd.DataFrame
    draws: Draws
    fixed: dict[str, np.ndarray]
    gaps: np.ndarray
    ruptures: dict[str, np.ndarray]
    chance: dict[str, np.ndarray]
    effects: np.ndarray
    forced_arms: dict[str, bool] = field(default_factory=dict)


def tell(world: World, customers: pd.DataFrame, draws: Draws) -> Story:
    """Return the story of a block: everything that is drawn before its first day."""
    n, n_days = len(customers), world.calendar.n_days
    effects = world.parameters.contact_effects
    by_class = np.array([list(effects[name].values()) for name in effects])
    fixed = {name: customers[name].to_numpy() for name in customers.columns if customers[name].dtype.kind in "ifb"}
    ruptures = schedule_ruptures(world, customers, draws)
    return Story(
        world=world,
        customers=customers,
        draws=draws,
        fixed=fixed,
        gaps=draw_gaps(customers, draws),
        ruptures={name: column.to_numpy() for name, column in ruptures.items()},
        chance={topic: draws.stream(topic).random((n, n_days), dtype=np.float32).T.copy() for topic in DAILY},
        effects=by_class[fixed["abc_class"]].T.copy(),
    )
