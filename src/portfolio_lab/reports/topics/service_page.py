"""Parts of the service page that repeat for each kind of case, and tables in the page's own words."""

import numpy as np
import pandas as pd

from portfolio_lab.analysis.service.aftermath import Aftermath, compare_aftermath
from portfolio_lab.analysis.service.causes import cross_causes, summarise_causes
from portfolio_lab.analysis.service.late_answers import FOLLOW_DAYS, LateEffect, build_late_rows, compare_late_answers
from portfolio_lab.analysis.service.satisfaction import (
    ALL_ASPECTS,
    compare_benchmarks,
    compare_scorers,
    derive_score_groups,
)
from portfolio_lab.analysis.service.waits import (
    build_waits,
    compute_median_wait,
    compute_within,
    list_open,
    summarise_waits,
)
from portfolio_lab.reports.outputs import Outputs
from portfolio_lab.reports.sentences import service as say
from portfolio_lab.reports.sentences.wording import Wording
from portfolio_lab.reports.topics.service_inputs import ServiceTables

OPEN_COLUMNS = ["name", "kind", "opened_date", "duration", "over_days", "owner", "cause"]
OPEN_LABELS = {"name": "Customer", "duration": "Days so far", "over_days": "Beyond the standard", "owner": "In charge"}
WAIT_COLUMNS = ["n", "n_open", "median_days", "within_share", "within_low", "within_high"]
WAIT_LABELS = {
    "n": "Cases",
    "n_open": "Still open",
    "median_days": "Half within",
    "within_share": "Within the standard",
    "within_low": "From",
    "within_high": "To",
}
GROUP_LABELS = {"kinds": "Kind", "team": "Team", "owner": "In charge"}
MIN_DECIDED = 10
WAIT_UNITS = {"within_low": "share", "within_high": "share"}
SCORE_LABELS = {"n": "Scores", "n_clusters": "Customers", "mean": "Mean", "low": "From", "high": "To"}
SCORER_LABELS = {"score_group": "Scores", "n": "Surveys", "n_left": "Left", "low": "From", "high": "To"}
MONTH_LABELS = {"n_bought": "Orders", "n_expected": "Of like customers", "ratio": "Share", "low": "From", "high": "To"}
MONTH_UNITS = {"n_expected": "number", "ratio": "share", "low": "share", "high": "share"}


def list_kinds(tables: ServiceTables, *, recent: bool = False) -> list[str]:
    """Return the kinds of cases that the company has (``recent``: in the window), claims first."""
    found = set((tables.recent if recent else tables.cases)["kind"])
    return [kind for kind in say.KINDS if kind in found]


def build_named_waits(tables: ServiceTables, *, end: str, standard_days: int | None = None) -> pd.DataFrame:
    """Return the waits of the window with the kinds in words; ``standard_days`` replaces the standard of the plan."""
    cases = tables.recent if standard_days is None else tables.recent.assign(standard_days=float(standard_days))
    waits = build_waits(cases, end=end, as_of=tables.as_of)
    return waits.assign(kinds=say.label_kinds(waits["kind"]))


def has_answers(tables: ServiceTables) -> bool:
    """Return whether the company records first answers at all."""
    return bool(tables.cases["first_response_date"].notna().any())


def has_solutions(tables: ServiceTables) -> bool:
    """Return whether the company records solutions at all."""
    return bool(tables.cases["closed_date"].notna().any())


def judge_answers(tables: ServiceTables, waits: pd.DataFrame) -> tuple[dict[str, float], dict[str, float]]:
    """Return the share within the standard and the median wait; empty where first answers are not recorded at all."""
    rows = waits if has_answers(tables) else waits.iloc[:0]
    return compute_within(rows), compute_median_wait(rows)


def typical_standard(waits: pd.DataFrame) -> float | None:
    """Return the standard that holds for every case of the window, None where there are several."""
    found = waits["standard_days"].unique()
    return float(found[0]) if len(found) == 1 else None


def follow_kinds(tables: ServiceTables, *, n_bootstrap: int, seed: int) -> dict[str, Aftermath]:
    """Return what followed the cases of each kind, over all of history."""
    shown = {"as_of": tables.as_of, "n_bootstrap": n_bootstrap, "seed": seed}
    return {kind: compare_aftermath(tables.of_kind(kind), tables.order_days, **shown) for kind in list_kinds(tables)}


def stack_months(found: dict[str, Aftermath]) -> pd.DataFrame:
    """Return the months after cases of all kinds that have enough of them. Grain: kind × month."""
    telling = [result.months.assign(kind=say.KINDS[kind]) for kind, result in found.items() if result.is_telling]
    if not telling:
        return pd.DataFrame(columns=["kind", "month", "n_bought", "n_expected", "ratio", "low", "high"])
    months = pd.concat(telling, ignore_index=True)
    return months[["kind", "month", "n_bought", "n_expected", "ratio", "low", "high"]]


def compare_late(tables: ServiceTables, *, late_days: int) -> tuple[LateEffect, dict[str, LateEffect]]:
    """Return the effect of late answers over all kinds and for each kind, customers of a salesperson together."""
    options = {"as_of": tables.as_of, "late_days": late_days, "inactive_days": tables.inactive_days}
    rows = build_late_rows(tables.cases, tables.order_days, **options)
    by_kind = {kind: rows[rows["kind"] == kind] for kind in list_kinds(tables)}
    stratum = "salesperson_id" if rows["salesperson_id"].notna().any() else None
    effects = {kind: compare_late_answers(members, stratum=stratum) for kind, members in by_kind.items()}
    return compare_late_answers(rows, stratum=stratum), effects


def find_slow(tables: ServiceTables, waits: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cases that still wait and the five slowest people in charge; both empty where nothing is recorded."""
    rows = waits if has_answers(tables) else waits.iloc[:0]
    return list_open(rows), list_slowest(rows, n=5)


def list_open_cases(waiting: pd.DataFrame, *, n: int) -> pd.DataFrame:
    """Return the open cases as the page lists them: who waits, since when, who is in charge."""
    listed = waiting[OPEN_COLUMNS].head(n)
    plain = {name: listed[name].map(_plain, na_action="ignore") for name in ("kind", "cause")}
    return listed.assign(**plain, over_days=listed["over_days"].clip(lower=0))


def find_causes(tables: ServiceTables, kind: str) -> pd.DataFrame:
    """Return the causes of one kind in the window, in words. Grain: cause."""
    found = summarise_causes(tables.recent[tables.recent["kind"] == kind])
    return found.assign(cause=found["cause"].map(_plain))


def show_causes(out: Outputs, tables: ServiceTables) -> None:
    """Show the causes of each kind of the window: a sentence, a remark on products, a table by product family."""
    wording = Wording(out.context.locale, out.context.currency)
    for kind in list_kinds(tables, recent=True):
        cases, what = tables.recent[tables.recent["kind"] == kind], say.KINDS[kind]
        out.say(say.causes(summarise_causes(cases), what=what, wording=wording))
        crossed = cross_causes(cases).rename(index=_plain)
        if tables.has_products:
            out.say(say.family_remark(cases["family"], what=what, wording=wording))
        table = crossed.assign(All=crossed.sum(axis=1))
        units = dict.fromkeys(table.columns, "count")
        out.table(f"causes_{kind}", table, f"Causes of {what} by product family", units=units)


def find_first(tables: ServiceTables) -> tuple[str, pd.DataFrame | None]:
    """Return the first kind of the window in words, claims where there are any, and its causes; none if unrecorded."""
    kinds = list_kinds(tables, recent=True)
    if not kinds:
        return "cases", None
    what, recent = say.KINDS[kinds[0]], tables.recent[tables.recent["kind"] == kinds[0]]
    return what, find_causes(tables, kinds[0]) if recent["cause"].notna().any() else None


def compare_others(tables: ServiceTables, scores: pd.DataFrame, *, indicator: str) -> pd.DataFrame:
    """Return what peers achieve beside our mean (``compare_benchmarks``); empty without benchmarks."""
    benchmarks = tables.benchmarks
    if benchmarks is None:
        benchmarks = pd.DataFrame(columns=["indicator", "peer", "benchmark_date", "value"])
    return compare_benchmarks(scores, benchmarks, indicator=indicator)


def follow_scorers(tables: ServiceTables) -> pd.DataFrame:
    """Return how many low and high scorers of all surveys left within half a year. Grain: score_group."""
    return compare_scorers(
        derive_score_groups(tables.answers),
        tables.last_purchases,
        as_of=tables.as_of,
        inactive_days=tables.inactive_days,
        follow_days=FOLLOW_DAYS,
    )


def show_waits(out: Outputs, table_id: str, summary: pd.DataFrame, title: str, *, within: str = "") -> None:
    """Show a table of ``summarise_waits`` with the columns that a page has room for; ``within`` renames the share."""
    group = str(summary.columns[0])
    labels = WAIT_LABELS | GROUP_LABELS | ({"within_share": within} if within else {})
    own = {name: label for name, label in labels.items() if name in summary}
    out.table(table_id, summary, title, labels=own, units=WAIT_UNITS, columns=[group, *WAIT_COLUMNS])


def list_slowest(waits: pd.DataFrame, *, n: int) -> pd.DataFrame:
    """Return the ``n`` people in charge who were least often within the standard, of those with ten decided cases."""
    people = summarise_waits(waits, "owner")
    people = people[people["n_decided"] >= MIN_DECIDED]
    return people.sort_values(["within_share", "owner"], ignore_index=True).head(n)


def count_after_claims(found: dict[str, Aftermath]) -> int | None:
    """Return for how many months buying stays lower after a claim, None where there are too few to say."""
    result = found.get("claim")
    return result.n_depressed if result is not None and result.is_telling else None


def interval(low: float, high: float) -> tuple[float, float] | None:
    """Return both limits, or None where one of them is not known."""
    return None if np.isnan(low) or np.isnan(high) else (float(low), float(high))


def overall_score(aspects: pd.DataFrame) -> dict[str, float]:
    """Return mean, low and high over all aspects; NaN without answers. ``aspects`` of ``summarise_aspects``."""
    names, rows = ["mean", "low", "high"], aspects[aspects["aspect"] == ALL_ASPECTS]
    return dict.fromkeys(names, np.nan) if rows.empty else rows.iloc[0][names].to_dict()


def known(value: float) -> float | None:
    """Return a number, or None where it is not known."""
    return None if pd.isna(value) else float(value)


def _plain(code: str) -> str:
    return str(code).replace("_", " ")
