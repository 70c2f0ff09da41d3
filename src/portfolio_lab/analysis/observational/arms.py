"""Arms of a table that nobody drew by chance: each against the control arm, customers of the same past compared."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import norm

from portfolio_lab.analysis.experiments.arms import count_comparisons
from portfolio_lab.analysis.experiments.cells import Cells
from portfolio_lab.analysis.experiments.entrance import Experiment
from portfolio_lab.analysis.experiments.randomised import Terms
from portfolio_lab.analysis.experiments.views import as_view, as_views
from portfolio_lab.analysis.observational.attempts import Question
from portfolio_lab.analysis.observational.brought import History, find_earlier, gather_history
from portfolio_lab.analysis.observational.cells import build_cells, join_small_cells, shrink_cells
from portfolio_lab.analysis.observational.evaluation import DESIGN, Unrandomised, evaluate_unrandomised, refuse
from portfolio_lab.analysis.observational.nuisances import Recipe
from portfolio_lab.analysis.verdicts import Kind, PlanCase, PlanResult

ALL_CUSTOMERS, PAIRS = "all customers, not only those contacted", "pairs of neighbours"
NOBODY = "Nobody is left who was not contacted, so there is nothing to compare with."
NOBODY_CONTACTED = "Everybody is in the arm to which nothing was done, so there is no contact to judge."


@dataclass(frozen=True)
class ChosenArms:
    """Every treated arm and outcome judged, with the tables views and cells and what each result rests on."""

    judged: list[Unrandomised]
    views: pd.DataFrame
    cells: pd.DataFrame

    @property
    def results(self) -> list[PlanResult]:
        """The results alone."""
        return [each.result for each in self.judged]


def evaluate_chosen_arms(
    experiment: Experiment,
    *,
    terms: Terms,
    negative_controls: pd.DataFrame | None = None,
    history: History | None = None,
    recipe: Recipe | None = None,
    seed: int = 0,
) -> ChosenArms:
    """Return one result per treated arm and outcome against the control arm; plan_id is the arm.

    ``negative_controls``: a column per outcome that no arm can move, one row per customer. ``history``: by outcome the
    same of earlier quarters (``read_history``).
    """
    controls = pd.DataFrame(index=experiment.arms.index) if negative_controls is None else negative_controls
    pairs = [(arm, outcome) for arm in experiment.treated_arms for outcome in experiment.outcomes]
    judged, views, cells = [], [], []
    for arm, outcome in pairs:
        here = experiment.arms.isin([arm, experiment.control_arm]) & experiment.outcomes[outcome].notna()
        past = gather_history(history or {}, outcome, index=experiment.arms.index)
        rows = _rows(experiment, arm, outcome, controls, past)[here].reset_index(drop=True)
        known = Question("outcome", (*experiment.covariates, *past), tuple(controls), is_dated=False)
        lags = tuple((history or {}).get(outcome, ()))
        question = add_history(known, rows[list(lags)], kind=experiment.kinds[outcome]) if lags else known
        found = evaluate_unrandomised(rows, _case(experiment, arm, outcome, terms), question, recipe=recipe, seed=seed)
        judged.append(found)
        views += list_views(found)
        if found.result.estimate is not None and found.sample.n == len(rows):
            cells += [
                describe_cells(found, experiment.cells.loc[here.to_numpy(), [name]].reset_index(drop=True))
                for name in experiment.cells
            ]
    counted = count_comparisons([each.result for each in judged])
    judged = [replace(each, result=result) for each, result in zip(judged, counted, strict=True)]
    return ChosenArms(judged, as_views(views), join_cells(cells))


def describe_only_arm(arm: str, outcomes: Iterable[tuple[str, str]], *, is_control: bool = False) -> list[PlanResult]:
    """Return the results of a table with one arm only: no number, weak evidence, no money."""
    reason = NOBODY_CONTACTED if is_control else NOBODY
    return [refuse(PlanCase(arm, outcome, kind, design=DESIGN), reason=reason) for outcome, kind in outcomes]


def add_history(question: Question, past: pd.DataFrame, *, kind: Kind) -> Question:
    """Return the question with the quarters before the contact: how customers were chosen, and an earlier time."""
    lags = tuple(past)
    earlier = find_earlier(past, outcome=question.outcome, kind=kind)
    return replace(question, lags=lags, rule=lags[:-1], earlier=earlier)


def _rows(experiment: Experiment, arm: str, outcome: str, controls: pd.DataFrame, past: pd.DataFrame) -> pd.DataFrame:
    known = {
        "outcome": experiment.outcomes[outcome],
        "is_treated": experiment.arms == arm,
        "customer_id": np.arange(len(experiment.arms)),
    }
    return pd.concat([experiment.covariates, past, controls, pd.DataFrame(known)], axis=1)


def _case(experiment: Experiment, arm: str, outcome: str, terms: Terms) -> PlanCase:
    return PlanCase(
        plan_id=arm,
        outcome=outcome,
        kind=experiment.kinds[outcome],
        mwe=terms.min_effect(outcome),
        cost_amount=terms.cost_amount or None,
        margin_amount=terms.margin(outcome),
    )


def list_views(found: Unrandomised) -> list[dict[str, object]]:
    """Return the rows of the table views of one result: the effect on all customers, and that from pairs."""
    names = (found.result.case.plan_id, found.result.case.outcome)
    views = ((ALL_CUSTOMERS, found.everybody), (PAIRS, found.pairs))
    return [as_view(names, view, estimate) for view, estimate in views if estimate is not None]


def describe_cells(found: Unrandomised, keys: pd.DataFrame) -> pd.DataFrame:
    """Return the effect per value of the one column of ``keys``; contract ``Cells`` (``is_clear`` among these only)."""
    name = keys.columns[0]
    cells = join_small_cells(build_cells(found.sample, found.adjusted, keys), (name,))
    own = ~cells["is_joined"] & (cells["error"] > 0)
    shrunk = cells.assign(shrunk_effect=np.nan, low=np.nan, high=np.nan, is_clear=False)
    if own.any():
        shrunk.loc[own, ["shrunk_effect", "low", "high", "is_clear"]] = shrink_cells(cells[own])[
            ["shrunk_effect", "low", "high", "is_clear"]
        ]
    reach = norm.ppf(0.975) * cells["error"]
    control = _means_without(found, keys[name])
    case = found.result.case
    return pd.DataFrame(
        {
            "plan_id": case.plan_id, "outcome": case.outcome, "cell": name, "value": cells[name].astype(str),
            "n_treated": cells["n_treated"].astype("int64"), "n_control": cells["n_control"].astype("int64"),
            "control_mean": cells[name].map(control).astype(float), "effect": cells["effect"], "se": cells["error"],
            "low": cells["effect"] - reach, "high": cells["effect"] + reach,
            "shrunk_effect": shrunk["shrunk_effect"], "shrunk_low": shrunk["low"], "shrunk_high": shrunk["high"],
            "is_clear": shrunk["is_clear"].astype(bool), "is_small": cells["is_joined"].astype(bool),
        }
    )  # fmt: skip


def _means_without(found: Unrandomised, key: pd.Series) -> pd.Series:
    """What those contacted would have done without it, by group."""
    treated = found.sample.treated
    total = pd.Series(found.sample.outcome * treated - found.adjusted.score).groupby(key).sum()
    return total / pd.Series(treated.astype(float)).groupby(key).sum().clip(lower=1.0)


def join_cells(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return several frames of cells as one; contract ``Cells``."""
    columns = list(Cells.to_schema().columns)
    return Cells.validate(pd.concat(frames, ignore_index=True)) if frames else pd.DataFrame(columns=columns)
