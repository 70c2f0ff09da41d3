"""Lifetimes cut into shorter rows, so that a covariate or an effect may change on the way."""

from itertools import pairwise

import numpy as np
import pandas as pd

from portfolio_lab.analysis.survival.lifetimes import build_lifetimes

# a name that no covariate is likely to have
PERIOD = "number of the period"


def split_at(lifetimes: pd.DataFrame, cuts: tuple[float, ...], *, name: str = "period") -> pd.DataFrame:
    """Return the lifetimes cut at each of ``cuts``: same customers, same events, more rows.

    Grain: lifetime × period, with the column ``name`` 0, 1, … for (0, cut], (cut, next cut], …; all else is repeated.
    """
    rows = build_lifetimes(lifetimes)
    edges = np.concatenate([[0.0], np.sort(cuts), [np.inf]])
    parts = [_cut_out(rows, start, end).assign(**{name: n}) for n, (start, end) in enumerate(pairwise(edges))]
    return pd.concat(parts).sort_index(kind="stable").reset_index(drop=True)


def _cut_out(rows: pd.DataFrame, start: float, end: float) -> pd.DataFrame:
    """The part within (start, end]; a stay of length 0 belongs to the first period."""
    inside = rows[(rows["entry"] < end) & ((rows["duration"] > start) | (start == 0))]
    return inside.assign(
        event_observed=inside["event_observed"] & (inside["duration"] <= end),
        entry=inside["entry"].clip(lower=start),
        duration=inside["duration"].clip(upper=end),
    )


def derive_period_effects(
    lifetimes: pd.DataFrame, terms: list[str], *, cuts: tuple[float, ...]
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return split rows with one column per term and period, and the names of the new columns.

    A column holds the term's value within its period and 0 elsewhere, so each gets an effect of its own.
    """
    if not terms:
        return lifetimes, ()
    rows = split_at(lifetimes, cuts, name=PERIOD)
    edges = [0.0, *sorted(cuts), np.inf]
    names = {}
    for period, (start, end) in enumerate(pairwise(edges)):
        span = f"[{start:g}, {end:g})" if np.isfinite(end) else f"from {start:g}"
        names.update({f"{term} {span}": rows[term].where(rows[PERIOD] == period, 0.0) for term in terms})
    return rows.assign(**names), tuple(names)


def build_episodes(spells: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Return spells cut on the days on which something changed, with the value in force at the start of each row.

    Grain: spell × stretch, in the words of ``as_lifetimes`` plus start_date and ``episode_start_date``. ``changes``:
    customer_id, valid_from and any value columns; a value holds from the day after valid_from on, so a row never uses
    what happened on its own last day. Values before the first change are empty.
    """
    known = spells[spells["is_start_known"]].reset_index(drop=True)
    known["_spell"] = known.index
    days = known[["_spell", "customer_id", "start_date", "duration_days", "entry_days"]].merge(
        changes[["customer_id", "valid_from"]], on="customer_id"
    )
    age = (days["valid_from"] - days["start_date"]).dt.days.astype(float)
    inside = days.assign(entry=age)[(age > days["entry_days"]) & (age < days["duration_days"])]
    first = known[["_spell"]].assign(entry=known["entry_days"])
    starts = pd.concat([first, inside[["_spell", "entry"]]]).drop_duplicates().sort_values(["_spell", "entry"])
    following = starts.groupby("_spell")["entry"].shift(-1)
    rows = starts.assign(_next=following).merge(known.drop(columns="entry_days"), on="_spell")
    rows["duration"] = rows["_next"].fillna(rows["duration_days"])
    rows["event_observed"] &= rows["_next"].isna()
    rows["episode_start_date"] = rows["start_date"] + pd.to_timedelta(rows["entry"], unit="D")
    return _attach_values(rows.drop(columns=["_spell", "_next", "duration_days"]), changes)


def _attach_values(rows: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    wanted = rows.assign(_position=np.arange(len(rows))).sort_values("episode_start_date", kind="stable")
    joined = pd.merge_asof(
        wanted,
        changes.sort_values("valid_from", kind="stable"),
        left_on="episode_start_date",
        right_on="valid_from",
        by="customer_id",
    )
    return joined.sort_values("_position").drop(columns=["_position", "valid_from"]).reset_index(drop=True)
