"""What earlier reviews said of a plan, beside what is known now: nothing is overwritten."""

from datetime import date

import numpy as np
import pandas as pd

KEY = ["plan_id", "outcome"]
KEPT = [*KEY, "verdict", "label", "effect", "low", "high", "n"]
COLUMNS = ["as_of", *KEPT]
NOW = ["verdict", "effect", "low", "high", "n"]


def append_history(earlier: pd.DataFrame | None, table: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """Return the history of all verdicts with those of this review at its end.

    One row per review, plan and outcome: as_of, plan_id, outcome, verdict, label, effect, low, high, n. Rows that an
    earlier review wrote for the same day are replaced; later days are left out. ``table`` as in ``PlanVerdicts``.
    """
    now = table.assign(as_of=pd.Timestamp(as_of), n=table["n_treated"] + table["n_control"])[COLUMNS]
    if earlier is None or earlier.empty:
        return now.reset_index(drop=True)
    before = earlier.assign(as_of=pd.to_datetime(earlier["as_of"]))[COLUMNS]
    kept = before[before["as_of"] < pd.Timestamp(as_of)]
    return pd.concat([kept, now], ignore_index=True) if len(kept) else now.reset_index(drop=True)


def count_earlier_looks(history: pd.DataFrame | None, *, plan_id: str, outcome: str, n: int) -> int:
    """Return how often an estimate of this plan on fewer customers was judged before: each was a look."""
    if history is None or history.empty:
        return 0
    same = history[(history["plan_id"] == plan_id) & (history["outcome"] == outcome)]
    return int(same.loc[same["n"].notna() & (same["n"] < n), "n"].nunique())


def compare_with_earlier(history: pd.DataFrame) -> pd.DataFrame:
    """Return the last earlier verdict of each plan beside the one of now: one row per plan and outcome judged before.

    Columns plan_id, outcome, earlier_as_of, earlier_verdict, earlier_effect, verdict, effect, low, high, is_changed,
    is_borne_out (the earlier effect lies within the interval of now; empty where one of the two is not known),
    is_new_evidence (the number of now rests on other customers, or on more of them, than that of then).
    """
    ordered = history.sort_values("as_of", kind="stable")
    now = ordered[ordered["as_of"] == ordered["as_of"].max()]
    before = ordered[ordered["as_of"] < ordered["as_of"].max()].drop_duplicates(KEY, keep="last")
    names = {"as_of": "earlier_as_of", "verdict": "earlier_verdict", "effect": "earlier_effect", "n": "earlier_n"}
    both = before[[*KEY, *names]].rename(columns=names).merge(now[[*KEY, *NOW]], on=KEY)
    known = both[["earlier_effect", "low", "high"]].notna().all(axis=1)
    borne_out = both["earlier_effect"].between(both["low"], both["high"]).astype(object).where(known, None)
    is_new = (both["earlier_n"] != both["n"]) | (both["earlier_effect"] != both["effect"])
    return both.assign(
        is_changed=np.not_equal(both["earlier_verdict"].to_numpy(), both["verdict"].to_numpy()),
        is_borne_out=borne_out,
        is_new_evidence=known & is_new,
    ).drop(columns=["earlier_n", "n"])
