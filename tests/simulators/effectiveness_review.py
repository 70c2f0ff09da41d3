"""Reviews of the effectiveness report from files in a folder: a company with plans, and an e-mail test."""

from pathlib import Path

import numpy as np
import pandas as pd
from simulators.company_with_hold_out import HORIZON, PLAN, START, company_with_hold_out
from simulators.email_experiment import CONTROL, email_experiment

from portfolio_lab.reports.review import open_review

AS_OF = "2026-06-30"
EMAIL = """run: mail
as_of: 2026-09-30
data:
  source: {folder}
  tables:
    experiment: {{table: emails, columns: {{arm: segment}}}}
reports:
  effectiveness: {{control_arm: {control}, outcomes: {{visit: binary, spend: amount}}, covariates: [recency, history],
    cells: [womens], design: {design}}}
"""


def write_company(folder: Path, *, n: int = 900, only: tuple[str, ...] = ()) -> Path:
    """Write orders, customers, contacts, tasks and plans of a small company; return its run file.

    Plan ``RT-1`` was drawn by chance, ``CA-1`` was not, ``LATE`` has a window that is not over, ``ODD`` an outcome that
    orders do not show. ``only`` keeps these tables.
    """
    rng = np.random.default_rng(5)
    arms, order_days = company_with_hold_out(rng, n=n, effect=0.25)
    ids = arms["customer_id"]
    history = pd.DataFrame({"customer_id": ids, "order_date": START - pd.Timedelta(days=30), "amount": 200.0})
    later = pd.DataFrame({"customer_id": ids[::2], "order_date": pd.Timestamp("2026-05-04"), "amount": 150.0})
    orders = pd.concat([history, order_days[["customer_id", "order_date", "amount"]], later])
    tables = {
        "orders": orders.assign(margin_amount=orders["amount"] / 4),
        "customers": pd.DataFrame({"customer_id": ids, "name": ids + " Ltd", "created_date": "2025-01-02"}),
        "salespeople": pd.DataFrame({"salesperson_id": ["S1", "S2"], "name": ["Ana", "Luis"]}),
        "assignments": pd.DataFrame(
            {"customer_id": ids, "salesperson_id": np.where(np.arange(n) % 3, "S1", "S2"), "start_date": "2025-01-02"}
        ),
        "contacts": _contacts(arms),
        "plan_tasks": _tasks(ids),
        "plans": _plans(),
        "plan_arms": _arms(arms),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        if not only or name in only:
            frame.to_csv(folder / f"{name}.csv", index=False)
    run_file = folder / "company.yaml"
    run_file.write_text(f"run: company\nas_of: {AS_OF}\ndata: {{source: {folder}}}\n", encoding="utf-8")
    return run_file


def write_emails(folder: Path, *, n: int = 64_000, design: str = "randomised") -> Path:
    """Write the e-mail experiment alone; return its run file."""
    folder.mkdir(parents=True, exist_ok=True)
    email_experiment(np.random.default_rng(6), n=n).to_csv(folder / "emails.csv", index=False)
    run_file = folder / "mail.yaml"
    run_file.write_text(EMAIL.format(folder=folder, control=CONTROL, design=design), encoding="utf-8")
    return run_file


def open_effectiveness(run_file: Path, **own: object):
    """Return the review as the notebook opens it, without a kernel."""
    return open_review(str(run_file), report="effectiveness", **own)


def _contacts(arms: pd.DataFrame) -> pd.DataFrame:
    """Contacts of the trial, then those of the contact plan in May: every third customer, one in ten a day late."""
    trial = arms[arms["is_contacted"]].assign(contact_date=START + pd.Timedelta(days=3), plan_id=PLAN, channel="call")
    plan = arms.iloc[::3].assign(contact_date=pd.Timestamp("2026-05-11"), plan_id="CP", channel="visit")
    both = pd.concat([trial, plan])[["customer_id", "contact_date", "plan_id", "channel"]]
    return both.assign(
        role="salesperson",
        outcome="talked",
        minutes=20,
        cost_amount=both["channel"].map({"call": 12.0, "visit": 90.0}),
        direction="out",
    )


def _tasks(ids: pd.Series) -> pd.DataFrame:
    """Every second customer is to be visited in May."""
    return pd.DataFrame({"customer_id": ids[::2], "due_date": "2026-05-10", "channel": "visit", "plan_id": "CP",
                         "role": "salesperson"})  # fmt: skip


def _plans() -> pd.DataFrame:
    rows = [
        (PLAN, "Call before they go quiet", "2026-01-02", "purchase", HORIZON, 600.0),
        ("CA-1", "Autumn offers", "2025-11-03", "purchase", 45, 900.0),
        ("LATE", "Spring", "2026-06-01", "purchase", 90, 900.0),
        ("ODD", "Smiles", "2026-01-02", "happiness", 90, None),
    ]
    return pd.DataFrame(rows, columns=["plan_id", "name", "start_date", "outcome", "horizon_days", "cost_amount"])


def _arms(arms: pd.DataFrame) -> pd.DataFrame:
    listed = arms[["customer_id", "plan_id", "start_date", "arm", "probability"]]
    others = [
        listed.assign(plan_id=plan, start_date=day) for plan, day in (("LATE", "2026-06-01"), ("ODD", "2026-01-02"))
    ]
    return pd.concat([listed.assign(start_date="2026-01-02"), *others])
