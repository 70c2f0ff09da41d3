"""Samples with a known truth that the tests of this folder share."""

import numpy as np
import pytest
from simulators import effectiveness as sim
from simulators.contacts import contacts_of_a_shop

from portfolio_lab.analysis.observational.effect import fit_effect
from portfolio_lab.analysis.observational.nuisances import Recipe
from portfolio_lab.analysis.observational.sample import build_sample


@pytest.fixture(scope="session")
def quick():
    return Recipe("logit", n_splits=1)


@pytest.fixture(scope="session")
def contacts():
    return sim.confounded_contacts(np.random.default_rng(1))


@pytest.fixture(scope="session")
def sample(contacts):
    return build_sample(contacts, outcome="outcome", covariates=sim.S1_COVARIATES)


@pytest.fixture(scope="session")
def adjusted(sample, quick):
    return fit_effect(sample, estimand="ate", recipe=quick, seed=1)


@pytest.fixture(scope="session")
def shop():
    """Order days and contacts of a company in which visits help and messages do nothing."""
    return contacts_of_a_shop(np.random.default_rng(4))
