"""The e-mail experiment, read once for the tests that only look at it."""

import numpy as np
import pytest
from simulators.email_experiment import CONTROL, email_experiment

from portfolio_lab.analysis.experiments.entrance import read_experiment

OUTCOMES = {"visit": "binary", "conversion": "binary", "spend": "amount"}


@pytest.fixture(scope="package")
def email_frame():
    return email_experiment(np.random.default_rng(4)).rename(columns={"segment": "arm"})


@pytest.fixture(scope="package")
def experiment(email_frame):
    return read_experiment(
        email_frame, control_arm=CONTROL, outcomes=OUTCOMES, covariates=["recency", "history"], cells=["womens"]
    )
