"""All arms and outcomes of a finished experiment: verdicts, cells, what knowledge from before brings, rankings."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from portfolio_lab.analysis.experiments.balance import (
    ALARM,
    check_before,
    check_missing,
    check_sizes,
    compute_ratio_p,
)
from portfolio_lab.analysis.experiments.cells import MIN_EVENTS, MIN_PER_ARM, Cells, build_cells
from portfolio_lab.analysis.experiments.entrance import Experiment, encode_covariates
from portfolio_lab.analysis.experiments.multiplicity import compute_p_values, reject_by_holm
from portfolio_lab.analysis.experiments.randomised import Terms, evaluate_randomised
from portfolio_lab.analysis.experiments.rankings import compare_rankings, empty_rankings, score_customers
from portfolio_lab.analysis.experiments.uplift import predict_by_group
from portfolio_lab.analysis.experiments.views import as_views, list_views
from portfolio_lab.analysis.verdicts import Check, PlanCase, PlanResult
from portfolio_lab.errors import AnalysisError

Comparison = tuple[str, str, np.ndarray, np.ndarray, np.ndarray]


def evaluate_experiment(
    experiment: Experiment, *, terms: Terms, arm_shares: Mapping[str, float] | None = None
) -> list[PlanResult]:
    """Return one result per treated arm and outcome, each arm against the control arm; plan_id is the arm.

    ``arm_shares``: with which shares the arms were drawn; not given = equal ones are tried. Raises AnalysisError when
    they name an arm that is not there.
    """
    sizes = check_arm_sizes(experiment, arm_shares=arm_shares or {})
    results = [
        _evaluate_arm(experiment, arm, outcome, terms=terms, sizes=sizes)
        for arm in experiment.treated_arms
        for outcome in experiment.outcomes
    ]
    return count_comparisons(results)


def check_arm_sizes(experiment: Experiment, *, arm_shares: Mapping[str, float]) -> Check:
    """Return whether the arms are as large as drawn; not decidable where uneven arms come without their shares."""
    counts = experiment.arms.value_counts().sort_index()
    names = {str(arm): int(n) for arm, n in counts.items()}
    if arm_shares:
        if set(arm_shares) != set(names):
            remedy = f"give a share for each of: {', '.join(names)}"
            raise AnalysisError("arm_shares and the arms of the table differ", remedy=remedy, value=sorted(arm_shares))
        return check_sizes(names, arm_shares)
    even = np.full(len(names), 1 / len(names))
    if compute_ratio_p(counts.to_numpy(), even) < ALARM:
        text = "The groups are of different size, and nobody has said with which shares they were drawn."
        return Check("group sizes", None, text)
    return check_sizes(names, dict.fromkeys(names, 1 / len(names)))


def count_comparisons(results: list[PlanResult]) -> list[PlanResult]:
    """Return the results with a check each: does it still stand when all comparisons of the page are counted (Holm)?"""
    judged = [i for i, result in enumerate(results) if result.estimate is not None]
    if len(judged) < 2:
        return results
    effects = np.array([results[i].estimate.effect for i in judged])
    falls = reject_by_holm(compute_p_values(effects, np.array([results[i].estimate.se for i in judged])))
    counted = list(results)
    for i, clear in zip(judged, falls, strict=True):
        text = (
            f"It stands even with all {len(judged)} comparisons of this page counted."
            if clear
            else f"With all {len(judged)} comparisons of this page counted it could be chance."
        )
        counted[i] = replace(results[i], checks=(*results[i].checks, Check("all comparisons", bool(clear), text)))
    return counted


def build_views(experiment: Experiment) -> pd.DataFrame:
    """Return the same question asked in further ways, one row per arm, outcome and view; contract ``Views``."""
    rows = []
    for arm, outcome, y, d, at in _comparisons(experiment):
        covariates = experiment.covariates.to_numpy()[at]
        rows += list_views(y, d, covariates, kind=experiment.kinds[outcome], names=(arm, outcome))
    return as_views(rows)


def build_experiment_cells(experiment: Experiment) -> pd.DataFrame:
    """Return the effects in each cell, one row per arm, outcome, cell variable and value; contract ``Cells``."""
    frames = []
    for arm, outcome, y, d, at in _comparisons(experiment):
        cells = experiment.cells[at].reset_index(drop=True)
        names = (arm, outcome)
        frames.append(build_cells(pd.Series(y), pd.Series(d), cells, kind=experiment.kinds[outcome], names=names))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(Cells.to_schema().columns))


def build_rankings(experiment: Experiment, *, n_bootstrap: int, seed: int) -> pd.DataFrame:
    """Return what it is worth to rank customers by what each arm adds, by risk and by value; contract ``Rankings``.

    They are ranked by all that was known before, covariates and cells; without either, and for outcomes of fewer than
    five customers, there is no row. Value is the first outcome that is an amount, as expected without the arm.
    """
    frames, known = [], _known_before(experiment)
    ranked_by = ", ".join(dict.fromkeys([*_plain_names(experiment.covariates), *experiment.cells]))
    for arm, outcome, y, d, at in _comparisons(experiment) if known.shape[1] else ():
        if (y != 0).sum() < MIN_EVENTS:
            continue
        value = _expected_amount(experiment, known, at, d, seed=seed)
        scores = score_customers(y, d, known[at], value=value, seed=seed)
        names, kind = (arm, outcome, ranked_by), experiment.kinds[outcome]
        frames.append(compare_rankings(y, d, scores, kind=kind, names=names, draws=(n_bootstrap, seed)))
    return pd.concat(frames, ignore_index=True) if frames else empty_rankings()


def _expected_amount(
    experiment: Experiment, known: np.ndarray, at: np.ndarray, d: np.ndarray, *, seed: int
) -> np.ndarray | None:
    """What each customer would bring without the arm, from the first outcome that is an amount; None without one."""
    amounts = [name for name, kind in experiment.kinds.items() if kind == "amount"]
    if not amounts:
        return None
    amount = experiment.outcomes[amounts[0]].fillna(0.0).to_numpy()[at]
    return predict_by_group(amount, d, known[at], seed=seed)[1]


def _known_before(experiment: Experiment) -> np.ndarray:
    """Covariates and cells as numbers; a cell that is a covariate too enters both as it is and by its groups."""
    return np.column_stack([experiment.covariates.to_numpy(), encode_covariates(experiment.cells).to_numpy()])


def _plain_names(encoded: pd.DataFrame) -> list[str]:
    """The columns that encoded ones were made of: "recency", "zip_code = Rural"."""
    return [str(name).split(" = ")[0].removesuffix(" unknown") for name in encoded]


def _evaluate_arm(experiment: Experiment, arm: str, outcome: str, *, terms: Terms, sizes: Check) -> PlanResult:
    here = experiment.arms.isin([arm, experiment.control_arm]).to_numpy()
    y, d, at = _pair(experiment, arm, outcome)
    case = PlanCase(
        plan_id=arm,
        outcome=outcome,
        kind=experiment.kinds[outcome],
        design="random hold-out",
        estimand="everybody drawn for the arm, contacted or not",
        mwe=terms.min_effect(outcome),
        cost_amount=terms.cost_amount or None,
        margin_amount=terms.margin(outcome),
    )
    checks = (sizes, check_missing(int(here.sum()), int(at.sum())), *_check_covariates(experiment, at, d))
    naive = float(y[d].mean() - y[~d].mean()) if 0 < d.sum() < len(d) else None
    return evaluate_randomised(case, y, d, checks=checks, naive_effect=naive, n_looks=terms.n_looks)


def _check_covariates(experiment: Experiment, at: np.ndarray, d: np.ndarray) -> tuple[Check, ...]:
    """Both groups before the experiment; one sentence while all is well, the failed ones where it is not."""
    names = list(experiment.covariates)
    if not names or min(d.sum(), (~d).sum()) < 2:
        return ()
    n = len(names) * len(experiment.treated_arms)
    rows = experiment.covariates.to_numpy()[at]
    checks = [check_before(rows[d, i], rows[~d, i], of=name, n_metrics=n) for i, name in enumerate(names)]
    failed = tuple(check for check in checks if check.passed is False)
    text = "Before the experiment both groups were alike in all that is known of them."
    return failed or (Check("alike before", True, text, blocks=True),)


def _comparisons(experiment: Experiment) -> Iterator[Comparison]:
    """Every treated arm and outcome with enough customers: arm, outcome, values, treated or not, rows of the frame."""
    for arm in experiment.treated_arms:
        for outcome in experiment.outcomes:
            y, d, at = _pair(experiment, arm, outcome)
            if min(d.sum(), (~d).sum()) >= MIN_PER_ARM:
                yield arm, outcome, y, d, at


def _pair(experiment: Experiment, arm: str, outcome: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values, treated or not, and rows of the customers of an arm and of the control whose outcome is known."""
    here = experiment.arms.isin([arm, experiment.control_arm])
    at = (here & experiment.outcomes[outcome].notna()).to_numpy()
    return experiment.outcomes[outcome].to_numpy()[at], (experiment.arms[at] == arm).to_numpy(), at
