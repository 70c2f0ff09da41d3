"""Planned contacts that fell on days when the customer's salesperson was away: chance, not the customer, undid them.

Tasks of the same week are compared, so that season cancels; away from work is no matter of one customer's orders.
Source: Imbens and Angrist (1994).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.observational.cohort import LAG_DAYS, index_events, to_days
from portfolio_lab.analysis.observational.instrument import Encouraged, fit_encouragement
from portfolio_lab.errors import AnalysisError

N_LAGS = 4
MIN_AWAY = 100
HOLIDAY = "holiday"


@dataclass(frozen=True)
class Absence:
    """What contacts bring, from tasks that fell on days away: ``found`` in orders per customer contacted.

    ``contacted_if_away`` and ``contacted_if_there`` are shares of the tasks; ``orders_without`` what customers
    with the salesperson away order in the days counted.
    """

    found: Encouraged
    n_away: int
    n_there: int
    contacted_if_away: float
    contacted_if_there: float
    orders_without: float


def build_task_rows(tasks: pd.DataFrame, assignments: pd.DataFrame, absences: pd.DataFrame) -> pd.DataFrame:
    """Return the tasks whose customer had an owner on the due day, with ``owner`` and ``is_away`` (on holiday then).

    Grain: task; customer_id, due_date, channel, owner, is_away. Tasks of owners who had left are left out.
    """
    due = tasks[["customer_id", "due_date", "channel"]].dropna(subset=["due_date"]).sort_values("due_date")
    due = due.assign(due_date=due["due_date"].astype("datetime64[ns]"))
    rows = _last_before(due, _stays(assignments, "customer_id"), by="customer_id")
    rows = rows[rows["salesperson_id"].notna()].rename(columns={"salesperson_id": "owner"})
    rows = rows.drop(columns=["start_date", "end_date"], errors="ignore").sort_values("due_date")
    away = _stays(absences, "salesperson_id").rename(columns={"salesperson_id": "owner"})
    rows = _last_before(rows, away, by="owner")
    is_off = (rows["end_date"].fillna(pd.Timestamp.max) >= rows["due_date"]).to_numpy() & rows["start_date"].notna()
    is_holiday = rows["kind"].fillna(HOLIDAY) == HOLIDAY
    kept = rows.assign(is_away=is_off & is_holiday)[is_holiday | ~is_off]
    return kept[["customer_id", "due_date", "channel", "owner", "is_away"]].reset_index(drop=True)


def _stays(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    columns = [name for name in (key, "salesperson_id", "start_date", "end_date", "kind") if name in frame]
    stays = frame[list(dict.fromkeys(columns))].dropna(subset=[key, "start_date"])
    if "kind" not in stays and key == "salesperson_id":
        stays = stays.assign(kind=HOLIDAY)
    if "end_date" not in stays:
        stays = stays.assign(end_date=pd.NaT)
    return stays.astype({"start_date": "datetime64[ns]", "end_date": "datetime64[ns]"}).sort_values("start_date")


def _last_before(rows: pd.DataFrame, stays: pd.DataFrame, *, by: str) -> pd.DataFrame:
    return pd.merge_asof(rows, stays, left_on="due_date", right_on="start_date", by=by)


def fit_absence(
    rows: pd.DataFrame,
    order_days: pd.DataFrame,
    contacts: pd.DataFrame,
    *,
    contact_days: int,
    follow_days: int,
) -> Absence:
    """Return what a contact brings in the ``follow_days`` after the ``contact_days`` from the due day.

    ``rows`` from ``build_task_rows``; ``contacts``: customer_id, contact_date, outgoing. Raises AnalysisError with
    fewer than 100 tasks on days away, or where days away hardly change who is contacted.
    """
    n_away = int(rows["is_away"].sum())
    if n_away < MIN_AWAY:
        remedy = "bring more of the table absences"
        raise AnalysisError("too few tasks fell on a day away", remedy=remedy, value=n_away)
    rows, covariates = _describe(rows, order_days, contacts, contact_days=contact_days, follow_days=follow_days)
    columns = {"outcome": "n_orders", "treatment": "is_contacted", "encouragement": "is_there", "cluster": "owner"}
    try:
        found = fit_encouragement(rows, covariates=covariates, **columns)
    except AnalysisError as error:
        remedy = "look whether stand-ins make the contacts"
        raise AnalysisError("days off hardly change who is contacted", remedy=remedy, value=error.value) from error
    away = rows["is_away"]
    return Absence(
        found=found,
        n_away=n_away,
        n_there=len(rows) - n_away,
        contacted_if_away=float(rows.loc[away, "is_contacted"].mean()),
        contacted_if_there=float(rows.loc[~away, "is_contacted"].mean()),
        orders_without=float(rows.loc[away, "n_orders"].mean()),
    )


def _describe(
    rows: pd.DataFrame, order_days: pd.DataFrame, contacts: pd.DataFrame, *, contact_days: int, follow_days: int
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The rows with contact, orders and what is held equal: the week, the channel, the orders of the year before."""
    purchases = order_days[order_days["is_purchase_day"]]
    customers = pd.Index(np.sort(rows["customer_id"].unique()))
    code, due = customers.get_indexer(rows["customer_id"]), to_days(rows["due_date"])
    orders = index_events(purchases, customers, date="order_date")
    touched = index_events(contacts, customers, date="contact_date")
    close = due + contact_days
    lags = {
        f"lag_{k}": orders.count(code, due - k * LAG_DAYS, due - (k - 1) * LAG_DAYS).astype(float)
        for k in range(1, N_LAGS + 1)
    }
    week = pd.Series(due // 7, index=rows.index).astype(str)
    flags = pd.get_dummies(pd.DataFrame({"week": week, "channel": rows["channel"]}), drop_first=True, dtype=float)
    known = flags.assign(**lags)
    told = {
        "is_there": (~rows["is_away"]).astype(float),
        "is_contacted": (touched.count(code, due, close) > 0).astype(float),
        "n_orders": orders.count(code, close, close + follow_days).astype(float),
    }
    return rows.drop(columns="channel").join(known).assign(**told), tuple(known.columns)
