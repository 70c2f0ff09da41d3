"""What the report on returns reads from a review: portfolios of customers, or a table of valuations as brought."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd

from portfolio_lab.analysis.periods import shift_months
from portfolio_lab.analysis.twr.brought import build_value_statement, split_unvalued_flows
from portfolio_lab.analysis.twr.composite import build_aggregate
from portfolio_lab.analysis.twr.from_customers import build_customers_at, build_positions
from portfolio_lab.analysis.twr.inference import bootstrap_paths, bootstrap_returns, judge_portfolios
from portfolio_lab.analysis.twr.money_weighted import compute_portfolio_mwr, mark_disagreement
from portfolio_lab.analysis.twr.new_customers import compute_new_values
from portfolio_lab.analysis.twr.positions import (
    UNASSIGNED,
    derive_valuation_dates,
    keep_closed_with_holder,
    regroup_positions,
)
from portfolio_lab.analysis.twr.returns import compute_returns, mark_total_losses, summarise_returns
from portfolio_lab.analysis.twr.statement import build_statement, build_valuations
from portfolio_lab.analysis.value.book import build_value_book
from portfolio_lab.analysis.value.customers import ValueBasis
from portfolio_lab.errors import AnalysisError
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.topics.value_inputs import AMOUNT, ValueInputs, find_newcomers, fit_basis, read_value_inputs

COMPANY, ALL = "company", "All portfolios"
LEARNING_MONTHS, SHORTEST_MONTHS = 12, 3
NONE = pd.DataFrame()


@dataclass(frozen=True)
class Whole:
    """All portfolios as one: its returns, its line of the league (one row) and its money-weighted return (one row)."""

    returns: pd.DataFrame
    judged: pd.DataFrame
    mwr: pd.DataFrame


@dataclass(frozen=True)
class Portfolios:
    """The portfolios of one run, judged.

    ``returns``: PortfolioReturns of each; ``league``: judge_portfolios with mark_disagreement; ``whole``: the company,
    None where ``problem`` says why. From customers also ``positions``, ``statement`` (EquityStatement),
    ``company_statement``, ``new_values``.
    From a table of valuations (``is_brought``): ``statement`` as build_value_statement, ``flows`` without valuations.
    """

    returns: pd.DataFrame
    league: pd.DataFrame
    mwr: pd.DataFrame
    statement: pd.DataFrame
    whole: Whole | None
    names: dict[str, str]
    is_brought: bool
    problem: str = ""
    flows: pd.DataFrame = field(default_factory=lambda: NONE)
    positions: pd.DataFrame = field(default_factory=lambda: NONE)
    paths: pd.DataFrame | None = None
    company_positions: pd.DataFrame = field(default_factory=lambda: NONE)
    company_statement: pd.DataFrame = field(default_factory=lambda: NONE)
    new_values: pd.DataFrame = field(default_factory=lambda: NONE)
    new_problem: str = ""
    inputs: ValueInputs | None = None


def read_portfolios(review: Review) -> Portfolios | str:
    """Return the portfolios from the table of valuations where one is brought, else from the customers held.

    A text instead says why there are none yet: the history is too short to value customers on.
    """
    return read_valuations(review) if review.has("valuations") else read_customers(review)


def read_valuations(review: Review) -> Portfolios:
    """Return the portfolios of the table ``valuations``, judged without intervals: it knows no customers.

    Raises AnalysisError naming the row for whatever has no return.
    """
    params, rate = review.params, review.policy.value.discount_rate
    table, flows = split_unvalued_flows(review.table("valuations"), sort=params.sort_rows)
    asked = {"timing": params.timing, "day_count": params.day_count, "annualise_short": params.annualise_short}
    asked |= {"allow_negative": params.allow_negative, "sort": params.sort_rows}
    returns = compute_returns(table, flows, **asked)
    league = judge_brought(returns, discount_rate=rate)
    counted = {"day_count": params.day_count, "annualise_short": params.annualise_short}
    mwr = compute_portfolio_mwr(returns, flows, **counted)
    league = mark_disagreement(league, mwr, discount_rate=rate)
    statement = build_value_statement(returns, flows, discount_rate=rate, day_count=params.day_count)
    whole, problem = None, ""
    try:
        all_flows = flows.assign(portfolio_id=COMPANY)
        together = compute_returns(build_aggregate(table, portfolio_id=COMPANY), all_flows, **asked)
        judged = judge_brought(together, discount_rate=rate)
        whole = Whole(together, judged, compute_portfolio_mwr(together, all_flows, **counted))
    except AnalysisError as error:
        problem = f"{error.problem}; {error.remedy}"
    names = {name: name for name in returns["portfolio_id"].unique()}
    return Portfolios(returns, league, mwr, statement, whole, names, True, problem=problem, flows=flows)


def judge_brought(returns: pd.DataFrame, *, discount_rate: float) -> pd.DataFrame:
    """Return the league of portfolios without customers: no interval, so the verdict is the sign of the difference.

    Verdicts: above, below, total_loss, undefined. Columns as judge_portfolios; low, high are empty, n_customers is 0.
    """
    columns = ["segment", "start", "end", "twr", "ear", "years", "is_short", "status"]
    summary = summarise_returns(returns).reindex(columns=["portfolio_id", *columns])
    summary = mark_total_losses(returns, summary.astype({"start": "datetime64[ns]"}))
    nobody = pd.DataFrame({"portfolio_id": summary["portfolio_id"], "low": None, "high": None, "n_customers": 0})
    nobody = nobody.drop_duplicates("portfolio_id").astype({"low": float, "high": float})
    league = judge_portfolios(summary, nobody, discount_rate=discount_rate)
    sign = league["management_return"].map(lambda value: "above" if value > 0 else "below", na_action="ignore")
    return league.assign(verdict=sign.fillna("undefined").mask(league["verdict"].eq("total_loss"), "total_loss"))


def read_customers(review: Review) -> Portfolios | str:
    """Return the portfolios of the salespeople: customers valued monthly and on the eve of every handover.

    One basis, fitted to what was known on the first day; on the last day everything is valued on today's basis too,
    and the difference is a line of its own.
    """
    inputs, policy = read_value_inputs(review), review.policy.value
    start = choose_start(inputs.days, as_of=review.as_of, months=review.params.months)
    if start is None:
        return f"customers need {LEARNING_MONTHS + SHORTEST_MONTHS} months of orders before portfolios can be judged"
    if policy.horizon_months is not None and policy.horizon_months <= review.params.months:
        return f"values look {policy.horizon_months} months ahead, and so many are looked back: set fewer months"
    try:
        basis = fit_basis(inputs.days, policy, as_of=start)
        new_basis = fit_basis(inputs.days, policy, as_of=review.as_of)
    except AnalysisError as error:
        return error.problem
    stays = keep_closed_with_holder(review.table("assignments"), inputs.closed)
    bought = inputs.days[inputs.days["is_purchase_day"]].groupby("customer_id")["order_date"].min()
    dates = derive_valuation_dates(start, review.as_of, stays, known_since=bought)
    customers = build_customers_at(inputs.days, dates=dates, amount=AMOUNT, closed=inputs.closed)
    new_values, problem = NONE, ""
    try:
        alike = {"amount": AMOUNT, "alike_on": inputs.alike_on}
        new_values = compute_new_values(customers, inputs.days, inputs.people, basis=basis, **alike)
    except AnalysisError as error:
        problem = error.problem
    given = new_values if len(new_values) else None
    newcomers = read_newcomers(review, inputs, new_basis)
    positions = build_positions(
        customers, stays, basis=basis, new_basis=new_basis, new_values=given, newcomers=newcomers
    )
    return judge_positions(review, inputs, positions, new_values, problem)


def read_newcomers(review: Review, inputs: ValueInputs, basis: ValueBasis) -> pd.DataFrame:
    """Return who is new today with the value that the report on value gives them (as value_newcomers)."""
    book = build_value_book(inputs.days, inputs.closed, as_of=review.as_of, basis=basis, amount=AMOUNT)
    return find_newcomers(book, inputs, basis, as_of=review.as_of, new_months=review.params.new_months)[0]


def judge_positions(
    review: Review, inputs: ValueInputs, positions: pd.DataFrame, new_values: pd.DataFrame, problem: str
) -> Portfolios:
    """Return the portfolios behind positions with their returns, intervals and statements; nobody's customers apart."""
    rate = review.policy.value.discount_rate
    whole_positions = as_company(positions)
    company_statement = build_statement(whole_positions, discount_rate=rate)
    statement = build_statement(positions, discount_rate=rate)
    returns, league = _judge(review, positions, statement)
    company, judged = _judge(review, whole_positions, company_statement)
    held = returns[returns["portfolio_id"] != UNASSIGNED]
    counted = {"day_count": review.params.day_count, "annualise_short": review.params.annualise_short}
    mwr = compute_portfolio_mwr(held, **counted)
    whole = Whole(company, judged, compute_portfolio_mwr(company, **counted))
    league = league[league["portfolio_id"] != UNASSIGNED].reset_index(drop=True)
    draws = {"n_bootstrap": review.params.n_bootstrap, "seed": review.params.seed}
    return Portfolios(
        returns=held.reset_index(drop=True),
        league=mark_disagreement(league, mwr, discount_rate=rate),
        mwr=mwr,
        statement=statement,
        whole=whole,
        names=read_names(review, statement["portfolio_id"]),
        is_brought=False,
        positions=positions,
        paths=bootstrap_paths(positions, **draws),
        company_positions=whole_positions,
        company_statement=company_statement,
        new_values=new_values,
        new_problem=problem,
        inputs=inputs,
    )


def _judge(review: Review, positions: pd.DataFrame, statement: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    params, rate = review.params, review.policy.value.discount_rate
    asked = {"day_count": params.day_count, "annualise_short": params.annualise_short}
    # customers that take back more than they bring may outweigh the others: marked, never refused
    returns = compute_returns(build_valuations(statement), **asked, allow_negative=True)
    summary = mark_total_losses(returns, summarise_returns(returns))
    intervals = bootstrap_returns(positions, n_bootstrap=params.n_bootstrap, seed=params.seed)
    return returns, judge_portfolios(summary, intervals, discount_rate=rate)


def as_company(positions: pd.DataFrame) -> pd.DataFrame:
    """Return the positions as those of one portfolio, nobody's customers included: transfers inside it vanish."""
    holders = set(positions["portfolio_after"]) | set(positions["portfolio_before"].dropna())
    return regroup_positions(positions, dict.fromkeys(holders, COMPANY))


def choose_start(days: pd.DataFrame, *, as_of: date, months: int) -> date | None:
    """Return the first valuation day: so many months back, but after a year of orders to learn from; else None."""
    first = days["order_date"].min().date()
    end = as_of + timedelta(days=1)
    start = shift_months(end, -months) - timedelta(days=1)
    earliest = shift_months(first, LEARNING_MONTHS)
    while start < earliest:
        start = shift_months(start + timedelta(days=1), 1) - timedelta(days=1)
    return start if start <= shift_months(end, -SHORTEST_MONTHS) - timedelta(days=1) else None


def read_names(review: Review, holders: pd.Series) -> dict[str, str]:
    """Return the name of each holder where the table of salespeople gives one that is its own, else its number."""
    ids = {str(holder): str(holder) for holder in holders.unique()}
    if not review.has("salespeople"):
        return ids
    people = review.table("salespeople")
    if "name" not in people:
        return ids
    known = people.dropna(subset=["name"]).drop_duplicates("salesperson_id").set_index("salesperson_id")["name"]
    alone = known[~known.duplicated(keep=False)]
    return {holder: str(alone.get(holder, holder)) for holder in ids}


def read_teams(review: Review) -> dict[str, str]:
    """Return the team of each salesperson; empty where the company names none."""
    if not review.has("salespeople"):
        return {}
    people = review.table("salespeople")
    return people.dropna(subset=["team"]).set_index("salesperson_id")["team"].to_dict() if "team" in people else {}
