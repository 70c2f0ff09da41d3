"""Why planned contacts were not made, and whether the held-out were left alone: what the company's tables tell."""

import pandas as pd

from portfolio_lab.analysis.adherence.reasons import Circumstances, derive_circumstances, summarise_reasons
from portfolio_lab.measures.attributes import YES
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences import effectiveness as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.effectiveness_evidence import Evidence
from portfolio_lab.reports.topics.effectiveness_inputs import Company


def show_shortfalls(review: Review, company: Company, evidence: Evidence, *, wording: Wording) -> None:
    """Show why planned contacts were not made, and, for each plan with a hold-out, whether it was left alone."""
    if len(company.tasks) and not company.tasks["is_executed"].all():
        show_reasons(review, company, wording=wording)
    for text in say.adherence.left_alone(evidence.results, evidence.compliance, wording=wording):
        review.out.say(text)


def show_reasons(review: Review, company: Company, *, wording: Wording) -> None:
    """Show why planned contacts were not made; where nobody keeps tasks no contact had a day on which it was due."""
    out = review.out
    if company.is_matrix:
        out.missing("plan_tasks", say.adherence.NO_DUE_DAYS)
        return
    table = summarise_reasons(derive_circumstances(company.tasks, read_circumstances(review, company)))
    out.say(say.adherence.reasons(table, wording=wording))
    labels = {"reason": "On the day it was due", "n_due": "Planned", "made_rate": "Made", "n_missed": "Not made"}
    labels |= {"missed_share": "Share of all not made"}
    shown = table.assign(reason=table["reason"].map(say.adherence.REASONS))
    title = "Why planned contacts were not made"
    out.table("missed", shown, title, labels=labels, units={"missed_share": "share"}, columns=list(labels))
    for name, text in say.adherence.WITHOUT.items():
        if not review.has(name):
            out.missing(name, text)


def read_circumstances(review: Review, company: Company) -> Circumstances:
    """Return what may have kept contacts from being made: owners, absences, locked and closed customers.

    Owners are those of the table ``assignments``, else the salesperson known at the start of the period.
    """
    closed = review.snapshots()[["customer_id", "closed_date"]]
    absences = review.table("absences") if review.has("absences") else None
    return Circumstances(read_owners(review, company), absences, read_locks(review), closed)


def read_owners(review: Review, company: Company) -> pd.DataFrame:
    """Return who looked after whom from when to when: customer_id, salesperson_id, start_date, end_date (or empty)."""
    if review.has("assignments"):
        columns = ["customer_id", "salesperson_id", "start_date", "end_date"]
        stays = review.table("assignments").reindex(columns=columns)
        return stays.assign(end_date=pd.to_datetime(stays["end_date"]))
    known = company.customers[["customer_id", "salesperson_id"]].dropna()
    return known.assign(start_date=pd.Timestamp.min, end_date=pd.NaT)


def read_locks(review: Review) -> pd.DataFrame:
    """Return from when on which customer was locked or not: customer_id, valid_from, is_locked.

    Dated changes where the company keeps them, else the state of today as if it had always been so.
    """
    if review.has("attributes"):
        changes = review.table("attributes")
        own = changes[changes["attribute"] == "is_locked"]
        if len(own):
            words = own["value"].astype(str).str.strip().str.lower()
            return own[["customer_id", "valid_from"]].assign(is_locked=words.isin(YES))
    now = review.snapshots()[["customer_id", "is_locked"]]
    return now.assign(valid_from=pd.Timestamp.min)
