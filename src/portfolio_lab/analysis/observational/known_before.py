"""What was known of customers on a start day beside their orders and contacts, as far as a company keeps it.

Whoever decides on a contact knows of claims, open quotations and poor marks; who is compared must be alike in them too.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.observational.cohort import HISTORY, LAGS, Events, find_places, index_events, to_days
from portfolio_lab.analysis.observational.triggers import compute_dip

HALF_YEAR_DAYS, YEAR_DAYS = 182, 365
BEFORE = ("dip", "margin_share_year", "cases_half_year", "score_year", "open_quotes", "region")


@dataclass(frozen=True)
class Records:
    """Dated records of customers by their place in ``customers``; None where nobody keeps them.

    ``margins``: order days with a margin; ``unpriced``: those without. ``cases``: service cases by the day they were
    opened. ``quotes`` and ``settled``: quotations made and answered. ``answers``: scores of surveys. ``regions``: by
    place.
    """

    customers: pd.Index
    margins: Events | None = None
    unpriced: Events | None = None
    cases: Events | None = None
    quotes: Events | None = None
    settled: Events | None = None
    answers: Events | None = None
    regions: np.ndarray | None = None


def index_records(order_days: pd.DataFrame, customers: pd.Index, *, tables: Mapping[str, pd.DataFrame]) -> Records:
    """Return the records of the customers for many start days.

    ``order_days``: contract ``OrderDays``. ``tables``: those of service_events, quotes, satisfaction and customers that
    the company keeps, one row per case, quotation, answer and customer. Customers unknown to ``customers`` are left
    out, as are quotations answered before they were made.
    """
    found: dict[str, Events | np.ndarray] = {}
    is_priced = order_days["margin_amount"].notna()
    if is_priced.any():
        found["margins"] = index_events(order_days[is_priced], customers, date="order_date", amount="margin_amount")
        found["unpriced"] = index_events(order_days[~is_priced], customers, date="order_date")
    if "service_events" in tables:
        found["cases"] = index_events(tables["service_events"], customers, date="opened_date")
    if "quotes" in tables:
        found |= _index_quotes(tables["quotes"], customers)
    if "satisfaction" in tables:
        answers = tables["satisfaction"].dropna(subset=["score"])
        found["answers"] = index_events(answers, customers, date="survey_date", amount="score")
    regions = tables.get("customers", pd.DataFrame()).get("region")
    if regions is not None and regions.notna().any():
        by_customer = regions.set_axis(tables["customers"]["customer_id"])
        found["regions"] = by_customer[~by_customer.index.duplicated()].reindex(customers).to_numpy(dtype=object)
    return Records(customers, **found)


def _index_quotes(quotes: pd.DataFrame, customers: pd.Index) -> dict[str, Events]:
    """Quotations made, and those whose answer has a day; one without such a day stays open."""
    known = quotes.reindex(columns=["customer_id", "quote_date", "outcome_date"])
    answered = pd.to_datetime(known["outcome_date"])
    known = known[~(answered < known["quote_date"])]
    settled = known[known["outcome_date"].notna()]
    return {
        "quotes": index_events(known, customers, date="quote_date"),
        "settled": index_events(settled, customers, date="outcome_date"),
    }


def describe_before(rows: pd.DataFrame, records: Records) -> pd.DataFrame:
    """Return what the records said of each row before its start day; columns only of what is kept.

    One row per row of ``rows`` (customer_id, landmark_date, amount_year and the lags of a cohort), same index. ``dip``:
    how far the last quarter fell below the five before (standard deviations); ``margin_share_year``: margin per
    currency unit sold in the year, from −1 to 1 (empty without sales, and where a margin is not known): the margin
    itself would say again what the sales say; ``cases_half_year``; ``score_year``: mean answer (empty without one);
    ``open_quotes``: made and not answered; ``region``, as it is known now.
    """
    code, start = find_places(rows["customer_id"], records.customers), to_days(rows["landmark_date"])
    found: dict[str, object] = {"dip": compute_dip(rows, LAGS).to_numpy()}
    if records.margins is not None:
        found["margin_share_year"] = _margin_share(records, code, start, rows["amount_year"].to_numpy(dtype=float))
    if records.cases is not None:
        found["cases_half_year"] = records.cases.count(code, start - HALF_YEAR_DAYS, start).astype(float)
    if records.answers is not None:
        n_answers = records.answers.count(code, start - YEAR_DAYS, start)
        total = records.answers.total(code, start - YEAR_DAYS, start)
        found["score_year"] = np.divide(total, n_answers, out=np.full(len(code), np.nan), where=n_answers > 0)
    if records.quotes is not None:
        ever = np.zeros_like(start)
        is_open = records.quotes.count(code, ever, start) - records.settled.count(code, ever, start)
        found["open_quotes"] = is_open.astype(float)
    if records.regions is not None:
        found["region"] = records.regions[code]
    return pd.DataFrame(found, index=rows.index)


def _margin_share(records: Records, code: np.ndarray, start: np.ndarray, sold: np.ndarray) -> np.ndarray:
    """Margin over sales of the year before, held to −1 to 1; empty without sales or where a margin is not known."""
    margin = records.margins.total(code, start - YEAR_DAYS, start)
    is_known = (sold > 0) & (records.unpriced.count(code, start - YEAR_DAYS, start) == 0)
    return np.clip(np.divide(margin, sold, out=np.full(len(code), np.nan), where=is_known), -1.0, 1.0)


def join_known(rows: pd.DataFrame, records: Records | None) -> pd.DataFrame:
    """Return the rows of a cohort with ``describe_before``; without records as they are."""
    return rows if records is None else rows.join(describe_before(rows, records))


def list_known(rows: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns of a cohort in which customers are to be alike: history, and what else was known of them."""
    return (*HISTORY, *(name for name in BEFORE if name in rows))
