"""What a contact brings by class, stage and channel: rested customers, contacted by one channel, and others like them.

Every channel is compared with no contact; the effects of all cells are parts of one total and average back to it.
How long orders are counted follows from how often customers are contacted, not from what they did.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.observational.cells import pool_upward, shrink_cells
from portfolio_lab.analysis.observational.cohort import LAGS, Windows, index_events, to_days
from portfolio_lab.analysis.observational.contact_rows import NOBODY, SEVERAL
from portfolio_lab.analysis.observational.effect import Adjusted, compute_error
from portfolio_lab.analysis.observational.known_before import list_known
from portfolio_lab.analysis.observational.nuisances import Predictions, Recipe
from portfolio_lab.analysis.observational.overlap import OverlapCard, fit_comparable
from portfolio_lab.analysis.observational.sample import Sample, build_sample
from portfolio_lab.analysis.observational.triggers import DesignChoice, choose_design
from portfolio_lab.errors import AnalysisError

STEP_DAYS = 7
RESTED_DAYS = 30  # a month: an earlier contact should no longer be at work
MEANWHILE_SHARE = 0.20  # of customers contacted anyway before the follow-up closes
FOLLOW_DAYS = (7, 14, 21, 28)
RECIPE = Recipe("logit", n_folds=3, n_splits=1)
KEYS = ("abc_class", "stage", "channel")
EVERY_FOURTH = 4
SHRUNK = ("shrunk_effect", "shrunk_low", "shrunk_high")


@dataclass(frozen=True)
class ContactEffects:
    """``lines`` are shown, ``cells`` all behind them, see ``estimate_contact_effects``; ``total``: all together.

    ``left_out`` names channels that could not be compared; ``design`` says how contacts came. ``sample`` and
    ``adjusted`` are those of contacts of every kind, for the self-test. None without any cell.
    """

    lines: pd.DataFrame
    cells: pd.DataFrame
    total: Adjusted | None = None
    left_out: tuple[str, ...] = ()
    design: DesignChoice | None = None
    sample: Sample | None = None
    adjusted: Adjusted | None = None


@dataclass(frozen=True)
class ChannelFit:
    """One channel against no contact: customer_id, ``KEYS`` and row of each row of the sample, and its effect."""

    keys: pd.DataFrame
    sample: Sample
    adjusted: Adjusted
    card: OverlapCard


def choose_windows(
    order_days: pd.DataFrame, contacts: pd.DataFrame, *, as_of: pd.Timestamp, max_silent_days: int
) -> Windows:
    """Return the windows of the comparison: a week for the contact, then one to four whole weeks of orders.

    As many weeks as leave at least four in five customers without a contact in them, because contacts that others get
    meanwhile blur the comparison; whole weeks, so that the day of the week does not matter. Read from the last year's
    contacts of customers silent for at most ``max_silent_days``, never from what they ordered afterwards.
    """
    purchases = order_days[order_days["is_purchase_day"]]
    customers = pd.Index(np.sort(purchases["customer_id"].unique()))
    days = pd.date_range(end=pd.Timestamp(as_of) - pd.Timedelta(days=FOLLOW_DAYS[-1]), periods=13, freq="28D")
    code, start = np.tile(np.arange(len(customers)), len(days)), np.repeat(to_days(pd.Series(days)), len(customers))
    since = start - index_events(purchases, customers, date="order_date").last_before(code, start)
    touched = index_events(contacts, customers, date="contact_date")
    wait = (touched.first_from(code, start) - start)[since <= max_silent_days]
    n_fit = sum(bool((wait < length).mean() <= MEANWHILE_SHARE) for length in FOLLOW_DAYS) if len(wait) else 0
    follow = FOLLOW_DAYS[max(n_fit, 1) - 1]
    return Windows(STEP_DAYS, follow, max_silent_days=max_silent_days, rested_days=RESTED_DAYS)


def choose_weeks(as_of: pd.Timestamp, *, n_weeks: int, windows: Windows) -> list[pd.Timestamp]:
    """Return the latest ``n_weeks`` start days, a week apart, whose follow-up is over on ``as_of``."""
    last = pd.Timestamp(as_of) - pd.Timedelta(days=windows.grace_days + windows.follow_days - 1)
    return list(pd.date_range(end=last, periods=n_weeks, freq=f"{STEP_DAYS}D"))


def estimate_contact_effects(rows: pd.DataFrame) -> ContactEffects:
    """Return what one contact adds to the orders of the days after its window, by class, stage and channel.

    ``rows``: those of ``build_contact_rows`` with the column stage. Grain of ``cells``: class × stage × channel with
    anybody contacted; of ``lines``: the large ones, and small ones joined (``pool_upward``). n_treated and n_control
    count customers once per start day; control_mean, naive_effect, effect, error, low, high in orders per customer;
    sum(share × effect) is ``total.effect`` in both. Lines of one cell have shrunk_effect, shrunk_low and shrunk_high
    (drawn towards those of its channel) and is_clear: different from nothing after all are counted (Benjamini and
    Hochberg), by the shrunk range and by the shown one, which holds for all lines together (Bonferroni). Where the
    groups are not comparable a line is never clear.
    """
    fits, left_out = fit_channels(rows)
    if not fits:
        return ContactEffects(pd.DataFrame(), pd.DataFrame(), left_out=left_out)
    sample, total, keys = stack_fits(fits)
    cells, lines = pool_upward(sample, total, keys)
    compared = {fit.keys["channel"].iloc[0]: fit.card.is_ok for fit in fits}
    is_fair = cells["channel"].map(compared).astype(bool).groupby(cells["line"]).all()
    lines["is_comparable"] = lines["line"].map(is_fair).to_numpy(dtype=bool)
    cell = keys.merge(cells[[*KEYS, "line"]], how="left", validate="many_to_one")["line"].to_numpy()
    lines = _judge(_compare_simply(lines, sample, total, cell))
    dates = np.sort(rows["landmark_date"].unique())[::EVERY_FOURTH]
    every = rows[rows["landmark_date"].isin(dates)]
    design = choose_design(every, lags=LAGS)
    return ContactEffects(lines, cells, total, left_out, design, *_fit(every, list_known(every))[:2])


def fit_channels(rows: pd.DataFrame) -> tuple[list[ChannelFit], tuple[str, ...]]:
    """Return each channel compared with no contact, and the names of those that cannot be."""
    channels = rows["channel"].to_numpy()
    group = rows["abc_class"].astype(str) + " " + rows["stage"].astype(str)
    rows = rows.assign(group=group, row=np.arange(len(rows)))
    found, left_out = [], []
    for channel in sorted(set(channels) - {NOBODY, SEVERAL}):
        own = rows[(channels == NOBODY) | (channels == channel)]
        try:
            sample, adjusted, card = _fit(own, (*list_known(own), "group"))
        except AnalysisError:
            left_out.append(channel)
            continue
        keys = own[["customer_id", "abc_class", "stage", "row"]].iloc[sample.place].assign(channel=channel)
        found.append(ChannelFit(keys.reset_index(drop=True), sample, adjusted, card))
    return found, tuple(left_out)


def _fit(rows: pd.DataFrame, covariates: Sequence[str]) -> tuple[Sample, Adjusted, OverlapCard]:
    sample = build_sample(rows, outcome="n_orders", covariates=tuple(covariates))
    return fit_comparable(sample, recipe=RECIPE)


def stack_fits(fits: Sequence[ChannelFit]) -> tuple[Sample, Adjusted, pd.DataFrame]:
    """Return the rows of all channels under each other, their one effect (the mean over all contacted), their keys.

    The same customers are compared with in every channel, so their rows share one error. Rows of a class and stage in
    which nobody was contacted by the channel are left out: they stand beside nobody.
    """
    samples, parts = [fit.sample for fit in fits], [fit.adjusted for fit in fits]
    keys = pd.concat([fit.keys for fit in fits], ignore_index=True)
    outcome, treated = (np.concatenate([getattr(each, name) for each in samples]) for name in ("outcome", "treated"))
    score, weight = (np.concatenate([getattr(each, name) for each in parts]) for name in ("score", "weight"))
    kept = pd.Series(treated).groupby([keys[name] for name in KEYS]).transform("any").to_numpy()
    names = ("chance", "without", "with_it")
    guessed = [np.concatenate([getattr(each.predictions, name) for each in parts])[kept] for name in names]
    outcome, treated, score, weight, keys = outcome[kept], treated[kept], score[kept], weight[kept], keys[kept]
    cluster = pd.factorize(keys["customer_id"])[0]
    effect = float(score.sum() / weight.sum())
    error = compute_error((score - effect * weight) / weight.mean(), cluster)
    nothing, is_plain = np.zeros((len(outcome), 0)), np.zeros(0, dtype=bool)
    sample = Sample(outcome, treated, nothing, (), is_plain, cluster, place=keys["row"].to_numpy())
    predictions = Predictions(*guessed, parts[0].predictions.models)
    without = float(outcome[treated].mean()) - effect
    total = Adjusted("att", effect, error, without, score, weight, predictions, parts[0].recipe)
    return sample, total, keys[list(KEYS)].reset_index(drop=True)


def _compare_simply(lines: pd.DataFrame, sample: Sample, total: Adjusted, cell: np.ndarray) -> pd.DataFrame:
    """The lines with control_mean (orders of those contacted, had they not been) and the simple comparison."""
    outcome, treated = sample.outcome, sample.treated
    parts = {"with_it": outcome * treated, "without": outcome * treated - total.score, "others": outcome * ~treated}
    parts |= {"n_with": treated, "n_others": ~treated}
    sums = pd.DataFrame(parts).groupby(cell).sum().reindex(lines["line"]).reset_index(drop=True)
    others = sums["others"] / sums["n_others"].where(sums["n_others"] > 0)
    simple = sums["with_it"] / sums["n_with"] - others
    return lines.assign(control_mean=sums["without"] / sums["n_with"], naive_effect=simple)


def _judge(lines: pd.DataFrame) -> pd.DataFrame:
    """Partial pooling within a channel, ranges for all lines together, and which are clear by both."""
    told = ~lines["is_small"]
    own = (told & ~lines["is_joined"]).to_numpy()
    reach = norm.ppf(1 - 0.025 / max(told.sum(), 1)) * lines["error"].where(told)
    lines = lines.assign(low=lines["effect"] - reach, high=lines["effect"] + reach, is_clear=False)
    lines[list(SHRUNK)] = np.nan
    if own.any():
        shrunk = shrink_cells(lines.loc[own, ["channel", "effect", "error"]], within="channel")
        lines.loc[own, list(SHRUNK)] = shrunk[["shrunk_effect", "low", "high"]].to_numpy()
        leaves_zero = (lines["low"] > 0) | (lines["high"] < 0)
        lines.loc[own, "is_clear"] = shrunk["is_clear"] & (leaves_zero & lines["is_comparable"])[own]
    return lines
