"""How surely each customer is in its class: the months are drawn again and again, and the classes made anew."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.abc_classes.cuts import CLASSES, Cuts, Limits, assign_classes, compute_limits
from portfolio_lab.errors import AnalysisError

NOBODY_POSITIVE = Limits(np.iinfo(np.int64).max, np.iinfo(np.int64).max)


class Stability(pa.DataFrameModel):
    """One row per customer: share of the draws in which it was in each class; ``p_class`` is that of its own."""

    customer_id: Series[str] = pa.Field(unique=True)
    p_a: Series[float] = pa.Field(ge=0, le=1)
    p_b: Series[float] = pa.Field(ge=0, le=1)
    p_c: Series[float] = pa.Field(ge=0, le=1)
    p_c0: Series[float] = pa.Field(ge=0, le=1)
    p_n: Series[float] = pa.Field(ge=0, le=1)
    p_class: Series[float] = pa.Field(ge=0, le=1)


@dataclass(frozen=True)
class _Months:
    """Months with a value, those of a customer side by side: where each customer's begin and how many it has."""

    cents: np.ndarray
    first: np.ndarray
    n: np.ndarray


def compute_stability(
    classes: pd.DataFrame, blocks: pd.DataFrame, *, n_months: int, cuts: Cuts, n_bootstrap: int = 500, seed: int
) -> pd.DataFrame:
    """Return for each customer the probability of each class if its months came again (contract Stability).

    Each draw gives every customer ``n_months`` of its own ``n_months``, with replacement (those without a purchase
    count as zero), and classifies everybody anew (Efron, 1979). Raises AnalysisError when the blocks do not add up to
    the classified values or there are no draws.
    """
    if n_bootstrap < 1:
        raise AnalysisError("stability needs at least one draw", remedy="raise n_bootstrap", value=n_bootstrap)
    _assert_same_sums(classes, blocks, n_months)
    months = _months_of(classes, blocks)
    generator = np.random.default_rng(seed)
    counts = np.zeros((len(classes), len(CLASSES)), dtype=np.int64)
    everybody = np.arange(len(classes))
    for _ in range(n_bootstrap):
        cents = _draw(months, n_months, generator)
        counts[everybody, _classify(cents, cuts)] += 1
    return _shares(classes, counts / n_bootstrap)


def derive_is_unstable(stability: pd.DataFrame, *, stable_share: float) -> pd.Series:
    """Return for each customer whether its class came back in fewer than ``stable_share`` (0..1) of the draws."""
    return (stability["p_class"] < stable_share).rename("is_unstable")


def summarise_stability(customers: pd.DataFrame) -> pd.DataFrame:
    """Return one row per class: n_customers, n_unstable, mean_p_class; ``customers`` has p_class and is_unstable."""
    grouped = customers.groupby("abc_class")
    table = grouped.agg(
        n_customers=("p_class", "size"), n_unstable=("is_unstable", "sum"), mean_p_class=("p_class", "mean")
    )
    table = table.reindex(CLASSES).fillna({"n_customers": 0, "n_unstable": 0})
    return table.astype({"n_customers": int, "n_unstable": int}).rename_axis("abc_class").reset_index()


def _classify(cents: np.ndarray, cuts: Cuts) -> np.ndarray:
    limits = compute_limits(cents, cuts=cuts) if (cents > 0).any() else NOBODY_POSITIVE
    return assign_classes(cents, limits)


def _draw(months: _Months, n_months: int, generator: np.random.Generator) -> np.ndarray:
    """Return one drawn total per customer, in cents.

    Only months with a value need to be drawn: how many of the ``n_months`` draws hit one is binomial, and which one
    is even among them. That is the same distribution, at the cost of the purchases instead of the calendar.
    """
    n_hits = generator.binomial(n_months, months.n / n_months)
    which = (generator.random(int(n_hits.sum())) * np.repeat(months.n, n_hits)).astype(np.int64)
    drawn = months.cents[np.repeat(months.first, n_hits) + which]
    running = np.concatenate([[0], np.cumsum(drawn)])
    end = np.cumsum(n_hits)
    return running[end] - running[end - n_hits]


def _months_of(classes: pd.DataFrame, blocks: pd.DataFrame) -> _Months:
    place = pd.Series(np.arange(len(classes)), index=classes["customer_id"])
    with_value = blocks[blocks["amount_cents"] != 0]
    owner = place.loc[with_value["customer_id"]].to_numpy()
    order = np.lexsort([with_value["block"].to_numpy(), owner])
    n = np.bincount(owner, minlength=len(classes))
    return _Months(with_value["amount_cents"].to_numpy()[order], np.cumsum(n) - n, n)


def _shares(classes: pd.DataFrame, shares: np.ndarray) -> pd.DataFrame:
    own = pd.Categorical(classes["abc_class"], categories=CLASSES).codes
    columns = {f"p_{name.lower()}": shares[:, i] for i, name in enumerate(CLASSES)}
    frame = pd.DataFrame({"customer_id": classes["customer_id"].to_numpy(), **columns})
    return Stability.validate(frame.assign(p_class=shares[np.arange(len(classes)), own]))


def _assert_same_sums(classes: pd.DataFrame, blocks: pd.DataFrame, n_months: int) -> None:
    remedy = "take both from the same snapshots, window and criterion"
    unknown = blocks.loc[~blocks["customer_id"].isin(classes["customer_id"]), "customer_id"]
    if len(unknown):
        raise AnalysisError("a month belongs to nobody who is classified", remedy=remedy, value=unknown.iloc[0])
    if len(blocks) and blocks["block"].max() >= n_months:
        raise AnalysisError("a month lies before the window", remedy=remedy, value=int(blocks["block"].max()))
    sums = blocks.groupby("customer_id")["amount_cents"].sum().reindex(classes["customer_id"], fill_value=0).to_numpy()
    # a month is rounded to the cent and so is the total: together they may differ by half a cent each
    apart = np.abs(sums - classes["amount_cents"].to_numpy()) > (n_months + 1) / 2
    if apart.any():
        customer_id = classes["customer_id"].to_numpy()[apart][0]
        raise AnalysisError("the months do not add up to the customer's value", remedy=remedy, value=customer_id)
