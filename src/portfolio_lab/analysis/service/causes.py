"""Why customers come back to us with a case: causes in falling order, by product family."""

import pandas as pd

NOT_SAID, NO_PRODUCT = "not said", "no product named"
MAX_FAMILIES = 6
OTHERS = "all other families"


def derive_families(cases: pd.DataFrame, products: pd.DataFrame | None) -> pd.Series:
    """Return the product family of each case, text; a case without a known product is "no product named"."""
    if products is None or "product_id" not in cases or "family" not in products:
        return pd.Series(NO_PRODUCT, index=cases.index, name="family")
    families = products.dropna(subset=["family"]).set_index("product_id")["family"]
    return cases["product_id"].map(families).fillna(NO_PRODUCT).astype(str).rename("family")


def summarise_causes(cases: pd.DataFrame) -> pd.DataFrame:
    """Return the causes by falling number. Grain: cause: cause, n, share, cumulative_share (0..1).

    ``cases``: cause (empty = "not said").
    """
    causes = _causes(cases)
    counts = causes.value_counts().rename_axis("cause").rename("n").reset_index()
    counts = counts.sort_values(["n", "cause"], ascending=[False, True], ignore_index=True)
    share = counts["n"] / max(len(cases), 1)
    return counts.assign(share=share, cumulative_share=share.cumsum())


def cross_causes(cases: pd.DataFrame) -> pd.DataFrame:
    """Return the number of cases by cause (rows, most frequent first) and product family (columns, likewise).

    ``cases``: cause, family. Beyond six families the smaller ones are counted together; "no product named" comes last.
    """
    families = cases["family"][cases["family"] != NO_PRODUCT].value_counts()
    ordered = families.sort_index().sort_values(ascending=False, kind="stable").index
    shown = list(ordered[: MAX_FAMILIES - 1] if len(ordered) > MAX_FAMILIES else ordered)
    named = cases["family"].where(cases["family"].isin([*shown, NO_PRODUCT]), OTHERS)
    table = pd.crosstab(_causes(cases), named)
    columns = [name for name in [*shown, OTHERS, NO_PRODUCT] if name in table]
    return table.loc[list(summarise_causes(cases)["cause"]), columns].rename_axis(index="cause", columns=None)


def count_for_share(causes: pd.DataFrame, *, share: float) -> int:
    """Return how many of the most frequent causes make up at least ``share`` (0..1) of all cases."""
    return int((causes["cumulative_share"] < share - 1e-12).sum()) + 1 if len(causes) else 0


def _causes(cases: pd.DataFrame) -> pd.Series:
    if "cause" not in cases:
        return pd.Series(NOT_SAID, index=cases.index, name="cause")
    return cases["cause"].where(cases["cause"].notna(), NOT_SAID).astype(str).rename("cause")
