"""Guards: with too little data there is no tuning, and the page says which guard failed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.stages.histories import Histories, as_day, build_histories
from portfolio_lab.errors import AnalysisError


@dataclass(frozen=True)
class Guard:
    """One condition on the data: what was found, what is needed, and whether it is met."""

    name: str
    found: int
    needed: int

    @property
    def is_met(self) -> bool:
        """Whether enough was found."""
        return self.found >= self.needed


def check_guards(histories: Histories, *, as_of_day: int, horizon_days: int) -> tuple[Guard, ...]:
    """Return every guard with what was found. ``histories`` end at ``as_of_day`` (days since 1970)."""
    rows = len(histories.day)
    length = as_of_day - int(histories.day.min()) if rows else 0
    gaps = histories.gap_days[np.isfinite(histories.gap_days)]
    reach = horizon_days + (float(np.median(gaps)) if len(gaps) else 0.0)
    open_gaps = as_of_day - histories.day[histories.is_last]
    at_risk = int((gaps >= reach).sum() + (open_gaps >= reach).sum())
    return (
        Guard("customers who bought", len(histories.customer_ids), 500),
        Guard("days of history", length, 180),
        Guard("days of history, twice the horizon", length, 2 * horizon_days),
        Guard("days of history, for a date to learn from and one to judge", length, 3 * horizon_days + 62),
        Guard("customers who bought on two days or more", int((histories.n_repeats == 1).sum()), 100),
        Guard("gaps still observed one typical gap plus the horizon later", at_risk, 50),
    )


def check_guards_of(order_days: pd.DataFrame, *, as_of: object, horizon_days: int) -> tuple[Guard, ...]:
    """Return every guard with what was found in the order days known at ``as_of``."""
    histories = build_histories(order_days, as_of=pd.Timestamp(as_of))
    return check_guards(histories, as_of_day=as_day(as_of), horizon_days=horizon_days)


def are_met(guards: tuple[Guard, ...]) -> bool:
    """Return whether all guards are met."""
    return all(guard.is_met for guard in guards)


def tabulate_guards(guards: tuple[Guard, ...]) -> pd.DataFrame:
    """Return one row per guard: name, found, needed, is_met."""
    rows = [(guard.name, guard.found, guard.needed, guard.is_met) for guard in guards]
    return pd.DataFrame(rows, columns=["name", "found", "needed", "is_met"])


def assert_enough_data(guards: tuple[Guard, ...]) -> None:
    """Raise AnalysisError naming the first guard that failed, what was found and what is needed."""
    failed = next((guard for guard in guards if not guard.is_met), None)
    if failed is not None:
        raise AnalysisError(
            f"too little data to tune stages: {failed.name} must be at least {failed.needed}",
            remedy="bring more history or more customers, or shorten the horizon; the definition in force stays",
            value=failed.found,
        )
