"""Where a portfolio's difference to the company comes from: ABC class × stage month by month, and its sums."""

from datetime import timedelta

import pandas as pd

from portfolio_lab.analysis.abc_classes import derive_classes, derive_ranking
from portfolio_lab.analysis.periods import shift_months
from portfolio_lab.analysis.stages.ladder import build_stages
from portfolio_lab.analysis.twr.segments import attribute_portfolios, fill_segments
from portfolio_lab.plots.style import label_of
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.topics.twr_inputs import Portfolios
from portfolio_lab.reports.topics.twr_page import name_portfolios
from portfolio_lab.reports.topics.value_inputs import AMOUNT

NEWCOMER = "new"


def compute_effects(review: Review, found: Portfolios) -> pd.DataFrame:
    """Return where each portfolio's difference to the company comes from, by ABC class × stage.

    Grain: portfolio_id (its name) × segment. Class and stage as known at the last month end before each period.
    """
    segments = fill_segments(_month_segments(review, found), found.positions, newcomer=NEWCOMER)
    effects = attribute_portfolios(found.positions, segments, found.league["portfolio_id"].tolist())
    return name_portfolios(effects, found.names)


def _month_segments(review: Review, found: Portfolios) -> pd.DataFrame:
    """Class × stage of every customer at each month end of the span; grain: month_end × customer_id."""
    days = pd.DatetimeIndex(found.positions["valuation_date"].unique())
    ends = [days.min(), *pd.date_range(days.min(), days.max(), freq="ME")]
    parts = [_segments_at(review, found, end) for end in dict.fromkeys(ends)]
    return pd.concat(parts, ignore_index=True)


def _segments_at(review: Review, found: Portfolios, end: pd.Timestamp) -> pd.DataFrame:
    days = found.inputs.days[found.inputs.days["order_date"] <= end]
    months = review.policy.abc.window_months
    since = pd.Timestamp.min if months is None else shift_months(end.date() + timedelta(days=1), -months)
    recent = days[days["order_date"] >= pd.Timestamp(since)].groupby("customer_id")[AMOUNT].sum()
    known = days["customer_id"].unique()
    cents = (recent.reindex(known, fill_value=0.0) * 100).round().astype("int64")
    values = pd.DataFrame({"customer_id": known, "amount_cents": cents.to_numpy()})
    classes = derive_classes(derive_ranking(values), cuts=review.policy.abc.cuts).set_index("customer_id")["abc_class"]
    stages = build_stages(days, found.inputs.people, as_of=end.date(), policy=review.policy.stages)
    stages = stages[stages["customer_id"].isin(known)]
    segment = stages["customer_id"].map(classes).astype(str) + " · " + stages["stage"].map(label_of)
    return pd.DataFrame({"month_end": end, "customer_id": stages["customer_id"], "segment": segment})


def sum_effects(effects: pd.DataFrame) -> pd.DataFrame:
    """Return allocation, selection and interaction of each portfolio over all segments; grain: portfolio_id."""
    sums = effects.groupby("portfolio_id", sort=False)[["allocation", "selection", "interaction"]].sum().reset_index()
    return sums.assign(difference=sums.iloc[:, 1:].sum(axis=1))
