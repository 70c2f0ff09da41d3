"""What a page says about itself before any result: which review, which period, which data."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Coverage:
    """The data behind a page: the span of the orders, the rows read and kept, and notes in whole sentences.

    ``n_rows_set_aside`` rows, not among those read, were left out by the run file's own condition.
    """

    first_order: dt.date | None = None
    last_order: dt.date | None = None
    n_rows_read: int | None = None
    n_rows_kept: int | None = None
    source: str = ""
    notes: tuple[str, ...] = ()
    n_rows_set_aside: int = 0


@dataclass(frozen=True)
class PageContext:
    """One report of one review. `previous_facts` is the facts.json of the last good build before `as_of`.

    `definition` is the hash of the policy parts that this report's facts depend on; `period` and `previous_period` are
    labels such as "Q3 2026".
    """

    topic: str
    title: str
    question: str
    as_of: dt.date
    period: str
    locale: str
    currency: str
    run: str = ""
    run_title: str = ""
    definition: str = ""
    previous_period: str = ""
    previous_as_of: dt.date | None = None
    previous_facts: Mapping[str, Mapping] = field(default_factory=dict)
    coverage: Coverage = Coverage()

    def as_json(self) -> dict:
        """Return everything as what JSON knows: dates as ISO text, the previous facts under `previous`."""
        page = asdict(self)
        facts, as_of = page.pop("previous_facts"), page.pop("previous_as_of")
        page["previous"] = {"as_of": as_of, "period": page.pop("previous_period"), "facts": facts} if as_of else None
        return _dates_as_text(page)


def _dates_as_text(value: object) -> object:
    if isinstance(value, dict):
        return {key: _dates_as_text(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_dates_as_text(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value
