"""Movements between stages: where every customer stood at the end of two periods, and which moves matter."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.stages import STAGES
from portfolio_lab.errors import AnalysisError

UNKNOWN = "not_known_yet"
STATES = (UNKNOWN, *STAGES)
GONE = ("inactivated", "inactive", "ex_customer")
AT_HAND = ("active", "pre_inactive")

# What a move is called, the first row that matches; the rest is "other". Rules are rows. A first purchase is "won"
# before all of them, whatever stage it is in now.
MOVES: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("recovered", GONE, AT_HAND),
    ("lost", AT_HAND, GONE),
    ("became_pre_inactive", ("active",), ("pre_inactive",)),
    ("back_in_time", ("pre_inactive",), ("active",)),
)
MOVE_NAMES = (*(name for name, *_ in MOVES), "won")


class Moves(pa.DataFrameModel):
    """One row per customer known at the end of the later day: its stage on both, and what the move is called.

    ``stage_before`` is ``not_known_yet`` for whoever was not known on the earlier day; ``move`` is ``won`` for the
    first purchase ever, ``stayed`` or ``other`` where no rule of ``MOVES`` names it. ``before_amount`` and ``amount``:
    sales in the window up to each day.
    """

    customer_id: Series[str] = pa.Field(unique=True)
    stage_before: Series[str] = pa.Field(isin=STATES)
    stage: Series[str] = pa.Field(isin=STAGES)
    move: Series[str]
    before_amount: Series[float]
    amount: Series[float]


def derive_amount(stages: pd.DataFrame, snapshots: pd.DataFrame) -> pd.DataFrame:
    """Return customer_id, stage, amount (sales in the window) and has_bought (ever); one row per row of ``stages``."""
    known = snapshots.set_index("customer_id")
    amounts, first = (stages["customer_id"].map(known[name]) for name in ("amount", "first_purchase_date"))
    return stages[["customer_id", "stage"]].assign(amount=amounts.fillna(0.0), has_bought=first.notna())


def build_moves(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return the stage of every customer on two days and the name of its move; contract ``Moves``.

    Both tables come from ``derive_amount``. Raises AnalysisError where a customer of the earlier day is not known on
    the later one: nobody is forgotten, so the two tables cannot belong together.
    """
    if len(gone := set(before["customer_id"]) - set(now["customer_id"])):
        remedy = "take both tables from the same data"
        raise AnalysisError("a customer of the earlier day is missing on the later", remedy=remedy, value=min(gone))
    earlier = before.set_index("customer_id").reindex(now["customer_id"]).reset_index(drop=True)
    moves = now.reset_index(drop=True).assign(
        stage_before=earlier["stage"].fillna(UNKNOWN), before_amount=earlier["amount"].fillna(0.0)
    )
    had_bought = earlier["has_bought"].eq(True)  # empty for whoever was not known yet
    matches = {"won": moves["has_bought"] & ~had_bought}
    for name, source, target in MOVES:
        matches[name] = moves["stage_before"].isin(source) & moves["stage"].isin(target)
    matches["stayed"] = moves["stage_before"] == moves["stage"]
    names = np.select(list(matches.values()), list(matches), default="other")
    return Moves.validate(moves.assign(move=names)[list(Moves.to_schema().columns)])


def summarise_flows(moves: pd.DataFrame) -> pd.DataFrame:
    """Return the customers and their sales by stage before, stage now and move (columns n_customers, amount).

    Grain: pair of stages that somebody moved between or stayed in × move, in the order of the stages.
    """
    flows = moves.groupby(["stage_before", "stage", "move"], as_index=False).agg(
        n_customers=("customer_id", "size"), amount=("amount", "sum")
    )
    place = flows["stage_before"].map(STATES.index) * len(STATES) + flows["stage"].map(STATES.index)
    return (
        flows.assign(amount=flows["amount"].round(2), place=place)
        .sort_values("place", ignore_index=True)
        .drop(columns="place")
    )


def summarise_stages(by_day: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return customers, sales and share of customers per stage at the end of several days.

    Grain: stage, in the order of ``STAGES``; columns n_customers_<day>, amount_<day>, share_<day>. The tables come from
    ``derive_amount``.
    """
    table = pd.DataFrame(index=pd.Index(STAGES, name="stage"))
    for day, stages in by_day.items():
        groups = stages.groupby("stage")
        table[f"n_customers_{day}"] = groups.size().reindex(STAGES, fill_value=0).astype(np.int64)
        table[f"amount_{day}"] = groups["amount"].sum().reindex(STAGES, fill_value=0.0).round(2)
        n = len(stages)
        table[f"share_{day}"] = table[f"n_customers_{day}"] / n if n else np.nan
    return table.reset_index()


def summarise_movements(moves: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Return for each group (by customer_id) how many customers it has and how many made each named move.

    One row per group, largest loss first: group, n_customers, one column n_<move>, lost_amount (sales in the earlier
    window of those lost), n_other (all other changes) and n_stayed; the counts add up to n_customers.
    """
    known = moves.assign(group=moves["customer_id"].map(groups))
    known = known[known["group"].notna()]
    names = [*MOVE_NAMES, "other", "stayed"]
    counts = pd.crosstab(known["group"], known["move"]).reindex(columns=names, fill_value=0).add_prefix("n_")
    lost = known[known["move"] == "lost"].groupby("group")["before_amount"].sum()
    table = counts.assign(n_customers=counts.sum(axis=1), lost_amount=lost.reindex(counts.index).fillna(0.0).round(2))
    ordered = ["n_customers", *counts.columns, "lost_amount"]
    table = table[ordered].rename_axis(index="group", columns=None)
    return table.sort_values("lost_amount", ascending=False, kind="stable").reset_index()
