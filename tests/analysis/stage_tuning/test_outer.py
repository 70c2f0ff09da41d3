import numpy as np
import pytest

from portfolio_lab.analysis.stage_tuning.backtest import count_alarms
from portfolio_lab.analysis.stage_tuning.candidates import compute_candidate_lines
from portfolio_lab.analysis.stage_tuning.outer import count_outer_alarms, resample_outer, summarise_outer


def test_counts_by_customer_are_those_of_the_choices_at_the_judged_origins(with_money):
    tuning = with_money
    lines = compute_candidate_lines(tuning.panel.histories, tuning.candidates)
    counts = count_alarms(tuning.panel, lines, n_candidates=len(tuning.candidates))
    silent_forever = np.full(len(tuning.panel.histories.day), 30_000, np.int16)
    outer = count_outer_alarms(tuning.panel, tuning.candidates, tuning.nested, fixed_lines={"never": silent_forever})
    for row, name in enumerate(outer.names[:-1]):
        picks = tuning.nested.chosen[name], tuning.nested.outer
        assert outer.hits[row].sum() == counts.hits_by_origin[picks].sum()
        assert outer.false_alarms[row].sum() == counts.false_alarms_by_origin[picks].sum()
        assert outer.margin[row].sum() == pytest.approx(counts.margin_by_origin[picks].sum(), rel=1e-5)
    assert outer.names[-1] == "never"
    assert outer.hits[-1].sum() == outer.false_alarms[-1].sum() == 0
    assert outer.lapses.sum() == counts.lapses_by_origin[tuning.nested.outer].sum()


def test_resampled_metrics_lie_around_the_metrics(with_money):
    tuning = with_money
    silent = np.full(len(tuning.panel.histories.day), 60, np.int16)
    outer = count_outer_alarms(tuning.panel, tuning.candidates, tuning.nested, fixed_lines={"in_force": silent})
    metrics = summarise_outer(outer)
    resampled = resample_outer(outer, n_origins=len(tuning.nested.outer), settings=tuning.settings)
    for name in outer.names:
        for metric in ("precision", "recall", "balanced_accuracy"):
            values = resampled[name][metric]
            assert abs(values.mean() - metrics[name][metric]) < 3 * values.std() / np.sqrt(len(values)) + 0.002
    assert resampled["fixed_days"]["primary"].mean() == pytest.approx(
        tuning.nested.outer_primary["fixed_days"], rel=0.05
    )
