"""Headroom: what a customer could buy in a year less what it bought in the last twelve months.

What it could buy is its potential where the company knows it, else what the better quarter of customers like it bought.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

POTENTIAL, LOOK_ALIKES, UNKNOWN = "potential", "look-alikes", "not known"
# From the closest likeness to the widest; the first with enough look-alikes counts.
LIKENESS = (("segment", "region", "rhythm"), ("segment", "rhythm"), ("rhythm",))
GAP_EDGES, RHYTHMS = (0, 30, 60, 120, np.inf), ("weekly to monthly", "every two months", "quarterly", "rarer")
ONCE = "bought once"
# Without attributes: the same level of buying the year before, and customers for about as long.
ATTRIBUTES, LEVEL_LIKENESS = ("segment", "region"), (("level", "tenure"),)
TENURE_EDGES = (365, 547, 730, 1460, np.inf)
TENURES = ("1 to 1½ years", "1½ to 2 years", "2 to 4 years", "4 years and more")
MIN_ALIKE, BETTER_QUARTER, YEAR_DAYS = 20, 0.75, 365


class Headroom(pa.DataFrameModel):
    """One row per customer with a purchase: ``headroom_amount`` = target less the last twelve months, at least 0.

    ``target_source``: the company's own potential, else the 75th percentile of look-alikes; ``alike_on`` says what they
    have in common and ``n_alike`` how many they are. Money in currency units. Further columns are kept.
    """

    customer_id: Series[str] = pa.Field(unique=True)
    amount: Series[float]
    target_amount: Series[float] = pa.Field(nullable=True)
    target_source: Series[str] = pa.Field(isin=(POTENTIAL, LOOK_ALIKES, UNKNOWN))
    look_alike_amount: Series[float] = pa.Field(nullable=True)
    alike_on: Series[str]
    n_alike: Series[np.int64] = pa.Field(ge=0)
    headroom_amount: Series[float] = pa.Field(ge=0)


def sum_last_year(order_days: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.Series:
    """Return what each customer bought in the twelve months up to as_of, net, to the cent. Index customer_id."""
    start = pd.Timestamp(as_of) - pd.DateOffset(months=12)
    if pd.Timestamp(as_of).is_month_end:
        start += pd.offsets.MonthEnd(0)
    inside = order_days[(order_days["order_date"] > start) & (order_days["order_date"] <= pd.Timestamp(as_of))]
    return inside.groupby("customer_id")["amount"].sum().round(2)


def derive_rhythm(snapshots: pd.DataFrame) -> pd.Series:
    """Return how often each customer buys, by its mean gap between purchases, text; one purchase = "bought once"."""
    band = pd.cut(snapshots["mean_gap_days"], bins=list(GAP_EDGES), labels=list(RHYTHMS)).astype(object)
    return band.where(band.notna(), ONCE).rename("rhythm")


def derive_level(before: pd.Series, tenure_days: pd.Series) -> pd.DataFrame:
    """Return level and tenure of each customer, text, empty where not known; index of ``before``.

    ``before``: what it bought in the twelve months before the last twelve, currency units. A level reaches from one
    power of two to the next, so nobody is compared with customers of twice its size. Known after a year of tenure only.
    """
    is_known = (before > 0) & (tenure_days >= YEAR_DAYS)
    power = np.floor(np.log2(before.where(is_known)))
    level = power.map(lambda k: f"{2.0**k:g} to {2.0 ** (k + 1):g}", na_action="ignore").astype(object)
    tenure = pd.cut(tenure_days, bins=list(TENURE_EDGES), labels=list(TENURES), right=False).astype(object)
    return pd.DataFrame({"level": level, "tenure": tenure.where(is_known)})


def choose_likeness(customers: pd.DataFrame) -> tuple[tuple[str, ...], ...]:
    """Return in what look-alikes must be alike: attributes that tell customers apart, else level and tenure."""
    is_told = any(name in customers and len(set(customers[name].dropna())) > 1 for name in ATTRIBUTES)
    return LIKENESS if is_told else LEVEL_LIKENESS


def derive_headroom(customers: pd.DataFrame, *, likeness: Sequence[tuple[str, ...]] | None = None) -> pd.DataFrame:
    """Return the customers with their headroom (contract Headroom), same order.

    ``customers``: customer_id, amount (last twelve months), tenure_days and, where known, potential_amount, segment,
    region, rhythm, level, tenure; ``likeness`` as choose_likeness unless given.
    Look-alikes are customers of a year at least who bought in the last twelve months, the customer
    itself left out; a likeness on a column that is not known of anybody, or of this customer, is passed over. Who
    bought only once has no rhythm and is like nobody: without a potential its target is not known.
    """
    pool = customers[(customers["amount"] > 0) & (customers["tenure_days"] >= YEAR_DAYS)]
    found = pd.DataFrame({"look_alike_amount": np.nan, "alike_on": "", "n_alike": 0}, index=customers.index).astype(
        {"n_alike": np.int64}
    )
    open_rows = np.ones(len(customers), bool)
    for columns in choose_likeness(customers) if likeness is None else likeness:
        if all(name in customers and customers[name].notna().any() for name in columns):
            level = _find_alike(customers, pool, columns)
            chosen = open_rows & (level["n_alike"] >= MIN_ALIKE).to_numpy()
            found.loc[chosen, ["look_alike_amount", "n_alike"]] = level.loc[chosen]
            found.loc[chosen, "alike_on"] = ", ".join(columns)
            open_rows &= ~chosen
    return Headroom.validate(_apply_targets(customers, found))


def _apply_targets(customers: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    potential = customers.get("potential_amount", pd.Series(np.nan, index=customers.index)).astype(float)
    target = potential.fillna(found["look_alike_amount"])
    source = np.where(potential.notna(), POTENTIAL, np.where(target.notna(), LOOK_ALIKES, UNKNOWN))
    room = (target - customers["amount"].clip(lower=0)).clip(lower=0).fillna(0.0).round(2)
    return customers.assign(**found, target_amount=target, target_source=source, headroom_amount=room)


def _find_alike(customers: pd.DataFrame, pool: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """The 75th percentile and the number of each customer's look-alikes, itself left out. Index of ``customers``."""
    parts = []
    pools = dict(list(pool.groupby(list(columns), sort=False)))
    for name, members in customers.groupby(list(columns), sort=False):
        alike = pools.get(name)
        parts.append(_leave_one_out(members, pool.iloc[:0] if alike is None else alike))
    blank = pd.DataFrame({"look_alike_amount": np.nan, "n_alike": 0}, index=customers.index)
    filled = pd.concat(parts) if parts else blank.iloc[:0]
    return filled.reindex(customers.index).fillna({"n_alike": 0})


def _leave_one_out(members: pd.DataFrame, alike: pd.DataFrame) -> pd.DataFrame:
    values = np.sort(alike["amount"].to_numpy())
    own = members.index.isin(alike.index)
    n = len(values) - own
    if len(values) < 2:
        return pd.DataFrame({"look_alike_amount": np.nan, "n_alike": n}, index=members.index)
    # without its own value at place p, the places from p on move one down (linear quantile, Hyndman and Fan's type 7)
    place = np.searchsorted(values, members["amount"].to_numpy())
    at = BETTER_QUARTER * (n - 1)
    low = np.floor(at).astype(int)
    left, right = (k + (own & (k >= place)) for k in (low, np.minimum(low + 1, n - 1)))
    last = len(values) - 1
    amount = values[np.minimum(left, last)] * (1 - (at - low)) + values[np.minimum(right, last)] * (at - low)
    return pd.DataFrame({"look_alike_amount": amount, "n_alike": n}, index=members.index)


def summarise_headroom(headroom: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return the headroom of each group, largest first. Grain: ``by``: n_customers, amount, headroom_amount, shares.

    Columns: by, n_customers, n_with_room, amount, headroom_amount, headroom_share (of all headroom, 0..1); the last two
    are empty where nothing is known of anybody in the group.
    """
    rows = headroom.assign(has_room=headroom["headroom_amount"] > 0, is_known=headroom["target_amount"].notna())
    table = rows.groupby(list(by), as_index=False, dropna=False, observed=True).agg(
        n_customers=("customer_id", "size"),
        n_with_room=("has_room", "sum"),
        amount=("amount", "sum"),
        headroom_amount=("headroom_amount", "sum"),
        is_known=("is_known", "any"),
    )
    total = table["headroom_amount"].sum()
    table["headroom_share"] = table["headroom_amount"] / total if total else 0.0
    shown = ["headroom_amount", "headroom_share"]
    table[shown] = table[shown].where(table.pop("is_known"), axis=0)
    return table.sort_values("headroom_amount", ascending=False, kind="stable", ignore_index=True)


def summarise_sources(headroom: pd.DataFrame) -> pd.DataFrame:
    """Return how many targets stand on what. Grain: target_source: n_customers, headroom_amount."""
    return headroom.groupby("target_source", as_index=False).agg(
        n_customers=("customer_id", "size"), headroom_amount=("headroom_amount", "sum")
    )


def compare_targets(headroom: pd.DataFrame) -> dict[str, float]:
    """Return how the look-alikes' target lies to the company's own potential where both are known.

    n, median_ratio (look-alikes over potential), within_half_share (between half and double the potential) and
    rank_correlation (Spearman); NaN below 20 customers.
    """
    both = headroom[(headroom["target_source"] == POTENTIAL) & (headroom["target_amount"] > 0)]
    both = both[both["look_alike_amount"].notna() & (both["look_alike_amount"] > 0)]
    if len(both) < MIN_ALIKE:
        return {"n": len(both), **dict.fromkeys(["median_ratio", "within_half_share", "rank_correlation"], np.nan)}
    ratio = both["look_alike_amount"] / both["target_amount"]
    return {
        "n": len(both),
        "median_ratio": float(ratio.median()),
        "within_half_share": float(ratio.between(0.5, 2).mean()),
        "rank_correlation": float(both["look_alike_amount"].corr(both["target_amount"], method="spearman")),
    }
