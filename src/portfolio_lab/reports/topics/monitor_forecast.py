"""The forecast of the stages as the monitor shows it, with the errors that it had before."""

import matplotlib.pyplot as plt
import pandas as pd

from portfolio_lab.analysis.ladder_order import sort_by_ladder
from portfolio_lab.analysis.monitor.chances import estimate_monthly_chances
from portfolio_lab.analysis.monitor.forecast import (
    FEWEST_MONTHS,
    HORIZONS,
    backtest_forecast,
    forecast_shares,
    forecast_states,
    past_shares,
)
from portfolio_lab.analysis.monitor.seasons import MONTHS_TO_PREDICT, check_seasons, forecast_by_season
from portfolio_lab.analysis.monitor.states import build_state_panel
from portfolio_lab.analysis.stages import STAGES
from portfolio_lab.plots.monitor.forecast import plot_forecast
from portfolio_lab.plots.style import figure_size
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences.monitor import forecast as say
from portfolio_lab.reports.sentences.wording import Wording

PAST_MONTHS = 12


def show_forecast(review: Review, *, wording: Wording) -> None:
    """Put the stages of the months to come on the page, with the error of such forecasts in the past."""
    out = review.out
    panel = build_state_panel(review.order_days(), review.snapshots(), as_of=review.as_of, policy=review.policy.stages)
    seasons = check_seasons(panel)
    way = {"predict": forecast_by_season if seasons.is_used else forecast_states}
    forecast = forecast_shares(panel, **way)
    if forecast.empty:
        out.say(say.TOO_SHORT)
        return
    errors = backtest_forecast(panel, **way, fewest=MONTHS_TO_PREDICT if seasons.is_used else FEWEST_MONTHS)
    text = say.forecast(forecast, errors, by_season=seasons.is_used, wording=wording)
    figure, ax = plt.subplots(figsize=figure_size("wide"))
    plot_forecast(past_shares(panel, months=PAST_MONTHS), forecast, errors, ax=ax, locale=wording.locale)
    out.say(text)
    out.figure("forecast", figure, alt=text, caption=say.caption(by_season=seasons.is_used))
    out.say(say.seasons(seasons, wording=wording))
    table = tabulate_forecast(forecast, errors)
    labels, units = say.forecast_labels(table)
    with out.fold("The forecast in numbers, with the errors of such forecasts before"):
        out.table("forecast", table, "Share of customers by stage, now and ahead", labels=labels, units=units)
    ordered = sort_by_ladder(errors).sort_values("months_ahead", kind="stable", ignore_index=True)
    out.table("forecast_errors", ordered, "How far such forecasts were off", columns=())
    out.table("monthly_chances", estimate_monthly_chances(panel), "Chances to change stage within a month", columns=())


def tabulate_forecast(forecast: pd.DataFrame, errors: pd.DataFrame) -> pd.DataFrame:
    """Return the share of each stage now and at each horizon, with the mean error of such forecasts where tried.

    One row per stage: share_0, share_<months>, error_<months>.
    """
    wide = forecast.pivot_table(index="stage", columns="months_ahead", values="share")
    wide.columns = [f"share_{months}" for months in wide.columns]
    table = wide[["share_0"]]
    for months in HORIZONS:
        table = table.join(wide[f"share_{months}"])
        tried = errors[errors["months_ahead"] == months].set_index("stage")["mean_error"]
        if len(tried):
            table = table.join(tried.rename(f"error_{months}"))
    return table.reindex(STAGES).reset_index()
