"""Who moved between two days: from class to class, new and lost, and how much of that is more than chance."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.abc_classes.cuts import CLASSES, Cuts
from portfolio_lab.analysis.abc_classes.phases import CRITERION_COLUMNS, Criterion, classify_customers
from portfolio_lab.analysis.abc_classes.population import select_population
from portfolio_lab.errors import AnalysisError

STATES_BEFORE = (*CLASSES, "new")
STATES_AFTER = (*CLASSES, "lost")


class Migration(pa.DataFrameModel):
    """One row per customer classified on either day.

    "new": not among the classified before. "lost": in A, B or C before, and nothing (C0) or no longer classified now.
    ``class_after`` tells who is lost by class as well (C0); amounts are the criterion on either day, 0 when absent.
    """

    customer_id: Series[str] = pa.Field(unique=True)
    state_before: Series[str] = pa.Field(isin=STATES_BEFORE)
    state_after: Series[str] = pa.Field(isin=STATES_AFTER)
    class_after: Series[str] = pa.Field(isin=CLASSES)
    before_amount: Series[float]
    after_amount: Series[float]


@dataclass(frozen=True)
class MigrationSummary:
    """Counts and stay rates of a migration; rates are of the customers classified on the earlier day, 0..1 or None.

    ``stay_rate`` counts customers, ``value_stay_rate`` their positive value before; ``kappa`` is the agreement beyond
    chance (Cohen, 1960), None when chance alone would give full agreement.
    """

    n_before: int
    n_new: int
    n_lost: int
    n_up: int
    n_down: int
    stay_rate: float | None
    value_stay_rate: float | None
    kappa: float | None
    lost_amount: float
    new_amount: float


def classify_earlier(snapshots: pd.DataFrame, *, criterion: Criterion, cuts: Cuts) -> pd.DataFrame:
    """Return the classes of an earlier day (customer_id, abc_class, amount); no row where none can be made.

    That is so when nobody had ordered yet, nobody had a positive value, or the criterion was not recorded then.
    """
    population = select_population(snapshots)
    values = population.get(CRITERION_COLUMNS[criterion], pd.Series(dtype=float))
    if values.isna().any() or not (values > 0).any():
        return pd.DataFrame({"customer_id": [], "abc_class": [], "amount": []}).astype({"amount": float})
    return classify_customers(population, criterion=criterion, cuts=cuts)[["customer_id", "abc_class", "amount"]]


def build_migration(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return where each customer was on the earlier day and is on the later one (contract Migration), by customer_id.

    Both frames have customer_id, abc_class and amount. Raises AnalysisError when both are empty.
    """
    if before.empty and after.empty:
        raise AnalysisError("nobody is classified on either day", remedy="take a later day")
    columns = ["customer_id", "abc_class", "amount"]
    both = before[columns].merge(after[columns], on="customer_id", how="outer", suffixes=("_before", "_after"))
    class_before, class_after = both["abc_class_before"], both["abc_class_after"].fillna("C0")
    is_lost = class_before.isin(["A", "B", "C"]) & (class_after == "C0") | both["abc_class_after"].isna()
    return Migration.validate(
        pd.DataFrame(
            {
                "customer_id": both["customer_id"],
                "state_before": class_before.fillna("new"),
                "state_after": class_after.mask(is_lost, "lost"),
                "class_after": class_after,
                "before_amount": both["amount_before"].fillna(0.0),
                "after_amount": both["amount_after"].fillna(0.0),
            }
        ).sort_values("customer_id", ignore_index=True)
    )


def summarise_transitions(migration: pd.DataFrame) -> pd.DataFrame:
    """Return customers by state before (rows A..N, new) and after (columns A..N, lost): counts, all states present."""
    counts = pd.crosstab(migration["state_before"], migration["state_after"])
    return counts.reindex(index=STATES_BEFORE, columns=STATES_AFTER, fill_value=0).astype(int)


def compute_transition_shares(transitions: pd.DataFrame) -> pd.DataFrame:
    """Return the transitions as shares of each row (0..1); a row without customers is empty (NaN)."""
    totals = transitions.sum(axis=1)
    return transitions.div(totals.where(totals > 0), axis=0)


def summarise_stays(migration: pd.DataFrame) -> pd.DataFrame:
    """Return one row per class before: n_before, n_stayed, stay_rate, before_amount, value_stay_rate.

    The value-weighted rate weighs each customer with its positive value before; NaN where nobody or nothing was.
    """
    known = migration[migration["state_before"] != "new"]
    weight = known["before_amount"].clip(lower=0)
    stayed = known["state_before"] == known["class_after"]
    parts = pd.DataFrame(
        {"n_before": 1, "n_stayed": stayed.astype(int), "before_amount": weight, "stayed_amount": weight * stayed}
    )
    table = parts.groupby(known["state_before"]).sum().reindex(CLASSES, fill_value=0)
    table["stay_rate"] = _ratio(table["n_stayed"], table["n_before"])
    table["value_stay_rate"] = _ratio(table["stayed_amount"], table["before_amount"])
    return table.drop(columns="stayed_amount").rename_axis("abc_class").reset_index()


def summarise_migration(migration: pd.DataFrame) -> MigrationSummary:
    """Return who came, went, rose and fell, with stay rates and kappa over everybody classified before."""
    known = migration[migration["state_before"] != "new"]
    step = _position(known["class_after"]) - _position(known["state_before"])
    is_lost, is_new = migration["state_after"] == "lost", migration["state_before"] == "new"
    weight = known["before_amount"].clip(lower=0).to_numpy()
    return MigrationSummary(
        n_before=len(known),
        n_new=int(is_new.sum()),
        n_lost=int(is_lost.sum()),
        n_up=int((step < 0).sum()),
        n_down=int(((step > 0) & (known["state_after"] != "lost").to_numpy()).sum()),
        stay_rate=float((step == 0).mean()) if len(known) else None,
        value_stay_rate=float(weight[step == 0].sum() / weight.sum()) if weight.sum() > 0 else None,
        kappa=compute_kappa(known["state_before"], known["class_after"]),
        lost_amount=round(float(migration.loc[is_lost, "before_amount"].sum()), 2),
        new_amount=round(float(migration.loc[is_new, "after_amount"].sum()), 2),
    )


def compute_kappa(before: pd.Series, after: pd.Series) -> float | None:
    """Return Cohen's kappa of two classifications of the same customers, row by row; None where it is not defined."""
    if not len(before):
        return None
    first, second = np.asarray(before, dtype=object), np.asarray(after, dtype=object)
    observed = float((first == second).mean())
    states = set(first) | set(second)
    expected = float(sum((first == state).mean() * (second == state).mean() for state in states))
    return (observed - expected) / (1 - expected) if expected < 1 else None


def list_movers(migration: pd.DataFrame) -> pd.DataFrame:
    """Return the customers whose state changed, largest change of value first, with ``change_amount`` (currency)."""
    moved = migration[migration["state_before"] != migration["state_after"]]
    change = (moved["after_amount"] - moved["before_amount"]).round(2)
    ordered = moved.assign(change_amount=change, size=change.abs()).sort_values(
        ["size", "customer_id"], ascending=[False, True], ignore_index=True
    )
    return ordered.drop(columns=["size", "class_after"])


def _position(classes: pd.Series) -> np.ndarray:
    return pd.Categorical(classes, categories=CLASSES).codes.astype(int)


def _ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where(whole > 0)
