"""Whom to contact first: customers ranked by what a contact adds, by risk and by value, each judged by the draw."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from portfolio_lab.analysis.experiments.cells import MIN_PER_ARM, compare
from portfolio_lab.analysis.experiments.entrance import encode_covariates
from portfolio_lab.analysis.experiments.outcomes import find_outcome
from portfolio_lab.analysis.experiments.uplift import compute_qini, predict_by_group
from portfolio_lab.analysis.verdicts import Kind, PlanCase

UPLIFT, RISK, VALUE = "uplift", "risk", "value"
TOP_SHARE = 0.30
BEFORE = ["before_is_buyer", "before_amount", "before_n_orders"]
GROUPS = ["abc_class", "stage"]


class Rankings(pa.DataFrameModel):
    """One row per plan, outcome and way of ranking customers; per customer treated, in units of the outcome.

    ``qini``: successes above a random order, averaged over all depths, with its limits and what the best of forty
    random orders reaches. ``top_effect``: what the plan did among the first 30 %, with its limits; ``same_share``: the
    part of them who are among the first 30 % by what a contact adds too.
    """

    plan_id: Series[str]
    outcome: Series[str]
    ranking: Series[str] = pa.Field(isin=(UPLIFT, RISK, VALUE))
    qini: Series[float]
    low: Series[float]
    high: Series[float]
    random_high: Series[float]
    is_better_than_random: Series[bool]
    top_effect: Series[float] = pa.Field(nullable=True)
    top_low: Series[float] = pa.Field(nullable=True)
    top_high: Series[float] = pa.Field(nullable=True)
    same_share: Series[float] = pa.Field(ge=0, le=1)
    ranked_by: Series[str]

    class Config:
        strict = True
        ordered = True


def score_customers(
    outcome: np.ndarray, is_treated: np.ndarray, known: np.ndarray, *, value: np.ndarray | None, seed: int
) -> dict[str, np.ndarray]:
    """Return a score per customer and way of ranking, the first to be contacted with the highest.

    By what a contact adds; by risk (least expected without a contact), both predicted on the other half of the
    customers; by ``value``, as given. Risk is not what a contact adds (Ascarza, 2018).
    """
    treated, untreated = predict_by_group(outcome, is_treated, known, seed=seed)
    scores = {UPLIFT: treated - untreated, RISK: -untreated}
    return scores if value is None else scores | {VALUE: np.asarray(value, dtype=float)}


def compare_rankings(
    outcome: np.ndarray,
    is_treated: np.ndarray,
    scores: Mapping[str, np.ndarray],
    *,
    kind: Kind,
    names: tuple[str, str, str],
    draws: tuple[int, int],
) -> pd.DataFrame:
    """Return what each ranking is worth; contract ``Rankings``.

    ``names``: plan_id, outcome and what was known of the customers. ``draws``: how many bootstrap draws, and the seed.
    """
    y, d = np.asarray(outcome, dtype=float), np.asarray(is_treated, dtype=bool)
    n_bootstrap, seed = draws
    chosen = {name: _first(values, seed=seed) for name, values in scores.items()}
    rows = []
    for name, values in scores.items():
        qini = compute_qini(values, y, d, n_bootstrap=n_bootstrap, seed=seed)
        row = {"plan_id": names[0], "outcome": names[1], "ranking": name, "qini": qini.value, "low": qini.low}
        row |= {"high": qini.high, "random_high": qini.random_high, "ranked_by": names[2]}
        row |= {"is_better_than_random": qini.is_better_than_random} | _among(y, d, chosen[name], kind=kind)
        rows.append(row | {"same_share": float(chosen[UPLIFT][chosen[name]].mean())})
    return Rankings.validate(pd.DataFrame(rows)[list(Rankings.to_schema().columns)])


def rank_hold_out(rows: pd.DataFrame, case: PlanCase, *, n_bootstrap: int, seed: int) -> pd.DataFrame:
    """Return what rankings of the customers of a plan with a hold-out are worth; contract ``Rankings``.

    Known of them: what they did in a window of the same length before, class and stage; their value is what they
    bought in it. Empty with fewer than 60 customers in a group. ``rows`` as in ``build_hold_out_rows``.
    """
    y, d = rows[find_outcome(case.outcome)[1]].to_numpy(float), rows["is_treated"].to_numpy(bool)
    if min(d.sum(), (~d).sum()) < 2 * MIN_PER_ARM:
        return empty_rankings()
    groups = encode_covariates(rows.reindex(columns=GROUPS).fillna("unknown").reset_index(drop=True))
    known = np.column_stack([rows[BEFORE].to_numpy(float), groups.to_numpy()])
    scores = score_customers(y, d, known, value=rows["before_amount"].to_numpy(float), seed=seed)
    names = (case.plan_id, case.outcome, "purchases before, class, stage")
    return compare_rankings(y, d, scores, kind=case.kind, names=names, draws=(n_bootstrap, seed))


def empty_rankings() -> pd.DataFrame:
    """Return a table of no rankings; contract ``Rankings``."""
    return pd.DataFrame(columns=list(Rankings.to_schema().columns))


def _first(scores: np.ndarray, *, seed: int) -> np.ndarray:
    """Whether each customer is among the first 30 %; equal scores in random order."""
    n = len(scores)
    order = np.lexsort((np.random.default_rng(seed).random(n), -scores))
    chosen = np.zeros(n, dtype=bool)
    chosen[order[: int(np.ceil(TOP_SHARE * n))]] = True
    return chosen


def _among(y: np.ndarray, d: np.ndarray, chosen: np.ndarray, *, kind: Kind) -> dict[str, float]:
    own = d[chosen]
    if min(own.sum(), (~own).sum()) < MIN_PER_ARM:
        return dict.fromkeys(("top_effect", "top_low", "top_high"), np.nan)
    estimate = compare(y[chosen], own, kind=kind)
    return {"top_effect": estimate.effect, "top_low": estimate.low, "top_high": estimate.high}
