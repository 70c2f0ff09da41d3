"""The customer equity statement on the page on returns: by level and period, and over the whole time."""

import pandas as pd

from portfolio_lab.analysis.twr.brought import summarise_value_statement
from portfolio_lab.analysis.twr.positions import UNASSIGNED, regroup_positions
from portfolio_lab.analysis.twr.statement import build_statement, summarise_periods, summarise_statement
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.topics.twr_inputs import COMPANY, Portfolios, read_teams
from portfolio_lab.reports.topics.twr_page import label_periods, name_portfolios

MOVEMENTS = ["opening", "unwind", "experience", "income"]
FREQUENCIES = {"month": "M", "quarter": "Q", "year": "Y"}


def statement_levels(review: Review, found: Portfolios) -> pd.DataFrame:
    """Return the equity statement of company, teams and salespeople by calendar period.

    Grain: level × portfolio_id × period. Teams and the company have no inner transfers. Company first. A table that
    was brought has its portfolios by valuation instead.
    """
    if found.is_brought:
        return found.statement
    frequency, rate = FREQUENCIES[review.run.period], review.policy.value.discount_rate
    levels = [("company", found.company_statement)]
    teams = read_teams(review)
    if teams:
        by_team = regroup_positions(found.positions, teams)
        levels.append(("team", build_statement(by_team, discount_rate=rate)))
    levels.append(("salesperson", found.statement))
    parts = [summarise_periods(rows, frequency=frequency).assign(level=level) for level, rows in levels]
    names = found.names | {COMPANY: "Company", UNASSIGNED: "Nobody"}
    table = name_portfolios(pd.concat(parts, ignore_index=True), names)
    moved = table["new"] + table["transfer_in"] - table["transfer_out"] + table["basis_change"]
    table = table.assign(moved=moved, period=label_periods(table["period"]))
    return table[["level", *[name for name in table.columns if name != "level"]]]


def choose_statement_columns(found: Portfolios) -> list[str]:
    """Return which columns of the statement by period the page shows; they add up, and the files have them all."""
    if found.is_brought:
        return ["portfolio_id", "valuation_date", *MOVEMENTS, "cash_flow", "closing"]
    return ["portfolio_id", "period", *MOVEMENTS, "moved", "closing"]


def choose_total_columns(totals: pd.DataFrame) -> list[str]:
    """Return which columns of the statement over the whole time the page shows: those in which anything moved."""
    return [name for name in totals.columns if name not in ("transfers", "basis_change") or totals[name].any()]


def statement_line(found: Portfolios) -> pd.Series | None:
    """Return the company's statement over the whole span, or None for a table without customers."""
    return None if found.is_brought else summarise_statement(found.company_statement).iloc[0]


def statement_totals(review: Review, found: Portfolios) -> pd.DataFrame:
    """Return the statement over the whole span: of the company and each team, or of each portfolio that was brought."""
    if found.is_brought:
        return summarise_value_statement(found.statement)
    teams = read_teams(review)
    rows = [summarise_statement(found.company_statement)]
    if teams:
        by_team = build_statement(
            regroup_positions(found.positions, teams), discount_rate=review.policy.value.discount_rate
        )
        rows.append(summarise_statement(by_team))
    table = pd.concat(rows, ignore_index=True)
    columns = ["opening", "unwind", "experience", "income", "new", "transfer_in", "transfer_out", "basis_change"]
    moved = table["transfer_in"] - table["transfer_out"]
    shown = table.assign(transfers=moved)[["portfolio_id", *columns[:5], "transfers", "basis_change", "closing"]]
    return shown.replace({"portfolio_id": {COMPANY: "Company", UNASSIGNED: "Nobody"}})
