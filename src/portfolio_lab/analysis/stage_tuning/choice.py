"""The choice: the best rule unless a simpler one is as good, and fixed days unless something is proven better."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.stage_tuning.bootstrap import percentile_interval
from portfolio_lab.analysis.stage_tuning.nested import Nested, choose_best

FIXED = "fixed_days"


@dataclass(frozen=True)
class Choice:
    """The recommended candidate, why, and the interval of its line in typical days and on its own scale."""

    name: str
    position: int
    reason: str
    days_interval: tuple[float, float]
    level_interval: tuple[float, float]
    is_constraint_met: bool


def summarise_families(
    names: np.ndarray,
    primary: np.ndarray,
    resampled: np.ndarray,
    feasible: np.ndarray,
    *,
    nested: Nested,
    outer_resampled: dict[str, dict[str, np.ndarray]],
    least_gain: float = 0.0,
) -> pd.DataFrame:
    """Return one row per family or model: its best candidate, and how it fared where it had not learned.

    Columns: name, position, primary (all origins), standard_error, inner_primary, outer_primary, optimism,
    outer_low, outer_high, gain (outer primary less that of fixed days) with gain_low, gain_high (paired resampling),
    is_within_one_error of the best, is_proven (the paired interval excludes 0, and over all origins the gain is worth
    having). ``resampled``: repetitions × candidates.
    """
    best = {name: choose_best(primary, feasible, np.flatnonzero(names == name)) for name in nested.chosen}
    top = max(best.values(), key=lambda position: np.nan_to_num(primary[position], nan=-np.inf))
    limit = primary[top] - float(np.nanstd(resampled[:, top], ddof=1))
    rows = []
    for name, position in best.items():
        paired = outer_resampled[name]["primary"] - outer_resampled[FIXED]["primary"]
        gain_low, gain_high = percentile_interval(paired)
        low, high = percentile_interval(outer_resampled[name]["primary"])
        rows.append(
            {
                "name": name,
                "position": position,
                "primary": primary[position],
                "standard_error": float(np.nanstd(resampled[:, position], ddof=1)),
                "inner_primary": nested.inner_primary[name],
                "outer_primary": nested.outer_primary[name],
                "optimism": nested.inner_primary[name] - nested.outer_primary[name],
                "outer_low": low,
                "outer_high": high,
                "gain": nested.outer_primary[name] - nested.outer_primary[FIXED],
                "gain_low": gain_low,
                "gain_high": gain_high,
                "is_within_one_error": bool(primary[position] >= limit),
                "is_proven": bool(
                    name != FIXED and gain_low > 0 and primary[position] - primary[best[FIXED]] >= least_gain
                ),
            }
        )
    return pd.DataFrame(rows)


def choose_rule(
    families: pd.DataFrame,
    table: pd.DataFrame,
    names: np.ndarray,
    resampled: np.ndarray,
    feasible: np.ndarray,
) -> Choice:
    """Return the recommended rule.

    The simplest family within one standard error of the best, taken from those that are proven better than fixed days
    on origins they had not learned from; fixed days otherwise. ``families`` stand from simple to elaborate; ``table``:
    one row per candidate with level, pre_inactive_days and is_feasible; ``resampled``, ``feasible``: repetitions ×
    candidates. Source: one-standard-error rule (Breiman et al., 1984).
    """
    able = families[families["is_within_one_error"] & (families["is_proven"] | (families["name"] == FIXED))]
    row = able.iloc[0] if len(able) else families[families["name"] == FIXED].iloc[0]
    position = int(row["position"])
    picks = resample_choices(resampled, feasible, np.flatnonzero(names == row["name"]))
    return Choice(
        name=row["name"],
        position=position,
        reason=_reason(row, families, is_able=bool(len(able))),
        days_interval=percentile_interval(table["pre_inactive_days"].to_numpy(float)[picks]),
        level_interval=percentile_interval(table["level"].to_numpy(float)[picks]),
        is_constraint_met=bool(table["is_feasible"].iloc[position]),
    )


def resample_choices(resampled: np.ndarray, feasible: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Return the candidate that each repetition would have chosen among ``members``.

    ``resampled`` and ``feasible``: repetitions × candidates; where none is feasible all stand.
    """
    allowed = feasible[:, members]
    allowed = allowed | ~allowed.any(axis=1, keepdims=True)
    values = np.where(allowed, np.nan_to_num(resampled[:, members], nan=-np.inf), -np.inf)
    return members[np.argmax(values, axis=1)]


def find_pareto_set(table: pd.DataFrame, *, better: dict[str, bool]) -> np.ndarray:
    """Return whether no other row is at least as good in every column and better in one.

    ``better``: column -> whether more is better. Rows with an empty value are never in the set.
    """
    values = np.column_stack([table[column] * (1 if more else -1) for column, more in better.items()]).astype(float)
    known = np.isfinite(values).all(axis=1)
    out = np.zeros(len(values), bool)
    for row in np.flatnonzero(known):
        others = values[known]
        dominated = (others >= values[row]).all(axis=1) & (others > values[row]).any(axis=1)
        out[row] = not dominated.any()
    return out


def _reason(row: pd.Series, families: pd.DataFrame, *, is_able: bool) -> str:
    best = families.loc[families["primary"].idxmax(), "name"]
    if row["name"] == best:
        return "best of all rules" if best == FIXED else "best of all rules, and proven better than fixed days"
    if row["name"] != FIXED:
        return f"as good as {best} within one standard error, simpler, and proven better than fixed days"
    if is_able:
        return f"as good as {best} within one standard error, and the simplest rule"
    return f"{best} looked better while learning, but was not proven better than fixed days on later dates"
