"""Who is compared when contacts of every kind are: rested customers week by week, with class, stage and channel.

Class and stage are those of the day before the week began: what a contact changes later decides nothing.
Channels exclude each other: who was contacted in the week by two of them belongs to neither.
"""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.abc_classes.cuts import Cuts, assign_classes, compute_limits
from portfolio_lab.analysis.observational.cohort import SPAN, Windows, build_cohort, index_events, to_days
from portfolio_lab.analysis.observational.known_before import Records, join_known
from portfolio_lab.analysis.observational.sample import MIN_PER_ARM

CLASS_NAMES = ("A", "B", "C")
NOBODY, SEVERAL, OTHERS = "", "several channels", "other channels"


def build_contact_rows(
    order_days: pd.DataFrame,
    contacts: pd.DataFrame,
    *,
    dates: list[pd.Timestamp],
    as_of: pd.Timestamp,
    windows: Windows,
    cuts: Cuts = (80.0, 95.0),
    records: Records | None = None,
) -> pd.DataFrame:
    """Return the rows of ``build_cohort`` with class, channel and what else ``records`` say of each customer.

    One row per customer and start day; ``contacts``: customer_id, contact_date, channel, outgoing. More columns:
    abc_class, channel (empty = not contacted; ``SEVERAL`` = by more than one; channels with fewer than 30 contacted
    are one, ``OTHERS``).
    """
    cohort = build_cohort(order_days, contacts, dates=dates, as_of=as_of, windows=windows)
    rows = join_known(cohort, records)
    channel = name_channels(rows, contacts, n_days=windows.grace_days)
    sizes = channel[channel != NOBODY].value_counts()
    rare = [name for name in sizes.index if sizes[name] < MIN_PER_ARM and name != SEVERAL]
    return rows.assign(
        abc_class=rank_by_year(rows, cuts=cuts), channel=channel.replace(rare, OTHERS) if len(rare) > 1 else channel
    )


def name_channels(rows: pd.DataFrame, contacts: pd.DataFrame, *, n_days: int) -> pd.Series:
    """Return the one channel by which each row was contacted in the ``n_days`` from its start day.

    ``NOBODY`` = not contacted, ``SEVERAL`` = by more than one channel. ``rows``: those of ``build_cohort``.
    """
    found = np.full(len(rows), NOBODY, dtype=object)
    touched = np.flatnonzero(rows["is_treated"].to_numpy(dtype=bool))
    customers = pd.Index(np.sort(rows["customer_id"].unique()))
    code = customers.get_indexer(rows["customer_id"].iloc[touched])
    start = to_days(rows["landmark_date"].iloc[touched])
    n_every = index_events(contacts, customers, date="contact_date").count(code, start, start + n_days)
    named = np.full(len(touched), SEVERAL, dtype=object)
    for channel, own in contacts.groupby("channel", sort=True):
        n_own = index_events(own, customers, date="contact_date").count(code, start, start + n_days)
        named[(n_own > 0) & (n_own == n_every)] = channel
    found[touched] = named
    return pd.Series(found, index=rows.index)


def rank_by_year(rows: pd.DataFrame, *, cuts: Cuts) -> pd.Series:
    """Return the class of each row by what its customer bought in the year before the start day (C: the rest)."""
    found = pd.Series("C", index=rows.index)
    for _, amount in rows.groupby("landmark_date")["amount_year"]:
        cents = np.rint(amount.to_numpy() * 100).astype(np.int64)
        if (cents > 0).any():
            place = np.minimum(assign_classes(cents, compute_limits(cents, cuts=cuts)), len(CLASS_NAMES) - 1)
            found[amount.index] = np.array(CLASS_NAMES)[place]
    return found


def look_up_stages(rows: pd.DataFrame, stays: pd.DataFrame) -> np.ndarray:
    """Return the stage in which each row's customer was on the day before its start day ("not known" = none).

    ``stays``: customer_id, stage, start_date of every stay, as in ``StageStays``; rows: customer_id, landmark_date.
    """
    customers = pd.Index(np.sort(stays["customer_id"].unique()))
    keys = customers.get_indexer(stays["customer_id"]) * SPAN + to_days(stays["start_date"])
    order = np.argsort(keys, kind="stable")
    code = customers.get_indexer(rows["customer_id"])
    place = np.searchsorted(keys[order], code * SPAN + to_days(rows["landmark_date"]) - 1, side="right") - 1
    known = (code >= 0) & (place >= 0)
    found = np.full(len(rows), "not known", dtype=object)
    at = order[place[known]]
    known[known] = keys[at] // SPAN == code[known]
    found[known] = stays["stage"].to_numpy()[order[place[known]]]
    return found
