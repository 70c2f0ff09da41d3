"""The return curve: of those silent for d days, how many still buy within the next H."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series
from scipy import stats

from portfolio_lab.errors import AnalysisError

FEWEST_AT_RISK = 50
STEPS_DAYS, MOST_STEPS = (1, 7, 15, 30, 60, 90), 24


class GapCurve(pa.DataFrameModel):
    """One row per day of silence from 0 on: the share of gaps that are longer, with open gaps censored.

    ``log_variance`` is Greenwood's sum, the variance of the logarithm; ``closed_share`` is the share among closed gaps
    only, which looks as if everybody came back.
    """

    days: Series[int] = pa.Field(ge=0, unique=True)
    n_at_risk: Series[int] = pa.Field(ge=0)
    n_closed: Series[int] = pa.Field(ge=0)
    longer_share: Series[float] = pa.Field(ge=0, le=1)
    log_variance: Series[float] = pa.Field(ge=0)
    closed_share: Series[float] = pa.Field(ge=0, le=1, nullable=True)


class ReturnCurve(pa.DataFrameModel):
    """One row per day of silence: the chance of a purchase within the horizon, with its interval; empty = not known."""

    days: Series[int] = pa.Field(ge=0, unique=True)
    n_at_risk: Series[int]
    return_share: Series[float] = pa.Field(ge=0, le=1, nullable=True)
    low: Series[float] = pa.Field(ge=0, le=1, nullable=True)
    high: Series[float] = pa.Field(ge=0, le=1, nullable=True)


def fit_gap_curve(gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the Kaplan-Meier curve of the gaps, a row per day (``GapCurve``).

    ``gaps``: gap_days (whole days from 1), is_closed. Raises AnalysisError without a gap.
    Source: Kaplan and Meier (1958), Greenwood (1926).
    """
    if gaps.empty:
        raise AnalysisError("there are no gaps between purchases", remedy="bring orders of more days", value=0)
    length, closed = gaps["gap_days"].to_numpy(), gaps["is_closed"].to_numpy(bool)
    n_days = int(length.max()) + 1
    n_closed = np.bincount(length[closed], minlength=n_days)
    at_risk = len(length) - np.concatenate([[0], np.cumsum(np.bincount(length, minlength=n_days))[:-1]])
    left = at_risk - n_closed
    ratio = np.divide(n_closed, at_risk * left, out=np.zeros(n_days), where=left > 0)
    total = max(int(n_closed.sum()), 1)
    curve = pd.DataFrame(
        {
            "days": np.arange(n_days),
            "n_at_risk": at_risk,
            "n_closed": n_closed,
            "longer_share": np.cumprod(left / at_risk),
            "log_variance": np.cumsum(ratio),
            "closed_share": 1 - np.cumsum(n_closed) / total,
        }
    )
    return GapCurve.validate(curve.assign(closed_share=curve["closed_share"].clip(0, 1)))


def compute_return_curve(curve: pd.DataFrame, *, horizon_days: int, confidence: float = 0.95) -> pd.DataFrame:
    """Return the chance of a purchase within ``horizon_days`` after d days of silence, a row per day (``ReturnCurve``).

    ``curve``: ``GapCurve``. R(d, H) = 1 - S(d + H) / S(d), interval from Greenwood's variance on the log scale. Where
    fewer than 50 gaps are at risk at d + H it cannot be told and stays empty: nothing is extrapolated.
    """
    n_days = len(curve)
    now = np.arange(n_days)
    later = np.minimum(now + horizon_days, n_days - 1)
    share, variance = curve["longer_share"].to_numpy(), curve["log_variance"].to_numpy()
    at_risk = np.where(now + horizon_days < n_days, curve["n_at_risk"].to_numpy()[later], 0)
    silent = np.divide(
        share[later], share, out=np.full(n_days, np.nan), where=(share > 0) & (at_risk >= FEWEST_AT_RISK)
    )
    spread = np.exp(stats.norm.ppf((1 + confidence) / 2) * np.sqrt(variance[later] - variance))
    table = pd.DataFrame({"days": now, "n_at_risk": at_risk, "return_share": 1 - silent})
    table["low"], table["high"] = (1 - silent * spread).clip(0, 1), (1 - silent / spread).clip(0, 1)
    return ReturnCurve.validate(table)


def find_line_days(returns: pd.DataFrame, *, share: float) -> int | None:
    """Return the first day of silence on which even the upper bound of the chance to return is at most ``share``.

    None where the data do not reach that far. ``returns``: ``ReturnCurve``.
    """
    reached = returns[(returns["high"] <= share) & (returns["days"] > 0)]
    return None if reached.empty else int(reached["days"].iloc[0])


def compute_two_errors(
    gaps: pd.DataFrame, returns: pd.DataFrame, *, as_of: object, follow_up_days: int, weight: float = 0.5
) -> pd.DataFrame:
    """Return both errors of a line at d days of silence and their weighted sum.

    Grain: day. ``false_alarm_share``: of those who reach d, the share that still returns within the horizon of
    ``returns``. ``missed_share``: of those silent ``follow_up_days`` before ``as_of`` (for less than so long) who did
    not come back since, the share not yet silent for d days. ``gaps``: all gaps known at as_of.
    """
    origin = pd.Timestamp(as_of) - pd.Timedelta(days=follow_up_days)
    running = gaps[(gaps["start_date"] <= origin) & ~gaps["is_closed"]]
    age = (origin - running["start_date"]).dt.days.to_numpy()
    lost = np.sort(age[age < follow_up_days])
    missed = np.searchsorted(lost, returns["days"].to_numpy(), "left") / max(len(lost), 1)
    table = pd.DataFrame({"days": returns["days"], "false_alarm_share": returns["return_share"]})
    table["missed_share"] = missed if len(lost) else np.nan
    table["weighted_error"] = weight * table["false_alarm_share"] + (1 - weight) * table["missed_share"]
    return table


def choose_steps(curve: pd.DataFrame, *, last_day: int) -> pd.DataFrame:
    """Return the rows of a ReturnCurve at even steps of days up to ``last_day``, few enough to be read.

    The finest of 1, 7, 15, 30, 60 and 90 days that leaves at most 24 steps; days whose chance is not known are out.
    """
    known = curve[curve["return_share"].notna() & (curve["days"] <= last_day)]
    longest = int(known["days"].max()) if len(known) else 0
    step = next((days for days in STEPS_DAYS if longest <= MOST_STEPS * days), STEPS_DAYS[-1])
    return known[known["days"] % step == 0].reset_index(drop=True)
