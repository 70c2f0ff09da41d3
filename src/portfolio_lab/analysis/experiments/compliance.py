"""Not everybody who was to be contacted was: the effect of the plan, and the effect of a contact made because of it."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from portfolio_lab.analysis.verdicts import Estimate
from portfolio_lab.errors import AnalysisError

MIN_FIRST_STAGE = 10.0


@dataclass(frozen=True)
class Compliance:
    """Contacted shares in both groups, the effect on those contacted because of the plan, and two naive answers.

    ``effect`` is None where the plan hardly changed who was contacted. ``as_treated`` compares contacted with not
    contacted, ``per_protocol`` those who did as they were assigned; both compare different kinds of customers.
    """

    contacted_share: float
    contaminated_share: float
    first_stage: float
    effect: Estimate | None
    as_treated: float | None
    per_protocol: float | None


def examine_compliance(
    outcome: np.ndarray, is_assigned: np.ndarray, is_contacted: np.ndarray, *, confidence: float = 0.95
) -> Compliance:
    """Return the effect of a contact on those contacted because of the plan (assignment as instrument).

    One value per customer. Two-stage least squares with a robust error; withheld unless the first stage has F > 10.
    Raises AnalysisError without customers in both groups. Source: Angrist, Imbens and Rubin (1996).
    """
    y, z, d = (np.asarray(values, dtype=float) for values in (outcome, is_assigned, is_contacted))
    if not 0 < z.sum() < len(z):
        raise AnalysisError("nobody was held out, or everybody", remedy="compare both groups", value=int(z.sum()))
    share, contaminated = float(d[z == 1].mean()), float(d[z == 0].mean())
    first = share - contaminated
    spread = d[z == 1].var() / z.sum() + d[z == 0].var() / (1 - z).sum()
    strength = first**2 / spread if spread > 0 else np.inf if first else 0.0
    effect = _late(y, z, d, confidence=confidence) if strength > MIN_FIRST_STAGE and first > 0 else None
    as_treated = _gap(y, d == 1, d == 0)
    per_protocol = _gap(y, (z == 1) & (d == 1), (z == 0) & (d == 0))
    return Compliance(share, contaminated, float(strength), effect, as_treated, per_protocol)


def _late(y: np.ndarray, z: np.ndarray, d: np.ndarray, *, confidence: float) -> Estimate:
    gap_d = d[z == 1].mean() - d[z == 0].mean()
    beta = (y[z == 1].mean() - y[z == 0].mean()) / gap_d
    residual = y - beta * d
    variance = residual[z == 1].var() / z.sum() + residual[z == 0].var() / (1 - z).sum()
    se = float(np.sqrt(variance) / abs(gap_d))
    reach = float(norm.ppf(0.5 + confidence / 2)) * se
    return Estimate(
        float(beta), se, float(beta - reach), float(beta + reach), int(z.sum()), int((1 - z).sum()),
        float(y[z == 0].mean()), method="contacted because of the plan", confidence=confidence,
    )  # fmt: skip


def _gap(y: np.ndarray, one: np.ndarray, other: np.ndarray) -> float | None:
    return float(y[one].mean() - y[other].mean()) if one.any() and other.any() else None
