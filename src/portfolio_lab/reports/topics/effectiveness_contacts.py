"""What contacts of every kind go with, how they come about, and whether the method can be trusted here."""

from dataclasses import dataclass

import pandas as pd

from portfolio_lab.analysis.observational.cohort import Windows
from portfolio_lab.analysis.observational.contact_effects import (
    ContactEffects,
    choose_weeks,
    choose_windows,
    estimate_contact_effects,
)
from portfolio_lab.analysis.observational.contact_rows import build_contact_rows, look_up_stages
from portfolio_lab.analysis.observational.known_before import Records
from portfolio_lab.analysis.observational.self_test import run_self_test
from portfolio_lab.analysis.observational.triggers import describe_refusals
from portfolio_lab.errors import AnalysisError
from portfolio_lab.policy import Policy
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.effectiveness_cells import show_lines
from portfolio_lab.reports.topics.effectiveness_inputs import Company

N_WEEKS = 52
MAX_STARTS = 300_000  # customers times start days; of more, every second day, or fewer, says the same
PLANTED_SHARE = 0.25  # of what customers do anyway
SILENT_TIMES = 2  # a customer silent for twice the days that make it inactive is no longer contacted in earnest


@dataclass(frozen=True)
class Basis:
    """Outgoing contacts outside plans that were dealt out by chance, and the windows in which they are looked at.

    ``records``: what else is known of the customers, in which those compared are to be alike.
    """

    contacts: pd.DataFrame
    order_days: pd.DataFrame
    windows: Windows
    as_of: pd.Timestamp
    records: Records | None = None


def read_basis(review: Review, company: Company | None) -> Basis | None:
    """Return the contacts to be compared; None without any."""
    if company is None or not review.has("contacts"):
        return None
    rows = company.log.rows
    if review.has("plan_arms"):
        rows = rows[~rows["plan_id"].isin(set(review.table("plan_arms")["plan_id"]))]
    if rows.empty or not company.order_days["is_purchase_day"].any():
        return None
    columns = [name for name in ("customer_id", "contact_date", "channel", "cost_amount") if name in rows]
    as_of, silent = pd.Timestamp(review.as_of), SILENT_TIMES * find_inactive_days(review.policy)
    windows = choose_windows(company.order_days, rows, as_of=as_of, max_silent_days=silent)
    return Basis(rows[columns], company.order_days, windows, as_of, company.records)


def find_inactive_days(policy: Policy) -> int:
    """Return after how many silent days customers count as inactive: of the rule that waits longest."""
    return max(rule.inactive_days for rule in policy.stages.rules)


def show_contact_effects(review: Review, company: Company | None, *, wording: Wording) -> ContactEffects | None:
    """Show what a contact goes with by class, stage and channel, the refused designs and the self-test.

    None, and nothing shown, where no group is large enough, or next to nobody ordered.
    """
    basis = read_basis(review, company)
    found = estimate(review, basis, company.stays) if basis is not None else None
    if found is None or found.lines.empty or found.lines["is_small"].all():
        return None
    out = review.out
    out.say(say_intro(basis.windows))
    out.say(say_design(found))
    show_lines(out, found, days=basis.windows.follow_days, wording=wording)
    out.say(say_self_test(found, seed=review.params.seed))
    return found


def estimate(review: Review, basis: Basis, stays: pd.DataFrame) -> ContactEffects | None:
    """Return the effects of contacts over the last year; None where too little is known. ``stays`` in stages.

    Class and stage of each customer are those of the day before the week in which it was contacted or not.
    """
    dates = choose_dates(basis)
    if not dates:
        return None
    cuts = review.policy.abc.cuts
    rows = build_contact_rows(
        basis.order_days,
        basis.contacts,
        dates=dates,
        as_of=basis.as_of,
        windows=basis.windows,
        cuts=cuts,
        records=basis.records,
    )
    rows["stage"] = look_up_stages(rows, stays)
    try:
        return estimate_contact_effects(rows)
    except AnalysisError:
        return None


def choose_dates(basis: Basis) -> list[pd.Timestamp]:
    """Return the start days: a week apart over the last year, of large companies only every so many weeks."""
    first = basis.order_days["order_date"].min()
    weeks = choose_weeks(basis.as_of, n_weeks=N_WEEKS, windows=basis.windows)
    return [week for week in thin_dates(basis, weeks, limit=MAX_STARTS) if week > first]


def thin_dates(basis: Basis, dates: list[pd.Timestamp], *, limit: int) -> list[pd.Timestamp]:
    """Return every so many of the dates, the last of them included, that customers times dates stay below ``limit``."""
    n_starts = basis.order_days["customer_id"].nunique() * len(dates)
    return dates[::-1][:: max(-(-n_starts // limit), 1)][::-1]


def say_intro(windows: Windows) -> str:
    """Return what is compared with what, over which days, and how far it may be believed."""
    return (
        "**Contacts of every kind.** In weeks of the last year, customers without a contact in the "
        f"{windows.rested_days} days before are compared: those contacted by one channel in the next "
        f"{windows.grace_days} days with those of the same class, stage and history who were not contacted. The stage "
        f"is that of the day before. Orders of the {windows.follow_days} days after that week are counted; over a "
        "longer time too many of the others are contacted as well. Nobody drew who was contacted: this is weak "
        "evidence (D), and says where to test."
    )


def say_design(found: ContactEffects) -> str:
    """Return how contacts came about here, and which simple designs are refused for it."""
    return f"{found.design.sentence} {describe_refusals(found.design)}".strip()


def say_self_test(found: ContactEffects, *, seed: int) -> str:
    """Return in how many of a hundred companies like this one the method found an effect that was put in."""
    planted = PLANTED_SHARE * found.adjusted.control_mean
    test = run_self_test(found.sample, found.adjusted, planted=planted, seed=seed)
    return (
        f"{test.sentence} Each run draws {test.n_rows:,} cases from your own, with your chances of a contact and of an "
        "order, and puts in an effect of a quarter more orders. What nobody wrote down is in neither."
    )
