"""What the survival report follows, in one record, whether it comes from orders or was brought finished."""

from dataclasses import dataclass, field

import pandas as pd

from portfolio_lab.analysis.survival.company import Company
from portfolio_lab.analysis.survival.guards import Finding

NO_ROWS = pd.DataFrame({"duration": [], "event_observed": [], "entry": []})


@dataclass(frozen=True)
class Stays:
    """What the report follows: lifetimes on one clock, groups at the start and at a landmark, rows for the drivers.

    ``company``, ``stages`` and ``inactive_days`` are there only where the run brings orders (``is_dated``).
    ``driver_factor``: how many times the line a silence has to last to be an end for the drivers.
    ``measure``: the word for what is at stake, "margin", or "sales" where no customer's margin is known.
    """

    unit: str
    lifetimes: pd.DataFrame
    groupings: tuple[str, ...]
    driver_rows: pd.DataFrame
    covariates: tuple[str, ...]
    findings: tuple[Finding, ...]
    cluster: str | None = None
    driver_strata: tuple[str, ...] = ()
    driver_factor: float = 1.0
    theta_days: int | None = None
    landmark: pd.Timestamp | None = None
    landmark_rows: pd.DataFrame = field(default_factory=lambda: NO_ROWS)
    landmark_groupings: tuple[str, ...] = ()
    events: dict[str, pd.DataFrame] = field(default_factory=dict)
    company: Company | None = None
    stages: pd.DataFrame | None = None
    inactive_days: pd.Series | None = None
    measure: str = "sales"

    @property
    def n_salespeople(self) -> int:
        """How many people look after the customers who were active on the landmark; 1 where nobody knows."""
        if "salesperson" not in self.landmark_rows:
            return 1
        return int(self.landmark_rows["salesperson"].nunique())

    @property
    def driver_line(self) -> int | None:
        """After how many silent days a stay counts as ended for the drivers; nothing for stays without dates."""
        return None if self.theta_days is None else round(self.theta_days * self.driver_factor)

    @property
    def is_dated(self) -> bool:
        """Whether the stays come from dated orders."""
        return self.company is not None
