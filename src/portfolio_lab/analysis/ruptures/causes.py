"""One cause for each rupture: the first of the marks that it carries; shares that add up."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from portfolio_lab.analysis.proportions import derive_share
from portfolio_lab.errors import AnalysisError

# The first that holds wins: what forbids buying, then what we left undone, then what the customer objected to.
CAUSES = ("default", "not_attended", "claim_open", "out_of_stock", "price", "unknown")


def derive_causes(regulars: pd.DataFrame, marks: Mapping[str, pd.Index]) -> pd.DataFrame:
    """Return the regular customers with one column is_<cause> for each mark, and ``cause``: the first that holds.

    Same grain. ``marks``: customers by cause; a cause whose table was not brought is left out, and what it would
    explain is "unknown". Raises AnalysisError for a mark that is no cause.
    """
    if strange := sorted(set(marks) - set(CAUSES[:-1])):
        raise AnalysisError("a mark is none of the causes", remedy=f"use {', '.join(CAUSES[:-1])}", value=strange)
    known = [cause for cause in CAUSES if cause in marks]
    flags = {f"is_{cause}": regulars["customer_id"].isin(marks[cause]) for cause in known}
    marked = regulars.assign(**flags)
    columns = [marked[f"is_{cause}"] for cause in known]
    return marked.assign(cause=np.select(columns, known, "unknown") if known else "unknown")


def summarise_causes(causes: pd.DataFrame) -> pd.DataFrame:
    """Return one row per cause in the order of ``CAUSES``, those without a rupture too; the shares add up to 1.

    Columns cause, n_ruptures (this cause first), share, low, high (95 %), amount (what they bought in the window
    before), n_marked (carry the mark, whatever came first) and buyer_share: how many of the regular customers who did
    buy carry it as well. NaN where a cause cannot be seen.
    """
    ruptures, buyers = causes[causes["is_rupture"]], causes[~causes["is_rupture"]]
    rows = []
    for cause in CAUSES:
        mine = ruptures[ruptures["cause"] == cause]
        flag = f"is_{cause}"
        can_see = flag in causes
        rows.append(
            {
                "cause": cause,
                "n_ruptures": len(mine),
                "n_all": len(ruptures),
                "amount": float(mine["amount"].sum()),
                "n_marked": float(ruptures[flag].sum()) if can_see else np.nan,
                "buyer_share": float(buyers[flag].mean()) if can_see and len(buyers) else np.nan,
            }
        )
    table = derive_share(pd.DataFrame(rows), n_yes="n_ruptures", n="n_all", name="share")
    return table[["cause", "n_ruptures", "share", "low", "high", "amount", "n_marked", "buyer_share"]]


def summarise_causes_by(causes: pd.DataFrame, *, by: str) -> pd.DataFrame:
    """Return the ruptures of each group of column ``by``, most first.

    Grain: group: group, n_regulars, n_ruptures, rupture_rate, low, high, and one column of counts per cause.
    """
    groups = causes[by].fillna("nobody known")
    counts = causes.groupby(groups.to_numpy())["is_rupture"].agg(n_regulars="size", n_ruptures="sum")
    ruptures = causes[causes["is_rupture"]]
    split = pd.crosstab(groups[causes["is_rupture"]].to_numpy(), ruptures["cause"].to_numpy())
    split = split.reindex(index=counts.index, columns=list(CAUSES), fill_value=0)
    table = counts.join(split).rename_axis("group").reset_index()
    table = derive_share(table, n_yes="n_ruptures", n="n_regulars", name="rupture_rate")
    return table.sort_values(["n_ruptures", "group"], ascending=[False, True], ignore_index=True)
