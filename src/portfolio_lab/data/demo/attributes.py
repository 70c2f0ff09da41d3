"""Dated changes of what a customer is: segment, price list, lock and membership of the club."""

import numpy as np
import pandas as pd

from portfolio_lab.data.demo import words
from portfolio_lab.data.demo.past import Past

PRICE_LISTS = ("standard", "plus", "net")


def attributes_table(past: Past) -> pd.DataFrame:
    """Return the source table ``attributes``: first values and dated changes of segment, price list, lock and club."""
    days, draws, row = past.world.calendar.days, past.draws, np.arange(len(past.customers))
    created = past.of("created_date", row).astype("datetime64[D]")
    chance, t = draws.uniform("attribute change"), (draws.uniform("attribute day") * (len(days) - 2)).astype(int)
    open_then = (t > past.of("created_t", row)) & (t < past.state.closed_t)
    moved, repriced = np.flatnonzero(open_then & (chance < 0.03)), np.flatnonzero(open_then & (chance > 0.92))
    segments, now = np.array(words.SEGMENTS, dtype=object), past.of("segment", row)
    first_list = np.array(PRICE_LISTS, dtype=object)[draws.pick("price list", (0.7, 0.2, 0.1))]
    next_list = np.where(first_list == "plus", "net", "plus")
    members = past.log.frame("members")
    rows = [
        _changes(past, moved, "segment", segments[(now[moved] + 1) % len(segments)], created[moved]),
        _changes(past, moved, "segment", segments[now[moved]], days[t[moved]]),
        _changes(past, row, "price_list", first_list, created),
        _changes(past, repriced, "price_list", next_list[repriced], days[t[repriced]]),
        _changes(past, members["row"].to_numpy(), "club", "member", days[members["t"]]),
        *_locks(past),
    ]
    frame = pd.concat(rows, ignore_index=True)
    return frame.sort_values(["customer_id", "attribute", "valid_from"], kind="stable", ignore_index=True)


def _locks(past: Past) -> list[pd.DataFrame]:
    """A default locks the account on the day on which it begins, and payment opens it again."""
    days = past.world.calendar.days
    held = past.ruptures[past.ruptures["cause"] == "default"]
    freed = held[held["end_t"] < np.minimum(past.state.closed_t, len(days))[held["row"]]]
    return [
        _changes(past, held["row"].to_numpy(), "is_locked", "true", days[held["t"]]),
        _changes(past, freed["row"].to_numpy(), "is_locked", "false", days[freed["end_t"]]),
    ]


def _changes(past: Past, row: np.ndarray, attribute: str, value: object, day: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": past.ids(row), "attribute": attribute, "value": value, "valid_from": day})
