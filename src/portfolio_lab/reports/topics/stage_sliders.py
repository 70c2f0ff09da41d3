"""Sliders for JupyterLab: drag the two lines and see what they would have meant. Not part of any published page."""

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
from IPython.display import display

from portfolio_lab.analysis.stage_tuning.lines import try_lines
from portfolio_lab.analysis.stage_tuning.panel import Panel
from portfolio_lab.analysis.stage_tuning.settings import TuningSettings
from portfolio_lab.errors import AnalysisError
from portfolio_lab.plots.stage_tuning import METRIC_LABELS
from portfolio_lab.plots.stages import plot_stage_shares
from portfolio_lab.plots.style import figure_size, format_value

SHOWN = {
    **{name: (label, "share") for name, label in METRIC_LABELS.items()},
    "lead_days": ("Days of warning", "days"),
    "n_alarms": ("Alarms a month end", "number"),
    "utility_amount": ("Money a month end", "currency"),
}


def describe_trial(values: dict[str, float], *, locale: str, currency: str) -> str:
    """Return what a trial found, one line per number."""
    return "\n".join(
        f"{label}: {format_value(values[name], unit, locale=locale, currency=currency)}"
        for name, (label, unit) in SHOWN.items()
        if name in values
    )


def show_trial(panel: Panel, settings: TuningSettings, *, locale: str, currency: str) -> Callable[[int, int], None]:
    """Return the function that the sliders call: it shows the numbers and the stages of two lines in days."""

    def show(pre_inactive_days: int, inactive_days: int) -> None:
        if pre_inactive_days >= inactive_days:
            display({"text/plain": "Pre-inactive has to come before inactive: move a line."}, raw=True)
            return
        lines = {"pre_inactive_days": pre_inactive_days, "inactive_days": inactive_days}
        values, shares = try_lines(panel, **lines, settings=settings)
        display({"text/plain": describe_trial(values, locale=locale, currency=currency)}, raw=True)
        figure, ax = plt.subplots(figsize=figure_size("low"))
        plot_stage_shares(shares.to_frame("customers").T, ax=ax, locale=locale)
        display(figure)
        plt.close(figure)

    return show


def open_sliders(show: Callable[[int, int], None], *, pre_inactive_days: int, inactive_days: int, longest: int) -> Any:
    """Return both sliders with what ``show`` displays, set to the lines in force.

    Raises AnalysisError where the interactive extra is not installed.
    """
    try:
        import ipywidgets
    except ImportError as error:
        remedy = "install the extra 'lab': make lab"
        raise AnalysisError("sliders need ipywidgets", remedy=remedy, value="ipywidgets") from error
    slider = {"min": 1, "max": longest, "step": 1, "continuous_update": False}
    first = ipywidgets.IntSlider(value=pre_inactive_days, description="pre-inactive", **slider)
    second = ipywidgets.IntSlider(value=inactive_days, description="inactive", **slider)
    shown = ipywidgets.interactive_output(show, {"pre_inactive_days": first, "inactive_days": second})
    return ipywidgets.VBox([first, second, shown])
