"""Stages and movements as the monitor shows them: read from a review, compared between days, put on the page."""

from dataclasses import dataclass
from datetime import date

import matplotlib.pyplot as plt
import pandas as pd

from portfolio_lab.analysis.monitor.movements import (
    STATES,
    build_moves,
    derive_amount,
    summarise_flows,
    summarise_movements,
    summarise_stages,
)
from portfolio_lab.analysis.periods import earlier_period
from portfolio_lab.analysis.stages import build_stages
from portfolio_lab.plots.monitor.flows import plot_flows
from portfolio_lab.plots.style import figure_size
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences.monitor import stages as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.monitor_quarter import MONTHS_PER_YEAR

PORTFOLIO = "Whole portfolio"


@dataclass(frozen=True)
class StagePicture:
    """Stages at the end of the period and of earlier ones, by one definition, and who moved since the period before.

    ``stages``: contract ``Stages``, now; ``by_day``: what ``derive_amount`` returns, by ``now``, ``previous``, ``year``
    (days before the first order are not there); ``moves``: contract ``Moves``, None without an earlier day.
    """

    stages: pd.DataFrame
    by_day: dict[str, pd.DataFrame]
    days: dict[str, date]
    moves: pd.DataFrame | None

    def count(self, stage: str) -> int:
        """Number of customers in a stage now."""
        return int((self.stages["stage"] == stage).sum())

    def count_moves(self, name: str) -> int | None:
        """Number of customers who made a move since the period before; None without an earlier day."""
        return None if self.moves is None else int((self.moves["move"] == name).sum())


def read_stages(review: Review) -> StagePicture:
    """Return the stages of a review now, at the end of the period before and a year ago, by the definition in force."""
    year_ago = earlier_period(review.period, months_back=MONTHS_PER_YEAR)
    days = {"now": review.as_of, "previous": review.previous_period.last_day, "year": year_ago.last_day}
    first = review.order_days()["order_date"].min()
    days = {name: day for name, day in days.items() if name == "now" or pd.Timestamp(day) >= first}
    stages = {name: _stages_at(review, day) for name, day in days.items()}
    by_day = {name: derive_amount(stages[name], review.snapshots(day)) for name, day in days.items()}
    moves = build_moves(by_day["now"], by_day["previous"]) if "previous" in by_day else None
    return StagePicture(stages["now"], by_day, days, moves)


def _stages_at(review: Review, day: date) -> pd.DataFrame:
    customers = review.snapshots(day)
    return build_stages(review.order_days(), customers, as_of=day, policy=review.policy.stages)


def show_stages(review: Review, picture: StagePicture, *, wording: Wording) -> None:
    """Put customers, sales and shares per stage on the page, and the flow of customers between stages."""
    out = review.out
    table = summarise_stages(picture.by_day)
    out.say(say.stages(table, picture.days, wording=wording))
    labels, units = say.stage_labels(picture.days, table, wording=wording)
    shown = [name for name in table if name not in ("amount_previous", "amount_year")]
    out.table("stages", table, "Customers by stage", labels=labels, units=units, columns=shown)
    if picture.moves is None:
        out.say(say.no_moves(review.previous_period.label))
        return
    show_flows(review, picture, wording=wording)


def show_flows(review: Review, picture: StagePicture, *, wording: Wording) -> None:
    """Put the flow picture and what it says on the page, and the table of all flows into the files."""
    out = review.out
    text = say.moves(picture.moves, since=picture.days["previous"], wording=wording)
    flows = summarise_flows(picture.moves)
    figure, ax = plt.subplots(figsize=figure_size("tall"))
    titles = tuple(wording.date(picture.days[name]) for name in ("previous", "now"))
    plot_flows(flows, ax=ax, labels=say.FLOW_LABELS, states=STATES, titles=titles, locale=wording.locale)
    out.say(text)
    out.figure("flows", figure, alt=text, caption=say.FLOW_CAPTION)
    labels = {"stage_before": "Stage before", "stage": "Stage now", "move": "Move", "amount": "Sales in the window"}
    words = flows.assign(
        stage_before=flows["stage_before"].map(say.word_state), move=flows["move"].map(say.MOVE_LABELS)
    )
    out.table("flows", words, "All movements between stages", labels=labels, columns=())


def show_movements(review: Review, picture: StagePicture, *, wording: Wording) -> None:
    """Put the movements of the portfolio, each team and each salesperson on the page."""
    out = review.out
    if picture.moves is None:
        return
    table = tabulate_movements(review, picture.moves)
    labels, units = say.movement_labels(table)
    if (table["level"] != "portfolio").any():
        out.say(say.movements(table[table["level"] == "salesperson"], wording=wording))
    else:
        out.missing("salespeople", say.NO_SALESPEOPLE)
    shown = [name for name in table if name not in ("level", "n_other", "n_stayed")]
    since = wording.date(picture.days["previous"])
    with out.fold(say.fold_movements(table)):
        out.table("movements", table, f"Movements since {since}", labels=labels, units=units, columns=shown)


def tabulate_movements(review: Review, moves: pd.DataFrame) -> pd.DataFrame:
    """Return the movements of the whole portfolio, then of each team and of each salesperson in charge now."""
    owner = review.snapshots().set_index("customer_id")["salesperson_id"]
    people = review.table("salespeople").set_index("salesperson_id") if review.has("salespeople") else pd.DataFrame()
    groupings = {"portfolio": pd.Series(PORTFOLIO, index=owner.index)}
    if "team" in people:
        groupings["team"] = owner.map(people["team"])
    if owner.notna().any():
        groupings["salesperson"] = owner.map(people["name"]).fillna(owner) if "name" in people else owner
    parts = [summarise_movements(moves, groups).assign(level=level) for level, groups in groupings.items()]
    return pd.concat(parts, ignore_index=True)
