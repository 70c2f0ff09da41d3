"""Customers who stand for one special case each: the last ones of the company, in a fixed number of places.

A new case is appended to ``CASES``. It takes the place of one ordinary customer; nobody else's numbers move.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from portfolio_lab.data.demo.world import SUMMER_ONLY, World

PLACES = 40
NEVER_LEAVES, NEVER_BUYS_AGAIN = 1e9, 1e-6


@dataclass(frozen=True)
class Case:
    """One special customer: its name in the truth, the columns that are set, and when it came and first ordered.

    ``created_days`` and ``first_order_days`` count calendar days back from the last day; None leaves them as drawn.
    """

    label: str
    columns: dict[str, object] = field(default_factory=dict)
    created_days: int | None = None
    first_order_days: int | None = None


_RETURNED = {"rate": NEVER_BUYS_AGAIN, "endurance": NEVER_LEAVES, "returns_all": True}

CASES = (
    Case("giant", {"rate": 0.20, "regularity": 8.0, "order_amount": 30_000.0, "extra_lines": 9.0, "abc_class": 0,
                   "endurance": NEVER_LEAVES, "is_old": True, "created_t": -1, "converted_t": -1, "legacy": False}),
    Case("net_negative", _RETURNED, 500, 395),
    *(Case("returned_in_window", _RETURNED, 480 + 5 * k, 390 + k) for k in range(5)),
    Case("no_repeat", {"hazard": 1.0, "endurance": 0.5}, 420, 400),
    Case("large_prospect", {"abc_class": 0, "potential": 500_000.0, "has_potential": True}, 300),
    Case("clockwork", {"rate": 0.10, "regularity": 64.0, "endurance": NEVER_LEAVES}, 1000, 990),
    Case("summer_only", {"rate": 0.06, "season": SUMMER_ONLY, "endurance": NEVER_LEAVES}, 1200, 1180),
    Case("name_like_a_formula", {"case_name": "=Suma & Sigue, S.L."}),
    Case("name_with_quotes", {"case_name": 'Peña; "La 5ª", Ñandú & O\'Donnell, S.A.'}),
    Case("name_like_markup", {"case_name": "Herramientas <b>Ibáñez</b>, S.L."}),
)  # fmt: skip


def place_cases(world: World, customers: pd.DataFrame) -> pd.DataFrame:
    """Return the customers with the special cases in their places, named in the new column ``case``."""
    customers = customers.assign(case=None, case_name=None, returns_all=False)
    first = world.n_customers - PLACES
    for position, case in enumerate(CASES):
        row = np.flatnonzero(customers["i"] == first + position)
        if len(row):
            for name, value in {"case": case.label, **_dates(world, case), **case.columns}.items():
                customers.loc[row[0], name] = value
    return customers


def _dates(world: World, case: Case) -> dict[str, object]:
    """Columns that say when the case was created and when it first ordered; without a first order it never does."""
    if case.created_days is None:
        return {}
    calendar = world.calendar
    created = calendar.position(calendar.end - case.created_days)
    converted = 1_000_000
    if case.first_order_days is not None:
        converted = calendar.position(calendar.end - case.first_order_days)
    day = pd.Timestamp(calendar.days[created])
    return {"is_old": False, "created_t": created, "created_date": day, "converted_t": converted, "legacy": False}
