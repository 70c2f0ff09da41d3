"""The funnel: of what was planned, what was done, in time, as planned, and to the end; for each kind of customer."""

from collections.abc import Sequence

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.adherence.tasks import STEPS

ALL = "all"


class Funnel(pa.DataFrameModel):
    """One row per group of a grouping (``all``: everything): tasks, and how many passed each step and all before it.

    ``adherence_rate`` = executed / planned; ``index_rate`` = those that passed every step / planned.
    """

    grouping: Series[str]
    group: Series[str]
    n_planned: Series[int] = pa.Field(ge=0)
    n_executed: Series[int] = pa.Field(ge=0)
    n_on_time: Series[int] = pa.Field(ge=0)
    n_right_channel: Series[int] = pa.Field(ge=0)
    n_right_person: Series[int] = pa.Field(ge=0)
    n_recorded: Series[int] = pa.Field(ge=0)
    n_spaced: Series[int] = pa.Field(ge=0)
    adherence_rate: Series[float] = pa.Field(ge=0, le=1)
    index_rate: Series[float] = pa.Field(ge=0, le=1)

    class Config:
        strict = True


def build_funnel(tasks: pd.DataFrame, *, groupings: Sequence[str] = ()) -> pd.DataFrame:
    """Return the funnel over all tasks and within each grouping; contract ``Funnel``.

    ``tasks`` as in ``Tasks`` with a column per grouping; a missing group is ``unknown``. Empty without tasks.
    """
    passed = tasks[list(STEPS)].cummin(axis=1).astype(int)
    passed.columns = [name.replace("is_", "n_") for name in STEPS]
    keyed = passed.assign(n_planned=1)
    frames = [_summarise(keyed, pd.Series(ALL, index=tasks.index), ALL)] if len(tasks) else []
    frames += [_summarise(keyed, tasks[name].fillna("unknown").astype(str), name) for name in groupings if len(tasks)]
    columns = list(Funnel.to_schema().columns)
    return Funnel.validate(pd.concat(frames, ignore_index=True)[columns]) if frames else pd.DataFrame(columns=columns)


def list_reasons(tasks: pd.DataFrame) -> pd.DataFrame:
    """Return where tasks fell short: one row per step that failed first, with n_tasks and their share of planned."""
    steps = tasks[list(STEPS)]
    first = (~steps).idxmax(axis=1).where(~steps.all(axis=1))
    counts = first.value_counts().reindex(list(STEPS), fill_value=0)
    n = max(len(tasks), 1)
    return pd.DataFrame({"reason": list(STEPS), "n_tasks": counts.to_numpy(), "share": counts.to_numpy() / n})


def _summarise(passed: pd.DataFrame, groups: pd.Series, grouping: str) -> pd.DataFrame:
    table = passed.groupby(groups.to_numpy()).sum().rename_axis("group").reset_index()
    return table.assign(
        grouping=grouping,
        adherence_rate=table["n_executed"] / table["n_planned"],
        index_rate=table["n_spaced"] / table["n_planned"],
    )
