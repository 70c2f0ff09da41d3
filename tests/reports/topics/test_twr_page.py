from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.reports.topics import twr_page
from portfolio_lab.reports.topics.twr_inputs import read_portfolios


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


def test_facts_of_customers_have_intervals_that_hold_them(team_returns):
    facts, ranges = twr_page.collect_facts(team_returns), twr_page.collect_intervals(team_returns)
    assert facts["n_portfolios"] == 2 and facts["new_business_value"] == 0
    for name, fact in (("twr", "company_twr"), ("management_return", "management_return")):
        assert ranges[name][0] < facts[fact] < ranges[name][1]
    assert facts["customer_equity"] == team_returns.company_statement["closing"].iloc[-1]


def test_a_fact_that_is_not_known_is_empty_and_never_zero(brought):
    bare = twr_page.collect_facts(replace(brought, whole=None))
    assert bare["company_twr"] is None and bare["company_ear"] is None
    assert bare["n_portfolios"] == 1


def test_the_league_has_a_range_only_where_there_are_customers(team_returns, brought):
    assert {"low", "high", "n_customers"} <= set(twr_page.league_table(team_returns))
    assert set(twr_page.league_table(team_returns)["portfolio_id"]) == {"Ana", "Ben"}
    assert "low" not in twr_page.league_table(brought)
    assert "ranges" in twr_page.describe_league(team_returns) and "ranges" not in twr_page.describe_league(brought)


def test_best_and_worst_are_drawn_first(team_returns):
    order = twr_page.order_for_growth(team_returns)
    best = team_returns.names[team_returns.league["portfolio_id"].iloc[0]]
    assert order["portfolio_id"].iloc[0] == best
    assert len(order) == len(team_returns.returns)


def test_timing_has_the_company_beside_several_portfolios_only(team_returns, brought):
    assert "All portfolios" in set(twr_page.timing_table(team_returns)["portfolio_id"])
    table = twr_page.timing_table(brought)
    assert table["portfolio_id"].tolist() == ["reference"]
    assert table["timing_effect"].iloc[0] == pytest.approx(0.064020 - 0.068270, abs=1e-6)


def test_what_is_odd_about_a_rate_is_shown_only_where_something_is(brought):
    timed = twr_page.timing_table(brought)
    assert not {"mwr_status", "n_roots"} & set(twr_page.choose_timing_columns(timed))
    assert "n_roots" in twr_page.choose_timing_columns(timed.assign(n_roots=2))
    assert "mwr_status" in twr_page.choose_timing_columns(timed.assign(mwr_status="several_roots"))


def test_the_basis_is_wrong_only_when_most_quarters_miss(team_returns, brought):
    checked = twr_page.check_experience(team_returns)
    assert len(checked) >= 2 and twr_page.show_experience(checked)["period"].iloc[0] in (
        "Q1 2023",
        "Q2 2023",
        "Q3 2023",
        "Q4 2023",
    )
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


def test_of_customers_all_portfolios_together_are_counted_in_both_ways(team_review, team_returns):
    table = twr_page.compare_day_counts(team_review, team_returns)
    assert table["portfolio_id"].tolist() == ["All portfolios"]
    assert (
        table["days"].iloc[0] == (team_returns.whole.judged["end"] - team_returns.whole.judged["start"]).dt.days.iloc[0]
    )


def test_the_page_shows_no_endless_rows(team_returns, brought):
    assert twr_page.choose_returns_columns(brought) == ["portfolio_id", "start", "end", "r", "twr", "note"]
    many = replace(brought, returns=pd.concat([brought.returns] * 11))
    assert twr_page.choose_returns_columns(many) == []
    assert "low" in twr_page.choose_returns_columns(replace(team_returns, returns=team_returns.returns.head(9)))
    assert twr_page.returns_table(brought)["note"].tolist()[:2] == ["first value", ""]


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


def test_returns_are_told_by_name(team_returns):
    assert set(twr_page.returns_table(team_returns)["portfolio_id"]) == {"Ana", "Ben"}


def test_quarters_are_written_as_everywhere_and_months_and_years_stay():
    labels = twr_page.label_periods(pd.Series(["2024Q4", "2024-10", "2024"]))
    assert labels.tolist() == ["Q4 2024", "2024-10", "2024"]
