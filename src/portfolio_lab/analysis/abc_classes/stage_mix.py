"""Classes read together with stages and with who is in charge: where value is going silent, and at whose door."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.abc_classes.cuts import CLASSES
from portfolio_lab.analysis.stages.ladder import STAGES

NOBODY = "nobody known"


class StageMix(pa.DataFrameModel):
    """One row per class, stage and owner that has customers; ``amount`` in currency units over the window."""

    abc_class: Series[str] = pa.Field(isin=CLASSES)
    stage: Series[str] = pa.Field(isin=STAGES)
    owner: Series[str]
    n_customers: Series[np.int64] = pa.Field(ge=1)
    amount: Series[float]

    class Config:
        unique = ["abc_class", "stage", "owner"]


def summarise_stage_mix(customers: pd.DataFrame, stages: pd.DataFrame) -> pd.DataFrame:
    """Return customers and value by class, stage and owner (contract StageMix), in the order of classes and stages.

    ``customers`` is the table of ``build_customers``; ``stages`` holds customer_id and stage of each of them.
    """
    merged = customers[["customer_id", "abc_class", "amount", "owner"]].merge(
        stages[["customer_id", "stage"]], on="customer_id", how="left", validate="1:1"
    )
    merged["owner"] = merged["owner"].fillna(NOBODY)
    mix = merged.groupby(["abc_class", "stage", "owner"], as_index=False, dropna=False).agg(
        n_customers=("customer_id", "size"), amount=("amount", "sum")
    )
    place = mix["abc_class"].map(CLASSES.index) * len(STAGES) + mix["stage"].map(STAGES.index)
    mix = mix.assign(amount=mix["amount"].round(2), _place=place).sort_values(["_place", "owner"], ignore_index=True)
    return StageMix.validate(mix.drop(columns="_place"))


def list_known_columns(table: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns of a table but those that say nothing: no name, nobody in charge, nobody ever spoken to."""
    people = {"owner": table.get("owner", NOBODY) == NOBODY, "n_owners": table.get("n_owners", 0) == 0}
    silent = {name for name in ("name", "owner", "last_contact_date") if name in table and table[name].isna().all()}
    silent |= {name for name, is_nobody in people.items() if np.all(is_nobody)}
    return tuple(name for name in table if name not in silent)


def cross_stages(mix: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the number of customers and the value, class × stage, without rows or columns that nobody is in."""
    counts, amounts = (
        mix.pivot_table(index="abc_class", columns="stage", values=name, aggfunc="sum", fill_value=0)
        for name in ("n_customers", "amount")
    )
    rows = [name for name in CLASSES if name in counts.index]
    columns = [stage for stage in STAGES if stage in counts.columns]
    return counts.loc[rows, columns], amounts.loc[rows, columns]
