"""Whether the classes are fair: made of commercial facts only, explained to each customer, checked across groups."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.abc_classes.cuts import CLASSES
from portfolio_lab.errors import AnalysisError

UNKNOWN = "(not known)"
# Years as a reader says them; the bands only sort customers for the check, no class depends on them.
TENURE_BANDS = {"under 1 year": 365.25, "1 to 2 years": 730.5, "2 to 5 years": 1826.25, "5 years and more": np.inf}


class ClassShares(pa.DataFrameModel):
    """One row per group and class, every class in every group; share is of the group's customers (0..1)."""

    group: Series[str]
    abc_class: Series[str] = pa.Field(isin=CLASSES)
    n_customers: Series[np.int64] = pa.Field(ge=0)
    share: Series[float] = pa.Field(ge=0, le=1)


def assert_commercial(columns: Iterable[str], *, forbidden: Iterable[str]) -> None:
    """Raise AnalysisError when a column that the criterion is computed from is on the forbidden list (case ignored)."""
    banned = {_plain(name) for name in forbidden}
    found = sorted({name for name in columns if _plain(name) in banned})
    if found:
        raise AnalysisError(
            "the criterion uses a column that policy.abc.forbidden_columns rules out",
            remedy="rank customers by commercial facts only: take the column out of the mapping of orders",
            value=", ".join(found),
        )


def derive_tenure_band(tenure_days: pd.Series) -> pd.Series:
    """Return the band of each tenure in days, as text; an empty tenure (never a purchase) is "(not known)"."""
    edges = [-np.inf, *TENURE_BANDS.values()]
    bands = pd.cut(tenure_days, bins=edges, labels=list(TENURE_BANDS), right=False)
    return bands.astype(object).fillna(UNKNOWN)


def summarise_class_shares(classes: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Return how the customers of each group spread over the classes (contract ClassShares), larger groups first.

    ``groups`` names the group of each row of ``classes``; empty becomes "(not known)".
    """
    named = pd.Series(groups.astype(object).where(groups.notna(), UNKNOWN).to_numpy(), name="group")
    sizes = named.value_counts(sort=False).sort_index().sort_values(ascending=False, kind="stable")
    grid = pd.MultiIndex.from_product([sizes.index, CLASSES], names=["group", "abc_class"])
    counts = named.groupby([named, classes["abc_class"].to_numpy()]).size().rename_axis(grid.names)
    table = counts.reindex(grid, fill_value=0).rename("n_customers").reset_index()
    return ClassShares.validate(table.assign(share=table["n_customers"] / table["group"].map(sizes).astype(float)))


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")
