"""Tasks where nobody keeps any: what the contact plan by class and stage asks for, spread over the period."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.contact_plan import derive_plan
from portfolio_lab.policy import PlanPolicy


def build_matrix_tasks(
    customers: pd.DataFrame, *, policy: PlanPolicy, start: pd.Timestamp, end: pd.Timestamp
) -> pd.DataFrame:
    """Return one row per contact that the matrix asks for in [start, end), spread evenly over the period.

    Columns customer_id, due_date, channel, role, objective, plan_id (empty). ``customers``: customer_id, abc_class,
    stage as known at the start.
    """
    planned = derive_plan(customers, policy=policy)
    n = np.floor(planned["contacts_per_period"].to_numpy(float) + 0.5).astype(int)
    rows = planned.loc[planned.index.repeat(n), ["customer_id", "channel", "role", "objective"]]
    turn = rows.groupby(level=0).cumcount().to_numpy()
    days = (pd.Timestamp(end) - pd.Timestamp(start)).days
    step = days * (turn + 0.5) / np.repeat(n, n)
    due = pd.Timestamp(start) + pd.to_timedelta(np.floor(step), unit="D")
    return rows.assign(due_date=due, plan_id=None).reset_index(drop=True)
