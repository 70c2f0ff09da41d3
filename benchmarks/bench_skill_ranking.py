"""Does the ranking of salespeople by management return follow their true skill? Answered on the demo company.

    python benchmarks/bench_skill_ranking.py [folder of the demo company] [folder of its truth]

Prints the league, the rank correlation with the planted skill, and what the company earned beyond its basis by quarter.
Fails below a rank correlation of 0.6.
"""

import sys
from datetime import date
from pathlib import Path

import pandas as pd
from scipy.stats import spearmanr

from portfolio_lab.analysis.twr.from_customers import build_customers_at, build_positions, fit_value_basis
from portfolio_lab.analysis.twr.inference import bootstrap_returns, judge_portfolios, summarise_experience
from portfolio_lab.analysis.twr.new_customers import compute_new_values
from portfolio_lab.analysis.twr.positions import (
    UNASSIGNED,
    derive_valuation_dates,
    keep_closed_with_holder,
    regroup_positions,
)
from portfolio_lab.analysis.twr.returns import compute_returns, summarise_returns
from portfolio_lab.analysis.twr.statement import build_statement, build_valuations

START, END = date(2024, 9, 30), date(2026, 9, 30)
BASIS = {
    "family": "mbg_nbd",
    "amount": "margin_amount",
    "discount_rate": 0.10,
    "horizon_months": 60,
    "timing_case": 2,
}


def read_company(folder):
    orders = pd.read_csv(folder / "orders.csv", parse_dates=["order_date"], dtype={"customer_id": str})
    days = orders.groupby(["customer_id", "order_date"], as_index=False)[["amount", "margin_amount"]].sum()
    stays = pd.read_csv(folder / "assignments.csv", parse_dates=["start_date", "end_date"])
    customers = pd.read_csv(folder / "customers.csv", parse_dates=["closed_date"])
    closed = customers[["customer_id", "closed_date"]].dropna()
    return days.assign(is_purchase_day=days["amount"] > 0), stays, closed


def value_portfolios(days, stays, closed):
    basis = fit_value_basis(days, as_of=START, **BASIS)
    stays = keep_closed_with_holder(stays, closed)
    bought = days[days["is_purchase_day"]].groupby("customer_id")["order_date"].min()
    dates = derive_valuation_dates(START, END, stays, known_since=bought)
    customers = build_customers_at(days, dates=dates, amount=BASIS["amount"], closed=closed)
    new = compute_new_values(
        customers, days, customers[["customer_id"]].drop_duplicates(), basis=basis, amount=BASIS["amount"]
    )
    return build_positions(customers, stays, basis=basis, new_values=new)


def main(folder, truth_folder):
    positions = value_portfolios(*read_company(folder))
    statement = build_statement(positions, discount_rate=BASIS["discount_rate"])
    summary = summarise_returns(compute_returns(build_valuations(statement)))
    intervals = bootstrap_returns(positions, n_bootstrap=300, seed=1)
    league = judge_portfolios(summary, intervals, discount_rate=BASIS["discount_rate"])
    league = league[league["portfolio_id"] != UNASSIGNED]
    truth = pd.read_csv(truth_folder / "salespeople.csv")
    joined = league.merge(truth, left_on="portfolio_id", right_on="salesperson_id")
    found = spearmanr(joined["management_return"], joined["skill"])
    print(league.round(3).to_string(index=False))
    holders = set(positions["portfolio_after"]) | set(positions["portfolio_before"].dropna())
    company = regroup_positions(positions, dict.fromkeys(holders, "company"))
    experience = summarise_experience(company, build_statement(company, discount_rate=BASIS["discount_rate"]))
    print(experience.round(4).to_string(index=False))
    print(f"rank correlation with true skill: {found.statistic:.3f} over {len(joined)} salespeople")
    return found.statistic


if __name__ == "__main__":
    source = Path(sys.argv[1] if len(sys.argv) > 1 else "data/demo")
    answers = Path(sys.argv[2] if len(sys.argv) > 2 else "data/demo_truth")
    sys.exit(0 if main(source, answers) >= 0.6 else 1)
