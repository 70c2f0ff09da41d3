"""What customers say of us: scores by aspect, beside others, and what became of those who scored low and high."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.intervals import compute_clustered_mean, compute_share_interval

ALL_ASPECTS, NOT_SAID = "all aspects", "not said"
LOW_SHARE = 0.25
MIN_GROUP = 20


def summarise_aspects(answers: pd.DataFrame) -> pd.DataFrame:
    """Return the mean score of each aspect and over all, lowest first. Grain: aspect: n, n_customers, mean, low, high.

    ``answers``: customer_id, score and, where known, aspect. Limits know that answers of a customer go together; the
    row over all aspects comes last. Empty without answers.
    """
    if answers.empty:
        return pd.DataFrame(columns=["aspect", "n", "n_clusters", "mean", "low", "high"])
    named = _aspects(answers)
    parts = [
        {"aspect": name, **compute_clustered_mean(rows["score"], rows["customer_id"])}
        for name, rows in answers.groupby(named.to_numpy(), sort=True)
    ]
    table = pd.DataFrame(parts).sort_values("mean", kind="stable", ignore_index=True)
    total = {"aspect": ALL_ASPECTS, **compute_clustered_mean(answers["score"], answers["customer_id"])}
    only_one = len(table) == 1
    return pd.DataFrame([total]) if only_one else pd.concat([table, pd.DataFrame([total])], ignore_index=True)


def compare_benchmarks(aspects: pd.DataFrame, benchmarks: pd.DataFrame, *, indicator: str) -> pd.DataFrame:
    """Return the latest value of each peer beside our mean over all aspects, highest first.

    Grain: peer: peer, benchmark_date, value, difference, low, high (ours less theirs; theirs is taken as exact).
    ``benchmarks``: indicator, peer, benchmark_date, value. Empty where nobody is known by that ``indicator``.
    """
    named = benchmarks[benchmarks["indicator"] == indicator].sort_values("benchmark_date", kind="stable")
    latest = named.groupby("peer", as_index=False).last()[["peer", "benchmark_date", "value"]]
    ours = aspects[aspects["aspect"] == ALL_ASPECTS]
    if latest.empty or ours.empty:
        return pd.DataFrame(columns=["peer", "benchmark_date", "value", "difference", "low", "high"])
    own = ours.iloc[0]
    compared = latest.assign(
        difference=own["mean"] - latest["value"], low=own["low"] - latest["value"], high=own["high"] - latest["value"]
    )
    return compared.sort_values("value", ascending=False, kind="stable", ignore_index=True)


def count_reasons(answers: pd.DataFrame, *, n: int = 10) -> pd.DataFrame:
    """Return the ``n`` most frequent reasons that were given, by aspect. Grain: aspect × reason: n, mean_score."""
    if "reason" not in answers or answers["reason"].notna().sum() == 0:
        return pd.DataFrame(columns=["aspect", "reason", "n", "mean_score"])
    given = answers.assign(aspect=_aspects(answers))[answers["reason"].notna()]
    counts = given.groupby(["aspect", "reason"], as_index=False).agg(n=("score", "size"), mean_score=("score", "mean"))
    return counts.sort_values(["n", "aspect", "reason"], ascending=[False, True, True], ignore_index=True).head(n)


def derive_score_groups(answers: pd.DataFrame) -> pd.DataFrame:
    """Return each customer's mean score per survey day with its ``score_group``: the lowest and the highest quarter.

    Grain: customer × survey day: customer_id, opened_date (the survey day), score, score_group (low, middle, high).
    Quarters are those of all surveys together, whatever the scale; equal scores stay together.
    """
    means = answers.groupby(["customer_id", "survey_date"], as_index=False)["score"].mean()
    means = means.rename(columns={"survey_date": "opened_date"})
    if means.empty:
        return means.assign(score_group=pd.Series(dtype=object))
    low, high = means["score"].quantile([LOW_SHARE, 1 - LOW_SHARE])
    group = np.select([means["score"] <= low, means["score"] >= high], ["low", "high"], "middle")
    return means.assign(score_group=np.where(low == high, "middle", group))


def compare_scorers(
    scored: pd.DataFrame, last_purchases: pd.Series, *, as_of: pd.Timestamp, inactive_days: pd.Series, follow_days: int
) -> pd.DataFrame:
    """Return how many low and high scorers made their last purchase within ``follow_days`` of the survey and left.

    Grain: score_group (low, high): n, n_left, left_share, low, high (Wilson). ``last_purchases`` and ``inactive_days``
    by customer_id. Counted are surveys of customers with a purchase whose leaving could be known by as_of: follow-up
    and line of inactivity are over.
    """
    last, line = (scored["customer_id"].map(values) for values in (last_purchases, inactive_days))
    end = scored["opened_date"] + pd.to_timedelta(line + follow_days, unit="D")
    rows = scored[last.notna() & (end <= pd.Timestamp(as_of))]
    since = (last - rows["opened_date"]).dt.days.reindex(rows.index)
    rows = rows.assign(has_left=since <= follow_days)
    found = []
    for group in ("low", "high"):
        members = rows[rows["score_group"] == group]
        n, n_left = len(members), int(members["has_left"].sum())
        low, high = compute_share_interval(n_left, n)
        found.append(
            {"score_group": group, "n": n, "n_left": n_left, "left_share": n_left / n if n else np.nan, "low": low,
             "high": high, "mean_score": members["score"].mean()}
        )  # fmt: skip
    return pd.DataFrame(found)


def compute_difference(scorers: pd.DataFrame) -> tuple[float, float, float]:
    """Return the share that left among low scorers less that among high ones, with its limits; NaN for a small group.

    Source: Newcombe (1998), the interval from two Wilson intervals.
    """
    low, high = (scorers[scorers["score_group"] == group].iloc[0] for group in ("low", "high"))
    if min(low["n"], high["n"]) < MIN_GROUP:
        return np.nan, np.nan, np.nan
    difference = low["left_share"] - high["left_share"]
    down = np.hypot(low["left_share"] - low["low"], high["high"] - high["left_share"])
    up = np.hypot(low["high"] - low["left_share"], high["left_share"] - high["low"])
    return float(difference), float(difference - down), float(difference + up)


def _aspects(answers: pd.DataFrame) -> pd.Series:
    if "aspect" not in answers:
        return pd.Series(NOT_SAID, index=answers.index)
    return answers["aspect"].where(answers["aspect"].notna(), NOT_SAID).astype(str)
