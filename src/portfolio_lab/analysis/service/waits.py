"""How long customers wait for a first answer and for a solution; cases still open are censored, not left out."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.intervals import compute_share_interval
from portfolio_lab.analysis.survival.curves import compute_median, fit_curve, read_curve
from portfolio_lab.errors import AnalysisError

ENDS = {"first_response": "first_response_date", "solution": "closed_date"}
MIN_CASES = 5


class Waits(pa.DataFrameModel):
    """One row per case: calendar days from the day it was opened to its end, or to as_of where it is still open.

    ``is_within``: ended within ``standard_days``; empty while that is still to be seen.
    """

    customer_id: Series[str]
    opened_date: Series[pd.Timestamp]
    kind: Series[str]
    duration: Series[float] = pa.Field(ge=0)
    event_observed: Series[bool]
    entry: Series[float] = pa.Field(ge=0)
    standard_days: Series[float] = pa.Field(ge=0)
    is_within: Series[object] = pa.Field(isin=[True, False], nullable=True)


def drop_impossible(cases: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the cases without those that were answered or closed before they were opened, and how many those were."""
    is_impossible = pd.Series(False, index=cases.index)
    for column in ENDS.values():
        if column in cases:
            is_impossible |= pd.to_datetime(cases[column]) < cases["opened_date"]
    return cases[~is_impossible].reset_index(drop=True), int(is_impossible.sum())


def build_waits(cases: pd.DataFrame, *, end: str, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return how long each case waited for its ``end`` ("first_response" or "solution"). Grain: case (``Waits``).

    ``cases``: customer_id, opened_date, kind, standard_days and the date of the end; further columns are kept.
    Raises AnalysisError for a case that ended before it was opened.
    """
    ended = pd.to_datetime(cases[ENDS[end]])
    rows = cases.reset_index(drop=True)
    rows["event_observed"] = ended.notna().to_numpy()
    last = ended.fillna(pd.Timestamp(as_of))
    rows["duration"] = (last - cases["opened_date"]).dt.days.to_numpy(float)
    rows["entry"] = 0.0
    if (rows["duration"] < 0).any():
        n = int((rows["duration"] < 0).sum())
        raise AnalysisError("a case ended before it was opened", remedy="leave such cases out and count them", value=n)
    is_decided = rows["event_observed"] | (rows["duration"] > rows["standard_days"])
    within = rows["event_observed"] & (rows["duration"] <= rows["standard_days"])
    rows["is_within"] = within.astype(object).where(is_decided, None)
    return Waits.validate(rows)


def summarise_waits(waits: pd.DataFrame, group: str) -> pd.DataFrame:
    """Return one row per group: how many cases, how many still wait, the median wait and the share within the standard.

    Grain: group: the column itself, n, n_open, median_days, median_low, median_high (Kaplan-Meier; empty where the
    curve does not fall to one half or a group has fewer than five cases), n_decided, within_share, within_low,
    within_high (Wilson). Rows come by falling n.
    """
    parts = [{group: name, **_summarise(rows)} for name, rows in waits.groupby(group, sort=True)]
    columns = [group, "n", "n_open", "median_days", "median_low", "median_high"]
    columns += ["n_decided", "within_share", "within_low", "within_high"]
    table = pd.DataFrame(parts, columns=columns)
    return table.sort_values("n", ascending=False, kind="stable", ignore_index=True)


def compute_within(waits: pd.DataFrame) -> dict[str, float]:
    """Return n_decided, within_share, within_low and within_high over all rows; empty shares without a decided case."""
    decided = waits["is_within"].dropna()
    n, met = len(decided), int(decided.astype(bool).sum())
    low, high = compute_share_interval(met, n)
    return {"n_decided": n, "within_share": met / n if n else np.nan, "within_low": low, "within_high": high}


def compute_median_wait(waits: pd.DataFrame) -> dict[str, float]:
    """Return median_days, median_low and median_high over all rows; empty below five cases."""
    if len(waits) < MIN_CASES:
        return dict.fromkeys(["median_days", "median_low", "median_high"], np.nan)
    found = compute_median(waits)
    names = {"median_days": "median", "median_low": "median_low", "median_high": "median_high"}
    return {name: found[key] for name, key in names.items()}


def _summarise(rows: pd.DataFrame) -> dict[str, float]:
    counts = {"n": len(rows), "n_open": int((~rows["event_observed"]).sum())}
    return {**counts, **compute_median_wait(rows), **compute_within(rows)}


def build_wait_curves(waits: pd.DataFrame, group: str, *, until: float) -> pd.DataFrame:
    """Return the share of each group that still waits after so many days. Grain: group × day: t, survival, low, high.

    Days 0 to ``until``; a group of fewer than five cases has no curve.
    """
    parts = []
    for name, rows in waits.groupby(group, sort=True):
        if len(rows) >= MIN_CASES:
            points = read_curve(fit_curve(rows), list(np.arange(0, until + 1, dtype=float)))
            parts.append(points.rename(columns={"time": "t"}).assign(group=name))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["t", "survival", "low", "high"])


def count_weekend_misses(waits: pd.DataFrame) -> int:
    """Return how many answers missed the standard in calendar days but met it counting Mondays to Fridays only."""
    late = waits[(waits["is_within"] == False) & waits["event_observed"]]  # noqa: E712 - the column may be empty
    opened = late["opened_date"].to_numpy().astype("datetime64[D]")
    ended = opened + late["duration"].to_numpy().astype("timedelta64[D]")
    return int((np.busday_count(opened, ended) <= late["standard_days"].to_numpy()).sum())


def list_open(waits: pd.DataFrame) -> pd.DataFrame:
    """Return the cases without an end, the longest wait beyond the standard first. Grain: case; adds over_days."""
    waiting = waits[~waits["event_observed"]]
    listed = waiting.assign(over_days=waiting["duration"] - waiting["standard_days"])
    return listed.sort_values(["over_days", "customer_id"], ascending=[False, True], ignore_index=True)
