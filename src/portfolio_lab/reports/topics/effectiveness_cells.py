"""Contacts by class, stage and channel on the page: one line for each large group, small ones joined and grey."""

import matplotlib.pyplot as plt
import pandas as pd

from portfolio_lab.analysis.observational.contact_effects import ContactEffects
from portfolio_lab.analysis.stages import STAGES
from portfolio_lab.plots import effectiveness_contacts as plots
from portfolio_lab.plots.style import FIGURE_WIDTH, label_of
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.sentences.effectiveness.free_experiments import more_or_fewer, ranged
from portfolio_lab.reports.sentences.wording import Wording, in_words, listed

MAX_OWN, MAX_GREY = 12, 4  # lines in the figure
MAX_NAMED = 3
COLUMNS = {
    "customers": "Customers", "by": "Channel", "n_treated": "Contacted", "control_mean": "Orders without",
    "effect": "More with it", "between": "Range", "shrunk_effect": "Drawn to its channel", "reading": "Reading",
}  # fmt: skip
JOINED, TOO_FEW = "small groups, joined", "too few to tell"


def show_lines(out: Outputs, found: ContactEffects, *, days: int, wording: Wording) -> None:
    """Show the effects of contacts by class, stage and channel: words, figure, table, and every number to take away."""
    lines = list_lines(found, wording=wording)
    out.say(say_total(found, days=days, wording=wording))
    _show_facts(out, found, lines)
    _show_figure(out, lines, days=days, wording=wording)
    title = f"Orders per customer in {days} days: without a contact, and how many more with one"
    units = dict.fromkeys(("control_mean", "effect", "shrunk_effect"), "number")
    out.table("contact_effects", lines, title, labels=COLUMNS, units=units, columns=list(COLUMNS), muted="is_grey")
    out.table("contact_cells", found.cells, "Every class, stage and channel, also the smallest", columns=[])
    out.say(say_lines(lines))
    if found.left_out:
        out.say(f"Too few customers were contacted only by {listed(list(found.left_out))} to compare them.")


def list_lines(found: ContactEffects, *, wording: Wording) -> pd.DataFrame:
    """Return the lines with their words, those that stand for themselves first, the most promising on top.

    One row per line; more columns: customers, by (channels), between (the range), reading, is_grey.
    """
    lines = found.lines.assign(is_grey=found.lines["is_joined"] | found.lines["is_small"])
    held = dict(list(found.cells[found.cells["n_treated"] > 0].groupby("line")))
    lines = lines.assign(
        customers=[name_customers(held[number]) for number in lines["line"]],
        by=[name_channels(held[number]["channel"]) for number in lines["line"]],
        between=[_between(row, wording) for row in lines.itertuples()],
        reading=[read(row) for row in lines.itertuples()],
    )
    lines["effect"] = lines["effect"].where(~lines["is_small"])
    own, grey = lines[~lines["is_grey"]], lines[lines["is_grey"]]
    own = own.sort_values("shrunk_effect", ascending=False, kind="stable")
    return pd.concat([own, grey.sort_values("n_treated", ascending=False, kind="stable")], ignore_index=True)


def name_customers(cells: pd.DataFrame) -> str:
    """Return the classes and stages of some cells: "A · Active", "A, B · Inactivated, Inactive"."""
    stages = sorted(set(cells["stage"]), key=lambda stage: STAGES.index(stage) if stage in STAGES else len(STAGES))
    named = [label_of(stage).capitalize() for stage in stages]
    return f"{', '.join(sorted(set(cells['abc_class'])))} · {', '.join(named)}"


def name_channels(channels: pd.Series) -> str:
    """Return the channels of some cells: one or a few by name, more by their number."""
    names = sorted(set(channels))
    return ", ".join(names) if len(names) <= MAX_NAMED else f"{in_words(len(names))} channels"


def read(line: object) -> str:
    """Return what a line shows, in two or three words, for those too who see no grey."""
    if line.is_small:
        return TOO_FEW
    if line.is_joined:
        return JOINED
    if not line.is_comparable:
        return "groups differ"
    if not line.is_clear:
        return "not settled"
    return "more orders" if line.effect > 0 else "fewer orders"


def _between(line: object, wording: Wording) -> str:
    return "–" if pd.isna(line.low) else f"{_signed(line.low, wording)}\xa0to\xa0{_signed(line.high, wording)}"


def _signed(value: float, wording: Wording) -> str:
    sign = "+" if round(value, 2) > 0 else ""
    return f"{sign}{wording.number(value, digits=2)}"


def say_total(found: ContactEffects, *, days: int, wording: Wording) -> str:
    """Return what all contacts together go with, and how the lines of the table are made."""
    size, between = more_or_fewer(found.total.effect, wording), ranged(*found.total.interval(), wording)
    return (
        f"In the {days} days, those contacted placed {size} orders per customer than others like them ({between}). "
        "The lines below "
        "average to this, each weighed by how many were contacted. Groups with fewer than 30 customers on either "
        "side, or fewer than five who ordered, are joined: first the channels of one class and stage, then the stages "
        "of a class, then classes. Such lines are grey, called “small groups, joined”, and never said to work."
    )


def say_lines(lines: pd.DataFrame) -> str:
    """Return for which customers and channels more orders, or fewer, are clear, and where nothing is established."""
    clear = lines[lines["is_clear"]]
    more = [f"{row.by} to {row.customers}" for row in clear[clear["effect"] > 0].itertuples()]
    fewer = [f"{row.by} to {row.customers}" for row in clear[clear["effect"] < 0].itertuples()]
    own = lines[~lines["is_grey"]]
    silent = sorted(set(own["by"]) - set(clear["by"]))
    first = f"More orders go with: {listed(more)}." if more else "No class, stage and channel stands out with more."
    then = f" Fewer orders go with: {listed(fewer)}." if fewer else ""
    rest = f" Nothing is established for {listed(silent)}." if silent else ""
    return (
        f"{first}{then}{rest} The ranges hold for all lines together; a line counts as clear only if it also stands "
        "after all of them are counted and drawn towards the other lines of its channel."
    )


def _show_facts(out: Outputs, found: ContactEffects, lines: pd.DataFrame) -> None:
    method = "weak evidence (D): customers of the same history"
    shown = {"unit": "number", "interval": found.total.interval(), "method": method, "tile": False}
    out.fact("contact_effect", found.total.effect, label="Orders more per customer contacted", **shown)
    counted = {"unit": "count", "method": method, "tile": False}
    n_own = int((~lines["is_grey"]).sum())
    out.fact("n_contact_groups", n_own, label="Groups of class, stage and channel that stand alone", **counted)
    n_clear = int((lines["is_clear"] & (lines["effect"] > 0)).sum())
    out.fact("n_contact_groups_clear", n_clear, label="Of these, with clearly more orders", **counted)


def _show_figure(out: Outputs, lines: pd.DataFrame, *, days: int, wording: Wording) -> None:
    """The lines with the most contacted, those that stand alone before the grey ones, in the order of the table."""
    told = lines[~lines["is_small"]]
    chosen = [
        told[told["is_grey"] == grey].nlargest(limit, "n_treated").index
        for grey, limit in ((False, MAX_OWN), (True, MAX_GREY))
    ]
    rows = told.loc[sorted(chosen[0].union(chosen[1]))]
    if rows.empty:
        return
    rows = rows.assign(label=[f"{row.customers} · {row.by}" for row in rows.itertuples()])
    figure, ax = plt.subplots(figsize=(FIGURE_WIDTH, 1.4 + 0.36 * len(rows)))
    plots.plot_lines(rows, ax=ax, label=f"More orders per customer in {days} days", locale=wording.locale)
    n_own, n_grey = int((~rows["is_grey"]).sum()), int(rows["is_grey"].sum())
    left = ""
    if len(rows) < len(lines):
        grey = f" and the {in_words(n_grey)} grey ones" if n_grey else ""
        left = f" Shown are the {in_words(n_own)} lines{grey} with the most contacted; the table has all {len(lines)}."
    caption = (
        f"Class, stage on the day before, and channel. The ranges hold for all lines together.{left} "
        f"Contacted: {int(rows['n_treated'].min()):,} to {int(rows['n_treated'].max()):,} a line."
    )
    out.figure("contact_effects", figure, alt=say_lines(lines), caption=caption)
