"""The contacts that count: outgoing ones, each once, with what is odd about them."""

from dataclasses import dataclass

import pandas as pd

OPTIONAL = ("contact_id", "direction", "salesperson_id", "role", "objective", "plan_id", "minutes", "cost_amount",
            "outcome", "note")  # fmt: skip


@dataclass(frozen=True)
class ContactLog:
    """Outgoing contacts without duplicates, and how many rows were left out or look odd.

    ``rows``: customer_id, contact_date, channel and every optional column (empty where the log has none), in order of
    customer and day. ``n_order_days``: contacts on a day on which the customer also ordered, so that nobody can say
    which came first.
    """

    rows: pd.DataFrame
    n_incoming: int
    n_duplicates: int
    n_order_days: int


def clean_contacts(contacts: pd.DataFrame, order_days: pd.DataFrame | None = None) -> ContactLog:
    """Return the contacts that count: outgoing; the same customer, channel and day once (the first with a result).

    ``order_days``: customer_id, order_date; without them no contact can be set against an order.
    """
    full = contacts.reindex(columns=["customer_id", "contact_date", "channel", *OPTIONAL])
    incoming = full["direction"].eq("in")
    out = full[~incoming].assign(is_recorded=lambda rows: rows["outcome"].notna() | rows["note"].notna())
    key = ["customer_id", "contact_date", "channel"]
    out = out.sort_values([*key, "is_recorded"], ascending=[True, True, True, False], kind="stable")
    once = out.drop_duplicates(key).reset_index(drop=True)
    n_order_days = 0
    if order_days is not None and len(once):
        ordered = order_days[["customer_id", "order_date"]].drop_duplicates()
        same = once[["customer_id", "contact_date"]].merge(
            ordered, left_on=["customer_id", "contact_date"], right_on=["customer_id", "order_date"]
        )
        n_order_days = len(same)
    return ContactLog(once, int(incoming.sum()), len(out) - len(once), n_order_days)


def take_own_contacts(
    contacts: pd.DataFrame, *, plan_id: str, started: pd.Timestamp | None
) -> tuple[pd.DataFrame, int]:
    """Return the contacts of a plan, from its first day on, and how many bear its name but an earlier day.

    What was done before a plan began is not of the plan. ``started`` None or empty: nobody said when it began, so all
    are. ``contacts`` as in ``ContactLog.rows``.
    """
    own = contacts[contacts["plan_id"] == plan_id]
    if started is None or pd.isna(started):
        return own, 0
    is_early = own["contact_date"] < pd.Timestamp(started)
    return own[~is_early], int(is_early.sum())


def find_contaminated(contacts: pd.DataFrame, arms: pd.DataFrame, *, horizon_days: float) -> pd.Series:
    """Return for each row of ``arms`` whether the customer had a contact of that plan within its window.

    Index of ``arms`` (customer_id, plan_id, start_date). A plan whose id the log never names counts every contact.
    ``contacts`` as in ``ContactLog.rows``.
    """
    named = arms["plan_id"].isin(set(contacts["plan_id"].dropna()))
    window = pd.Timedelta(days=horizon_days)
    day, first, last = contacts["contact_date"], arms["start_date"].min(), arms["start_date"].max()
    near = contacts.loc[(day >= first) & (day < last + window), ["customer_id", "contact_date", "plan_id"]]
    both = arms.assign(row=arms.index, is_named=named).merge(near, on="customer_id", suffixes=("", "_of_contact"))
    inside = (both["contact_date"] >= both["start_date"]) & (both["contact_date"] < both["start_date"] + window)
    fits = (both["plan_id"] == both["plan_id_of_contact"]) | ~both["is_named"]
    return pd.Series(arms.index.isin(both.loc[inside & fits, "row"]), index=arms.index)
