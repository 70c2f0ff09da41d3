"""Sentences on the forecast of the stages and its errors."""

import pandas as pd

from portfolio_lab.analysis.monitor.seasons import SeasonCheck
from portfolio_lab.plots.style import STAGE_LABELS
from portfolio_lab.reports.sentences.wording import Wording

TOO_SHORT = "There are fewer than six months of history, too few to say how the stages will develop."
LIKE_BEFORE = {False: "as in the last six months", True: "as in the same quarters of the years before"}


def caption(*, by_season: bool) -> str:
    """Return how to read the figure."""
    return (
        f"Share of each stage over the last months and, dashed, over those to come if customers go on "
        f"{LIKE_BEFORE[by_season]}; bars show by how much such forecasts were off on average."
    )


def seasons(found: SeasonCheck, *, wording: Wording) -> str:
    """Return whether customers buy by season, and whether the forecast goes by it."""
    if found.is_seasonal is None:
        return (
            "The history is too short to look for seasons, which takes a little more than two years; the forecast "
            "knows none."
        )
    high, low = max(found.rates, key=found.rates.get), min(found.rates, key=found.rates.get)
    rates = " and ".join(f"{wording.share(found.rates[quarter])} in Q{quarter}" for quarter in (high, low))
    if not found.is_seasonal:
        most, least = (wording.share(found.rates[quarter]) for quarter in (high, low))
        return (
            f"No season stands out: of the customers who are buying, between {least} (Q{low}) and {most} (Q{high}) "
            "bought within a month."
        )
    first = f"Buying goes by season: of the customers who are buying, {rates} bought within a month."
    if found.season_error is None:
        return f"{first} The history is too short to forecast by season."
    by_season, recent = (_points(error, wording) for error in (found.season_error, found.recent_error))
    if found.is_used:
        return (
            f"{first} The forecast goes by it, month for month, because this was off by {by_season} in the past "
            f"and going by the last six months by {recent}."
        )
    return (
        f"{first} A forecast that goes by it was off by {by_season} in the past, one that goes by the last six months "
        f"by {recent}: the latter is shown."
    )


def forecast(table: pd.DataFrame, errors: pd.DataFrame, *, by_season: bool = False, wording: Wording) -> str:
    """Return the active share ahead, the stage that grows most, and how good such forecasts were."""
    last = int(table["months_ahead"].max())
    ahead = table[table["months_ahead"] == last].set_index("stage")["share"]
    now = table[table["months_ahead"] == 0].set_index("stage")["share"]
    first = f"If customers go on {LIKE_BEFORE[by_season]}, **{wording.share(ahead['active'])}** will be active in "
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
    if mean < still:
        return f"{text}."
    return f"{text}, so it was {'the better' if still < mean else 'as good a'} guess."


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
