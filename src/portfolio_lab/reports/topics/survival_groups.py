"""The groups of the survival report that change: what was known of each customer on one past day, with names."""

import pandas as pd

from portfolio_lab.analysis.abc_classes import build_values, derive_classes, derive_ranking, select_population
from portfolio_lab.analysis.survival.company import derive_satisfaction_band
from portfolio_lab.reports.review import Review


def read_landmark_values(review: Review, landmark: pd.Timestamp) -> pd.DataFrame:
    """Return what was known of each customer on the landmark: abc_class, team, salesperson, satisfaction."""
    day = landmark.date()
    snapshots = review.snapshots(day)
    criterion, cuts = review.policy.abc.criterion, review.policy.abc.cuts
    ranking = derive_ranking(build_values(select_population(snapshots), criterion=criterion))
    classes = derive_classes(ranking, cuts=cuts).set_index("customer_id")["abc_class"]
    known = snapshots[["customer_id", "salesperson_id"]].assign(abc_class=snapshots["customer_id"].map(classes))
    known["salesperson"] = name_salespeople(review, known["salesperson_id"])
    if review.has("salespeople"):
        people = review.table("salespeople", day).drop_duplicates("salesperson_id").set_index("salesperson_id")
        if "team" in people:
            known["team"] = known["salesperson_id"].map(people["team"])
    if review.has("satisfaction"):
        bands = derive_satisfaction_band(review.table("satisfaction", day), landmark=landmark)
        known["satisfaction"] = known["customer_id"].map(bands)
    return known


def name_salespeople(review: Review, salesperson_ids: pd.Series) -> pd.Series:
    """Return the names of salespeople, their ids where no name is known; two of the same name keep their ids behind it.

    Same index as ``salesperson_ids``.
    """
    if not review.has("salespeople"):
        return salesperson_ids
    people = review.table("salespeople").drop_duplicates("salesperson_id").set_index("salesperson_id")
    if "name" not in people:
        return salesperson_ids
    names = people["name"].fillna(pd.Series(people.index, index=people.index))
    is_twin = names.duplicated(keep=False)
    names = names.where(~is_twin, names + " (" + people.index.astype(str) + ")")
    return salesperson_ids.map(names).fillna(salesperson_ids)


def add_salespeople(review: Review, snapshots: pd.DataFrame) -> pd.DataFrame:
    """Return the snapshots with the name of each customer's ``salesperson``."""
    return snapshots.assign(salesperson=name_salespeople(review, snapshots["salesperson_id"]))
