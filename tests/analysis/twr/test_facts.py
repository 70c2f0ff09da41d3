import pandas as pd
import pytest

from portfolio_lab.analysis.twr.facts import compute_return_facts, tabulate_returns
from portfolio_lab.analysis.twr.inference import bootstrap_paths, bootstrap_returns, judge_portfolios
from portfolio_lab.analysis.twr.money_weighted import compute_portfolio_mwr
from portfolio_lab.analysis.twr.positions import regroup_positions
from portfolio_lab.analysis.twr.returns import compute_returns, summarise_returns
from portfolio_lab.analysis.twr.statement import build_statement, build_valuations


def _judge(positions):
    statement = build_statement(positions, discount_rate=0.1)
    returns = compute_returns(build_valuations(statement))
    intervals = bootstrap_returns(positions, n_bootstrap=100, seed=1)
    return statement, returns, judge_portfolios(summarise_returns(returns), intervals, discount_rate=0.1)


@pytest.fixture(scope="module")
def judged(positions):
    company = regroup_positions(positions, dict.fromkeys(range(6), "company"))
    return _judge(positions), _judge(company)


def test_facts_agree_with_the_tables_they_come_from(judged):
    (_, _, league), (statement, returns, company) = judged
    facts = compute_return_facts(league, company, compute_portfolio_mwr(returns), statement)
    assert facts["company_twr"] == pytest.approx(facts["required_return"] + facts["management_return"])
    assert facts["n_portfolios"] == 6
    assert facts["n_portfolios_above"] == (league["verdict"] == "above").sum()
    assert facts["customer_equity"] == statement["closing"].iloc[-1]
    assert facts["new_business_value"] == pytest.approx(statement["new"].sum())
    assert facts["basis_change"] == 0
    assert facts["company_mwr"] == pytest.approx(facts["company_ear"], abs=0.02)


def test_under_a_year_the_money_weighted_fact_is_that_of_the_period(judged):
    (_, _, league), (statement, _, company) = judged
    mwr = pd.DataFrame({"mwr": [0.3], "period_rate": [0.02]})
    assert compute_return_facts(league, company, mwr.assign(years=0.1), statement)["company_mwr"] == 0.02


def test_the_published_table_has_every_period_with_the_interval_of_the_return(positions, judged):
    (_, returns, league), _ = judged
    paths = bootstrap_paths(positions, n_bootstrap=100, seed=1)
    table = tabulate_returns(returns, paths)
    assert list(table.columns) == ["portfolio_id", "start", "end", "r", "twr", "status", "low", "high", "n_customers"]
    assert len(table) == len(returns)
    first = table["start"].isna()
    assert first.sum() == 6 and table.loc[first, ["r", "low", "high", "n_customers"]].isna().all().all()
    rest = table[~first]
    assert ((rest["low"] < rest["twr"]) & (rest["twr"] < rest["high"])).all()
    last = table.groupby("portfolio_id")["twr"].last()
    assert last.to_dict() == pytest.approx(league.set_index("portfolio_id")["twr"].to_dict())


def test_without_customers_the_published_table_has_no_interval(reference):
    table = tabulate_returns(compute_returns(reference, day_count="NL/365"))
    assert table["r"].round(4).tolist()[1:] == [0.05, 0.0323, 0.027, 0.025]
    assert table[["low", "high", "n_customers"]].isna().all().all()
    assert pd.isna(table["r"].iloc[0]) and pd.isna(table["start"].iloc[0])
