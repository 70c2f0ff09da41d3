"""Contacts by channel: how much sooner customers order again, and how many contacts are worth making."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from portfolio_lab.analysis.observational.channel_days import estimate_days_earlier
from portfolio_lab.analysis.observational.channel_doses import ChannelDose, estimate_doses
from portfolio_lab.analysis.observational.cohort import Windows
from portfolio_lab.plots import effectiveness_contacts as plots
from portfolio_lab.plots.style import FIGURE_WIDTH
from portfolio_lab.reports.review import Review
from portfolio_lab.reports.sentences.wording import Wording, capitalised, listed
from portfolio_lab.reports.topics.effectiveness_contacts import Basis, read_basis, thin_dates
from portfolio_lab.reports.topics.effectiveness_inputs import Company

STEP_DAYS, N_STARTS = 28, 13
MAX_STARTS = 200_000  # customers times start days
QUARTER_DAYS = 90
CONTACT_DAYS, DOSE_DAYS = 7, 28
DAYS_INTRO = (
    "**Sooner or not.** Customers contacted in one week against others of the same history who were not: days until "
    "the next order, from the end of that week, counted up to 90. Both groups begin to wait on the same day, so nobody "
    "gets time for free, and later contacts happen in both. Weak evidence (D)."
)
DOSE_INTRO = (
    "**How often.** Counted are contacts of one channel in four weeks, among customers who ordered nothing in them, "
    "and the orders of the 90 days after. Contacts up to the order would mislead: they stop at the order, so those who "
    "buy at once have the fewest. Shown is what all customers who could have had each number would do after it. Weak "
    "evidence (D)."
)


def show_frequency(review: Review, company: Company | None, *, wording: Wording) -> None:
    """Show days earlier and orders by number of contacts, channel by channel; nothing where too little is known."""
    basis = read_basis(review, company)
    if basis is None:
        return
    _show_days(review, basis, wording=wording)
    _show_doses(review, basis, wording=wording)


def choose_starts(basis: Basis, windows: Windows) -> list[pd.Timestamp]:
    """Return the latest start days, four weeks apart, whose follow-up is over and that lie within the orders.

    Of large companies fewer of the same year.
    """
    last = basis.as_of - pd.Timedelta(days=windows.grace_days + windows.follow_days - 1)
    days = pd.date_range(end=last, periods=N_STARTS, freq=f"{STEP_DAYS}D")
    return [
        day for day in thin_dates(basis, list(days), limit=MAX_STARTS) if day > basis.order_days["order_date"].min()
    ]


def _ask(basis: Basis, *, contact_days: int) -> dict[str, object]:
    windows = Windows(contact_days, QUARTER_DAYS, max_silent_days=basis.windows.max_silent_days)
    return {"dates": choose_starts(basis, windows), "as_of": basis.as_of, "windows": windows, "records": basis.records}


def _show_days(review: Review, basis: Basis, *, wording: Wording) -> None:
    asked = _ask(basis, contact_days=CONTACT_DAYS)
    if not asked["dates"]:
        return
    found = estimate_days_earlier(basis.order_days, basis.contacts, **asked)
    found = found[found["is_comparable"].astype(bool)] if len(found) else found
    if found.empty:
        return
    out = review.out
    out.say(DAYS_INTRO)
    rows = found.rename(columns={"channel": "label", "days_earlier": "effect"})
    figure, ax = plt.subplots(figsize=(FIGURE_WIDTH, 1.1 + 0.4 * len(rows)))
    plots.plot_ranges(rows, ax=ax, label="Days earlier than without the contact", locale=wording.locale)
    caption = "Days until the next order, up to 90. The ranges hold for all channels together."
    text = say_days(found, wording)
    out.figure("days_earlier", figure, alt=text, caption=caption)
    labels = {"channel": "Channel", "n_treated": "Contacted", "days_without": "Wait without", "days_earlier": "Earlier"}
    labels |= {"low": "From", "high": "To", "naive_earlier": "Simple comparison"}
    units = dict.fromkeys(("days_without", "days_earlier", "low", "high", "naive_earlier"), "number")
    title = "Days until the next order, up to 90: without a contact, and how much earlier with one"
    out.table("days_earlier", found, title, labels=labels, units=units, columns=list(labels))
    out.say(text)


def say_days(found: pd.DataFrame, wording: Wording) -> str:
    """Return after which channels customers order clearly sooner, with the range in days."""
    clear = found[(found["low"] > 0) | (found["high"] < 0)]
    told = [
        f"{row.channel} {_days(row.days_earlier, wording)} (between {_days(row.low, wording, bare=True)} and "
        f"{_days(row.high, wording, bare=True)})"
        for row in clear.itertuples()
    ]
    rest = [channel for channel in found["channel"] if channel not in set(clear["channel"])]
    if not told:
        return "After no channel do customers order clearly sooner or later than others of the same history."
    first = f"Against customers of the same history, the next order came: after {listed(told)}."
    return f"{first} For {listed(rest)} no difference is established." if rest else first


def _days(value: float, wording: Wording, *, bare: bool = False) -> str:
    size = wording.number(abs(value), digits=1)
    if bare:
        return size
    return f"{size} days {'earlier' if value >= 0 else 'later'}"


def _show_doses(review: Review, basis: Basis, *, wording: Wording) -> None:
    asked = _ask(basis, contact_days=DOSE_DAYS)
    if not asked["dates"]:
        return
    found = estimate_doses(basis.order_days, basis.contacts, **asked)
    if not found:
        return
    out = review.out
    out.say(DOSE_INTRO)
    n_rows = -(-len(found) // 2)
    figure, axes = plt.subplots(n_rows, 2, figsize=(FIGURE_WIDTH, 0.4 + 2.3 * n_rows), squeeze=False, sharey=True)
    for ax, each in zip(axes.flat, found, strict=False):
        plots.plot_dose(each.curve.levels, ax=ax, title=each.channel, as_good=each.curve.as_good, locale=wording.locale)
    for ax in axes.flat[len(found) :]:
        ax.set_visible(False)
    figure.supxlabel("Contacts in four weeks", fontsize=11)
    figure.supylabel("Orders in 90 days", fontsize=11)
    text = say_doses(found)
    caption = "Filled: as good as the best number once its cost is taken off. 95% ranges, each for itself."
    out.figure("doses", figure, alt=text.replace("**", ""), caption=caption)
    out.table("doses", list_levels(found), "Orders after so many contacts, every number", columns=[])
    silent = sorted(set(basis.contacts["channel"].dropna()) - {each.channel for each in found})
    left = f" For {listed(silent)} too few comparable customers had more contacts than others." if silent else ""
    out.say(text + left)


def say_doses(found: list[ChannelDose]) -> str:
    """Return, channel by channel, the numbers worth trying, and together the channels where none stands out."""
    flat = [each for each in found if len(each.curve.as_good) == len(each.curve.levels)]
    parts = [say_dose(each) for each in found if each not in flat]
    if flat:
        named = [f"{each.channel} (none to {_many(_doses(each)[-1], each)})" for each in flat]
        net = " once its cost is taken off" if all(each.cost_amount > 0 for each in flat) else ""
        parts.append(f"No number of contacts in four weeks is clearly better than another{net}: {listed(named)}.")
    return " ".join(parts)


def say_dose(each: ChannelDose) -> str:
    """Return the numbers of contacts of one channel that are worth trying, and from where on nothing more is seen."""
    doses, good = _doses(each), sorted(each.curve.as_good)
    net, name = " after its cost" if each.cost_amount > 0 else "", capitalised(each.channel)
    if good == [0]:
        return f"**{name}:** no contact does best{net}: contacts of this kind are not supported by these data."
    if 0 in good:
        return f"**{name}:** more than {_many(max(good), each)} in four weeks is not supported{net}."
    more = "" if max(good) == doses[-1] else f"; more than {_many(max(good), each)} is not supported"
    return f"**{name}:** {_many(min(good), each)} in four weeks does better than fewer{net}{more}."


def _doses(each: ChannelDose) -> list[int]:
    return [int(k) for k in each.curve.levels["dose"]]


def _many(k: int, each: ChannelDose) -> str:
    return f"{k} or more" if k == _doses(each)[-1] else str(k) if k else "none"


def list_levels(found: list[ChannelDose]) -> pd.DataFrame:
    """Return all curves as one table: channel, dose, n, mean, low, high, is_as_good, costs; one row per dose."""
    frames = [
        each.curve.levels.assign(
            channel=each.channel,
            is_as_good=np.isin(each.curve.levels["dose"], each.curve.as_good),
            is_best=each.curve.levels["dose"] == each.curve.best,
            n_left_out=each.curve.n_left_out,
        )
        for each in found
    ]
    frame = pd.concat(frames, ignore_index=True)
    return frame[["channel", *[name for name in frame.columns if name != "channel"]]]
