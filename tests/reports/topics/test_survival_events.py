from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from simulators.survival import review_of

from portfolio_lab.analysis.survival.company import build_company
from portfolio_lab.analysis.survival.cox import CoxDesign, fit_cox, summarise_coefficients
from portfolio_lab.analysis.survival.encoding import encode_covariates
from portfolio_lab.data.demo import write_demo
from portfolio_lab.reports.topics import survival_events as page
from portfolio_lab.reports.topics.survival_inputs import gather_sources, read_stays

TEXT = {"customer_id": str, "salesperson_id": str}


@pytest.fixture(scope="module")
def review():
    return review_of(np.random.default_rng(0), n=350)


@pytest.fixture(scope="module")
def stays(review):
    return read_stays(review)


@pytest.fixture(scope="module")
def sources(review, stays):
    return gather_sources(review, inactive_days=stays.inactive_days, events=stays.events)


def test_tables_without_a_single_event_make_no_flag(review):
    silent = SimpleNamespace(**{**vars(review), "table": lambda name, day=None: review.table(name).head(0)})
    assert page.read_events(silent) == {}


def test_ends_are_those_of_twice_the_line_and_nobody_is_counted_before_one_is_possible(stays, sources):
    found = page.choose_driver_rows(stays.company, sources)
    assert found.factor == page.LASTING
    assert found.rows["event_observed"].sum() == found.stays["event_observed"].sum()
    assert set(found.stays["inactive_days"]) == {240}
    opened = (found.rows["episode_start_date"] - found.rows["start_date"]).dt.days
    assert opened.min() == 239
    assert found.rows["salesperson_changed"].between(0, 1).all()
    assert set(found.rows["not_contacted"]) == {0.0, 1.0}


def test_the_line_in_force_stands_in_where_too_few_stayed_away(stays, sources):
    few = replace(sources, order_days=sources.order_days[sources.order_days["customer_id"] < "c12"])
    found = page.choose_driver_rows(stays.company, few)
    assert found.factor == 1.0
    assert found.stays["event_observed"].sum() == stays.company.spells["event_observed"].sum()


def test_without_events_the_rows_are_the_stays(stays, sources):
    found = page.choose_driver_rows(stays.company, replace(sources, events={}))
    assert (found.factor, found.strata, found.covariates) == (1.0, (), ("is_returned", "segment"))
    assert len(found.rows) == len(stays.company.spells)


def test_who_closes_an_account_has_left_and_whom_we_block_has_not(stays, sources):
    customers = sources.customers.assign(closed_date=pd.NaT, closed_reason="price")
    last = sources.order_days.groupby("customer_id")["order_date"].max()
    gone = last.index[last < sources.as_of - pd.Timedelta(days=300)]
    is_gone = customers["customer_id"].isin(gone)
    customers.loc[is_gone, "closed_date"] = customers["customer_id"].map(last)[is_gone] + pd.Timedelta(days=10)
    plain = page.build_drivers(stays.company, sources, factor=2.0)
    closed = page.build_drivers(stays.company, replace(sources, customers=customers), factor=2.0)
    assert closed.rows["event_observed"].sum() == plain.rows["event_observed"].sum()
    ours = customers.assign(closed_reason="blocked")
    blocked = page.build_drivers(stays.company, replace(sources, customers=ours), factor=2.0)
    assert blocked.rows["event_observed"].sum() <= plain.rows["event_observed"].sum() - len(gone)
    assert page.build_changes(sources, inactive_days=sources.inactive_days)["contacted"].max() == 1.0


def read_company(folder, as_of):
    """A demo company as the report sees it: order days, customers and the dated events."""

    def read(name, *dates, columns=None):
        return pd.read_csv(folder / f"{name}.csv", parse_dates=list(dates), dtype=TEXT, usecols=columns)

    orders = read("orders", "order_date", columns=["customer_id", "order_date", "amount"]).query("amount > 0")
    tables = {
        "assignments": read("assignments", "start_date"),
        "service_events": read("service_events", "opened_date", "first_response_date"),
        "contacts": read("contacts", "contact_date", columns=["customer_id", "contact_date", "direction"]),
    }
    customers = read("customers", "created_date", "closed_date")
    return page.Sources(
        order_days=orders[["customer_id", "order_date"]].drop_duplicates().assign(is_purchase_day=True),
        customers=customers,
        as_of=as_of,
        inactive_days=120.0,
        events=page.find_events(tables, as_of=as_of),
        segments=customers.set_index("customer_id")["segment"],
        width=90.0,
    )


def intervals(sources):
    options = {"as_of": sources.as_of, "inactive_days": sources.inactive_days}
    company = build_company(sources.order_days, sources.customers, **options)
    found = page.build_drivers(company, sources, factor=page.LASTING)
    rows, terms = encode_covariates(found.rows, list(found.covariates), shares=page.EVENT_TERMS)
    design = CoxDesign(tuple(terms["term"]), strata=found.strata, cluster="customer_id")
    return summarise_coefficients(fit_cox(rows, design)).set_index("term")[["low", "high"]]


def misses(folder, as_of):
    """How many of the two planted effects lie outside their intervals in one demo company."""
    truth = folder.with_name(f"{folder.name}_truth")
    handovers = pd.read_csv(truth / "handovers.csv").query("was_alive")["hazard_multiplier"].mean()
    late = pd.read_csv(truth / "late_responses.csv")["hazard_multiplier"].mean()
    found = intervals(read_company(folder, as_of))
    planted = pd.Series({"salesperson_changed": handovers, "answered_late": late})
    held = found.loc[planted.index]
    return int(((planted < held["low"]) | (planted > held["high"])).sum())


@pytest.mark.full
def test_planted_effects_lie_inside_the_intervals_in_other_companies(tmp_path):
    missed = 0
    for seed in range(11, 17):
        write_demo(tmp_path / f"demo{seed}", seed=seed)
        missed += misses(tmp_path / f"demo{seed}", pd.Timestamp("2026-09-30"))
    assert missed <= 2
