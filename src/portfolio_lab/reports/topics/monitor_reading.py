"""The portfolio read by class, stage and one grouping after another, as the monitor shows it."""

import matplotlib.pyplot as plt
import pandas as pd

from portfolio_lab.analysis.abc_classes import classify_earlier, derive_owner
from portfolio_lab.analysis.ladder_order import sort_by_ladder
from portfolio_lab.analysis.monitor.reading import build_reading, cross_reading, find_slipping
from portfolio_lab.analysis.monitor.relationship import compute_kept_share, compute_satisfaction, derive_relationship
from portfolio_lab.plots.monitor.reading import plot_reading
from portfolio_lab.plots.style import FIGURE_WIDTH
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences.monitor import reading as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.monitor_stages import StagePicture

DIMENSIONS = ("salesperson", "relationship", "segment", "region")


def read_customers(review: Review, picture: StagePicture) -> pd.DataFrame:
    """Return every customer with its class, stage, sales in the window and the groups that it belongs to.

    One row per customer of the snapshots: customer_id, name, abc_class (None: never ordered), stage, amount,
    salesperson, relationship (None: never bought), segment, region.
    """
    people = review.table("salespeople") if review.has("salespeople") else None
    customers = derive_owner(review.snapshots(), people)
    abc = review.policy.abc
    classes = classify_earlier(review.snapshots(), criterion=abc.criterion, cuts=abc.cuts)
    by_id = customers["customer_id"]
    known = pd.DataFrame(
        {
            "customer_id": by_id,
            "name": customers["name"],
            "abc_class": by_id.map(classes.set_index("customer_id")["abc_class"]),
            "stage": by_id.map(picture.stages.set_index("customer_id")["stage"]),
            "amount": customers["amount"],
            "salesperson": customers["owner"],
            "segment": customers["segment"],
            "region": customers["region"],
        }
    )
    return known.assign(relationship=_relationships(review, customers))


def _relationships(review: Review, customers: pd.DataFrame) -> pd.Series:
    """The name of the relationship with everybody who has bought; None for the others."""
    rules, within = review.policy.monitor.relationships, review.policy.monitor.contact_kept_days
    satisfaction, kept = pd.Series(dtype=float), pd.Series(dtype=float)
    if review.has("satisfaction"):
        satisfaction = compute_satisfaction(review.table("satisfaction"), as_of=review.as_of)
    if review.has("plan_tasks") and review.has("contacts"):
        tables = review.table("plan_tasks"), review.table("contacts")
        kept = compute_kept_share(*tables, as_of=review.as_of, within_days=within)
    known = customers[["tenure_days"]].assign(
        satisfaction=customers["customer_id"].map(satisfaction).astype(float),
        kept_share=customers["customer_id"].map(kept).astype(float),
    )
    named = derive_relationship(known, rules)
    return named.where(customers["tenure_days"].notna().to_numpy(), None)


def show_reading(review: Review, customers: pd.DataFrame, *, wording: Wording) -> None:
    """Put the heat tables of the portfolio on the page, one per grouping that is known, and all counts into a file."""
    out = review.out
    reading = build_reading(customers, DIMENSIONS)
    if not (reading["abc_class"] == "A").any():
        out.say(say.NO_CLASSES)
        return
    slipping = find_slipping(reading)
    out.say(say.reading(slipping, wording=wording))
    first, *others = reading["dimension"].unique()
    _show_dimension(review, reading[reading["dimension"] == first], slipping, wording=wording)
    if others:
        with out.fold(f"The same by {say.name_dimensions(others)}"):
            for dimension in others:
                _show_dimension(review, reading[reading["dimension"] == dimension], slipping, wording=wording)
    ordered = sort_by_ladder(reading).sort_values(["dimension", "group"], kind="stable", ignore_index=True)
    out.table("reading", ordered, "All customers by class, stage and group", columns=())
    if lacks := say.lacking(review.has, customers, review.policy.monitor.relationships):
        out.missing(*lacks)


def _show_dimension(review: Review, rows: pd.DataFrame, slipping: pd.DataFrame, *, wording: Wording) -> None:
    dimension = str(rows["dimension"].iloc[0])
    tables = cross_reading(rows)
    figure, ax = plt.subplots(figsize=(FIGURE_WIDTH, 0.9 + 0.4 * max(len(tables[0]), 2)))
    plot_reading(*tables, ax=ax, labels=say.BLOCK_LABELS, locale=wording.locale)
    text = say.worst(slipping[slipping["dimension"] == dimension], dimension=dimension, wording=wording)
    rules = review.policy.monitor.relationships
    caption = say.caption(dimension, rows["group"].unique(), currency=wording.currency, rules=rules)
    review.out.figure(f"reading_{dimension}", figure, alt=text, caption=caption)
