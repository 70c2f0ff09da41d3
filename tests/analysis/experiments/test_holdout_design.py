"""Whom to leave out next."""

import numpy as np
import pandas as pd
import pytest

from portfolio_lab.analysis.experiments.balance import check_before
from portfolio_lab.analysis.experiments.holdout_design import (
    DesignTerms,
    design_hold_out,
    draw_hold_out,
    rank_questions,
)
from portfolio_lab.errors import AnalysisError

TERMS = DesignTerms(n_cells=2, seed=7)


@pytest.fixture
def customers():
    rng = np.random.default_rng(0)
    sizes = {("A", "active", "visit"): 800, ("B", "active", "call"): 1500, ("C", "active", "email"): 900,
             ("A", "inactive", "visit"): 100}  # fmt: skip
    keys = [key for key, n in sizes.items() for _ in range(n)]
    frame = pd.DataFrame(keys, columns=["abc_class", "stage", "channel"])
    n = len(frame)
    cost = frame["channel"].map({"visit": 90.0, "call": 24.0, "email": 0.0})
    margin = frame["channel"].map({"visit": 600.0, "call": 300.0, "email": 100.0})
    return frame.assign(
        customer_id=[f"C{i:05d}" for i in range(n)],
        amount=rng.lognormal(5, 1, n),
        planned_cost_amount=cost,
        is_buyer=0.6,
        margin_amount=margin,
    )


def test_the_dearest_open_question_comes_first(customers):
    questions = rank_questions(customers)
    assert questions["channel"].tolist()[:2] == ["visit", "call"]
    assert "email" not in set(questions["channel"])
    first = questions.iloc[0]
    assert (first["n_customers"], first["planned_cost_amount"], first["mwe"]) == (800, 72_000.0, 0.15)
    settled = rank_questions(customers, settled=frozenset({("A", "visit")}))
    assert settled.loc[0, "channel"] == "call"
    assert settled.set_index(["abc_class", "stage"]).loc[("A", "active"), "value_of_answer_amount"] == 0


def test_the_hold_out_is_as_small_as_its_power_allows(customers):
    design = design_hold_out(rank_questions(customers), terms=TERMS)
    visit = design.set_index("channel").loc["visit"]
    assert visit["power"] >= 0.8
    assert visit["n_periods"] == 1
    assert 0.05 <= visit["hold_out_share"] <= 0.20
    assert visit["n_hold_out"] == np.floor(visit["hold_out_share"] * 800)
    assert visit["forgone_amount"] == pytest.approx(visit["n_hold_out"] * 90)
    assert set(design["stage"]) == {"active"}
    assert len(design_hold_out(rank_questions(customers), terms=DesignTerms(n_cells=1))) == 1


def test_a_question_that_takes_years_is_passed_over(customers):
    dear = customers.assign(margin_amount=1e6)
    assert design_hold_out(rank_questions(dear), terms=TERMS).empty


def test_a_cell_that_was_empty_last_period_is_no_error(customers):
    new = customers.assign(is_buyer=np.nan, margin_amount=np.nan)
    assert design_hold_out(rank_questions(new), terms=TERMS).empty


def test_the_list_is_seeded_balanced_and_complete(customers):
    design = design_hold_out(rank_questions(customers), terms=TERMS)
    draw = {"plan_id": "HO-1", "start_date": pd.Timestamp("2026-10-01"), "terms": TERMS}
    arms = draw_hold_out(customers, design, **draw)
    assert arms.equals(draw_hold_out(customers.sample(frac=1, random_state=1), design, **draw))
    assert list(arms.columns) == ["customer_id", "plan_id", "start_date", "arm", "probability"]
    assert arms["customer_id"].is_unique
    held = arms[arms["arm"] == "hold_out"]
    assert len(held) == design["n_hold_out"].sum()
    visits = customers[(customers["channel"] == "visit") & (customers["stage"] == "active")]
    both = arms.merge(visits[["customer_id", "amount"]])
    log_sales = np.log(both["amount"].to_numpy())
    is_held = (both["arm"] == "hold_out").to_numpy()
    assert check_before(log_sales[is_held], log_sales[~is_held], of="sales").passed
    assert abs(log_sales[is_held].mean() - log_sales[~is_held].mean()) < 0.05
    expected = 1 - is_held.sum() / len(both)
    assert both["probability"].to_numpy() == pytest.approx(expected)
    other = draw_hold_out(customers, design, **(draw | {"terms": DesignTerms(seed=8)}))
    assert not arms.equals(other)


def test_every_customer_of_a_cell_may_be_drawn(customers):
    design = design_hold_out(rank_questions(customers), terms=DesignTerms(n_cells=1))
    seen = set()
    for seed in range(60):
        draw = {"plan_id": "H", "start_date": pd.Timestamp("2026-10-01"), "terms": DesignTerms(seed=seed)}
        arms = draw_hold_out(customers, design, **draw)
        seen |= set(arms.loc[arms["arm"] == "hold_out", "customer_id"])
    assert len(seen) > 0.9 * design["n_customers"].iloc[0]


def test_no_design_is_an_empty_list_and_doubles_are_refused(customers):
    nothing = design_hold_out(rank_questions(customers), terms=TERMS).head(0)
    draw = {"plan_id": "H", "start_date": pd.Timestamp("2026-10-01"), "terms": TERMS}
    assert draw_hold_out(customers, nothing, **draw).empty
    with pytest.raises(AnalysisError, match="twice"):
        draw_hold_out(pd.concat([customers, customers.head(1)]), nothing, **draw)
