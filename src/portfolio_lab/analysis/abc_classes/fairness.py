"""Whether the classes are fair: made of commercial facts only, explained to each customer, checked across groups."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.abc_classes.cuts import CLASSES
from portfolio_lab.errors import AnalysisError

UNKNOWN, OTHERS = "(not known)", "(all others)"
# More bars than this nobody compares; the smaller groups are counted together.
MAX_GROUPS = 12
# A share of a handful of customers says nothing about a group.
MIN_GROUP = 10
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
    """Return the band of each tenure in days, as ordered categories; an empty one (no purchase) is "(not known)"."""
    edges = [-np.inf, *TENURE_BANDS.values()]
    bands = pd.cut(tenure_days, bins=edges, labels=list(TENURE_BANDS))
    return bands.cat.add_categories(UNKNOWN).fillna(UNKNOWN)


def summarise_class_shares(classes: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Return how the customers of each group spread over the classes (contract ClassShares).

    ``groups`` names the group of each row of ``classes``; empty becomes "(not known)". Ordered categories keep their
    order; other groups come by falling size, beyond twelve of them the smaller ones together as "(all others)".
    """
    named = _named_groups(groups)
    sizes = named.value_counts(sort=False)
    grid = pd.MultiIndex.from_product([sizes.index, CLASSES], names=["group", "abc_class"])
    counts = named.astype(str).groupby([named.astype(str), classes["abc_class"].to_numpy()]).size()
    table = counts.rename_axis(grid.names).reindex(grid, fill_value=0).rename("n_customers").reset_index()
    table["group"] = table["group"].astype(str)
    return ClassShares.validate(table.assign(share=table["n_customers"] / table["group"].map(sizes).astype(float)))


def list_comparable(shares: pd.DataFrame) -> list[str]:
    """Return the groups of ``summarise_class_shares`` that can be compared: named, and of MIN_GROUP customers or more.

    With fewer than two of them there is nothing to compare, and nothing to draw.
    """
    sizes = shares.groupby("group")["n_customers"].sum()
    return [str(group) for group in sizes.index[sizes >= MIN_GROUP] if group not in (UNKNOWN, OTHERS)]


def _named_groups(groups: pd.Series) -> pd.Series:
    """Return the groups as categories in the order in which they are shown, none of them empty."""
    if isinstance(groups.dtype, pd.CategoricalDtype) and groups.cat.ordered:
        return groups.reset_index(drop=True).cat.remove_unused_categories()
    named = pd.Series(groups.astype(object).where(groups.notna(), UNKNOWN).to_numpy()).astype(str)
    sizes = named.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    if len(sizes) > MAX_GROUPS:
        shown = sizes.index[: MAX_GROUPS - 1]
        named, sizes = named.where(named.isin(shown), OTHERS), pd.Series(index=[*shown, OTHERS], dtype=float)
    return named.astype(pd.CategoricalDtype(sizes.index, ordered=True))


def _plain(name: str) -> str:
    return name.strip().lower().replace(" ", "_").replace("-", "_")
