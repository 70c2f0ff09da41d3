"""The simulated e-mail experiment is what it says."""

import numpy as np
import pytest
from simulators.email_experiment import CONTROL, MENS, email_experiment


def test_arms_are_even_everything_is_text_and_the_planted_rates_come_out():
    frame = email_experiment(np.random.default_rng(1))
    assert len(frame) == 64_000
    assert frame.map(lambda value: isinstance(value, str)).all(axis=None)
    assert frame["segment"].value_counts(normalize=True).to_numpy() == pytest.approx(1 / 3, abs=0.01)
    rates = frame["visit"].astype(float).groupby(frame["segment"]).mean()
    assert rates[CONTROL] == pytest.approx(0.106, abs=0.007)
    assert rates[MENS] == pytest.approx(0.183, abs=0.008)
