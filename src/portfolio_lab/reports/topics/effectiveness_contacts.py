"""What a contact brings by class and channel, how contacts come about, and whether the method can be trusted here."""

import pandas as pd

from portfolio_lab.analysis.observational.contact_effects import (
    ContactEffects,
    choose_weeks,
    estimate_contact_effects,
)
from portfolio_lab.analysis.observational.self_test import run_self_test
from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.topics.effectiveness_inputs import Company

N_WEEKS = 52
PLANTED_SHARE = 0.25  # of what customers do anyway
INTRO = (
    "**Contacts of every kind.** Each week, customers without a contact in the thirty days before are compared: those "
    "contacted by one channel in the next three days with those of the same class and history who were not. Orders "
    "of the ten days after are counted. Nobody drew who was contacted: this is weak evidence, and says where to test."
)


def show_contact_effects(review: Review, company: Company | None) -> ContactEffects | None:
    """Show what a contact goes with by class and channel, with the refused designs and the self-test; None without."""
    if company is None or not review.has("contacts"):
        return None
    found = read_contact_effects(review, company)
    if found is None or found.cells.empty:
        return None
    out = review.out
    out.say(INTRO)
    out.say(say_design(found))
    labels = {"abc_class": "Class", "channel": "Channel", "n_treated": "Contacted", "control_mean": "Orders without"}
    labels |= {"effect": "More with it", "low": "From", "high": "To", "is_clear": "Clear"}
    title = "Orders per customer in ten days: without a contact, and how many more with one"
    units = dict.fromkeys(("control_mean", "effect", "low", "high"), "number")
    out.table("contact_effects", found.cells, title, labels=labels, units=units, columns=list(labels))
    out.say(say_cells(found.cells))
    out.say(say_self_test(found, seed=review.params.seed))
    return found


def read_contact_effects(review: Review, company: Company) -> ContactEffects | None:
    """Return the effects of contacts outside randomised plans, over the last year; None where too little."""
    rows = company.log.rows
    if review.has("plan_arms"):
        rows = rows[~rows["plan_id"].isin(set(review.table("plan_arms")["plan_id"]))]
    first = company.order_days["order_date"].min()
    weeks = choose_weeks(pd.Timestamp(review.as_of), n_weeks=N_WEEKS)
    dates = [week for week in weeks if week > first]
    if not dates or rows.empty:
        return None
    try:
        return estimate_contact_effects(
            company.order_days,
            rows[["customer_id", "contact_date", "channel"]],
            dates=dates,
            as_of=pd.Timestamp(review.as_of),
            cuts=tuple(review.policy.abc.cuts),
            seed=review.params.seed,
        )
    except AnalysisError:
        return None


def say_design(found: ContactEffects) -> str:
    """Return how contacts came about here, and which simple designs are refused for it."""
    refused = [found.design.refusal(name) for name in ("before_after", "difference_in_differences")]
    return " ".join([found.design.sentence, *(text for text in refused if text)])


def say_cells(cells: pd.DataFrame) -> str:
    """Return for which classes and channels contacted customers clearly order more, and where nothing is seen."""
    clear = cells[cells["is_clear"] & (cells["effect"] > 0)]
    named = [f"{row.channel} in class {row.abc_class}" for row in clear.itertuples()]
    silent = sorted(set(cells["channel"]) - set(clear["channel"]))
    first = f"More orders go with: {', '.join(named)}." if named else "No class and channel stands out."
    rest = f" Nothing is established for {', '.join(silent)}." if silent and named else ""
    return f"{first}{rest} The ranges hold for all lines of the table together."


def say_self_test(found: ContactEffects, *, seed: int) -> str:
    """Return in how many of a hundred companies like this one the method found an effect that was put in."""
    planted = PLANTED_SHARE * found.adjusted.control_mean
    test = run_self_test(found.sample, found.adjusted, planted=planted, seed=seed)
    return f"{test.sentence} What nobody wrote down is in neither."
