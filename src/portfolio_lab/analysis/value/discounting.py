"""Discounting and the three timing cases of a customer's value.

Case 1: the payment of the running period is still to come, paid at the start of each period. Case 2: it has just been
made, so only later ones count, each at the end of its period: for customers that are held, between payments. Case 3:
still to come, paid at the end. Case 1 = case 2 + the running payment; case 3 = case 1 discounted once.
Source: Fader & Hardie, note 024 (2010).
"""

from typing import Literal

import numpy as np

from portfolio_lab.errors import AnalysisError

TimingCase = Literal[1, 2, 3]
MONTHS_PER_YEAR = 12
DAYS_PER_MONTH = 365.25 / 12


def assert_basis(*, discount_rate: float, horizon: float | None, timing_case: int) -> None:
    """Refuse a basis that has no value: AnalysisError for a rate <= -1, an empty horizon or an unknown timing case."""
    if not (np.isfinite(discount_rate) and discount_rate > -1):
        raise AnalysisError("the discount rate must be above -1", remedy="0.10 means 10 % a year", value=discount_rate)
    if horizon is not None and not horizon > 0:
        raise AnalysisError("the horizon must be above zero", remedy="None means no end", value=horizon)
    if timing_case not in (1, 2, 3):
        raise AnalysisError("the timing case must be 1, 2 or 3", remedy="2 is for customers held", value=timing_case)


def to_monthly_rate(annual_rate: float) -> float:
    """Return the effective rate a month of an effective rate a year: (1 + d)^(1/12) - 1, not d / 12."""
    return float((1 + annual_rate) ** (1 / MONTHS_PER_YEAR) - 1)


def compute_retention_value(
    margin_amount: np.ndarray | float,
    retention: np.ndarray | float,
    *,
    discount_rate: float,
    horizon: int | None,
    timing_case: TimingCase,
) -> np.ndarray:
    """Return the value of customers that stay each period with a constant chance and then pay margin_amount.

    Currency units; discount rate, retention, horizon per period (None = no end). Negative margins give negative values.
    Raises AnalysisError for a retention outside 0..1, an impossible basis, or an infinite value.
    """
    assert_basis(discount_rate=discount_rate, horizon=horizon, timing_case=timing_case)
    r, m = np.asarray(retention, float), np.asarray(margin_amount, float)
    if not ((r >= 0) & (r <= 1)).all():
        raise AnalysisError("retention must lie between 0 and 1", remedy="0.8 means 80 %", value=r.tolist())
    factor = 1 / (1 + discount_rate)
    if horizon is None and (r * factor >= 1).any():
        raise AnalysisError(
            "the value is infinite", remedy="give a discount rate above zero or a horizon", value=r.tolist()
        )
    kept = r * factor
    counted = 1 / (1 - kept) if horizon is None else sum(kept**k for k in range(horizon))
    return m * {1: counted, 2: counted * kept, 3: counted * factor}[timing_case]


def compute_expected_return(margin_amount: float, retention: float, *, value_amount: float) -> float:
    """Return the expected return of a period on such a customer: r (1 + m / V) - 1; the discount rate if V is fair."""
    return retention * (1 + margin_amount / value_amount) - 1
