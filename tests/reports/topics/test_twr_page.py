from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from simulators.value import review_of_portfolios

from portfolio_lab.policy import Policy
from portfolio_lab.reports.catalog import Twr
from portfolio_lab.reports.topics import twr_page
from portfolio_lab.reports.topics.twr_inputs import read_portfolios


@pytest.fixture(scope="module")
def review():
    return review_of_portfolios(Twr(months=6, n_bootstrap=100))


@pytest.fixture(scope="module")
def found(review):
    return read_portfolios(review)


@pytest.fixture(scope="module")
def reference():
    table = pd.DataFrame(
        {
            "portfolio_id": "reference",
            "valuation_date": pd.to_datetime(["2020-01-01", "2020-06-30", "2021-01-01", "2021-06-30", "2021-12-31"]),
            "nav_before": [np.nan, 105_000.0, 160_000, 190_000, 205_000],
            "cash_flow": [100_000.0, 50_000, 25_000, 10_000, np.nan],
        }
    )
    params = Twr(day_count="NL/365", annualise_short=True)
    return SimpleNamespace(
        params=params, policy=Policy(), has=lambda name: name == "valuations", table=lambda name: table
    )


@pytest.fixture(scope="module")
def brought(reference):
    return read_portfolios(reference)


def test_facts_of_the_reference_table(brought):
    facts = twr_page.collect_facts(brought)
    assert list(facts) == list(twr_page.FACT_NAMES)
    assert facts["company_twr"] == pytest.approx(0.140994, abs=1e-6)
    assert facts["company_ear"] == pytest.approx(0.068270, abs=1e-6)
    assert facts["company_mwr"] == pytest.approx(0.064020, abs=1e-6)
    assert facts["required_return"] == pytest.approx(1.1 ** (729 / 365) - 1)
    assert facts["management_return"] == pytest.approx(facts["company_twr"] - facts["required_return"])
    assert (facts["n_portfolios"], facts["n_portfolios_above"], facts["customer_equity"]) == (1, 0, 205_000)
    unknown = ("n_portfolios_too_small", "new_business_value", "basis_change")
    assert [facts[name] for name in unknown] == [None, None, None]
    assert twr_page.collect_intervals(brought) == {"twr": None, "management_return": None}


def test_facts_of_customers_have_intervals_that_hold_them(found):
    facts, ranges = twr_page.collect_facts(found), twr_page.collect_intervals(found)
    assert facts["n_portfolios"] == 2 and facts["new_business_value"] == 0
    for name, fact in (("twr", "company_twr"), ("management_return", "management_return")):
        assert ranges[name][0] < facts[fact] < ranges[name][1]
    assert facts["customer_equity"] == found.company_statement["closing"].iloc[-1]


def test_a_fact_that_is_not_known_is_empty_and_never_zero(brought):
    bare = twr_page.collect_facts(replace(brought, whole=None))
    assert bare["company_twr"] is None and bare["company_ear"] is None
    assert bare["n_portfolios"] == 1


def test_the_league_has_a_range_only_where_there_are_customers(found, brought):
    assert {"low", "high", "n_customers"} <= set(twr_page.league_table(found))
    assert set(twr_page.league_table(found)["portfolio_id"]) == {"Ana", "Ben"}
    assert "low" not in twr_page.league_table(brought)
    assert "ranges" in twr_page.describe_league(found) and "ranges" not in twr_page.describe_league(brought)


def test_best_and_worst_are_drawn_first(found):
    order = twr_page.order_for_growth(found)
    best = found.names[found.league["portfolio_id"].iloc[0]]
    assert order["portfolio_id"].iloc[0] == best
    assert len(order) == len(found.returns)


def test_timing_has_the_company_beside_several_portfolios_only(found, brought):
    assert "All portfolios" in set(twr_page.timing_table(found)["portfolio_id"])
    table = twr_page.timing_table(brought)
    assert table["portfolio_id"].tolist() == ["reference"]
    assert table["timing_effect"].iloc[0] == pytest.approx(0.064020 - 0.068270, abs=1e-6)


def test_statements_of_all_levels_agree(review, found):
    levels = twr_page.statement_levels(review, found)
    sums = levels.groupby("level")[["unwind", "experience", "income", "new", "basis_change"]].sum()
    assert set(sums.index) == {"company", "team", "salesperson"}
    for level in ("team", "salesperson"):
        assert sums.loc[level].tolist() == pytest.approx(sums.loc["company"].tolist(), abs=0.05)
    people = levels[levels["level"] == "salesperson"]
    assert {"Ana", "Ben"} <= set(people["portfolio_id"])
    assert set(twr_page.returns_table(found)["portfolio_id"]) == {"Ana", "Ben"}
    assert (
        people["transfer_in"].sum() == pytest.approx(people["transfer_out"].sum()) and people["transfer_in"].sum() > 0
    )
    assert levels.loc[levels["level"] == "team", "transfer_in"].sum() == 0
    totals = twr_page.statement_totals(review, found)
    assert totals["portfolio_id"].tolist() == ["Company", "North"]
    assert totals["closing"].iloc[0] == pytest.approx(totals["closing"].iloc[1])
    assert twr_page.statement_line(found)["new"] == pytest.approx(totals["new"].iloc[0])


def test_a_brought_table_has_a_plain_statement(reference, brought):
    assert twr_page.statement_line(brought) is None
    assert twr_page.statement_levels(reference, brought) is brought.statement
    assert twr_page.statement_totals(reference, brought)["closing"].tolist() == [205_000]


def test_the_parts_of_the_difference_add_up_to_it(review, found):
    effects = twr_page.compute_effects(review, found)
    assert set(effects["portfolio_id"]) == {"Ana", "Ben"}
    assert effects["segment"].str.contains(" · ").any()
    sums = twr_page.sum_effects(effects).set_index("portfolio_id")
    league = found.league.assign(name=found.league["portfolio_id"].map(found.names)).set_index("name")
    company = found.whole.judged["twr"].iloc[0]
    for name in ("Ana", "Ben"):
        assert sums.loc[name, "difference"] == pytest.approx(league.loc[name, "twr"] - company, abs=2e-4)
    # the parts are computed before the rounding of the statement to cents, hence the small tolerance


def test_the_basis_is_wrong_only_when_most_quarters_miss(found, brought):
    checked = twr_page.check_experience(found)
    assert len(checked) >= 2 and twr_page.show_experience(checked)["period"].iloc[0].startswith("2023")
    assert twr_page.check_experience(brought) is None and not twr_page.is_basis_wrong(None)
    assert twr_page.is_basis_wrong(checked.assign(is_missed=True))
    half = checked.assign(is_missed=[i % 2 == 0 for i in range(len(checked))]).head(2)
    assert not twr_page.is_basis_wrong(half)


def test_two_day_counts_stand_side_by_side(reference, brought):
    table = twr_page.compare_day_counts(reference, brought)
    assert table["days"].tolist() == [0, 180, 365, 545, 729]
    assert table["days_other"].tolist() == [0, 181, 366, 546, 730]
    assert table["ear_other"].round(3).tolist()[1:] == [0.103, 0.084, 0.074, 0.068]
    assert table["is_short"].tolist() == [True, True, False, False, False]
    daily = replace(brought, returns=pd.concat([brought.returns.iloc[:1]] * 60 + [brought.returns.iloc[1:]]))
    assert twr_page.compare_day_counts(reference, daily)["days"].tolist() == [729]
    assert twr_page.other_day_count("ACT/365F") == "NL/365" and twr_page.other_day_count("30/360") == "ACT/365F"


def test_of_customers_all_portfolios_together_are_counted_in_both_ways(review, found):
    table = twr_page.compare_day_counts(review, found)
    assert table["portfolio_id"].tolist() == ["All portfolios"]
    assert table["days"].iloc[0] == (found.whole.judged["end"] - found.whole.judged["start"]).dt.days.iloc[0]


def test_the_page_shows_few_columns_that_add_up_and_no_endless_rows(review, found, brought):
    assert twr_page.choose_returns_columns(brought) == ["portfolio_id", "start", "end", "r", "twr", "note"]
    many = replace(brought, returns=pd.concat([brought.returns] * 11))
    assert twr_page.choose_returns_columns(many) == []
    assert "low" in twr_page.choose_returns_columns(replace(found, returns=found.returns.head(9)))
    assert twr_page.returns_table(brought)["note"].tolist()[:2] == ["first value", ""]
    for part, table in ((found, twr_page.statement_levels(review, found)), (brought, brought.statement)):
        shown = twr_page.choose_statement_columns(part)
        assert len(shown) <= 8
        sums = table["opening"] + table["unwind"] + table["experience"] - table["income"] + table[shown[-2]]
        assert sums.tolist() == pytest.approx(table["closing"].tolist(), abs=0.05)
    totals = pd.DataFrame({"opening": [1.0], "transfers": [0.0], "basis_change": [2.0], "closing": [3.0]})
    assert twr_page.choose_total_columns(totals) == ["opening", "basis_change", "closing"]


def test_a_figure_names_the_best_and_the_worst_where_portfolios_are_many(brought):
    table = pd.DataFrame({"portfolio_id": range(40), "gap": [float(number) for number in range(39)] + [np.nan]})
    ends = twr_page.pick_ends(table, by="gap")
    assert ends["gap"].tolist() == [*range(38, 23, -1), *range(14, -1, -1)]
    assert twr_page.pick_ends(table.head(30), by="gap")["gap"].tolist() == [*range(30)]
    many = replace(brought, league=pd.concat([brought.league] * 40))
    assert "the 15 best and the 15 worst of 40" in twr_page.describe_league(many)
    assert "worst" not in twr_page.describe_league(brought)


def test_yearly_rates_of_less_than_a_year_are_flagged_in_the_timing_table(reference, brought):
    assert "is_short" not in twr_page.timing_table(brought)
    half = reference.table("valuations").head(2)
    short = read_portfolios(SimpleNamespace(**(vars(reference) | {"table": lambda name: half})))
    assert twr_page.timing_table(short)["is_short"].tolist() == [True]
    restarted = replace(brought, league=brought.league.assign(is_short=True, ear=np.nan))
    assert "is_short" not in twr_page.timing_table(restarted)


@pytest.mark.parametrize(("n", "height"), [(1, "low"), (5, "wide"), (9, "wide"), (10, "tall")])
def test_figures_grow_with_their_rows(n, height):
    assert twr_page.height_for(pd.DataFrame(index=range(n))) == height
