"""Traps of survival analysis: what is found becomes a sentence, or stops the analysis where a number would be wrong."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.spells import Truncation
from portfolio_lab.errors import AnalysisError

MIN_EVENTS = 10
ONE_TIME_SHARE = 0.3
RETURN_SHARE = 0.3
RETURN_DAYS = 365


@dataclass(frozen=True)
class Finding:
    """One trap that these data hold: its name, the sentence for the reader, and the number behind it."""

    guard: str
    sentence: str
    value: float


def assert_event_dates(spells: pd.DataFrame) -> None:
    """Raise AnalysisError where an inactivation is not dated ``inactive_days`` after the last purchase.

    Dated back to the last purchase, survival comes out several points too high: the loss of the latest customers
    cannot be seen yet.
    """
    events = spells[spells["event_observed"]]
    silent = (events["end_date"] - events["last_purchase_date"]).dt.days
    if (silent != events["inactive_days"]).any():
        raise AnalysisError(
            "inactivations are dated back",
            remedy="date them inactive_days after the last purchase",
            value=int((silent != events["inactive_days"]).sum()),
        )


def find_truncation(truncation: Truncation, *, n_unknown: int, n_late: int) -> list[Finding]:
    """Return what to say when the order history begins in the middle of customers' lives."""
    if np.isinf(truncation.ratio):
        sentence = (
            "Hardly anybody begins later than the first stretch: these are customers of one start. If some of them "
            "were customers before, they stay longer than these curves say."
        )
        return [Finding("one_start", sentence, truncation.ratio)]
    if not truncation.is_truncated:
        return []
    sentence = (
        f"{truncation.n_early:,} customers seem to begin when the order history does, {truncation.ratio:.1f} times as "
        f"many as in a later stretch of that length: most were customers before. {_old_customers(n_late, n_unknown)}"
    )
    return [Finding("left_truncation", sentence, truncation.ratio)]


def _old_customers(n_late: int, n_unknown: int) -> str:
    late = f"{n_late:,} of known age are counted from the day on which we could watch them" if n_late else ""
    unknown = f"{n_unknown:,} of unknown age are left out of curves over age" if n_unknown else ""
    return "; ".join(part for part in (late, unknown) if part) + "."


def find_purge(spells: pd.DataFrame, *, window_start: pd.Timestamp) -> list[Finding]:
    """Return what to say when customers who left long ago seem to have been deleted.

    One-time buyers leave at once, so a history that holds everybody has last purchases in its first months. When even
    the earliest hundredth of them lies more than a year (and two inactivity spans) after its start, somebody tidied up.
    """
    last = spells.groupby("customer_id")["last_purchase_date"].max()
    first = spells.groupby("customer_id")["start_date"].min()
    earliest = (last.quantile(0.01) - pd.Timestamp(window_start)).days
    limit = max(365.0, 2 * float(spells["inactive_days"].max()))
    began_early = int(((first - pd.Timestamp(window_start)).dt.days < limit / 2).sum())
    if earliest <= limit or began_early < 30:
        return []
    sentence = (
        f"Nobody in these data left in the first {earliest:,} days of the order history: customers who had gone quiet "
        "were probably deleted. Those who remain look more loyal than customers are; treat the early years with care."
    )
    return [Finding("purged_accounts", sentence, float(earliest))]


def find_unknown_customers(customer_ids: pd.Series, known_ids: pd.Series) -> list[Finding]:
    """Return what to say when buyers are missing from the list of customers."""
    share = float((~customer_ids.drop_duplicates().isin(known_ids)).mean())
    if share <= 0.01:
        return []
    sentence = (
        f"{share:.0%} of the buyers are not in the list of customers: they may have been deleted, or joined with "
        "others. They stay in the curves, without attributes."
    )
    return [Finding("unknown_customers", sentence, share)]


def find_seasonal(spells: pd.DataFrame, *, as_of: pd.Timestamp) -> list[Finding]:
    """Return what to say when many who went inactive came back within a year, as seasonal customers do."""
    ordered = spells.sort_values(["customer_id", "spell_number"])
    returned = ordered.groupby("customer_id")["start_date"].shift(-1)
    is_old = ordered["event_observed"] & ((pd.Timestamp(as_of) - ordered["end_date"]).dt.days >= RETURN_DAYS)
    if is_old.sum() < 30:
        return []
    share = float(((returned - ordered["end_date"]).dt.days[is_old] <= RETURN_DAYS).mean())
    if share <= RETURN_SHARE:
        return []
    sentence = (
        f"{share:.0%} of the customers who went inactive came back within a year: for them the line is drawn too "
        "early, or they buy by season. Consider a longer line for their segment."
    )
    return [Finding("seasonal_customers", sentence, share)]


def find_one_time_buyers(spells: pd.DataFrame) -> list[Finding]:
    """Return what to say when one-time buyers are mixed with those who come again."""
    closed = spells[spells["event_observed"]]
    share = float((closed["n_purchase_days"] == 1).mean()) if len(closed) else 0.0
    if share <= ONE_TIME_SHARE:
        return []
    sentence = (
        f"{share:.0%} of those who went inactive had bought once only; they leave after exactly the inactivity span "
        "and pull every curve down there. Read curves of repeat buyers beside them."
    )
    return [Finding("one_time_buyers", sentence, share)]


def find_thin_groups(groups: pd.DataFrame) -> list[Finding]:
    """Return what to say of groups that are empty, or have too few events for a comparison.

    ``groups``: grouping, group, n, n_events.
    """
    return [
        Finding("thin_group", _thin_sentence(row.grouping, row.group, n=row.n, n_events=row.n_events), row.n_events)
        for row in groups.itertuples()
        if row.n_events < MIN_EVENTS
    ]


def _thin_sentence(grouping: str, group: str, *, n: int, n_events: int) -> str:
    if n == 0:
        return f"{grouping} {group}: nobody to follow."
    if n == 1:
        return f"{grouping} {group}: a single stay, too few for a comparison."
    if n_events == 0:
        return f"{grouping} {group}: none of {n:,} stays has ended, so there is nothing to estimate yet."
    if n_events == 1:
        return f"{grouping} {group}: only 1 of {n:,} stays has ended, too few for a comparison."
    return f"{grouping} {group}: only {n_events} of {n:,} stays have ended, too few for a comparison."


def find_overfit(n_events: int, n_terms: int) -> list[Finding]:
    """Return what to say when a model has fewer than ten events per coefficient."""
    if n_terms == 0 or n_events >= MIN_EVENTS * n_terms:
        return []
    sentence = f"{n_events:,} ends for {n_terms} effects: fewer than ten each, so the effects are only hints."
    return [Finding("few_events", sentence, n_events / n_terms)]


def find_gone_stale(lifetimes: pd.DataFrame) -> list[Finding]:
    """Return what to say when there is no event at all, or no row."""
    if lifetimes.empty:
        return [Finding("nobody", "There is nobody to follow.", 0.0)]
    n_events = int(np.sum(lifetimes["event_observed"]))
    if n_events:
        return []
    who = "The only stay has not" if len(lifetimes) == 1 else f"None of {len(lifetimes):,} stays has"
    return [Finding("no_events", f"{who} ended yet: there is nothing to estimate.", 0.0)]
