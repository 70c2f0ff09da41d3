"""Sentences on the movement between two days and on how sure the classes are."""

import datetime as dt

import pandas as pd

from portfolio_lab.analysis.abc_classes.migration import MigrationSummary
from portfolio_lab.analysis.periods import Period, is_complete
from portfolio_lab.reports.sentences.wording import Wording, capitalised, is_or_are, listed


def migration(moved: MigrationSummary, *, since: dt.date, wording: Wording) -> str:
    """Return how many stayed in their class since an earlier day, by customers and by value, and beyond chance."""
    day = wording.date(since)
    if not moved.n_before or moved.stay_rate is None:
        return f"No classes can be made for {day}: nobody had a value then, or it was not recorded."
    by_value = f"; they had brought {wording.share(moved.value_stay_rate)} of {wording.measure} then"
    value = by_value if moved.value_stay_rate is not None else ""
    chance = "Everybody was and is in one class, so nothing could have moved."
    if moved.kappa is not None:
        kappa = wording.number(moved.kappa, digits=2)
        chance = f"Some of that is chance: kappa, 0 for chance alone and 1 for no movement, is {kappa}."
    return (
        f"Of {wording.count(moved.n_before, 'customer')} classified on {day}, {wording.share(moved.stay_rate)} "
        f"are in the same class now{value}. {chance}"
    )


def new_and_lost(moved: MigrationSummary, *, wording: Wording) -> str:
    """Return who came, went, rose and fell, with the value that came and went."""
    if not moved.n_before:
        return f"So {wording.count(moved.n_new, 'customer')} {is_or_are(moved.n_new)} shown as new."
    came = f"{wording.count(moved.n_new, 'customer')} ordered for the first time ({wording.money(moved.new_amount)})"
    went = f"{wording.count(moved.n_lost, 'customer')} brought nothing any more ({wording.money(moved.lost_amount)})"
    fell = wording.number(moved.n_down) if moved.n_down else "none"
    return (
        f"{capitalised(came)}; {went}. {capitalised(wording.count(moved.n_up, 'customer'))} rose to a better class, "
        f"{fell} fell without being lost."
    )


def recomputed(earlier: Period, *, wording: Wording) -> str:
    """Return which day the earlier classes are of, and the remark that they are made with today's rules."""
    day, n_days = wording.date(earlier.last_day), wording.count(earlier.n_days, "day")
    which = f"{day} is the end of {earlier.label}."
    if not is_complete(earlier):
        which = f"The period is not over yet: {day} ends the first {n_days} of {earlier.label}, as many as in it."
    return (
        f"{which} The classes of {day} are computed anew from what was known on that day, with today's "
        "rules, so that only customers move and never the yardstick."
    )


def stability(by_class: pd.DataFrame, *, stable_share: float, n_bootstrap: int, wording: Wording) -> str:
    """Return how many classes are uncertain and in which class they are; from ``summarise_stability``."""
    n, n_unstable = int(by_class["n_customers"].sum()), int(by_class["n_unstable"].sum())
    limit = wording.share(stable_share, digits=0)
    drawn = f"{wording.count(n_bootstrap, 'draw')} of the months"
    if not n_unstable:
        return f"Over {drawn}, every customer stays in its class in at least {limit} of them: the classes are sure."
    rows = by_class[by_class["n_unstable"] > 0]
    parts = [f"{wording.number(row.n_unstable)} in {row.abc_class}" for row in rows.itertuples()]
    return (
        f"Over {drawn}, {wording.number(n_unstable)} of {wording.count(n, 'customer')} "
        f"({wording.share(n_unstable / n)}) {is_or_are(n_unstable)} in the same class in fewer than {limit} of them: "
        f"{listed(parts)}. Such a class is uncertain."
    )


def unstable_small(by_class: pd.DataFrame, *, wording: Wording) -> str:
    """Return why the classes of small customers are uncertain, where they are, and which ones matter."""
    unstable = by_class.set_index("abc_class")["n_unstable"]
    large, small = int(unstable["A"] + unstable["B"]), int(unstable["C"])
    what = "A class that is uncertain is no ground for taking service away from a customer."
    if small <= large:
        return what
    return (
        f"{wording.number(small)} of the uncertain classes are in C: whoever buys in only one or two months of the "
        f"window could as well have bought in none, which would be C0. {what}"
    )
