"""Positivation and ruptures as the monitor shows them: who bought, who stopped, and why."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import matplotlib.pyplot as plt
import pandas as pd

from portfolio_lab.analysis import ruptures
from portfolio_lab.analysis.abc_classes import CLASSES
from portfolio_lab.analysis.periods import shift_months
from portfolio_lab.analysis.positivation import derive_goals, summarise_positivation
from portfolio_lab.analysis.stages import STAGES
from portfolio_lab.measures.customer_products import build_customer_products
from portfolio_lab.plots.monitor.people import plot_causes, plot_positivation
from portfolio_lab.plots.style import FIGURE_WIDTH, figure_size
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences.monitor import ruptures as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.monitor_people import has_columns, read_people, read_portfolio

USUAL_MONTHS = 12
RUPTURE_COLUMNS = ["customer_id", "name", "owner", "abc_class", "amount", "cause"]


@dataclass(frozen=True)
class Stopped:
    """The portfolio of the period (contract Portfolio), the regular customers with their causes, and the goals.

    ``known`` and ``now``: everybody on the day before the period and on its last day. ``goals``: share by
    salesperson_id where there are targets; ``unseen``: causes that no table shows.
    """

    portfolio: pd.DataFrame
    known: pd.DataFrame
    now: pd.DataFrame
    causes: pd.DataFrame
    goals: pd.Series
    goal: float
    unseen: tuple[str, ...]


def read_ruptures(review: Review) -> Stopped:
    """Return who of the portfolio bought in the period of a review, who stopped, and why."""
    portfolio, known = read_portfolio(review, review.period)
    monitor = review.policy.monitor
    targets = review.table("targets") if review.has("targets") else pd.DataFrame()
    goals = derive_goals(targets, period=review.period, default=monitor.positivation_goal)
    regulars = ruptures.build_regulars(
        review.order_days(),
        known[known["abc_class"].notna()],
        period=review.period,
        rupture_periods=monitor.rupture_periods,
    )
    marks = find_marks(review, regulars, known)
    unseen = tuple(cause for cause in ruptures.CAUSES[:-1] if cause not in marks)
    return Stopped(
        portfolio=portfolio,
        known=known,
        now=read_people(review, review.as_of),
        causes=ruptures.derive_causes(regulars, marks),
        goals=goals,
        goal=monitor.positivation_goal,
        unseen=unseen,
    )


def find_marks(review: Review, regulars: pd.DataFrame, known: pd.DataFrame) -> dict[str, pd.Index]:
    """Return the customers who carry each mark that the company's tables can show, by cause."""
    readers: dict[str, tuple[bool, Callable[[], pd.Index]]] = {
        "default": (has_columns(review, "receivables", "paid_date"), lambda: _in_default(review)),
        "not_attended": (review.has("contacts"), lambda: _not_attended(review, regulars, known)),
        "claim_open": (has_columns(review, "service_events", "closed_date"), lambda: _claims_open(review)),
        "out_of_stock": (review.has("stock"), lambda: _out_of_stock(review)),
        "price": (has_columns(review, "quotes", "outcome", "outcome_date"), lambda: _lost_quotes(review)),
    }
    return {cause: find() for cause, (can_see, find) in readers.items() if can_see}


def _in_default(review: Review) -> pd.Index:
    days = review.policy.monitor.default_days
    return ruptures.find_in_default(review.table("receivables"), period=review.period, default_days=days)


def _not_attended(review: Review, regulars: pd.DataFrame, known: pd.DataFrame) -> pd.Index:
    planned = known.loc[known["customer_id"].isin(regulars["customer_id"]), ["customer_id", "contacts_per_period"]]
    return ruptures.find_not_attended(planned, review.table("contacts"), period=review.period)


def _claims_open(review: Review) -> pd.Index:
    days = review.policy.monitor.open_claim_days
    return ruptures.find_claims_open(review.table("service_events"), period=review.period, open_claim_days=days)


def _out_of_stock(review: Review) -> pd.Index:
    before = review.period.start - timedelta(days=1)
    start = shift_months(review.period.start, -USUAL_MONTHS)
    usual = ruptures.find_usual_products(review.compute(build_customer_products, as_of=before, start=start))
    days = review.policy.monitor.out_of_stock_days
    return ruptures.find_out_of_stock(usual, review.table("stock"), period=review.period, out_of_stock_days=days)


def _lost_quotes(review: Review) -> pd.Index:
    days = review.policy.monitor.lost_quote_days
    return ruptures.find_lost_quotes(review.table("quotes"), period=review.period, lost_quote_days=days)


def show_positivation(review: Review, stopped: Stopped, *, wording: Wording) -> None:
    """Put the share of the portfolio that bought on the page, against the goal, by salesperson, class and stage."""
    out, portfolio = review.out, stopped.portfolio
    if portfolio.empty:
        out.fact("positivation_rate", None, label="Portfolio that bought", unit="share", better="higher")
        out.say(say.NO_PORTFOLIO)
        return
    whole = summarise_positivation(portfolio, by=None, goals=stopped.goal).iloc[0]
    interval = (float(whole["low"]), float(whole["high"]))
    rate = {"label": "Portfolio that bought", "unit": "share", "better": "higher", "interval": interval}
    out.fact("positivation_rate", float(whole["positivation_rate"]), **rate)
    out.say(say.positivation(whole, is_complete=review.is_period_complete, wording=wording))
    if portfolio["owner"].isna().all():
        out.missing("assignments", say.NO_OWNERS)
    has_owners = bool(portfolio["owner"].notna().any())
    with out.fold(say.fold_groups(has_owners=has_owners)):
        _show_groups(review, stopped)
        if has_owners:
            _show_by_owner(review, stopped, wording=wording)


def _show_groups(review: Review, stopped: Stopped) -> None:
    orders = {"abc_class": CLASSES, "stage": STAGES}
    parts = [
        summarise_positivation(stopped.portfolio, by=by, goals=stopped.goal)
        .set_index("group")
        .reindex([name for name in order if (stopped.portfolio[by] == name).any()])
        .reset_index()
        for by, order in orders.items()
    ]
    table = pd.concat(parts, ignore_index=True).drop(columns="reading")
    review.out.table("positivation_groups", say.word_groups(table), "Who bought, by class and stage at its start",
                     units={"low": "share", "high": "share", "goal": "share"}, labels=say.GROUP_LABELS)  # fmt: skip


def _show_by_owner(review: Review, stopped: Stopped, *, wording: Wording) -> None:
    goals = stopped.portfolio["salesperson_id"].map(stopped.goals).fillna(stopped.goal)
    by_owner = goals.groupby(stopped.portfolio["owner"].to_numpy()).mean()
    table = summarise_positivation(stopped.portfolio, by="owner", goals=by_owner)
    table = table.sort_values(["positivation_rate", "group"], ascending=[False, True], ignore_index=True)
    text = say.by_owner(table, wording=wording)
    figure, ax = plt.subplots(figsize=(FIGURE_WIDTH, 1.2 + 0.24 * min(len(table), 40)))
    plot_positivation(table.head(40), ax=ax, locale=wording.locale)
    review.out.figure("positivation", figure, alt=text, caption=say.POSITIVATION_CAPTION)
    review.out.say(text)
    review.out.table("positivation", table, "Who bought, by salesperson", columns=(),
                     units={"low": "share", "high": "share", "goal": "share"})  # fmt: skip


def show_ruptures(review: Review, stopped: Stopped, *, wording: Wording) -> None:
    """Put who bought regularly and did not this period on the page, and why, with the facts."""
    out, table = review.out, ruptures.summarise_causes(stopped.causes)
    record_ruptures(review, table)
    regular = {"n_regulars": len(stopped.causes), "rupture_periods": review.policy.monitor.rupture_periods}
    text = say.ruptures(table, **regular, wording=wording)
    if unseen := say.lacking(stopped.unseen):
        out.missing(*unseen)
    listed = stopped.causes[stopped.causes["is_rupture"]].sort_values("amount", ascending=False)[RUPTURE_COLUMNS]
    listed = say.word_causes(listed.reset_index(drop=True))
    if table["n_ruptures"].sum() == 0 or len(stopped.unseen) == len(say.TABLES):
        out.say(text)
        if len(listed):
            out.table("ruptures", listed, "Regular customers who did not buy", columns=())
        return
    figure, ax = plt.subplots(figsize=figure_size("low"))
    plot_causes(say.word_causes(table[~table["cause"].isin(stopped.unseen)]), ax=ax, locale=wording.locale)
    out.say(text)
    out.figure("rupture_causes", figure, alt=text, caption=say.CAUSES_CAPTION)
    out.say(say.comparison(table, wording=wording))
    with out.fold("The causes in numbers, and by salesperson"):
        _show_causes(review, stopped, table)
    out.table("ruptures", listed, "Regular customers who did not buy", columns=())


def _show_causes(review: Review, stopped: Stopped, table: pd.DataFrame) -> None:
    out = review.out
    units = {"low": "share", "high": "share", "n_marked": "count"}
    out.table("rupture_causes", say.word_causes(table), "Why regular customers stayed away", units=units,
              labels=say.CAUSE_LABELS)  # fmt: skip
    if stopped.causes["owner"].isna().all():
        return
    by = ruptures.summarise_causes_by(stopped.causes, by="owner")
    out.table("ruptures_by_salesperson", by.drop(columns=["rupture_rate", "low", "high"]), "Ruptures by salesperson",
              columns=("group", "n_regulars", "n_ruptures", "default", "not_attended", "unknown"),
              labels={"group": "In charge", "n_regulars": "Regular customers"})  # fmt: skip


def record_ruptures(review: Review, table: pd.DataFrame) -> None:
    """Record how many regular customers stopped, and which part for default and for want of attention."""
    n, by_cause = int(table["n_ruptures"].sum()), table.set_index("cause")
    out = review.out
    out.fact("n_ruptures", n, label="Regular customers who did not buy", unit="customers", better="lower", tile=False)
    for cause, label in (("default", "Ruptures by customers in default"), ("not_attended", "Ruptures not attended")):
        row = by_cause.loc[cause]
        is_known = n > 0 and row["n_marked"] == row["n_marked"]
        interval = (float(row["low"]), float(row["high"])) if is_known else None
        value = float(row["share"]) if is_known else None
        out.fact(
            f"rupture_{cause}_share", value, label=label, unit="share", interval=interval, better="lower", tile=False
        )
