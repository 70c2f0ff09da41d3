"""Sentences on the room for more with each customer, and on silent ones who may come back."""

import pandas as pd

from portfolio_lab.analysis.growth.headroom import LOOK_ALIKES, POTENTIAL, UNKNOWN
from portfolio_lab.analysis.growth.returning import ReturnTrial
from portfolio_lab.plots.style import label_of
from portfolio_lab.reports.sentences.wording import Wording, capitalised, listed

BUYING = ("active", "pre_inactive")
SOURCE_WORDS = {POTENTIAL: "the company's own potential", LOOK_ALIKES: "customers like them", UNKNOWN: "nothing"}


def headline(
    headroom_by_stage: pd.DataFrame, *, n_likely: int | None, has_potential: bool = True, wording: Wording
) -> str:
    """Return the answer in one sentence: the room in all, that of those who buy now, and who may become A.

    Without a potential of anybody the room is a comparison among customers, and is called one.
    """
    total = float(headroom_by_stage["headroom_amount"].sum())
    buying = float(headroom_by_stage.loc[headroom_by_stage["stage"].isin(BUYING), "headroom_amount"].sum())
    if not total:
        return (
            "No room for more can be shown: it takes twelve months of orders and a potential, or enough customers "
            "alike in segment or region, or two years of orders."
        )
    text = f"Customers could buy {wording.money(total)} more a year than they did, "
    if not has_potential:
        text = "Did every customer buy like the better quarter of those like it, it would be "
        text += f"{wording.money(total)} more a year, "
    part = "all" if buying == total else wording.money(buying)
    text += f"{part} of it by those who are buying now"
    if n_likely:
        return f"{text}; {wording.count(n_likely, 'customer')} will probably rise to A within twelve months."
    return f"{text}."


def decision(headroom: pd.DataFrame, silent: pd.DataFrame, *, wording: Wording) -> str:
    """Return what is asked of the reader: the customers with most room, and the silent ones to win back first.

    ``headroom`` of ``derive_headroom``; ``silent``: of ``rank_returns`` with names, empty where nobody is silent.
    """
    parts, buying = [], headroom[headroom["stage"].isin(BUYING) & (headroom["headroom_amount"] > 0)]
    if len(buying):
        first = buying.nlargest(10, "headroom_amount")
        amount = wording.money(float(first["headroom_amount"].sum()))
        n = "customer" if len(first) == 1 else f"{len(first)} customers"
        parts.append(f"agree a plan for the {n} with the most room ({amount} a year)")
    if len(silent):
        who = "customer" if len(silent) == 1 else f"{len(silent)} silent customers"
        parts.append(f"call the {who} with the best prospect of return")
    return f"{capitalised(listed(parts))}." if parts else ""


def headroom(by_class: pd.DataFrame, *, wording: Wording) -> str:
    """Return where most room lies among those who buy now, and how much lies with silent ones.

    ``by_class`` of ``summarise_headroom`` by abc_class and stage.
    """
    if not by_class["headroom_amount"].sum():
        return "No customer has room for more that could be shown."
    is_buying = by_class["stage"].isin(BUYING)
    buying, silent = by_class[is_buying], float(by_class.loc[~is_buying, "headroom_amount"].sum())
    rest = f"{wording.money(silent)} a year lies with silent customers, who would have to come back first."
    if not buying["headroom_amount"].sum():
        return f"Nobody who buys now has room for more; {rest}"
    first = buying.iloc[0]
    share = wording.share(first["headroom_amount"] / buying["headroom_amount"].sum(), digits=0)
    customers = wording.count(int(first["n_with_room"]), "customer")
    who = f"{label_of(first['stage']).lower()} customers of class {first['abc_class']}"
    text = (
        f"Of the room of those who buy now, {share} lies with {who}: {wording.money(first['headroom_amount'])} a year "
        f"with {customers}"
    )
    return f"{text}. Another {rest}" if silent else f"{text}."


def sources(found: pd.DataFrame, *, wording: Wording) -> str:
    """Return on what the targets stand; ``found`` of ``summarise_sources``."""
    rows = found.set_index("target_source")
    parts = []
    for source in (POTENTIAL, LOOK_ALIKES):
        if source in rows.index:
            n = wording.count(int(rows.loc[source, "n_customers"]), "customer")
            amount = wording.money(rows.loc[source, "headroom_amount"])
            parts.append(f"{amount} ({n}) rests on {SOURCE_WORDS[source]}")
    text = f"Of the room, {listed(parts)}." if parts else "The room of nobody is known."
    if UNKNOWN not in rows.index:
        return text
    n = int(rows.loc[UNKNOWN, "n_customers"])
    return f"{text} For {wording.count(n, 'customer')} nothing can be said, and no room is counted."


def look_alikes(found: dict[str, float], *, wording: Wording) -> str:
    """Return how far customers like them agree with the company's own potential; ``found`` of ``compare_targets``."""
    if pd.isna(found["median_ratio"]):
        return "Too few customers have a potential to try the look-alikes on."
    ratio = wording.number(found["median_ratio"], digits=2)
    within = wording.share(found["within_half_share"], digits=0)
    return (
        f"Tried on {wording.count(int(found['n']), 'customer')} whose potential is known, the look-alikes give "
        f"{ratio} times the potential in the middle, and for {within} something between half and double of it: good "
        "enough for a group, not for a promise about one customer."
    )


def owners(by_owner: pd.DataFrame, *, wording: Wording) -> str:
    """Return who has most room among the customers in charge; ``by_owner`` of ``summarise_headroom`` by owner."""
    named = by_owner[by_owner["owner"] != "nobody known"]
    if named.empty:
        return "Nobody is known to be in charge, so the room cannot be read by salesperson."
    first = named.iloc[0]
    return (
        f"Most room is in the hands of {first['owner']}: {wording.money(first['headroom_amount'])} a year with "
        f"{wording.count(int(first['n_with_room']), 'customer')}."
    )


def returning(ranked: pd.DataFrame, first: pd.DataFrame, *, wording: Wording) -> str:
    """Return what may come back from silent customers, and from those ranked first; both of ``rank_returns``."""
    if ranked.empty:
        return "Nobody is silent."
    total, top = float(ranked["expected_amount"].sum()), float(first["expected_amount"].sum())
    share = wording.share(top / total, digits=0) if total else wording.share(0.0)
    silent = f"{wording.count(len(ranked), 'customer')} {'has' if len(ranked) == 1 else 'have'} fallen silent"
    who = "the first" if len(first) == 1 else f"the first {wording.number(len(first), digits=0)}"
    return f"{silent}; {wording.money(total)} may still come from them within a year, {share} of it from {who}."


def return_trial(trial: ReturnTrial | None, *, wording: Wording) -> str:
    """Return how the same list of a year ago came out, or that it cannot be tried."""
    if trial is None or not trial.n_first:
        return "The history is too short to try the same list on the year before."
    low, high = wording.share(trial.first_low, digits=0), wording.share(trial.first_high, digits=0)
    return (
        f"The same list of a year ago: of its first {wording.number(trial.n_first, digits=0)}, "
        f"{wording.share(trial.first_share, digits=0)} bought again within the year (95% interval {low} to {high}), of "
        f"all {wording.number(trial.n_dormant, digits=0)} silent customers {wording.share(trial.share, digits=0)}. "
        f"{_chances(trial, wording)}"
    )


def _chances(trial: ReturnTrial, wording: Wording) -> str:
    """Whether the chances that were given to the first of the list a year ago agree with what came."""
    given = f"The chances given to those first had been {wording.share(trial.first_expected, digits=0)} on average"
    if trial.first_low <= trial.first_expected <= trial.first_high:
        return f"{given}, which what came does not contradict."
    side = "high" if trial.first_expected > trial.first_high else "low"
    return f"{given}, **too {side}**: trust the order of the list, not its chances and amounts."
