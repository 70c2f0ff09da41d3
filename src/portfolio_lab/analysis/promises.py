"""Promises to customers: next steps with a date that has passed without anybody getting in touch."""

import pandas as pd

from portfolio_lab.analysis.ruptures.marks import select_outgoing

COLUMNS = ["customer_id", "salesperson_id", "contact_date", "next_step", "next_step_date", "overdue_days"]


def find_open_promises(contacts: pd.DataFrame, *, as_of: object) -> pd.DataFrame:
    """Return the promises whose date has passed by the end of as_of without an outgoing contact from that date on.

    Grain: promise, longest overdue first: customer_id, salesperson_id, contact_date (when it was given), next_step,
    next_step_date, overdue_days. ``contacts`` has customer_id, contact_date and next_step_date; what else is missing
    is empty. The same promise given twice for the same day counts once.
    """
    day = pd.Timestamp(as_of)
    known = contacts.reindex(columns=[*dict.fromkeys([*COLUMNS[:-1], *contacts.columns])])
    promised = known[known["next_step_date"].notna() & (known["next_step_date"] <= day)]
    promised = promised.drop_duplicates(["customer_id", "next_step_date", "next_step"])
    ours = select_outgoing(contacts)
    last = ours[ours["contact_date"] <= day].groupby("customer_id")["contact_date"].max()
    is_kept = promised["customer_id"].map(last) >= promised["next_step_date"]
    found = promised[~is_kept].assign(overdue_days=(day - promised["next_step_date"]).dt.days.astype(float))
    ordered = found.sort_values(["overdue_days", "customer_id"], ascending=[False, True], kind="stable")
    return ordered[COLUMNS].reset_index(drop=True)


def find_next_steps(contacts: pd.DataFrame) -> pd.DataFrame:
    """Return the last next step that was written down with each customer: customer_id, next_step, next_step_date.

    Grain: customer with one; nothing where no contact carries a next step.
    """
    known = contacts.reindex(columns=["customer_id", "contact_date", "next_step", "next_step_date"])
    noted = known[known["next_step"].notna()].sort_values(["customer_id", "contact_date"], kind="stable")
    return noted.drop_duplicates("customer_id", keep="last").drop(columns="contact_date").reset_index(drop=True)
