"""What a tuning looks at: horizon, money, repetitions; plain values that a run's parameters give."""

from dataclasses import dataclass
from typing import Protocol

from portfolio_lab.errors import AnalysisError


@dataclass(frozen=True)
class TuningSettings:
    """Settings of one tuning; days, currency units, shares 0..1.

    ``lost_share``: the chance to return from which a customer counts as lost (draws the line of inactivity);
    ``contact_cost`` None = no money side; ``save_rate``: share of lapses that a contact prevents; ``share_bounds``:
    wanted share of pre-inactive customers; ``least_gain``: what a rule other than fixed days must bring, in points of
    balanced accuracy or as a share of the money of fixed days; ``everybody``: judge on all who ever
    bought, not only on those not yet lost.
    """

    horizon_days: int = 90
    n_origins: int = 24
    lost_share: float = 0.20
    contact_cost: float | None = None
    incentive_cost: float = 0.0
    save_rate: float = 0.10
    share_bounds: tuple[float, float] = (0.03, 0.25)
    least_gain: float = 0.01
    reaction_days: int = 14
    models: tuple[str, ...] = ("mbg_nbd",)
    n_bootstrap: int = 1000
    seed: int = 1
    everybody: bool = False

    def __post_init__(self) -> None:
        """Refuse settings that cannot be meant. Raises AnalysisError."""
        wrong = {
            "horizon_days": self.horizon_days < 1,
            "n_origins": not 2 <= self.n_origins <= 200,
            "lost_share": not 0 < self.lost_share < 1,
            "contact_cost": self.contact_cost is not None and self.contact_cost < 0,
            "incentive_cost": self.incentive_cost < 0,
            "save_rate": not 0 <= self.save_rate <= 1,
            "share_bounds": not 0 <= self.share_bounds[0] < self.share_bounds[1] <= 1,
            "n_bootstrap": self.n_bootstrap < 2,
        }
        if bad := next((name for name, is_wrong in wrong.items() if is_wrong), None):
            raise AnalysisError(f"{bad} is not possible", remedy="see TuningSettings", value=getattr(self, bad))


class TuningParams(Protocol):
    """What a run's parameters say about a tuning."""

    horizon_days: int
    n_origins: int
    lost_share: float
    contact_cost_amount: float
    incentive_amount: float
    save_rate: float
    n_bootstrap: int
    seed: int


def build_settings(params: TuningParams, *, has_money: bool) -> TuningSettings:
    """Return the settings that a run's parameters ask for; without money, costs play no part."""
    return TuningSettings(
        horizon_days=params.horizon_days,
        n_origins=params.n_origins,
        lost_share=params.lost_share,
        contact_cost=params.contact_cost_amount if has_money else None,
        incentive_cost=params.incentive_amount,
        save_rate=params.save_rate,
        n_bootstrap=params.n_bootstrap,
        seed=params.seed,
    )
