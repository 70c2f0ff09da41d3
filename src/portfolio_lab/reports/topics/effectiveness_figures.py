"""The figures of effects: each plan against its break-even, groups of customers, the simple comparison beside it."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from portfolio_lab.analysis.experiments.pooling import PooledKind, pool_by_kind
from portfolio_lab.analysis.verdicts import PlanResult, find_label
from portfolio_lab.plots import effectiveness as plots
from portfolio_lab.plots.style import FIGURE_WIDTH
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.sentences import effectiveness as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.effectiveness_page import UNITS, has_effect


def show_forest(out: Outputs, results: Sequence[PlanResult], *, wording: Wording) -> None:
    """Show the effects of all plans against their break-even, one figure for each outcome, and what a kind brings."""
    shown = [result for result in results if has_effect(result)]
    kinds = pool_by_kind(shown, outcome_of=_axis_of)
    for kind in UNITS:
        same = [result for result in shown if result.case.kind == kind]
        for outcome in dict.fromkeys(_axis_of(result) for result in same):
            rows = [result for result in same if _axis_of(result) == outcome]
            own = [pooled for pooled in kinds if pooled.outcome == outcome]
            _draw_forest(out, rows, own, outcome=outcome, wording=wording, thumbnail=rows[0] is _first_of(shown))
            for pooled in own:
                out.say(say.summary.pooled(pooled, rows[0].case, wording=wording))


def show_cells(out: Outputs, cells: pd.DataFrame, results: Sequence[PlanResult], *, wording: Wording) -> None:
    """Show, per plan and outcome, the effect in each group of customers, alone and pooled, against the break-even."""
    if cells.empty:
        return
    judged = {(result.case.plan_id, result.case.outcome): result for result in results}
    for (plan_id, outcome), own in cells.groupby(["plan_id", "outcome"], sort=False):
        result, large = judged[plan_id, outcome], own[~own["is_small"].astype(bool)]
        case = result.case
        if large.empty:
            continue
        labels = [say.labels.name_cell(row.cell, row.value) for row in own.itertuples()]
        has_money = case.mwe is not None and find_label(result.label).money != "none"
        titled = own.assign(label=labels, mwe=case.mwe if has_money else np.nan)
        titled["mwe"] = titled["mwe"].where(titled["effect"].notna())
        figure, ax = plt.subplots(figsize=(FIGURE_WIDTH, 1.3 + 0.42 * min(len(titled), plots.MAX_ROWS)))
        shown = {"locale": wording.locale, "currency": wording.currency}
        plots.plot_forest(titled, ax=ax, unit=UNITS[case.kind], **shown)
        alt = f"{case.title}, {outcome}: {say.summary.extremes(titled, case.kind, wording=wording)}"
        window = f" within {case.window_days:.0f} days" if case.window_days else ""
        caption = (
            f"{case.title}, “{outcome}”{window} by group of customers: alone, and pooled with the other groups so that "
            f"small ones do not stand out by luck. {_per_arm(large)} 95% intervals."
        )
        out.figure(_free_id(out, "cells", plan_id, outcome), figure, alt=alt, caption=caption)


def show_naive(out: Outputs, results: Sequence[PlanResult], *, wording: Wording) -> None:
    """Show what the simple comparison would have told beside what a fair one tells, and say why it is wrong."""
    told = [(result, text) for result in results if (text := say.summary.naive(result, wording=wording))]
    if told:
        out.say(say.summary.NAIVE_INTRO)
    for kind in UNITS:
        own = [(result, text) for result, text in told if result.case.kind == kind and has_effect(result)]
        if not own:
            continue
        rows = [_limits(result) | {"naive_effect": result.naive_effect} for result, _ in own]
        figure, ax = plt.subplots(figsize=(FIGURE_WIDTH, 1.5 + 0.7 * len(rows)))
        shown = {"locale": wording.locale, "currency": wording.currency}
        fair = "hold-out" if all(result.label == "A" for result, _ in own) else "fair comparison"
        plots.plot_naive(pd.DataFrame(rows), ax=ax, unit=UNITS[kind], fair=fair, **shown)
        alt = " ".join(text.replace("**", "") for _, text in own)
        arms = "; ".join(_arms_in_words(result, wording) for result, _ in own)
        caption = f"The simple comparison: contacted against all others. The {fair}: like with like, {arms}."
        out.figure(f"naive_{kind}", figure, alt=alt, caption=caption)
    for _, text in told:
        out.say(text)


def _first_of(shown: Sequence[PlanResult]) -> PlanResult:
    """The plan whose figure stands for the page: of the first unit that there is."""
    return next(result for kind in UNITS for result in shown if result.case.kind == kind)


def _draw_forest(
    out: Outputs,
    results: Sequence[PlanResult],
    kinds: Sequence[PooledKind],
    *,
    outcome: str,
    wording: Wording,
    thumbnail: bool,
) -> None:
    rows = pd.DataFrame([_row(result, kinds) for result in results] + [_row_of_kind(pooled) for pooled in kinds])
    figure, ax = plt.subplots(figsize=(FIGURE_WIDTH, 1.5 + 0.5 * len(rows)))
    kind = results[0].case.kind
    plots.plot_forest(rows, ax=ax, unit=UNITS[kind], locale=wording.locale, currency=wording.currency)
    alt = " ".join(f"{r.case.title}: {say.cards.name_verdict(r).lower()}." for r in results)
    arms = "; ".join(_arms_in_words(r, wording) for r in results)
    caption = (
        f"{outcome}: {_compared(results)} Treated against compared: {arms}. "
        f"Intervals of {wording.share(results[0].estimate.confidence, digits=0)}."
    )
    out.figure(_free_id(out, "effects", outcome), figure, alt=alt, caption=caption, thumbnail=thumbnail)


def _row(result: PlanResult, kinds: Sequence[PooledKind]) -> dict[str, object]:
    """The effect alone and, where there are more plans of its kind, drawn towards theirs."""
    days = f"\n{result.case.window_days:.0f} days" if result.case.window_days else ""
    row = _limits(result) | {"label": f"{result.case.title}{days}"}
    row["mwe"] = np.nan if result.case.mwe is None else result.case.mwe
    own = [each.plans[result.case.plan_id] for each in kinds if result.case.plan_id in each.plans]
    return row | _shrunk(own[0] if own else (np.nan,) * 3)


def _row_of_kind(pooled: PooledKind) -> dict[str, object]:
    alone = dict.fromkeys(("effect", "low", "high", "mwe"), np.nan)
    return {"label": say.summary.name_kind(pooled)} | alone | _shrunk(pooled.mean)


def _shrunk(limits: tuple[float, float, float]) -> dict[str, float]:
    return dict(zip(("shrunk_effect", "shrunk_low", "shrunk_high"), limits, strict=True))


def _limits(result: PlanResult) -> dict[str, object]:
    found = {name: getattr(result.estimate, name) for name in ("effect", "low", "high")}
    return {"label": result.case.title} | found


def _compared(results: Sequence[PlanResult]) -> str:
    """Who is compared with whom: as drawn by chance, or as chosen."""
    drawn = "everybody counted in the group that was drawn for them."
    if all(result.label == "A" for result in results):
        return drawn
    chosen = [result.case.title for result in results if result.label != "A"]
    some = f"{drawn} Those of {', '.join(chosen)} were chosen"
    own = "Customers were chosen" if len(chosen) == len(results) else some
    return f"{own}, and are compared with others of the same history."


def _arms_in_words(result: PlanResult, wording: Wording) -> str:
    sizes = [wording.number(n) for n in (result.estimate.n_treated, result.estimate.n_control)]
    window = f" within {result.case.window_days:.0f} days" if result.case.window_days else ""
    return f"{result.case.title} {sizes[0]} against {sizes[1]}{window}"


def _axis_of(result: PlanResult) -> str:
    """Outcomes that share an axis: purchases of any name and window, else each outcome its own."""
    if result.case.window_days:
        return "Buyers" if result.case.kind == "binary" else result.case.outcome
    return result.case.outcome


def _per_arm(rows: pd.DataFrame) -> str:
    least = int(rows[["n_treated", "n_control"]].min(axis=None))
    return f"At least {least:,} customers on each side of each group."


def _free_id(out: Outputs, *names: str) -> str:
    """The names as an id of a figure; numbered where names that are not Latin come out alike."""
    wanted = "_".join(map(_slug, names))
    tried = [wanted, *(f"{wanted}_{i}" for i in range(2, len(out.page["figures"]) + 3))]
    return next(name for name in tried if name not in out.page["figures"])


def _slug(text: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in str(text).lower()).strip("_")[:40] or "x"
