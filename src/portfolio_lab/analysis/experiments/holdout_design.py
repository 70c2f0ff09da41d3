"""Whom to leave out next: a hold-out where an answer is worth most, drawn by chance, with its power and its cost."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from portfolio_lab.analysis.experiments.cells import MIN_PER_ARM
from portfolio_lab.analysis.experiments.hold_outs import HOLD_OUT, TREATED
from portfolio_lab.analysis.experiments.planning import compute_mde, compute_power
from portfolio_lab.errors import AnalysisError

SHARES = (0.05, 0.10, 0.15, 0.20)
WANTED_POWER = 0.80
MAX_PERIODS = 8
BY = ["abc_class", "stage", "channel"]


@dataclass(frozen=True)
class DesignTerms:
    """How a hold-out is designed: how many cells at most, and the seed of the drawing."""

    n_cells: int = 3
    seed: int = 1


def rank_questions(customers: pd.DataFrame, *, settled: frozenset[tuple[str, str]] = frozenset()) -> pd.DataFrame:
    """Return what the plan will spend on customers of each class, stage and channel, and what an answer is worth.

    One row per cell with planned contacts, the most valuable question first: n_customers, planned_cost_amount,
    baseline_rate, margin_amount (per buyer), mwe (break-even effect), is_settled, value_of_answer_amount (the planned
    cost of a cell that no experiment has settled, times the chance that a hold-out of one period answers).
    ``settled``: classes and channels with a decisive verdict. ``customers``: customer_id, abc_class, stage, channel,
    planned_cost_amount, is_buyer, margin_amount (of the period).
    """
    planned = customers[customers["planned_cost_amount"] > 0]
    grouped = planned.groupby(BY, sort=True)
    table = grouped.agg(
        n_customers=("customer_id", "size"),
        planned_cost_amount=("planned_cost_amount", "sum"),
        baseline_rate=("is_buyer", "mean"),
    )
    buyers = planned[planned["is_buyer"] > 0].groupby(BY)["margin_amount"].mean()
    table["margin_amount"] = buyers.reindex(table.index)
    cost = table["planned_cost_amount"] / table["n_customers"]
    table["mwe"] = (cost / table["margin_amount"].where(table["margin_amount"] > 0)).astype(float)
    table = table.reset_index()
    table["is_settled"] = [pair in settled for pair in zip(table["abc_class"], table["channel"], strict=True)]
    chance = [_size(row)["power"] for _, row in table.assign(planned_cost_amount=1.0).iterrows()]
    table["value_of_answer_amount"] = (table["planned_cost_amount"] * chance).where(~table["is_settled"], 0.0)
    return table.sort_values(["value_of_answer_amount", *BY], ascending=[False, True, True, True], ignore_index=True)


def design_hold_out(questions: pd.DataFrame, *, terms: DesignTerms) -> pd.DataFrame:
    """Return the cells that get a hold-out, with its size, the effect that it can show, its power and its cost.

    One row per cell: the columns of ``rank_questions`` and hold_out_share (5 to 20 %, the smallest that finds the
    break-even effect with 80 % power in one period), n_hold_out, detectable_effect, power, n_periods (until it has that
    power when kept up), forgone_amount (margin less cost forgone if the plan earns twice what it costs). Cells with
    fewer than 30 to hold out, or without an answer after eight periods, are passed over.
    """
    open_cells = questions[~questions["is_settled"] & (np.floor(questions["n_customers"] * SHARES[-1]) >= MIN_PER_ARM)]
    columns = ["hold_out_share", "n_hold_out", "detectable_effect", "power", "n_periods", "forgone_amount"]
    sized = pd.DataFrame([_size(row) for _, row in open_cells.iterrows()], index=open_cells.index, columns=columns)
    design = pd.concat([open_cells, sized], axis=1)
    chosen = design[design["n_periods"] <= MAX_PERIODS].head(terms.n_cells).reset_index(drop=True)
    return chosen.astype({"n_hold_out": "int64", "n_periods": "int64"})


def draw_hold_out(
    customers: pd.DataFrame, design: pd.DataFrame, *, plan_id: str, start_date: pd.Timestamp, terms: DesignTerms
) -> pd.DataFrame:
    """Return the next ``plan_arms``: every customer of the chosen cells, treated or held out by chance.

    One row per customer, the held-out first: customer_id, plan_id, start_date, arm, probability (of being treated).
    Within a cell customers are sorted by sales and one is drawn from each run of neighbours, so that both groups are
    alike in sales. Same input and seed, same list. Raises AnalysisError for a customer that stands twice.
    """
    if customers["customer_id"].duplicated().any():
        raise AnalysisError("a customer stands twice", remedy="bring one row per customer")
    frames = [_draw_cell(customers, cell, seed=terms.seed + i) for i, (_, cell) in enumerate(design.iterrows())]
    columns = ["customer_id", "plan_id", "start_date", "arm", "probability"]
    if not frames:
        return pd.DataFrame(columns=columns)
    arms = pd.concat(frames, ignore_index=True).assign(plan_id=plan_id, start_date=pd.Timestamp(start_date))
    return arms.sort_values(["arm", "customer_id"], ignore_index=True)[columns]


def _size(cell: pd.Series) -> dict[str, float]:
    """The smallest share with enough power; the largest one where none has."""
    # nobody was in the cell at the start of the period: half is the most demanding guess
    known = cell["baseline_rate"] if np.isfinite(cell["baseline_rate"]) else 0.5
    n, base = int(cell["n_customers"]), float(np.clip(known, 0.01, 0.99))
    effect = float(min(cell["mwe"], 1 - base)) if np.isfinite(cell["mwe"]) else np.nan
    for share in SHARES:
        held = int(np.floor(share * n))
        power = _power(effect, base, n, held)
        if held >= MIN_PER_ARM and power >= WANTED_POWER:
            break
    cost = cell["planned_cost_amount"] / n
    detectable = compute_mde(baseline_rate=base, n_treated=n - held, n_control=held) if 0 < held < n else None
    return {
        "hold_out_share": share,
        "n_hold_out": held,
        "detectable_effect": np.nan if detectable is None else detectable,
        "power": power,
        "n_periods": _count_periods(effect, base, n, held),
        "forgone_amount": held * cost,
    }


def _count_periods(effect: float, base: float, n: int, held: int) -> int:
    """Periods until the effect is found with enough power, when the same hold-out is drawn in each; 9 = too many."""
    powers = [_power(effect, base, n * k, held * k) for k in range(1, MAX_PERIODS + 1)]
    return next((k for k, power in enumerate(powers, start=1) if power >= WANTED_POWER), MAX_PERIODS + 1)


def _power(effect: float, base: float, n: int, held: int) -> float:
    if not np.isfinite(effect) or not 0 < held < n:
        return 0.0
    return compute_power(effect, baseline_rate=base, n_treated=n - held, n_control=held)


def _draw_cell(customers: pd.DataFrame, cell: pd.Series, *, seed: int) -> pd.DataFrame:
    here = np.logical_and.reduce([customers[name].eq(cell[name]) for name in BY])
    rows = customers[here].sort_values(["amount", "customer_id"], ignore_index=True)
    n, held = len(rows), int(cell["n_hold_out"])
    rng = np.random.default_rng(seed)
    # runs of neighbours in sales, as many as are held out; one of each is drawn
    edges = np.floor(np.linspace(0, n, held + 1)).astype(int)
    drawn = edges[:-1] + np.floor(rng.random(held) * np.diff(edges)).astype(int)
    arm = np.full(n, TREATED, dtype=object)
    arm[drawn] = HOLD_OUT
    return pd.DataFrame({"customer_id": rows["customer_id"], "arm": arm, "probability": 1 - held / n})
