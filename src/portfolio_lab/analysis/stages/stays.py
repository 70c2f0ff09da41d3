"""Stays: from when to when each customer was in each stage, over the whole history."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.stages.histories import Histories, as_dates, as_day, build_histories
from portfolio_lab.analysis.stages.ladder import LADDER, STAGES, compute_customer_ladder, stack_lines
from portfolio_lab.policy import StagePolicy


class StageStays(pa.DataFrameModel):
    """One row per stay of a customer in a stage, [start_date, end_date); an empty end = still there at as_of."""

    customer_id: Series[str]
    stage: Series[str] = pa.Field(isin=STAGES)
    start_date: Series[pd.Timestamp]
    end_date: Series[pd.Timestamp] = pa.Field(nullable=True)

    class Config:
        unique = ["customer_id", "start_date"]


def build_stage_stays(
    order_days: pd.DataFrame, customers: pd.DataFrame, *, as_of: object, policy: StagePolicy
) -> pd.DataFrame:
    """Return every stay since a customer's first purchase, by one definition applied to all of history.

    Grain: customer × stay (``StageStays``), sorted; stays touch, so on each day a customer is in exactly one. A day
    belongs to the stage at its end. A closure opens a stay as ex-customer until a later purchase.
    """
    histories = build_histories(order_days, as_of=pd.Timestamp(as_of))
    known = customers.drop_duplicates("customer_id").set_index("customer_id").reindex(histories.customer_ids)
    segments = known["segment"] if "segment" in known else pd.Series(None, index=known.index, dtype=object)
    rows = np.arange(len(histories.day))
    lines = stack_lines(*compute_customer_ladder(histories, rows, segments, policy), policy)
    end = _until_next_purchase(histories, as_of=as_day(as_of))
    if "closed_date" in known:
        lines = _cut_at_closure(histories, lines, pd.to_datetime(known["closed_date"]))
    return _merge_stays(_pieces(histories, lines, end), histories, as_of=as_day(as_of))


def _until_next_purchase(histories: Histories, *, as_of: int) -> np.ndarray:
    """Silent days that each purchase was followed by: up to the next one, or to the end of as_of."""
    following = np.append(histories.day[1:], 0)
    return np.where(histories.is_last, as_of + 1, following) - histories.day


def _cut_at_closure(histories: Histories, lines: np.ndarray, closed: pd.Series) -> np.ndarray:
    """Bring the line of the ex-customer forward to the closure, where it lies between this purchase and the next."""
    day = closed.to_numpy().astype("datetime64[D]").astype(np.int64)[histories.customer]
    silent = day - histories.day
    known = closed.notna().to_numpy()[histories.customer] & (silent >= 0)
    return np.where(known, np.minimum(lines, np.maximum(silent, 0)), lines)


def _pieces(histories: Histories, lines: np.ndarray, end: np.ndarray) -> pd.DataFrame:
    """One row per purchase and stage that was reached before the next purchase; days since 1970."""
    opens = np.vstack([np.zeros((1, len(end)), np.int64), lines])
    closes = np.vstack([lines, np.full((1, len(end)), np.iinfo(np.int64).max // 4)])
    opens, closes = np.minimum(opens, end), np.minimum(closes, end)
    stage, row = np.nonzero(closes > opens)
    pieces = pd.DataFrame(
        {
            "customer": histories.customer[row],
            "stage": stage,
            "start": histories.day[row] + opens[stage, row],
            "end": histories.day[row] + closes[stage, row],
        }
    )
    return pieces.sort_values(["customer", "start"], ignore_index=True)


def _merge_stays(pieces: pd.DataFrame, histories: Histories, *, as_of: int) -> pd.DataFrame:
    """Join pieces that follow one another in the same stage: a purchase of an active customer starts no new stay."""
    customer, stage = pieces["customer"].to_numpy(), pieces["stage"].to_numpy()
    fresh = np.ones(len(pieces), bool)
    fresh[1:] = (customer[1:] != customer[:-1]) | (stage[1:] != stage[:-1])
    last = np.append(np.flatnonzero(fresh)[1:] - 1, len(pieces) - 1) if len(pieces) else np.zeros(0, np.int64)
    first = pieces[fresh].reset_index(drop=True)
    end = pieces["end"].to_numpy()[last].astype(float)
    stays = pd.DataFrame(
        {
            "customer_id": histories.customer_ids[first["customer"]],
            "stage": np.asarray(LADDER, object)[first["stage"]],
            "start_date": as_dates(first["start"].to_numpy()),
            "end_date": as_dates(np.where(end > as_of, np.nan, end)),
        }
    )
    return StageStays.validate(stays)
