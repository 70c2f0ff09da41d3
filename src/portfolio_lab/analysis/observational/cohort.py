"""The landmark cohort: customers on a start day, contacted in the days after it or not, and what they did later.

For both groups the outcome begins when the contact window closes, so nobody gets the waiting time for free, and who
ordered within the window is left out on both sides. All that is compared was known on the start day.
Sources: Hernán and Robins (2016) on emulating a trial; van Houwelingen (2007) on landmarks.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.errors import AnalysisError

SPAN = 10_000_000  # customer number × SPAN + day number is one sorted key
LAG_DAYS = 91
N_LAGS = 6
RECENT_DAYS = 30
LAGS = tuple(f"orders_lag_{k}" for k in range(1, N_LAGS + 1))
HISTORY = (
    *LAGS, "recent_orders", "days_since_last_order", "overdue", "tenure_days", "amount_year", "recent_contacts",
    "contacts_lag_1", "season",
)  # fmt: skip
IN_WORDS = {name: f"the orders {k} quarters before" for k, name in enumerate(LAGS, start=1)} | {
    LAGS[0]: "the orders of the quarter before",
    "recent_orders": "recent orders",
    "days_since_last_order": "the days since the last order",
    "overdue": "how overdue the next order was",
    "tenure_days": "the time as a customer",
    "amount_year": "the sales of the year before",
    "recent_contacts": "recent contacts",
    "contacts_lag_1": "the contacts of the quarter before",
    "season": "the season",
    "abc_class": "the class",
    "dip": "how weak the quarter before was for the customer",
    "margin_share_year": "the margin on the sales of the year before",
    "cases_half_year": "the service cases of the half year before",
    "score_year": "the satisfaction in the year before",
    "open_quotes": "the open quotations",
    "region": "the region",
}


def name_in_words(column: str) -> str:
    """Return what a column of the comparison says, in words; one that a company brought by its own name."""
    return IN_WORDS.get(column, column.replace("_", " "))


@dataclass(frozen=True)
class Windows:
    """Days of the contact window, days followed from its close, and who may enter.

    The last order lies at most ``max_silent_days`` back, the first at least ``min_tenure_days``. Who was contacted
    within ``rested_days`` before the start is left out, so that no earlier contact is still at work.
    """

    grace_days: int = 7
    follow_days: int = 90
    max_silent_days: int = 730
    min_tenure_days: int = LAG_DAYS
    rested_days: int = 0


@dataclass(frozen=True)
class Events:
    """Dated events of customers as one sorted key, with running sums of their amounts."""

    keys: np.ndarray
    sums: np.ndarray

    def count(self, code: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Number of events per customer code from day ``start`` to before day ``end``."""
        return self.place(code, end) - self.place(code, start)

    def total(self, code: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Sum of amounts per customer code from day ``start`` to before day ``end``."""
        return self.sums[self.place(code, end)] - self.sums[self.place(code, start)]

    def last_before(self, code: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Day of the last event before day ``end``, NaN = none."""
        return self.day_at(self.place(code, end) - 1, code)

    def first_from(self, code: np.ndarray, start: np.ndarray) -> np.ndarray:
        """Day of the first event on or after day ``start``, NaN = none."""
        return self.day_at(self.place(code, start), code)

    def place(self, code: np.ndarray, day: np.ndarray) -> np.ndarray:
        """How many events come before day ``day`` of a customer: those of customers before it included."""
        return np.searchsorted(self.keys, code * SPAN + day)

    def day_at(self, place: np.ndarray, code: np.ndarray) -> np.ndarray:
        """Day of the event at a place, NaN where it is not the customer's."""
        inside = (place >= 0) & (place < len(self.keys))
        key = self.keys[np.clip(place, 0, max(len(self.keys) - 1, 0))] if len(self.keys) else np.zeros(len(place))
        return np.where(inside & (key // SPAN == code), key % SPAN, np.nan)


def index_events(frame: pd.DataFrame, customers: pd.Index, *, date: str, amount: str | None = None) -> Events:
    """Return the events of ``frame`` (customer_id, a date) for fast counting; unknown customers are left out."""
    code = find_places(frame["customer_id"], customers)
    day = to_days(frame[date])
    known = (code >= 0) & (day >= 0)
    keys = code[known].astype(np.int64) * SPAN + day[known]
    order = np.argsort(keys, kind="stable")
    values = frame[amount].to_numpy(dtype=float)[known][order] if amount else np.ones(known.sum())
    return Events(keys[order], np.concatenate([[0.0], np.cumsum(values)]))


def find_places(ids: pd.Series, customers: pd.Index) -> np.ndarray:
    """Return the place of each id among ``customers``, −1 where it is not there.

    Ids that stand together are looked up once, so a table in the order of its customers costs little.
    """
    values = ids.to_numpy()
    is_new = np.ones(len(values), dtype=bool)
    is_new[1:] = values[1:] != values[:-1]
    return customers.get_indexer(values[is_new])[np.cumsum(is_new) - 1]


def to_days(dates: pd.Series) -> np.ndarray:
    """Return dates as day numbers; an empty date is −1."""
    # a column of dates is left as it is: asking pandas again looks through all of it
    values = dates if pd.api.types.is_datetime64_dtype(dates) else pd.to_datetime(dates)
    return np.where(values.isna(), -1, values.to_numpy(dtype="datetime64[D]").astype(np.int64))


def build_cohort(
    order_days: pd.DataFrame,
    contacts: pd.DataFrame,
    *,
    dates: list[pd.Timestamp],
    as_of: pd.Timestamp,
    windows: Windows | None = None,
    own_contacts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return one row per customer and start day, with its history, whether it was contacted, and what followed.

    ``contacts``: customer_id, contact_date, all outgoing ones; ``own_contacts``: those of the plan looked at (default:
    all). Rows contacted only otherwise than by the plan are left out. Columns: customer_id, landmark_date, is_treated,
    is_mixed (contacted in the window otherwise too), HISTORY, n_orders (purchase days followed), has_ordered (0/1),
    amount (currency units), duration (days from the close of the window to the next order or the end of the
    follow-up), event_observed.
    Raises AnalysisError when the follow-up of a start day is not over on ``as_of``.
    """
    timelines = build_timelines(order_days, contacts)
    return follow_timelines(timelines, dates=dates, as_of=as_of, windows=windows, own_contacts=own_contacts)


@dataclass(frozen=True)
class Timelines:
    """The orders and the contacts of every customer who ever bought, in order; customer code = place in the index."""

    customers: pd.Index
    orders: Events
    contacts: Events


def build_timelines(order_days: pd.DataFrame, contacts: pd.DataFrame) -> Timelines:
    """Return the events of the customers with a purchase, to be used for many start days."""
    purchases = order_days[order_days["is_purchase_day"]]
    customers = pd.Index(np.sort(purchases["customer_id"].unique()))
    orders = index_events(purchases, customers, date="order_date", amount="amount")
    return Timelines(customers, orders, index_events(contacts, customers, date="contact_date"))


def follow_timelines(
    timelines: Timelines,
    *,
    dates: list[pd.Timestamp],
    as_of: pd.Timestamp,
    windows: Windows | None = None,
    own_contacts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the rows of ``build_cohort`` from timelines that were built before; raises as it does."""
    windows = windows or Windows()
    end = pd.Timestamp(as_of) - pd.Timedelta(days=windows.grace_days + windows.follow_days - 1)
    late = [date for date in dates if pd.Timestamp(date) > end]
    if late or not dates:
        raise AnalysisError("the follow-up of a start day is not over", remedy="start earlier", value=late[:1] or None)
    customers, orders, every = timelines.customers, timelines.orders, timelines.contacts
    own = every if own_contacts is None else index_events(own_contacts, customers, date="contact_date")
    code, start = _find_eligible(timelines, dates, windows=windows)
    n_own = own.count(code, start, start + windows.grace_days)
    n_every = n_own if own_contacts is None else every.count(code, start, start + windows.grace_days)
    ordered_early = orders.count(code, start, start + windows.grace_days) > 0
    kept = ~ordered_early & ((n_own > 0) | (n_every == 0))
    code, start, n_own, n_every = code[kept], start[kept], n_own[kept], n_every[kept]
    rows = pd.DataFrame({"customer_id": customers[code], "landmark_date": pd.to_datetime(start, unit="D")})
    rows = rows.join(_history(orders, every, code=code, start=start))
    tenure = start - orders.first_from(code, np.zeros_like(start))
    rows = rows.assign(tenure_days=tenure, **_follow(orders, code, start, windows=windows))
    return rows.assign(is_treated=n_own > 0, is_mixed=n_every > n_own)


def _find_eligible(
    timelines: Timelines, dates: list[pd.Timestamp], *, windows: Windows
) -> tuple[np.ndarray, np.ndarray]:
    """Customer code and start day of all who may enter by what was known on the start day."""
    orders, n = timelines.orders, len(timelines.customers)
    first = orders.first_from(np.arange(n), np.zeros(n, dtype=np.int64))
    codes, starts = [], []
    for day in to_days(pd.Series(pd.to_datetime(dates))):
        code = np.flatnonzero(day - first >= windows.min_tenure_days)
        start = np.full(len(code), day)
        silent = start - orders.last_before(code, start)
        rested = timelines.contacts.count(code, start - windows.rested_days, start) == 0
        kept = (silent <= windows.max_silent_days) & rested
        codes.append(code[kept])
        starts.append(start[kept])
    return np.concatenate(codes), np.concatenate(starts)


def _history(orders: Events, contacts: Events, *, code: np.ndarray, start: np.ndarray) -> pd.DataFrame:
    at = [orders.place(code, start - k * LAG_DAYS) for k in range(N_LAGS + 1)]
    now, two_years_ago = at[0], orders.place(code, start - 730)
    lags = {name: (at[k] - at[k + 1]).astype(float) for k, name in enumerate(LAGS)}
    since = start - orders.day_at(now - 1, code)
    n_two_years = now - two_years_ago
    known = np.minimum(start - orders.day_at(two_years_ago, code), 730)
    cycle = (known - since) / np.maximum(n_two_years - 1, 1)
    cycle = np.where(n_two_years > 1, cycle, np.nan)
    touched = contacts.place(code, start)
    return pd.DataFrame(
        lags
        | {
            "recent_orders": (now - orders.place(code, start - RECENT_DAYS)).astype(float),
            "days_since_last_order": since,
            "overdue": np.minimum(since / np.maximum(cycle, 1.0), 10.0),
            "amount_year": orders.sums[now] - orders.sums[orders.place(code, start - 365)],
            "recent_contacts": (touched - contacts.place(code, start - RECENT_DAYS)).astype(float),
            "contacts_lag_1": (touched - contacts.place(code, start - LAG_DAYS)).astype(float),
            "season": _name_months(start),
        }
    )


def _name_months(start: np.ndarray) -> np.ndarray:
    """The month of each start day as a text; there are few start days."""
    days, place = np.unique(start, return_inverse=True)
    return pd.to_datetime(days, unit="D").month.astype(str).to_numpy(dtype=object)[place]


def _follow(orders: Events, code: np.ndarray, start: np.ndarray, *, windows: Windows) -> dict[str, np.ndarray]:
    begin = start + windows.grace_days
    end = begin + windows.follow_days
    n_orders = orders.count(code, begin, end).astype(float)
    wait = orders.first_from(code, begin) - begin + 1.0
    observed = wait <= windows.follow_days
    return {
        "n_orders": n_orders,
        "has_ordered": (n_orders > 0).astype(float),
        "amount": orders.total(code, begin, end),
        "duration": np.where(observed, wait, float(windows.follow_days)),
        "event_observed": observed,
    }
