"""Origins: the month ends at which rules are judged, and which of them may teach which."""

import pandas as pd

from portfolio_lab.errors import AnalysisError

WARM_UP_DAYS = 365


def choose_origins(
    first_day: object, as_of: object, *, horizon_days: int, warm_up_days: int = WARM_UP_DAYS, n_most: int = 24
) -> pd.DatetimeIndex:
    """Return the latest ``n_most`` month ends with enough history before and the whole horizon behind them.

    ``first_day``: first purchase day of the history. A short history shortens the warm-up, never below the horizon.
    Raises AnalysisError when fewer than two origins lie at least a horizon apart: one to learn from, one to be judged.
    """
    first, last = pd.Timestamp(first_day), pd.Timestamp(as_of) - pd.Timedelta(days=horizon_days)
    room = (last - first).days - horizon_days - 62
    warm_up = max(min(warm_up_days, room), horizon_days)
    origins = pd.date_range(first + pd.Timedelta(days=warm_up), last, freq="ME")[-n_most:]
    if len(origins) < 2 or (origins[-1] - origins[0]).days < horizon_days:
        raise AnalysisError(
            "the history is too short to tune on one date and to judge on a later one",
            remedy=f"bring at least {3 * horizon_days + 62} days of orders or shorten the horizon",
            value=(pd.Timestamp(as_of) - first).days,
        )
    return origins


def training_positions(origins: pd.DatetimeIndex, test: int, *, horizon_days: int) -> list[int]:
    """Return the positions of the origins whose labels were all known at the origin of position ``test``.

    That is the embargo: an origin teaches only if its whole horizon had passed.
    """
    known = origins[test] - pd.Timedelta(days=horizon_days)
    return [position for position, origin in enumerate(origins) if origin <= known]


def outer_positions(origins: pd.DatetimeIndex, *, horizon_days: int) -> list[int]:
    """Return the positions of the origins that are judged: the later half of those with something to learn from."""
    able = [test for test in range(len(origins)) if training_positions(origins, test, horizon_days=horizon_days)]
    return able[len(able) // 2 :] if len(able) > 3 else able
