import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.service import waits
from portfolio_lab.errors import AnalysisError

AS_OF = pd.Timestamp("2026-09-30")


def case(opened, answered, *, closed=None, standard=2.0, kind="claim", customer="a"):
    return {
        "customer_id": customer,
        "opened_date": pd.Timestamp(opened),
        "kind": kind,
        "first_response_date": pd.Timestamp(answered) if answered else pd.NaT,
        "closed_date": pd.Timestamp(closed) if closed else pd.NaT,
        "standard_days": standard,
    }


def cases(*rows):
    return pd.DataFrame(list(rows))


def test_an_open_case_has_waited_until_as_of():
    found = waits.build_waits(
        cases(case("2026-09-01", "2026-09-03"), case("2026-09-20", None)), end="first_response", as_of=AS_OF
    )
    assert found["duration"].tolist() == [2, 10]
    assert found["event_observed"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("opened", "answered", "within"),
    [
        ("2026-09-01", "2026-09-03", True),
        ("2026-09-01", "2026-09-04", False),
        ("2026-09-28", None, None),
        ("2026-09-27", None, False),
        ("2026-09-01", "2026-09-01", True),
    ],
)
def test_within_the_standard_on_both_sides_of_its_last_day(opened, answered, within):
    found = waits.build_waits(cases(case(opened, answered)), end="first_response", as_of=AS_OF)
    assert found["is_within"].tolist() == [within]


def test_a_case_answered_before_it_was_opened_is_counted_and_refused_where_it_slips_through():
    bad = cases(case("2026-09-10", "2026-09-09"), case("2026-09-10", "2026-09-10", closed="2026-09-09"))
    both = pd.concat([bad, cases(case("2026-09-10", "2026-09-11"))])
    kept, n = waits.drop_impossible(both)
    assert (len(kept), n) == (1, 2)
    with pytest.raises(AnalysisError, match="before it was opened"):
        waits.build_waits(bad, end="first_response", as_of=AS_OF)


def test_groups_by_hand():
    rows = [case("2026-09-01", f"2026-09-{1 + d:02d}") for d in (0, 1, 2, 3, 9)] + [case("2026-09-29", None)]
    rows += [case("2026-09-01", "2026-09-02", kind="after_sales")]
    table = waits.summarise_waits(waits.build_waits(cases(*rows), end="first_response", as_of=AS_OF), "kind")
    assert table["kind"].tolist() == ["claim", "after_sales"]
    claims = table.iloc[0]
    assert claims[["n", "n_open", "n_decided"]].tolist() == [6, 1, 5]
    assert claims["within_share"] == pytest.approx(3 / 5)
    # Kaplan-Meier: 6 at risk on day 0, then 5, the one of 29 September is lost from sight after day 1
    assert claims["median_days"] == 2
    assert np.isnan(table.iloc[1]["median_days"])


def test_leaving_open_cases_out_would_make_the_wait_look_shorter():
    """Exponential waits with median 10 of which those still open are censored: the curve finds the median."""
    rng = np.random.default_rng(3)
    opened = AS_OF - pd.to_timedelta(rng.integers(0, 40, 4000), "D")
    answered = opened + pd.to_timedelta(np.ceil(rng.exponential(10 / np.log(2), 4000)), "D")
    frame = pd.DataFrame({"customer_id": "a", "opened_date": opened, "kind": "claim", "standard_days": 2.0})
    frame["first_response_date"] = pd.Series(answered).where(answered <= AS_OF)
    found = waits.build_waits(frame, end="first_response", as_of=AS_OF)
    assert waits.compute_median_wait(found)["median_days"] == pytest.approx(10, abs=1)
    assert found.loc[found["event_observed"], "duration"].median() <= 7


def test_curves_start_with_everybody_waiting_and_small_groups_have_none():
    rows = [case("2026-09-01", "2026-09-03")] * 5 + [case("2026-09-01", "2026-09-03", kind="after_sales")]
    found = waits.build_wait_curves(waits.build_waits(cases(*rows), end="first_response", as_of=AS_OF), "kind", until=4)
    assert found["group"].unique().tolist() == ["claim"]
    assert found["survival"].dropna().tolist() == [1, 1, 0]
    assert len(waits.build_wait_curves(found.iloc[:0].assign(kind=""), "kind", until=4)) == 0


def test_a_weekend_between_is_counted():
    """Opened on Friday 4 September, answered on Tuesday: 4 calendar days, 2 working days."""
    found = waits.build_waits(
        cases(case("2026-09-04", "2026-09-08"), case("2026-09-07", "2026-09-10"), case("2026-09-01", "2026-09-02")),
        end="first_response",
        as_of=AS_OF,
    )
    assert waits.count_weekend_misses(found) == 1


def test_open_cases_come_longest_beyond_their_standard_first():
    rows = cases(
        case("2026-09-20", None, standard=9.0, customer="late by one"),
        case("2026-09-25", None, standard=1.0, customer="late by four"),
        case("2026-09-01", "2026-09-02"),
    )
    listed = waits.list_open(waits.build_waits(rows, end="first_response", as_of=AS_OF))
    assert listed["customer_id"].tolist() == ["late by four", "late by one"]
    assert listed["over_days"].tolist() == [4, 1]


def test_nothing_decided_has_no_share():
    none = waits.build_waits(cases(case("2026-09-30", None)), end="first_response", as_of=AS_OF)
    assert np.isnan(waits.compute_within(none)["within_share"])
