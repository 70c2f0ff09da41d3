"""The risk of one customer from here on: probabilities and residual time by lookup on the baseline, O(n)."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.survival.cox import CoxModel, label_strata, name_drifts
from portfolio_lab.errors import AnalysisError


def compute_risks(
    model: CoxModel,
    customers: pd.DataFrame,
    *,
    horizons: tuple[float, ...],
    level: float = 0.8,
    age_column: str = "age",
) -> pd.DataFrame:
    """Return the probability of the event within each horizon, given that the customer came as far as its age.

    Grain: row of ``customers`` (same index): p_<h>, p_<h>_low, p_<h>_high. ``customers``: how far it came on the
    model's clock (``age_column``, which is none of the covariates), the model's covariates and strata.
    1 - exp(-risk · [H(age + h) - H(age)]), H a staircase; NaN where age + h lies beyond the follow-up of the stratum.
    The interval is for the probability, by the delta method on log(-log).
    Raises AnalysisError for a stratum that the model has not seen. Source: Link (1984).
    """
    found = {}
    offsets = _offsets(model, customers)
    risk = np.exp(offsets @ model.coefficients.to_numpy())
    age = _read_age(model, customers, age_column)
    reach = norm.ppf(0.5 + level / 2)
    for horizon in horizons:
        rise = _rise(model, customers, age, age + horizon)
        expected = risk * rise["hazard"].to_numpy()
        error = reach * _relative_error(model, offsets, rise)
        name = f"p_{horizon:g}"
        found[name] = -np.expm1(-expected)
        found[f"{name}_low"] = -np.expm1(-expected * np.exp(-error))
        found[f"{name}_high"] = -np.expm1(-expected * np.exp(error))
    return pd.DataFrame(found, index=customers.index)


def _read_age(model: CoxModel, customers: pd.DataFrame, age_column: str) -> np.ndarray:
    if age_column in model.design.covariates:
        raise AnalysisError(
            f"{age_column} is a covariate and cannot say how far a customer came",
            remedy="name another column as age_column",
        )
    return customers[age_column].to_numpy(dtype=float)


def _offsets(model: CoxModel, customers: pd.DataFrame) -> np.ndarray:
    return customers[list(model.design.covariates)].to_numpy(dtype=float) - model.means.to_numpy()


def _rise(model: CoxModel, customers: pd.DataFrame, start: np.ndarray, end: np.ndarray) -> pd.DataFrame:
    """How much each cumulative column of the baseline grows between two times, per customer."""
    columns = ["hazard", "variance", *name_drifts(model.design)]
    rise = np.full((len(customers), len(columns)), np.nan)
    for stratum, positions in _positions(model, customers).items():
        steps = model.baseline[model.baseline["stratum"] == stratum]
        time = steps["time"].to_numpy()
        ladder = np.vstack([np.zeros(len(columns)), steps[columns].to_numpy()])
        upper, lower = (ladder[np.searchsorted(time, t[positions], "right")] for t in (end, start))
        is_known = end[positions] <= model.follow_up[stratum]
        rise[positions] = np.where(is_known[:, None], upper - lower, np.nan)
    return pd.DataFrame(rise, columns=columns)


def _positions(model: CoxModel, customers: pd.DataFrame) -> dict[object, np.ndarray]:
    labels = label_strata(customers, model.design).reset_index(drop=True)
    unseen = set(labels.unique()) - set(model.follow_up.index)
    if unseen:
        raise AnalysisError(
            "a stratum that the model has not seen", remedy="refit, or leave it out", value=unseen.pop()
        )
    return {stratum: rows.to_numpy() for stratum, rows in labels.groupby(labels).groups.items()}


def _relative_error(model: CoxModel, offsets: np.ndarray, rise: pd.DataFrame) -> np.ndarray:
    """Standard error of the logarithm of the expected number of events."""
    hazard = rise["hazard"].to_numpy()
    safe = np.where(hazard > 0, hazard, 1.0)
    pull = offsets - rise[name_drifts(model.design)].to_numpy() / safe[:, None]
    covariance = model.covariance.to_numpy()
    variance = rise["variance"].to_numpy() / safe**2 + ((pull @ covariance) * pull).sum(axis=1)
    return np.where(hazard > 0, np.sqrt(variance), 0.0)


def compute_residual_time(
    model: CoxModel, customers: pd.DataFrame, *, survival: float = 0.5, age_column: str = "age"
) -> np.ndarray:
    """Return how long until the chance of still being here has fallen to ``survival``, from ``age_column`` on.

    One value per row, in the unit of the model's clock; NaN = not reached within the follow-up. 0.5 gives the median
    residual time; the day before the time for 0.8 is the latest day on which four in five are still here.
    """
    age = _read_age(model, customers, age_column)
    risk = np.exp(_offsets(model, customers) @ model.coefficients.to_numpy())
    residual = np.full(len(customers), np.nan)
    for stratum, positions in _positions(model, customers).items():
        steps = model.baseline[model.baseline["stratum"] == stratum]
        time, ladder = steps["time"].to_numpy(), np.concatenate([[0.0], steps["hazard"].to_numpy()])
        now = ladder[np.searchsorted(time, age[positions], "right")]
        goal = now - np.log(survival) / risk[positions]
        step = np.searchsorted(ladder[1:], goal, "left")
        reached = np.append(time, np.nan)[step]
        residual[positions] = reached - age[positions]
    return residual
