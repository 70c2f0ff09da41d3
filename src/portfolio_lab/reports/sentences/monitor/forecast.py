"""Sentences on the forecast of the stages and its errors."""

import pandas as pd

from portfolio_lab.plots.style import STAGE_LABELS
from portfolio_lab.reports.sentences.wording import Wording

TOO_SHORT = "There are fewer than six months of history, too few to say how the stages will develop."
CAPTION = (
    "Share of each stage over the last months and, dashed, over those to come if customers go on as in the last six "
    "months; bars show by how much such forecasts were off on average."
)


def forecast(table: pd.DataFrame, errors: pd.DataFrame, *, wording: Wording) -> str:
    """Return the active share ahead, the stage that grows most, and how good such forecasts were."""
    last = int(table["months_ahead"].max())
    ahead = table[table["months_ahead"] == last].set_index("stage")["share"]
    now = table[table["months_ahead"] == 0].set_index("stage")["share"]
    first = f"If customers go on as in the last six months, **{wording.share(ahead['active'])}** will be active in "
    first += f"{wording.count(last, 'month')} ({wording.share(now['active'])} now)"
    grown = (ahead - now).drop("active").sort_values()
    name, change = str(grown.index[-1]), float(grown.iloc[-1])
    second = f", and {wording.share(ahead[name])} {STAGE_LABELS[name].lower()} ({wording.share(now[name])} now)"
    return f"{first}{second if change > 0 else ''}. {judged(errors, wording=wording)}"


def judged(errors: pd.DataFrame, *, wording: Wording) -> str:
    """Return how far such forecasts were off, beside the forecast that nothing changes."""
    if errors.empty:
        return "The history is too short to try such forecasts on the past, so take it as a rough guide."
    months = int(errors["months_ahead"].max())
    rows = errors[errors["months_ahead"] == months]
    mean, still = float(rows["mean_error"].mean()), float(rows["no_change_error"].mean())
    tried = wording.count(int(rows["n_origins"].max()), "earlier month end", "earlier month ends")
    largest = _points(float(rows["largest_error"].max()), wording)
    text = (
        f"Tried from {tried}, such forecasts over {wording.count(months, 'month')} were off by "
        f"{_points(mean, wording)} on average over the stages, and at most by {largest}; "
        f"saying that nothing will change was off by {_points(still, wording)}"
    )
    return f"{text}." if mean < still else f"{text}, so it was the better guess."


def _points(share: float, wording: Wording) -> str:
    return f"{wording.number(share * 100, digits=1)} percentage points"


def forecast_labels(table: pd.DataFrame) -> tuple[dict[str, str], dict[str, str]]:
    """Return heads and units of the table of the forecast."""
    labels, units = {"stage": "Stage"}, {}
    for column in table.columns.drop("stage"):
        kind, months = column.split("_")
        when = "now" if months == "0" else f"in {months} months"
        labels[column] = f"Share {when}" if kind == "share" else f"± in {months} months"
        units[column] = "share" if kind == "share" else "points"
    return labels, units
