"""Stage shares of the last months and of those to come, with the error that such forecasts had."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator

from portfolio_lab.plots.style import INK, MUTED, STAGE_COLOURS, label_of, write_shares


def plot_forecast(past: pd.DataFrame, forecast: pd.DataFrame, errors: pd.DataFrame, *, ax: Axes, locale: str) -> Axes:
    """Draw the share of each stage: solid up to now, dashed ahead, a bar of the mean back-tested error at its horizons.

    ``past``: months_ahead (0 and below), stage, share; ``forecast``: contract ``Forecast``; ``errors``: contract
    ``ForecastErrors``. Stages that are never above 1 % are left out.
    """
    both = pd.concat([past, forecast])
    shown = [stage for stage in STAGE_COLOURS if (both.loc[both["stage"] == stage, "share"] > 0.01).any()]
    for stage in shown:
        colour = STAGE_COLOURS[stage]
        before, after = (table[table["stage"] == stage] for table in (past, forecast))
        ax.plot(before["months_ahead"], before["share"], color=colour, label=label_of(stage))
        ax.plot(after["months_ahead"], after["share"], color=colour, linestyle="--")
        error = errors[errors["stage"] == stage].set_index("months_ahead")["mean_error"]
        centre = after.set_index("months_ahead")["share"].reindex(error.index).dropna()
        if len(centre):
            ax.errorbar(centre.index, centre, yerr=error[centre.index], fmt="o", color=colour, markersize=4, capsize=3,
                        elinewidth=1.2)  # fmt: skip
    ax.axvline(0, color=MUTED, linewidth=1)
    ax.annotate("now", (0, 1), xycoords=("data", "axes fraction"), xytext=(3, -2), textcoords="offset points",
                va="top", color=INK)  # fmt: skip
    ax.set_ylim(0, None)
    ax.set_xlabel("Months from now")
    ax.set_ylabel("Share of customers")
    ax.xaxis.set_major_locator(MultipleLocator(3))
    write_shares(ax.yaxis, locale=locale)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncol=3)
    return ax
