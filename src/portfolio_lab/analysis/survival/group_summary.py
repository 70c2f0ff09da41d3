"""One row per group: how many, how many gone, the median and the mean stay."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.survival.curves import MIN_AT_RISK, compute_median, fit_curve, mask_thin_risk_sets
from portfolio_lab.analysis.survival.group_tests import compare_pairs, compute_log_rank
from portfolio_lab.analysis.survival.guards import MIN_EVENTS
from portfolio_lab.analysis.survival.restricted_mean import choose_limit, choose_reach, compute_restricted_mean

MAX_PAIRED = 6
PAIR_COLUMNS = [
    "grouping", "group_1", "group_2", "difference", "low", "high", "is_clear", "crosses", "chi2", "p", "p_holm",
    "p_late", "limit",
]  # fmt: skip


def summarise_groups(lifetimes: pd.DataFrame, group: str, *, limit: float | None) -> pd.DataFrame:
    """Return one row per group of the column ``group``.

    Grain: group: grouping, group, n, n_events, median, median_low, median_high, rmst, rmst_se, rmst_limit. Restricted
    means run to ``limit``, or to the shortest of the groups' follow-ups (None: as far as ten of each were followed); a
    group of fewer than 30 neither shortens it nor gets numbers; one without an event or one that entered late as a
    whole gets none. Units of ``duration``.
    """
    large = lifetimes.groupby(group, observed=True)[group].transform("size") >= MIN_AT_RISK
    rows = lifetimes[large] if large.any() else lifetimes
    if limit is None:
        limit = choose_reach(rows, group)
    elif large.any():
        limit = choose_limit(rows, group, wanted=limit)
    members = lifetimes.groupby(group, sort=True, observed=False)
    return pd.DataFrame([{"grouping": group, "group": str(name), **_summarise(m, limit)} for name, m in members])


def _summarise(members: pd.DataFrame, limit: float) -> dict[str, float]:
    n_events = int(members["event_observed"].sum())
    found = {"n": len(members), "n_events": n_events, **dict.fromkeys(["median", "median_low", "median_high"], np.nan)}
    mean, error = np.nan, np.nan
    # where everybody enters late nobody is known to have begun: neither a median nor a mean can be read from the start
    if len(members) >= MIN_AT_RISK and n_events and members["entry"].min() <= 0:
        found.update(compute_median(members))
        mean, error = compute_restricted_mean(members, limit=limit)
    return {**found, "rmst": mean, "rmst_se": error, "rmst_limit": limit}


def build_curves(lifetimes: pd.DataFrame, group: str | None = None) -> pd.DataFrame:
    """Return the curves of all groups of a column (or of everybody), emptied below 30 at risk.

    Grain: grouping × group × time: grouping, group, t, survival, low, high, n_at_risk.
    """
    name = group or "all"
    members = [("all", lifetimes)] if group is None else lifetimes.groupby(group, sort=True, observed=True)
    parts = [
        mask_thin_risk_sets(fit_curve(rows)).rename(columns={"time": "t"}).assign(grouping=name, group=str(label))
        for label, rows in members
    ]
    return pd.concat(parts, ignore_index=True)[["grouping", "group", "t", "survival", "low", "high", "n_at_risk"]]


def are_comparable(groups: pd.DataFrame, tests: pd.DataFrame) -> bool:
    """Return whether two groups with a name have enough ends to be held against each other; else nothing is drawn.

    ``groups`` of ``summarise_groups`` and ``tests`` of ``compare_groupings``, of one grouping.
    """
    known = groups[groups["rmst"].notna() & (groups["group"] != "unknown")]
    return len(known) > 1 and not tests.empty


def compare_groupings(lifetimes: pd.DataFrame, groupings: list[str]) -> pd.DataFrame:
    """Return one log-rank test per grouping over its groups with ten or more events.

    Grain: grouping: grouping, chi2, df, p; a grouping with fewer than two such groups is left out.
    """
    rows = []
    for group in groupings:
        events = lifetimes.groupby(group, observed=True)["event_observed"].transform("sum")
        compared = lifetimes[events >= MIN_EVENTS]
        if compared[group].nunique() >= 2:
            rows.append({"grouping": group, **compute_log_rank(compared, group)})
    return pd.DataFrame(rows, columns=["grouping", "chi2", "df", "p"])


def compare_members(lifetimes: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Return each pair of the groups of one grouping, the one that stays longer first.

    Grain: pair: grouping and the columns of ``compare_pairs`` with ``is_clear`` (p_holm below 0.05). ``groups``: that
    of ``summarise_groups``; only groups with a mean and ten or more events are compared, and none where there are more
    than MAX_PAIRED of them.
    """
    kept = groups[groups["rmst"].notna() & (groups["n_events"] >= MIN_EVENTS) & (groups["group"] != "unknown")]
    if not 2 <= len(kept) <= MAX_PAIRED:
        return pd.DataFrame(columns=PAIR_COLUMNS)
    group, limit = kept["grouping"].iloc[0], float(kept["rmst_limit"].iloc[0])
    rows = lifetimes.assign(**{group: lifetimes[group].astype(str)})
    pairs = compare_pairs(rows[rows[group].isin(kept["group"])], group, limit=limit)
    return _longer_first(pairs).assign(grouping=group, is_clear=pairs["p_holm"] < 0.05)[PAIR_COLUMNS]


def _longer_first(pairs: pd.DataFrame) -> pd.DataFrame:
    turned = pairs["difference"] < 0
    low, high = pairs["low"].mask(turned, -pairs["high"]), pairs["high"].mask(turned, -pairs["low"])
    first, second = (pairs[a].mask(turned, pairs[b]) for a, b in (("group_1", "group_2"), ("group_2", "group_1")))
    return pairs.assign(group_1=first, group_2=second, difference=pairs["difference"].abs(), low=low, high=high)
