import numpy as np
import pytest
from simulators import effectiveness as sim
from threadpoolctl import threadpool_info, threadpool_limits

from portfolio_lab.analysis.observational import nuisances
from portfolio_lab.analysis.observational.nuisances import Recipe, choose_models, draw_folds, predict_all, run_all
from portfolio_lab.analysis.observational.sample import Sample, build_sample

LOGIT = ("logit",) * 3


def test_rows_of_a_customer_share_a_fold_and_folds_are_equal():
    cluster = np.repeat(np.arange(100), 3)
    fold = draw_folds(cluster, n_folds=5, seed=1)
    assert (fold.reshape(100, 3) == fold[::3, None]).all()
    assert np.bincount(fold).tolist() == [60] * 5
    assert (fold == draw_folds(cluster, n_folds=5, seed=1)).all()


def test_a_prediction_has_not_seen_its_own_row(sample, quick):
    fold = draw_folds(sample.cluster, n_folds=5, seed=1)
    before = predict_all(sample, fold, quick, LOGIT)
    held = fold == 2
    changed = Sample(**{**vars(sample), "outcome": np.where(held, 1 - sample.outcome, sample.outcome)})
    after = predict_all(changed, fold, quick, LOGIT)
    np.testing.assert_allclose(after.without[held], before.without[held], atol=1e-9)
    assert np.abs(after.without[~held] - before.without[~held]).max() > 1e-3


def test_automatic_takes_trees_where_a_step_decides_and_lines_where_a_line_does():
    rng = np.random.default_rng(4)
    frame = sim.confounded_contacts(rng, n=4000)
    stepped = (np.floor(3 * frame["decline"]) % 2 == 0) & (rng.random(4000) < 0.9)
    frame["is_treated"] = stepped | (rng.random(4000) < 0.1)
    sample = build_sample(frame, outcome="outcome", covariates=("decline", "is_a"))
    models = choose_models(sample, draw_folds(sample.cluster, n_folds=2, seed=1), Recipe(n_folds=2))
    assert models[0] == "boosted"
    smooth = build_sample(sim.confounded_contacts(rng, n=4000), outcome="outcome", covariates=sim.S1_COVARIATES)
    assert choose_models(smooth, draw_folds(smooth.cluster, n_folds=2, seed=1), Recipe(n_folds=2)) == LOGIT


def test_few_rows_never_get_trees(sample):
    small = Sample(**{**vars(sample), **{name: getattr(sample, name)[:1500] for name in
                   ("outcome", "treated", "terms", "cluster")}})  # fmt: skip
    assert choose_models(small, np.zeros(1500, dtype=int), Recipe()) == LOGIT


@pytest.mark.parametrize("kind", ["logit", "boosted"])
def test_amounts_and_shares_are_both_predicted(contacts, kind):
    amounts = contacts.head(2500).assign(outcome=lambda rows: 100 * rows["outcome"] + 5 * rows["decline"])
    sample = build_sample(amounts, outcome="outcome", covariates=("decline", "claim"))
    found = predict_all(sample, draw_folds(sample.cluster, n_folds=2, seed=0), Recipe(n_folds=2), (kind,) * 3)
    assert np.corrcoef(found.with_it, amounts["decline"])[0, 1] < -0.7
    assert ((found.chance > 0) & (found.chance < 1)).all()


def test_two_models_at_a_time_predict_the_same_to_the_last_digit(sample, quick, monkeypatch):
    fold = draw_folds(sample.cluster, n_folds=5, seed=1)
    one_by_one = predict_all(sample, fold, quick, LOGIT)
    monkeypatch.setattr(nuisances, "MANY_CELLS", 0)
    at_once = predict_all(sample, fold, quick, LOGIT)
    for part in ("chance", "without", "with_it"):
        np.testing.assert_array_equal(getattr(at_once, part), getattr(one_by_one, part))
    assert np.abs(at_once.with_it - at_once.without).max() > 0.01


def count_threads(_job=None):
    """How many threads each library for products of matrices would take now."""
    return {each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"}


def test_jobs_beside_each_other_multiply_in_one_thread_each_and_leave_the_rest_as_it_was():
    with threadpool_limits(2, "blas"):
        assert run_all(count_threads, range(2), at_once=True) == [{1}, {1}]
        assert run_all(count_threads, range(2), at_once=False) == [{2}, {2}]
