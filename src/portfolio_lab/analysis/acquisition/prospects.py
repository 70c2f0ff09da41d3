"""Prospects: known customers who have never bought, by how long they have been known and what they could buy."""

import numpy as np
import pandas as pd

AGE_BANDS = {"under 3 months": 91, "3 to 6 months": 182, "6 to 12 months": 365, "1 to 2 years": 730,
             "2 years and more": np.inf}  # fmt: skip
UNKNOWN = "not known"


def select_prospects(snapshots: pd.DataFrame, stages: pd.DataFrame, *, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return the prospects with ``age_days`` since they became known, largest potential first.

    Grain: customer of stage prospect: the columns of ``snapshots``, age_days (empty where the day is not known).
    """
    rows = snapshots[snapshots["customer_id"].isin(stages.loc[stages["stage"] == "prospect", "customer_id"])]
    potential = rows.get("potential_amount", pd.Series(np.nan, index=rows.index)).astype(float)
    aged = rows.assign(age_days=(pd.Timestamp(as_of) - rows["created_date"]).dt.days, potential_amount=potential)
    return aged.sort_values(
        ["potential_amount", "customer_id"], ascending=[False, True], na_position="last", ignore_index=True
    )


def summarise_prospects(prospects: pd.DataFrame) -> pd.DataFrame:
    """Return the prospects by age. Grain: age_band: n_customers, n_known, potential_amount, median_amount.

    ``n_known``: with a potential; ``potential_amount``: their sum, ``median_amount``: its median (currency).
    """
    edges = [-np.inf, *AGE_BANDS.values()]
    band = pd.cut(prospects["age_days"], bins=edges, labels=list(AGE_BANDS), right=False)
    band = band.cat.add_categories(UNKNOWN).fillna(UNKNOWN)
    table = prospects.groupby(band.rename("age_band"), observed=True)["potential_amount"].agg(
        n_customers="size", n_known="count", potential_amount="sum", median_amount="median"
    )
    return table.reset_index().astype({"age_band": str})
