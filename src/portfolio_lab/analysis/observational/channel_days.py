"""Days earlier by channel: how much sooner customers order again after a contact of one channel, others like them
compared.

The wait of each customer enters as its share of the mean wait of all, up to a limit. Source: Andersen and Pohar Perme
(2010).
"""

import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.observational.cohort import Windows, build_cohort
from portfolio_lab.analysis.observational.contact_rows import NOBODY, name_channels
from portfolio_lab.analysis.observational.effect import compute_naive
from portfolio_lab.analysis.observational.known_before import Records, join_known, list_known
from portfolio_lab.analysis.observational.nuisances import Recipe
from portfolio_lab.analysis.observational.overlap import fit_comparable
from portfolio_lab.analysis.observational.restricted import derive_restricted_days
from portfolio_lab.analysis.observational.sample import build_sample
from portfolio_lab.errors import AnalysisError

RECIPE = Recipe("logit", n_folds=3, n_splits=1)
COLUMNS = ["channel", "n_treated", "n_control", "days_without", "naive_earlier", "days_earlier", "low", "high",
           "is_comparable"]  # fmt: skip


def estimate_days_earlier(
    order_days: pd.DataFrame,
    contacts: pd.DataFrame,
    *,
    dates: list[pd.Timestamp],
    as_of: pd.Timestamp,
    windows: Windows,
    records: Records | None = None,
) -> pd.DataFrame:
    """Return by how many days a contact brings the next order forward, counted up to ``windows.follow_days``.

    Grain: channel with at least 30 contacted; n_treated, n_control, days_without (mean wait without the contact),
    naive_earlier (simple comparison), days_earlier, low, high in days (positive = earlier), is_comparable. Ranges hold
    for all channels together. Empty where no channel has enough. ``records``: what else is known of the customers.
    """
    found = []
    cohort = build_cohort(order_days, contacts, dates=dates, as_of=as_of, windows=windows)
    rows = join_known(cohort, records)
    channels = name_channels(rows, contacts, n_days=windows.grace_days)
    for channel in sorted(contacts["channel"].dropna().unique()):
        row = _compare(rows[channels.isin([channel, NOBODY])], limit=float(windows.follow_days))
        if row is not None:
            found.append({"channel": channel} | row)
    if not found:
        return pd.DataFrame(columns=COLUMNS)
    frame = pd.DataFrame(found)
    reach = norm.ppf(1 - 0.025 / len(frame)) * frame.pop("error")
    return frame.assign(low=frame["days_earlier"] - reach, high=frame["days_earlier"] + reach)[COLUMNS]


def _compare(rows: pd.DataFrame, *, limit: float) -> dict[str, object] | None:
    try:
        rows = rows.assign(days=derive_restricted_days(rows, limit=limit)) if len(rows) else rows.assign(days=0.0)
        sample = build_sample(rows, outcome="days", covariates=list_known(rows))
        sample, found, card = fit_comparable(sample, recipe=RECIPE)
    except AnalysisError:
        return None
    n_treated = int(sample.treated.sum())
    return {
        "n_treated": n_treated,
        "n_control": sample.n - n_treated,
        "days_without": found.control_mean,
        "naive_earlier": -compute_naive(sample),
        "days_earlier": -found.effect,
        "error": found.error,
        "is_comparable": card.is_ok,
    }
