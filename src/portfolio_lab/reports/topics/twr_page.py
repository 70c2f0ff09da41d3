"""Parts of the page on returns: facts, tables in the words of the page, and what its figures name."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.twr.facts import compute_return_facts, tabulate_returns
from portfolio_lab.analysis.twr.inference import summarise_experience
from portfolio_lab.analysis.twr.returns import recount_years
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences.twr.words import STATUSES
from portfolio_lab.reports.topics.twr_inputs import ALL, COMPANY, Portfolios

MANY_ROWS, MAX_DRAWN = 50, 30
OTHER_DAY_COUNT = {"ACT/365F": "NL/365"}
FACT_NAMES = (
    "company_twr", "company_ear", "required_return", "management_return", "company_mwr", "n_portfolios",
    "n_portfolios_above", "n_portfolios_lost", "n_portfolios_too_small", "customer_equity", "new_business_value",
    "basis_change",
)  # fmt: skip


def collect_facts(found: Portfolios) -> dict[str, float | None]:
    """Return the facts of the report by name; None for what is not known."""
    facts = dict.fromkeys(FACT_NAMES) if found.is_brought else _customer_facts(found)
    if found.is_brought:
        facts |= _brought_facts(found)
    return {name: None if value is None or pd.isna(value) else value for name, value in facts.items()}


def _customer_facts(found: Portfolios) -> dict[str, float]:
    return compute_return_facts(found.league, found.whole.judged, found.whole.mwr, found.company_statement)


def _brought_facts(found: Portfolios) -> dict[str, float]:
    """Without customers nobody can be too small and no part of the value can be called new or revalued."""
    n_above = int((found.league["verdict"] == "above").sum())
    n_lost = int((found.league["verdict"] == "total_loss").sum())
    own = {"n_portfolios": len(found.league), "n_portfolios_above": n_above, "n_portfolios_lost": n_lost}
    own["customer_equity"] = found.returns.groupby("portfolio_id")["nav_after"].last().sum()
    if found.whole is None or found.whole.judged.empty:
        return own
    empty = pd.DataFrame({"closing": [], "new": [], "basis_change": []})
    whole = compute_return_facts(found.league, found.whole.judged, found.whole.mwr, empty)
    names = ("company_twr", "company_ear", "required_return", "management_return", "company_mwr")
    return own | {name: whole[name] for name in names}


def collect_intervals(found: Portfolios) -> dict[str, tuple[float, float] | None]:
    """Return the 95 % intervals of the company's return and management return."""
    return {name: whole_interval(found, of=name) for name in ("twr", "management_return")}


def whole_interval(found: Portfolios, *, of: str) -> tuple[float, float] | None:
    """Return the 95 % interval of the company's management return or, ``of`` twr, of its return."""
    if found.is_brought or found.whole is None:
        return None
    row = found.whole.judged.iloc[0]
    shift = row["required_return"] if of == "twr" else 0.0
    return (row["low"] + shift, row["high"] + shift) if np.isfinite(row["low"] + row["high"]) else None


def returns_table(found: Portfolios) -> pd.DataFrame:
    """Return the table ``returns``: every portfolio, by name, and valuation day; ``note`` is its status in words."""
    table = name_portfolios(tabulate_returns(found.returns, found.paths), found.names)
    return table.assign(note=table["status"].map(STATUSES))


def choose_returns_columns(found: Portfolios) -> list[str]:
    """Return which columns of the returns the page shows: none (only the files) where rows are many."""
    if len(found.returns) > MANY_ROWS:
        return []
    ranges = [] if found.is_brought else ["low", "high", "n_customers"]
    return ["portfolio_id", "start", "end", "r", "twr", *ranges, "note"]


def name_portfolios(table: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Return the table with the names of the portfolios in place of their numbers."""
    return table.assign(portfolio_id=table["portfolio_id"].map(lambda portfolio: names.get(portfolio, portfolio)))


def league_table(found: Portfolios) -> pd.DataFrame:
    """Return the league as it stands on the page; one row per portfolio, its name in place of its number."""
    mixed = found.league["verdict"].mask(found.league["is_mixed"], found.league["verdict"] + "_mixed")
    table = name_portfolios(found.league.assign(verdict=mixed), found.names)
    columns = ["portfolio_id", "twr", "required_return", "management_return"]
    if not found.is_brought:
        return table[[*columns, "low", "high", "n_customers", "verdict"]]
    return table[[*columns, "ear", "years", "is_short", "verdict"]]


def order_for_growth(found: Portfolios) -> pd.DataFrame:
    """Return the returns with the portfolios that show first (and in bold) first: best, worst, and those between.

    Names instead of numbers; only portfolios that lasted are drawn where there are many.
    """
    ranked = found.league.dropna(subset=["management_return"])["portfolio_id"].tolist()
    order = list(dict.fromkeys([*ranked[:3], *ranked[-2:], *ranked, *found.returns["portfolio_id"].unique()]))
    place = {portfolio: number for number, portfolio in enumerate(order)}
    table = found.returns.assign(place=found.returns["portfolio_id"].map(place))
    return name_portfolios(table.sort_values(["place", "valuation_date"], kind="stable"), found.names)


def timing_table(found: Portfolios) -> pd.DataFrame:
    """Return time-weighted beside money-weighted return a year; grain: portfolio_id, in falling order."""
    rates = ["portfolio_id", "twr", "ear", "is_short"]
    members = found.mwr.merge(found.league[rates], on="portfolio_id")
    parts = [members]
    if found.whole is not None and len(found.whole.judged) and len(found.league) > 1:
        parts.append(found.whole.mwr.merge(found.whole.judged[rates], on="portfolio_id"))
    names = found.names | {COMPANY: ALL}
    table = name_portfolios(pd.concat(parts, ignore_index=True), names).sort_values(["ear", "twr"], ascending=False)
    table = table.reset_index(drop=True)
    columns = ["portfolio_id", "twr", "ear", "mwr", "timing_effect", "period_rate", "mwr_status", "n_roots"]
    is_made = (table["is_short"].eq(True) & table["ear"].notna()) | ((table["years"] < 1) & table["mwr"].notna())
    return table.assign(is_short=is_made)[[*columns, "is_short"] if is_made.any() else columns]


def choose_timing_columns(timed: pd.DataFrame) -> list[str]:
    """Return the columns of timing_table that a page shows: what is odd about a rate only where something is."""
    unsaid = {"mwr_status"} if timed["mwr_status"].isin(["ok", ""]).all() else set()
    unsaid |= {"n_roots"} if timed["n_roots"].eq(1).all() else set()
    return [name for name in timed if name not in unsaid]


def check_experience(found: Portfolios) -> pd.DataFrame | None:
    """Return what came beyond what the values foretold by quarter, or None for a table without customers."""
    return None if found.is_brought else summarise_experience(found.company_positions, found.company_statement)


def is_basis_wrong(expected: pd.DataFrame | None) -> bool:
    """Whether what came lies clearly beside what was expected in most quarters."""
    return expected is not None and bool(expected["is_missed"].mean() > 0.5)


def show_experience(expected: pd.DataFrame) -> pd.DataFrame:
    """Return the quarters as they stand on the page."""
    return expected.assign(period=label_periods(expected["period"]))


def label_periods(periods: pd.Series) -> pd.Series:
    """Return quarters as the rest of the review writes them, Q4 2024 for 2024Q4; months and years stay as they are."""
    return periods.astype(str).str.replace(r"^(\d{4})(Q[1-4])$", r"\2 \1", regex=True)


def describe_league(found: Portfolios) -> str:
    """Return the caption of the league."""
    n = int(found.league["management_return"].notna().sum())
    ends = f"; the {MAX_DRAWN // 2} best and the {MAX_DRAWN // 2} worst of {n}" if n > MAX_DRAWN else ""
    ranges = "" if found.is_brought else "; lines are 95% ranges"
    return f"Return beyond the required one over the whole time, best on top{ends}{ranges}."


def pick_ends(table: pd.DataFrame, *, by: str) -> pd.DataFrame:
    """Return the rows that a figure can name legibly: all, or the best and the worst by that column where many."""
    ranked = table.dropna(subset=[by]).sort_values(by, ascending=False, kind="stable")
    if len(ranked) <= MAX_DRAWN:
        return table
    return pd.concat([ranked.head(MAX_DRAWN // 2), ranked.tail(MAX_DRAWN // 2)], ignore_index=True)


def height_for(table: pd.DataFrame) -> str:
    """Return the height of a figure with a line for each row."""
    return "low" if len(table) < 5 else "wide" if len(table) < 10 else "tall"


def compare_day_counts(review: Review, found: Portfolios) -> pd.DataFrame:
    """Return days, years and yearly rate under the run's day count and a second one beside it.

    Grain: portfolio_id × valuation day of a brought table, only the last days where rows are many; of customers, all
    portfolios together on the last day. The second: NL/365 where the run counts ACT/365F, else ACT/365F.
    """
    params = review.params
    table = found.returns if found.is_brought else found.whole.returns.assign(portfolio_id=ALL)
    second = recount_years(table, day_count=other_day_count(params.day_count), annualise_short=params.annualise_short)
    flag = ["is_short"] if table["ear"].where(table["is_short"]).notna().any() else []
    own = table[["portfolio_id", "valuation_date", "days", "years", "ear", *flag]]
    both = pd.concat([own, second[["days", "years", "ear"]].add_suffix("_other")], axis=1)
    is_many = len(both) > MANY_ROWS or not found.is_brought
    return (both.groupby("portfolio_id", sort=False).tail(1) if is_many else both).reset_index(drop=True)


def other_day_count(day_count: str) -> str:
    """Return the day count that is shown beside the run's own."""
    return OTHER_DAY_COUNT.get(day_count, "ACT/365F")
