"""How often by channel: contacts of four weeks among customers who did not order in them, and what follows.

Contacts until the order would be no dose: they stop at the order. Those of a fixed stretch are, for customers still
silent at its end. Source: van Houwelingen (2007) on landmarks; ``dose`` for the curve.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.observational.cohort import (
    Windows,
    build_cohort,
    find_places,
    index_events,
    to_days,
)
from portfolio_lab.analysis.observational.contact_rows import NOBODY, name_channels
from portfolio_lab.analysis.observational.dose import MAX_DOSE, DoseCurve, fit_dose_curve
from portfolio_lab.analysis.observational.known_before import Records, join_known, list_known
from portfolio_lab.errors import AnalysisError


@dataclass(frozen=True)
class ChannelDose:
    """The curve of one channel; ``cost_amount`` per contact and ``margin_amount`` per order, 0 and 1 if not known."""

    channel: str
    curve: DoseCurve
    cost_amount: float
    margin_amount: float


def estimate_doses(
    order_days: pd.DataFrame,
    contacts: pd.DataFrame,
    *,
    dates: list[pd.Timestamp],
    as_of: pd.Timestamp,
    windows: Windows,
    records: Records | None = None,
) -> list[ChannelDose]:
    """Return what customers order after none, one, two or more contacts of a channel in ``windows.grace_days``.

    ``contacts``: customer_id, contact_date, channel and, where known, cost_amount. Orders per customer in the
    ``windows.follow_days`` after the stretch. Channels in which only one dose has 30 customers are left out.
    ``records``: what else is known of the customers.
    """
    margin = _margin_of_an_order(order_days)
    found = []
    cohort = build_cohort(order_days, contacts, dates=dates, as_of=as_of, windows=windows)
    rows = join_known(cohort, records)
    channels = name_channels(rows, contacts, n_days=windows.grace_days)
    for channel in sorted(contacts["channel"].dropna().unique()):
        own = contacts[contacts["channel"] == channel]
        doses = count_contacts(rows[channels.isin([channel, NOBODY])], own, n_days=windows.grace_days)
        cost = float(own["cost_amount"].mean()) if "cost_amount" in own and own["cost_amount"].notna().any() else None
        is_priced = cost is not None and margin is not None
        money = {"cost_amount": cost, "margin_amount": margin} if is_priced else {}
        try:
            curve = fit_dose_curve(doses, outcome="n_orders", covariates=list_known(rows), **money)
        except AnalysisError:
            continue
        found.append(ChannelDose(channel, curve, cost if is_priced else 0.0, margin if is_priced else 1.0))
    return found


def count_contacts(rows: pd.DataFrame, own: pd.DataFrame, *, n_days: int) -> pd.DataFrame:
    """Return the rows with ``dose``: contacts in the ``n_days`` from the start day, 3 = three or more.

    Rows of ``build_cohort``, all of them without an order in those days; ``own``: customer_id, contact_date.
    """
    customers = pd.Index(np.sort(rows["customer_id"].unique()))
    code, start = find_places(rows["customer_id"], customers), to_days(rows["landmark_date"])
    dose = index_events(own, customers, date="contact_date").count(code, start, start + n_days)
    return rows.assign(dose=np.minimum(dose, MAX_DOSE)).reset_index(drop=True)


def _margin_of_an_order(order_days: pd.DataFrame) -> float | None:
    """Margin per purchase day; None where margins are not known."""
    if "margin_amount" not in order_days:
        return None
    known = order_days[order_days["is_purchase_day"]].dropna(subset=["margin_amount"])
    value = float(known["margin_amount"].mean()) if len(known) else 0.0
    return value if value > 0 else None
