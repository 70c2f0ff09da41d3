"""A plan with a random hold-out, from its list of customers to a verdict, its views and its cells."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from portfolio_lab.analysis.experiments.balance import (
    check_before,
    check_contamination,
    check_missing,
    check_sizes,
    check_sizes_by_stratum,
)
from portfolio_lab.analysis.experiments.cells import MIN_PER_ARM, build_cells
from portfolio_lab.analysis.experiments.clusters import compare_clusters, is_assigned_by_cluster
from portfolio_lab.analysis.experiments.compliance import Compliance, examine_compliance
from portfolio_lab.analysis.experiments.outcomes import build_outcomes, find_outcome
from portfolio_lab.analysis.experiments.randomised import evaluate_randomised, judge_randomised
from portfolio_lab.analysis.experiments.ratios import compare_ratios
from portfolio_lab.analysis.experiments.views import as_view, list_views
from portfolio_lab.analysis.verdicts import (
    Check,
    PlanCase,
    PlanResult,
    compute_break_even,
    confidence_of_look,
    leave_unjudged,
)
from portfolio_lab.errors import AnalysisError

TREATED, HOLD_OUT = "treated", "hold_out"
DAYS_PER_MONTH = 30.4375
BEFORE_METRICS = ("is_buyer", "amount")
CELLS = ("abc_class", "stage")


@dataclass(frozen=True)
class HoldOut:
    """One plan with a hold-out, judged: the result, who was contacted, and the rows of the tables views and cells."""

    result: PlanResult
    compliance: Compliance | None
    views: list[dict[str, object]]
    cells: pd.DataFrame


def build_hold_out_rows(arms: pd.DataFrame, order_days: pd.DataFrame, *, horizon_days: float) -> pd.DataFrame:
    """Return the customers of a plan with what they did in its window and before it.

    Rows of ``arms`` (customer_id, plan_id, start_date, arm, more), in their order, with the columns of
    ``build_outcomes`` and, with the prefix ``before_``, the same over a window of equal length that ended at the start.
    """
    arms = arms.reset_index(drop=True)
    earlier = arms.assign(start_date=arms["start_date"] - pd.Timedelta(days=horizon_days))
    inside = build_outcomes(order_days, arms, horizon_days=horizon_days)
    before = build_outcomes(order_days, earlier, horizon_days=horizon_days).add_prefix("before_")
    return pd.concat([arms.assign(is_treated=arms["arm"].eq(TREATED)), inside, before], axis=1)


def price_plan(case: PlanCase, rows: pd.DataFrame, *, plan_cost_amount: float | None) -> PlanCase:
    """Return the case with its cost per customer treated, its margin per success and the break-even effect.

    Margin per success: the mean margin, in the window, of the held-out who bought; for money outcomes, margin per unit
    of money. What the case already has is kept; what cannot be known stays empty.
    """
    n_treated = int(rows["is_treated"].sum())
    cost = case.cost_amount or (plan_cost_amount / n_treated if plan_cost_amount and n_treated else None)
    margin = case.margin_amount or _margin_per_unit(case, rows)
    mwe = case.mwe
    if mwe is None and cost and margin and cost > 0 and margin > 0:
        mwe = compute_break_even(cost_amount=cost, margin_amount=margin)
    return replace(case, cost_amount=cost, margin_amount=margin, mwe=mwe)


def compare_simply(
    rows: pd.DataFrame, customers: pd.DataFrame, order_days: pd.DataFrame, *, case: PlanCase
) -> float | None:
    """Return what a report without a hold-out would show: customers contacted against all others of the company.

    Units of the outcome; None where nobody recorded contacts. ``customers``: customer_id and stage at the start; those
    who never bought are no others. Every customer is followed over the window of the plan.
    """
    if rows.empty or rows["is_contacted"].isna().any():
        return None
    _, column = find_outcome(case.outcome)
    contacted = rows["is_contacted"].astype(bool)
    others = customers[
        customers["stage"].ne("prospect") & ~customers["customer_id"].isin(rows["customer_id"][contacted])
    ]
    starts = others[["customer_id"]].assign(start_date=rows["start_date"].min())
    done = build_outcomes(order_days, starts, horizon_days=case.window_days)
    if done.empty or not contacted.any():
        return None
    found = float(rows.loc[contacted, column].mean() - done[column].mean())
    return found if np.isfinite(found) else None


def evaluate_hold_out(
    rows: pd.DataFrame,
    case: PlanCase,
    *,
    n_assigned: int,
    naive_effect: float | None = None,
    n_looks: int = 1,
    seed: int = 1,
) -> HoldOut:
    """Return the verdict on a plan with a hold-out. ``rows`` as in ``build_hold_out_rows``, each window complete.

    Further columns where known: is_contacted, abc_class, stage, salesperson_id, probability (of being treated).
    ``n_assigned``: customers on the plan's list. Raises AnalysisError for an outcome that orders do not show.
    """
    kind, column = find_outcome(case.outcome)
    y, d = rows[column].to_numpy(float), rows["is_treated"].to_numpy(bool)
    if np.isnan(y).any():
        raise AnalysisError("the margin of some orders is not known", remedy="judge the plan by amount", value=column)
    compliance = _examine(rows, y, d)
    checks = list_checks(rows, n_assigned=n_assigned, compliance=compliance)
    common = {"checks": checks, "naive_effect": naive_effect, "n_looks": n_looks}
    if is_assigned_by_cluster(rows["is_treated"], rows["salesperson_id"]):
        result = _judge_clusters(case, rows, y, seed=seed, **common)
    else:
        result = evaluate_randomised(case, y, d, **common)
    if result.estimate is None:
        return HoldOut(
            result, compliance, [], build_cells(pd.Series(y), pd.Series(d), rows[[]], kind=kind, names=("", ""))
        )
    names = (case.plan_id, case.outcome)
    cells = build_cells(pd.Series(y), pd.Series(d), rows[list(CELLS)].fillna("unknown"), kind=kind, names=names)
    return HoldOut(result, compliance, _list_all_views(rows, case, compliance), cells)


def list_checks(rows: pd.DataFrame, *, n_assigned: int, compliance: Compliance | None) -> tuple[Check, ...]:
    """Return everything that is looked at before an effect is believed, in order."""
    arms = rows["arm"]
    checks = [check_missing(n_assigned, len(rows))]
    chances = rows["probability"]
    if chances.notna().all() and chances.max() - chances.min() < 1e-9:
        chance = float(chances.iloc[0])
        shares = {TREATED: chance, HOLD_OUT: 1 - chance}
        counts = {"treated": int(rows["is_treated"].sum()), "held out": int((~rows["is_treated"]).sum())}
        checks.append(check_sizes(counts, {"treated": chance, "held out": 1 - chance}))
        strata = rows["abc_class"].fillna("unknown") + " " + rows["stage"].fillna("unknown")
        checks.append(check_sizes_by_stratum(strata, arms, shares))
    else:
        text = "Nobody has said with which chance a customer was to be treated, so the sizes cannot be checked."
        checks.append(Check("group sizes", None, text))
    d = rows["is_treated"].to_numpy(bool)
    if min(d.sum(), (~d).sum()) >= MIN_PER_ARM:
        words = {"is_buyer": "purchases", "amount": "sales"}
        for name in BEFORE_METRICS:
            values = rows[f"before_{name}"].to_numpy(float)
            checks.append(check_before(values[d], values[~d], of=words[name], n_metrics=len(BEFORE_METRICS)))
    if compliance is not None:
        checks.append(check_contamination(compliance.contaminated_share, int((~d).sum())))
    return tuple(checks)


def leave_open(case: PlanCase, *, ends: pd.Timestamp) -> PlanResult:
    """Return a plan whose window is still running: an interim number would be read as a result."""
    text = f"The window of this plan is open until {ends:%Y-%m-%d}; looking earlier would mislead."
    return leave_unjudged(case, reason=text, label="E", is_measurable=False)


def _examine(rows: pd.DataFrame, y: np.ndarray, d: np.ndarray) -> Compliance | None:
    if "is_contacted" not in rows or rows["is_contacted"].isna().any() or not 0 < d.sum() < len(d):
        return None
    return examine_compliance(y, d, rows["is_contacted"].to_numpy(bool))


def _judge_clusters(case: PlanCase, rows: pd.DataFrame, y: np.ndarray, *, seed: int, **common: object) -> PlanResult:
    confidence = confidence_of_look(int(common["n_looks"]))
    d, cluster = rows["is_treated"].to_numpy(bool), rows["salesperson_id"].to_numpy()
    try:
        estimate = compare_clusters(y, d, cluster, confidence=confidence, seed=seed)
    except AnalysisError as error:
        return leave_unjudged(case, reason=f"{error.problem}.", checks=common["checks"], is_measurable=False)
    return judge_randomised(case, estimate, **common)


def _list_all_views(rows: pd.DataFrame, case: PlanCase, compliance: Compliance | None) -> list[dict[str, object]]:
    kind, column = find_outcome(case.outcome)
    y, d, names = rows[column].to_numpy(float), rows["is_treated"].to_numpy(bool), (case.plan_id, case.outcome)
    before = rows[["before_is_buyer", "before_amount", "before_n_orders"]].to_numpy(float)
    views = list_views(y, d, before, kind=kind, names=names)
    if compliance is not None and compliance.effect is not None:
        views.append(as_view(names, "per customer contacted because of the plan", compliance.effect))
    if kind == "binary":
        sales = rows["amount"].to_numpy(float)
        views += list_views(sales, d, before, kind="amount", names=(case.plan_id, "sales"))
    orders, amount = rows["n_orders"].to_numpy(float), rows["amount"].to_numpy(float)
    if min(orders[d].sum(), orders[~d].sum()) > 0:
        ratio = compare_ratios((amount[d], orders[d]), (amount[~d], orders[~d]))
        views.append(as_view((case.plan_id, "sales per order"), "plain difference", ratio))
    return views


def _margin_per_unit(case: PlanCase, rows: pd.DataFrame) -> float | None:
    control = rows[~rows["is_treated"]]
    if case.kind == "binary":
        margin = control.loc[control["is_buyer"] > 0, "margin_amount"].mean()
    elif case.outcome == "margin":
        margin = 1.0
    else:
        total = control["amount"].sum()
        margin = control["margin_amount"].sum(skipna=False) / total if total > 0 else np.nan
    return float(margin) if np.isfinite(margin) else None
