"""Many questions counted together."""

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from portfolio_lab.analysis.experiments.multiplicity import (
    compute_p_values,
    reject_by_benjamini_hochberg,
    reject_by_holm,
)
from portfolio_lab.errors import AnalysisError

PUBLISHED = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
             0.7590, 1.0000]  # fmt: skip


def test_the_fifteen_of_benjamini_and_hochberg():
    assert reject_by_benjamini_hochberg(PUBLISHED).sum() == 4
    assert reject_by_holm(PUBLISHED).sum() == 3


@pytest.mark.parametrize("seed", range(5))
def test_both_are_those_of_statsmodels_in_any_order(seed):
    p = np.random.default_rng(seed).beta(0.4, 2, 30)
    assert (reject_by_benjamini_hochberg(p) == multipletests(p, method="fdr_bh")[0]).all()
    assert (reject_by_holm(p) == multipletests(p, method="holm")[0]).all()


def test_effects_become_p_values_and_none_is_no_evidence():
    assert compute_p_values([1.96, 0.0, 5.0], [1.0, 1.0, 0.0]) == pytest.approx([0.05, 1.0, 1.0], abs=1e-4)
    assert len(reject_by_holm(np.array([]))) == 0


def test_what_is_no_probability_is_refused():
    with pytest.raises(AnalysisError, match="between 0 and 1"):
        reject_by_holm([0.1, 1.2])
