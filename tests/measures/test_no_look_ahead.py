"""No event after as_of moves any measure: rows of the future are added to every table, before the cut."""

from datetime import date

import ibis
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

DATED_BY = {
    "orders": "order_date",
    "customers": "created_date",
    "assignments": "start_date",
    "contacts": "contact_date",
    "attributes": "valid_from",
}
DAYS = (date(2024, 12, 31), date(2024, 6, 30), date(2024, 2, 29))
KEYS = {"customers": ["customer_id"], "assignments": ["customer_id", "start_date"],
        "attributes": ["customer_id", "attribute", "valid_from"]}  # fmt: skip

some_customer = st.sampled_from(["00123", "123", "zoé", "Zoé", "prospect", "stranger", "newcomer", "Ω"])
some_text = st.sampled_from(["b2b", "ana", "zed", "lost", "yes", "7", "call", "n_later"])
some_amount = st.integers(-(10**9), 10**9).map(lambda cents: cents / 100)
days_later = st.integers(1, 1500)

rows_of = {
    "orders": st.fixed_dictionaries({"customer_id": some_customer, "order_id": st.none() | some_text,
                                     "amount": some_amount, "margin_amount": st.none() | some_amount,
                                     "salesperson_id": st.none() | some_text}),
    "customers": st.fixed_dictionaries({"customer_id": st.sampled_from(["newcomer", "Ω", "later"]),
                                        "segment": some_text, "is_locked": st.booleans()}),
    "assignments": st.fixed_dictionaries({"customer_id": some_customer, "salesperson_id": some_text}),
    "contacts": st.fixed_dictionaries({"customer_id": some_customer, "channel": some_text}),
    "attributes": st.fixed_dictionaries({"customer_id": some_customer, "value": some_text,
                                         "attribute": st.sampled_from(["segment", "Colour", "is_locked", "invented"])}),
}  # fmt: skip
future = st.fixed_dictionaries(
    {name: st.lists(st.tuples(rows, days_later), max_size=8) for name, rows in rows_of.items()}
)
happens_later = st.tuples(some_customer, days_later)


def _known_by_hand(company: dict[str, pd.DataFrame], as_of: date) -> dict[str, pd.DataFrame]:
    """The company as it stood at the end of as_of, worked out in pandas."""
    day = pd.Timestamp(as_of)
    known = {
        name: frame[~(frame[DATED_BY[name]] > day)].copy() if name in DATED_BY else frame.copy()
        for name, frame in company.items()
    }
    undelivered = known["orders"]["delivered_date"] > day
    known["orders"].loc[undelivered, "delivered_date"] = pd.NaT
    unknown = known["customers"]["closed_date"] > day
    known["customers"].loc[unknown, ["closed_date", "closed_reason"]] = None
    known["assignments"].loc[known["assignments"]["end_date"] > day, "end_date"] = pd.NaT
    return known


def _with_future(
    known: dict[str, pd.DataFrame], as_of: date, rows: dict[str, list], closing: tuple[str, int]
) -> dict[str, pd.DataFrame]:
    """Later rows in every table, and a closing date and an end of stays that lie ahead for one customer."""
    day, tables = pd.Timestamp(as_of), {}
    for name, frame in known.items():
        later_rows = rows.get(name, [])
        more = pd.DataFrame([{**row, DATED_BY[name]: day + pd.Timedelta(days=later)} for row, later in later_rows])
        more = more.drop_duplicates(KEYS.get(name)) if len(more) and name in KEYS else more
        longer = [frame, more.dropna(axis="columns", how="all")] if len(more) else [frame]
        tables[name] = pd.concat(longer, ignore_index=True).astype(frame.dtypes.to_dict())
    customer, later = closing
    ahead = day + pd.Timedelta(days=later)
    open_still = (tables["customers"]["customer_id"] == customer) & tables["customers"]["closed_date"].isna()
    tables["customers"] = tables["customers"].assign(
        closed_date=tables["customers"]["closed_date"].mask(open_still, ahead),
        closed_reason=tables["customers"]["closed_reason"].mask(open_still, "lost"),
    )
    stays = (tables["assignments"]["customer_id"] == customer) & tables["assignments"]["end_date"].isna()
    return tables | {"assignments": tables["assignments"].assign(
        end_date=tables["assignments"]["end_date"].mask(stays, ahead))}  # fmt: skip


@pytest.fixture(scope="module")
def expected(company, calls, upload) -> dict:
    frames = {}
    for day in DAYS:
        tables = upload(ibis.duckdb.connect(), _known_by_hand(company, day))
        frames |= {(day, n): build(tables, as_of=day, **own) for n, (_, build, own) in enumerate(calls)}
    return frames


def _assert_nothing_moves(expected, company, calls, on_duckdb, day, rows, closing) -> None:
    tables = on_duckdb(**_with_future(company, day, rows, closing))
    for n, (_, build, keywords) in enumerate(calls):
        assert_frame_equal(build(tables, as_of=day, **keywords), expected[day, n], check_exact=True)


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


# no shrinking here: each world costs seconds; the full run shrinks
@settings(max_examples=5, deadline=None, suppress_health_check=QUIET, phases=[Phase.reuse, Phase.generate])
@given(day=st.sampled_from(DAYS), rows=future, closing=happens_later)
def test_the_future_moves_nothing(expected, company, calls, on_duckdb, day, rows, closing) -> None:
    _assert_nothing_moves(expected, company, calls, on_duckdb, day, rows, closing)


@pytest.mark.full
@settings(max_examples=100, deadline=None, suppress_health_check=QUIET)
@given(day=st.sampled_from(DAYS), rows=future, closing=happens_later)
def test_the_future_moves_nothing_in_many_worlds(expected, company, calls, on_duckdb, day, rows, closing) -> None:
    _assert_nothing_moves(expected, company, calls, on_duckdb, day, rows, closing)


def test_this_test_can_fail(expected, company, calls, on_duckdb) -> None:
    """A line of as_of itself does move the measures: the comparison is not blind."""
    late = {"customer_id": "00123", "order_id": "late", "amount": 1.0, "order_date": pd.Timestamp(DAYS[0])}
    late |= {"product_id": "a product of that day"}
    orders = pd.concat([company["orders"], pd.DataFrame([late])], ignore_index=True)
    tables = on_duckdb(**(company | {"orders": orders}))
    for n, (name, build, keywords) in enumerate(calls):
        found = build(tables, as_of=DAYS[0], **keywords)
        assert not found.equals(expected[DAYS[0], n]), name
