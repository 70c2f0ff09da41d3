"""Load as the monitor shows it: minutes needed and there, where time goes, and what the size of a portfolio does."""

import holidays
import matplotlib.pyplot as plt
import pandas as pd

from portfolio_lab.analysis import load
from portfolio_lab.analysis.ladder_order import sort_by_ladder
from portfolio_lab.analysis.periods import MONTHS, Period, earlier_period
from portfolio_lab.analysis.ruptures.marks import select_outgoing
from portfolio_lab.errors import AnalysisError
from portfolio_lab.plots.monitor.people import plot_sizes
from portfolio_lab.plots.style import figure_size
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences.monitor import load as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.monitor_people import has_columns, read_people, read_portfolio
from portfolio_lab.reports.topics.monitor_ruptures import Stopped

N_PERIODS, N_PERMUTATIONS, SEED = 4, 999, 1
LIVE = ("active", "pre_inactive")


def show_all(review: Review, stopped: Stopped, *, wording: Wording) -> None:
    """Put the load, the time and the sizes of the portfolios on the page, or in one sentence what that would need."""
    if has_people(review, stopped):
        show_load(review, stopped, wording=wording)
        show_time(review, stopped, wording=wording)
        show_sizes(review, wording=wording)


def has_people(review: Review, stopped: Stopped) -> bool:
    """Whether there is anybody whose load could be looked at; if not, the page says what it would need."""
    if has_columns(review, "salespeople", "minutes_per_day") or has_columns(review, "contacts", "minutes"):
        return True
    if stopped.portfolio["salesperson_id"].notna().any():
        return True
    review.out.fact("n_overloaded", None, label="Overloaded people", unit="count", better="lower", tile=False)
    review.out.missing("salespeople, contacts", say.NO_PEOPLE)
    return False


def show_load(review: Review, stopped: Stopped, *, wording: Wording) -> None:
    """Put the minutes that the plan needs beside those there are on the page, and who is overloaded."""
    out = review.out
    if not has_columns(review, "salespeople", "minutes_per_day"):
        out.fact("n_overloaded", None, label="Overloaded people", unit="count", better="lower", tile=False)
        out.missing("salespeople", say.NO_MINUTES)
        return
    table = read_load(review, stopped)
    n = int(table["is_overloaded"].sum())
    out.fact("n_overloaded", n, label="Overloaded people", unit="count", better="lower", tile=False)
    out.say(say.load(table, wording=wording))
    units = {"load_rate": "share", "kept_share": "share", "low": "share", "high": "share"}
    with out.fold("The load of each person"):
        out.table("load", table, "What the plan needs of each person in a period, and what there is", units=units,
                  columns=say.LOAD_COLUMNS, labels=say.LOAD_LABELS)  # fmt: skip


def read_load(review: Review, stopped: Stopped) -> pd.DataFrame:
    """Return the load of each person: ``summarise_load`` with its name as ``owner``."""
    salespeople = review.table("salespeople")
    days = load.list_working_days(review.period, holidays=_holidays(review))
    absences = review.table("absences") if review.has("absences") else None
    available = load.compute_minutes_available(salespeople, absences, working_days=days)
    now = stopped.now
    needed = load.build_minutes_needed(now[now["stage"] != "ex_customer"], salespeople)
    kept = None
    if review.has("contacts"):
        planned = stopped.known[stopped.known["stage"] != "ex_customer"]
        kept = load.summarise_kept(planned, select_outgoing(review.table("contacts")), period=review.period)
    table = load.summarise_load(needed, available, kept)
    names = salespeople.set_index("salesperson_id").reindex(columns=["name"])["name"]
    table.insert(0, "owner", table["salesperson_id"].map(names).fillna(table["salesperson_id"]))
    return table


def _holidays(review: Review) -> list:
    years = range(review.period.start.year, review.period.end.year + 1)
    return list(holidays.country_holidays(review.run.country, years=years)) if review.run.country else []


def show_time(review: Review, stopped: Stopped, *, wording: Wording) -> None:
    """Put the contact minutes by class and stage beside the margin from there on the page."""
    out = review.out
    if not has_columns(review, "contacts", "minutes"):
        out.missing("contacts", say.NO_TIME)
        return
    days = review.order_days()
    money = "margin_amount" if days["margin_amount"].notna().all() else "amount"
    table = load.summarise_time(stopped.known, review.table("contacts"), days, period=review.period, money=money)
    out.say(say.time(table, money=money, wording=wording))
    units = {"minutes_share": "share", "money_share": "share", "money_per_hour": "currency", "minutes": "count"}
    with out.fold(f"Time and {say.label_money(money)} by class and stage"):
        out.table("time", sort_by_ladder(table), "Where the time goes and where the money comes from", units=units,
                  columns=say.TIME_COLUMNS, labels=say.label_time(money))  # fmt: skip


def show_sizes(review: Review, *, wording: Wording) -> None:
    """Put on the page from which portfolio size on results fall, or that nothing of the kind is visible."""
    out = review.out
    people = load.summarise_sizes(read_sizes(review))
    effects = {}
    for result in say.RESULT_LABELS:
        known = people[people[result].notna()] if result in people else people.head(0)
        try:
            values = known["n_customers"].to_numpy(), known[result].to_numpy()
            effects[result] = load.find_break(*values, n_permutations=N_PERMUTATIONS, seed=SEED)
        except AnalysisError:
            effects[result] = None
    out.say(say.sizes(effects, wording=wording))
    if effects["positivation_rate"] is None:
        return
    effect = effects["positivation_rate"]
    figure, ax = plt.subplots(figsize=figure_size("low"))
    at = effect.break_at if effect.is_visible else float("nan")
    names = {"result": "positivation_rate", "label": "Share that bought"}
    plot_sizes(people, **names, break_at=at, ax=ax, locale=wording.locale)
    text = say.size(effect, "positivation_rate", wording=wording)
    with out.fold("Portfolio size and the share that bought"):
        out.figure("sizes", figure, alt=text, caption=say.SIZES_CAPTION)
    units = {"positivation_rate": "share", "retention_rate": "share"}
    out.table("sizes", people, "Portfolio size and results by salesperson", columns=(), units=units)


def read_sizes(review: Review) -> pd.DataFrame:
    """Return size and results of each salesperson in this and the periods before it, as far as the data reach.

    Grain: salesperson × period: what ``summarise_sizes`` asks for.
    """
    first = review.order_days()["order_date"].min()
    months = [MONTHS[review.period.kind] * back for back in range(N_PERIODS)]
    periods = [earlier_period(review.period, months_back=back) if back else review.period for back in months]
    rows = [_sizes(review, period) for period in periods if pd.Timestamp(period.start) > first]
    return pd.concat(rows, ignore_index=True) if rows else _sizes(review, review.period).head(0)


def _sizes(review: Review, period: Period) -> pd.DataFrame:
    portfolio, _ = read_portfolio(review, period)
    rows = portfolio[portfolio["salesperson_id"].notna()].copy()
    after = read_people(review, period.last_day).set_index("customer_id")["stage"]
    rows["n_live"] = rows["stage"].isin(LIVE)
    rows["n_stayed"] = rows["n_live"] & rows["customer_id"].map(after).isin(LIVE)
    rows["score_sum"], rows["n_scores"] = 0.0, 0
    if review.has("satisfaction"):
        scores = review.table("satisfaction")
        day = scores["survey_date"]
        inside = scores[(day >= pd.Timestamp(period.start)) & (day < pd.Timestamp(period.end))].groupby("customer_id")[
            "score"
        ]
        rows["score_sum"] = rows["customer_id"].map(inside.sum()).fillna(0.0)
        rows["n_scores"] = rows["customer_id"].map(inside.size()).fillna(0)
    sums = {"n_customers": ("customer_id", "size"), "n_bought": ("is_bought", "sum")}
    sums |= {name: (name, "sum") for name in ("n_live", "n_stayed", "score_sum", "n_scores")}
    return rows.groupby("salesperson_id", as_index=False).agg(**sums)
